#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Plants the faults of faults.txt, one at a time, in a copy of include/, and shows that the tests turn red.
#   tests/mutations/run.sh              # all of them: more than a hundred compilations
#   tests/mutations/run.sh row...       # these
#   tests/mutations/run.sh --check      # only that each text still stands exactly once in its file
# Each test is tried without the fault first, unless TRUST=yes takes for granted that it is green.
# CXX chooses the compiler, BUILD the directory to build in (default: build/mutations-<compiler>). Ends with 0 if all were caught.

set -u
cd "$(dirname "$0")/../.."
rows=tests/mutations/faults.txt
cxx=${CXX:-c++}
build=${BUILD:-build/mutations-$(basename "$cxx")}
if command -v ccache > /dev/null 2>&1; then launcher=ccache; else launcher=; fi

all_rows() { awk '/^== / { print $2 }' "$rows"; }

# field <row> <name>: the values of a field, one a line.
field() {
  awk -v row="$1" -v name="$2" '
    /^== / { here = $2 == row; head = 1 }
    /^--$/ { head = 0 }
    here && head && $1 == name { sub(/^[a-z]+ /, ""); print }' "$rows"
}

# plant <row> <to>: writes the row's file with the fault in it. Fails where the text does not stand exactly once.
plant() {
  awk -v row="$1" -v rows="$rows" -v to="$2" '
    function whole(file,   line, text) {
      while ((getline line < file) > 0) text = text line "\n"
      close(file)
      return text
    }
    BEGIN {
      while ((getline line < rows) > 0) {
        if (line ~ /^== /) { split(line, word, " "); here = word[2] == row; part = "head"; continue }
        if (!here) continue
        if (line == "--" || line == "++") { part = line; continue }
        if (part == "head" && line ~ /^file /) file = "include/macaw/" substr(line, 6)
        if (part == "--") old = old line "\n"
        if (part == "++") new = new line "\n"
      }
      sub(/\n$/, "", old)
      sub(/\n$/, "", new)
      text = whole(file)
      at = index(text, old)
      if (old == "" || old == new || at == 0) { print row ": the text does not stand in " file; exit 1 }
      if (index(substr(text, at + 1), old) > 0) { print row ": the text stands more than once in " file; exit 1 }
      printf "%s%s%s", substr(text, 1, at - 1), new, substr(text, at + length(old)) > to
    }'
}

if [ "${1:-}" = --check ]; then
  result=0
  [ "$(all_rows | sort | uniq -d)" = "" ] || { echo "two rows have one name"; result=1; }
  for row in $(all_rows); do
    plant "$row" /dev/null || result=1
    field "$row" test | while read -r test _; do
      [ -e "tests/$test" ] || echo "$row: there is no tests/$test"
    done | grep . && result=1
  done
  echo "$(all_rows | wc -l) rows"
  exit $result
fi

mkdir -p "$build/objects"
flags="-std=c++20 -O0 -w -DMACAW_CHECKS=1 -Itests -DMACAW_TEST_DIRECTORY=\"$PWD/tests\""
echo '#include <boost/interprocess/mapped_region.hpp>' | "$cxx" -x c++ -E - > /dev/null 2>&1 &&
  flags="$flags -DMACAW_TEST_HAVE_BOOST=1"

# compile <source> <object> [flag...]
compile() {
  source=$1 object=$2
  shift 2
  # shellcheck disable=SC2086
  $launcher "$cxx" "$@" $flags -c "$source" -o "$object"
}

# What no fault changes is compiled once: Catch2's header takes longer to read than many tests.
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
mkdir -p "$build/headers/support"
if [ ! "$build/headers/support/catch.hpp.gch" -nt tests/support/catch.hpp ]; then
  cp tests/support/catch.hpp "$build/headers/support/"
  # shellcheck disable=SC2086
  "$cxx" $flags -x c++-header "$build/headers/support/catch.hpp" -o "$build/headers/support/catch.hpp.gch" || exit 2
