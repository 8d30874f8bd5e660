#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Checks one mechanical rule of docs/style.md over the repository; run from its root:
#   sh tests/style/check.sh <rule>
# Ends with 0 (kept, warnings may be printed), 1 (broken) or 77 (cannot be checked on this machine).
# lengths, functions and units only warn; reasons for exceptions stand in exceptions.txt.

set -u
LC_ALL=C
export LC_ALL

style=tests/style
rule=${1:?usage: check.sh rule}

headers() { find include/macaw -name '*.hpp' | sort; }
sources() {
  for directory in include tests examples benchmarks; do
    [ -d "$directory" ] && find "$directory" -name '*.hpp' -o -name '*.cpp'
  done | sort
}

# Prints "file included-file" for every include of a header of ours by a header of ours.
edges() {
  # shellcheck disable=SC2046
  awk '/^#include <macaw\// {
    split($2, part, /[<>]/); file = FILENAME; sub(/^include\//, "", file); print file, part[2]
  }' $(headers)
}

# fail <text on standard input>: each line is a finding.
fail_if_any() {
  findings=$(cat)
  [ -z "$findings" ] && return 0
  printf '%s\n' "$findings"
  return 1
}

# Drops the findings that exceptions.txt names ("rule file" or "rule file:name") and prints the others.
warn() {
  awk -v rule="$1" -v list="$style/exceptions.txt" '
    BEGIN { while ((getline line < list) > 0) { split(line, word, " "); if (word[1] == rule) known[word[2]] = 1 } }
    !($1 in known) { print "warning: " $0 }'
}

layers() {
  edges | awk -v list="$style/layers.txt" '
    BEGIN { while ((getline line < list) > 0) if (line !~ /^#/ && split(line, word, " ") == 2) layer[word[1]] = word[2] }
    function of(file,   prefix, best, length_of_best) {
      sub(/^macaw\//, "", file); best = -1; length_of_best = 0
      for (prefix in layer)
        if (index(file, prefix) == 1 && length(prefix) > length_of_best) { best = layer[prefix]; length_of_best = length(prefix) }
      return best
    }
    {
      from = of($1); to = of($2)
      if (from < 0) unknown[$1] = 1; if (to < 0) unknown[$2] = 1
      if (from >= 0 && to > from) print $1 " (layer " from ") includes " $2 " (layer " to ")"
    }
    END { for (file in unknown) print file " has no layer: add it to layers.txt" }' | fail_if_any
}

# Takes away, again and again, what includes nothing that is left, or is included by nothing that is left;
# what stays is a cycle, or between two.
cycles() {
  edges | awk '
    { from[NR] = $1; to[NR] = $2; node[$1] = 1; node[$2] = 1 }
    END {
      do {
        changed = 0
        split("", busy); split("", wanted)
        for (i = 1; i <= NR; i++)
          if (from[i] in node && to[i] in node) { busy[from[i]] = busy[from[i]] " " to[i]; wanted[to[i]] = 1 }
        for (file in node) if (!(file in busy) || !(file in wanted)) { delete node[file]; changed = 1 }
      } while (changed)
      for (file in busy) print "in an include cycle: " file " includes" busy[file]
    }' | fail_if_any
}

includes() {
  {
    # shellcheck disable=SC2046
    grep -nE '^ *# *include *<(filesystem|iostream|regex|functional|ranges|sstream|fstream|iomanip|future)>' $(headers) |
      sed 's/$/ (heavy standard header)/'
    # shellcheck disable=SC2046
    grep -nE '^ *# *include *"' $(headers) | sed 's/$/ (write <macaw\/...>)/'
    # shellcheck disable=SC2046
    grep -nE '^ *# *include *<boost/' $(headers) | grep -v '^include/macaw/storage/' | sed 's/$/ (Boost outside of storage)/'
  } | fail_if_any
}

macros() {
  {
    # shellcheck disable=SC2046
    grep -nE '^ *# *define ' $(headers | grep -v -e /macros.hpp -e /version.hpp) | sed 's/$/ (macro outside of macros.hpp)/'
    grep -nE '^ *# *define ' include/macaw/macros.hpp include/macaw/version.hpp | grep -vE 'define MACAW_' |
      sed 's/$/ (not MACAW_)/'
  } | fail_if_any
}

heads() {
  {
    for file in $(sources); do
      head -n 1 "$file" | grep -q '^// SPDX-License-Identifier: MIT$' || echo "$file: no SPDX line first"
      case $file in *.hpp) grep -q '^#pragma once$' "$file" || echo "$file: no #pragma once" ;; esac
    done
    find . -name build -prune -o \( -name CMakeLists.txt -o -name '*.cmake' -o -name '*.sh' \) -print | sort |
      while read -r file; do
        head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: no SPDX line"
      done
  } | fail_if_any
}

leftovers() {
  # shellcheck disable=SC2046
  grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $(sources) | fail_if_any
}

# CTest runs the cases of a file by the file's name, so a case in a header would never run, but for those of
# conformance suites.
cases() {
  {
    # shellcheck disable=SC2046
    grep -nE '^ *(TEST_CASE|TEMPLATE_TEST_CASE|TEMPLATE_LIST_TEST_CASE)\(' $(find tests -name '*.hpp' ! -path 'tests/conformance/*_conformance.hpp') /dev/null |
      sed 's/$/ (test case in a header)/'
    find tests -name '*.cpp' | grep -v '_test\.cpp$' |
      xargs grep -lE '^ *(TEST_CASE|TEMPLATE_TEST_CASE|TEMPLATE_LIST_TEST_CASE)\(' /dev/null | sed 's/$/: not named *_test.cpp/'
  } | fail_if_any
}

lengths() {
  for file in $(sources); do
    lines=$(wc -l < "$file")
    [ "$lines" -gt 400 ] && echo "${file#include/} has $lines lines"
  done | warn lengths
}

# Relies on the formatting: a body opens with a line that ends in "{" and closes with a line of the same
# indentation, or less after an initializer list, that begins with "}".
functions() {
  # shellcheck disable=SC2046
  awk '
    FNR == 1 { depth = -1 }
    {
      match($0, /^ */); indent = RLENGTH
      if (depth < 0 && /\{$/ && /\)|\]/ && $0 !~ /^ *(namespace|class|struct|union|enum|extern|inline constexpr|if|for|while|switch|TEST_CASE|TEMPLATE)/) {
        depth = indent; start = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ :*&]/, "", name)
      } else if (depth >= 0 && indent <= depth && /^ *\}/) {
        if (FNR - start > 70) { file = FILENAME; sub(/^include\//, "", file); print file ":" name " has " FNR - start " lines" }
        depth = -1
      }
    }' $(headers) | warn functions
}

units() {
  for file in $(headers); do
    name=${file#include/macaw/}
    [ -f "tests/unit/${name%.hpp}_test.cpp" ] || echo "macaw/$name has no tests/unit/${name%.hpp}_test.cpp"
  done | warn units
}

# Formatting differs between versions of clang-format, so one version judges.
format() {
  for tool in clang-format-14 clang-format; do
    if command -v $tool > /dev/null 2>&1 && $tool --version | grep -q 'version 14\.'; then
      # shellcheck disable=SC2046
      $tool --dry-run -Werror $(sources) 2>&1 | grep -E 'error:' | cut -d: -f1 | sort | uniq -c | fail_if_any
      return
    fi
  done
  echo "clang-format 14 is not here: skipped"
  return 77
}

case $rule in
  layers | cycles | includes | macros | heads | leftovers | cases | lengths | functions | units | format) "$rule" ;;
  *) echo "unknown rule: $rule" >&2; exit 2 ;;
esac