fi
catch="-I$build/headers -include support/catch.hpp -fpch-preprocess"
for source in support/catch_main.cpp support/allocations.cpp support/random.cpp \
  interleavings/scheduler.cpp interleavings/stand_ins.cpp; do
  [ -e "tests/$source" ] || continue
  object=$build/objects/$(basename "$source" .cpp).o
  [ "$object" -nt "tests/$source" ] || compile "tests/$source" "$object" -Iinclude || exit 2
done
support=$(for name in catch_main allocations random; do ls "$build/objects/$name.o" 2> /dev/null; done)

# program <include directory> <test> <program> [group]: builds a test against these headers.
program() {
  if [ -d "tests/$2" ]; then
    objects=
    for source in "tests/$2/main.cpp" "tests/$2/$4.cpp"; do
      object=$3.$(basename "$source").o
      (flags="$(echo "$flags" | sed 's/-O0/-O1/')" && compile "$source" "$object" -I"$1" -fsanitize=thread) || return 1
      objects="$objects $object"
    done
    # shellcheck disable=SC2086
    "$cxx" $objects "$build/objects/scheduler.o" "$build/objects/stand_ins.o" -Wl,--wrap=syscall -pthread -ldl -o "$3"
  else
    # shellcheck disable=SC2086
    compile "tests/$2" "$3.o" $catch -I"$1" || return 1
    # shellcheck disable=SC2086
    "$cxx" "$3.o" $support -pthread -o "$3"
  fi
}

# passes <program> [argument...]: runs it. Prints how it ended.
passes() {
  timeout "${hangs:-600}" "$@" > "$build/output" 2>&1
  case $? in
    0) echo passed ;;
    124) echo "timed out" ;;
    134 | 139) echo crashed ;;
    *) echo failed ;;
  esac
}

# Tests must be green without a fault, or red means nothing.
sound() {
  [ "${TRUST:-}" != yes ] || { echo passed; return; }
  program include "$1" "$build/sound" "$2" > "$build/output" 2>&1 || { echo "does not compile"; return; }
  if [ -n "$2" ]; then passes "$build/sound" "$2"; else passes "$build/sound"; fi
}

caught=0 total=0
: > "$build/table"
: > "$build/known"
for row in ${*:-$(all_rows)}; do
  total=$((total + 1))
  rm -rf "$build/include"
  cp -r include "$build/include"
  how=
  hangs=$(field "$row" hangs)
  if ! plant "$row" "$build/include/macaw/$(field "$row" file)"; then
    how="NOT PLANTED"
  else
    field "$row" test > "$build/tests"
    while [ -z "$how" ] && read -r test filter; do
      known=$(awk -F '\t' -v test="$test $filter" '$1 == test { print $2 }' "$build/known")
      if [ -z "$known" ]; then
        known=$(sound "$test" "$filter")
        printf '%s\t%s\n' "$test $filter" "$known" >> "$build/known"
      fi
      if [ "$known" != passed ]; then how="UNSOUND: $test without the fault $known"; continue; fi
      if ! program "$build/include" "$test" "$build/faulty" "$filter" > "$build/output" 2>&1; then
        how="DOES NOT COMPILE in $test"
        continue
      fi
      if [ -n "$filter" ]; then ended=$(passes "$build/faulty" "$filter"); else ended=$(passes "$build/faulty"); fi
      case $ended in
        failed | crashed) how="$ended $test $filter" ;;
        "timed out") [ -n "$hangs" ] && how="$ended $test $filter" ;;
      esac
      cp "$build/output" "$build/$row.output"
    done < "$build/tests"
  fi
  case $how in
    failed* | crashed* | timed*) caught=$((caught + 1)) ;;
    '') how="SURVIVED" ;;
  esac
  printf '%-44s %s\n' "$row" "$how" | tee -a "$build/table"
done
echo "$caught of $total caught"
[ "$caught" -eq "$total" ]
