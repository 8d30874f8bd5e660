#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Installs what the tests need where that is possible, then configures, builds and runs them.

set -eu

usage() {
  cat << 'EOF'
usage: tests/run.sh [options] [-- options for ctest]

  --gcc, --clang        build with g++ or clang++ (default: $CXX, or the compiler that CMake finds)
  --compiler PROGRAM    build with this compiler
  --asan                under AddressSanitizer and UndefinedBehaviorSanitizer
  --tsan                under ThreadSanitizer, the tests with threads only
  --optimised           with -O2, which takes three times as long to build
  --suites "LIST"       only the tests in these directories of tests/, and no examples
  --build-dir DIRECTORY build there (default: build/tests-<compiler>[-asan|-tsan][-optimised],
                        with --suites build/tests-<compiler>...-suites)
  --jobs N              compile and test N at a time (default: all cores, as far as memory goes)
  --no-install          install nothing; say what is missing
  --help                print this
EOF
}

say() { printf '%s\n' "run.sh: $*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" > /dev/null 2>&1; }

compiler=${CXX:-}
sanitizer=
optimised=
suites=
build=
jobs=
install=yes
while [ $# -gt 0 ]; do
  case $1 in
    --gcc) compiler=g++ ;;
    --clang) compiler=clang++ ;;
    --compiler) compiler=${2:?--compiler needs a program}; shift ;;
    --asan) sanitizer=asan ;;
    --tsan) sanitizer=tsan ;;
    --optimised) optimised="-O2 -g1" ;;
    --suites) suites=${2:?--suites needs names}; shift ;;
    --build-dir) build=${2:?--build-dir needs a directory}; shift ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    --no-install) install=no ;;
    --help | -h) usage; exit 0 ;;
    --) shift; break ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd "$(dirname "$0")/.."

# --- what is missing ---------------------------------------------------------------------------------------

find_compiler() {
  if [ -n "$compiler" ]; then
    have "$compiler" && echo "$compiler"
  else
    for candidate in c++ g++ clang++; do have $candidate && echo $candidate && return; done
  fi
}

# has_header <header>...: whether the compiler finds one of them.
has_header() {
  for header in "$@"; do
    echo "#include <$header>" | "$(find_compiler)" -std=c++20 -x c++ -E - > /dev/null 2>&1 && return 0
  done
  return 1
}

has_sanitizer() {
  case $sanitizer in
    '') return 0 ;;
    asan) flags=-fsanitize=address,undefined ;;
    tsan) flags=-fsanitize=thread ;;
  esac
  # shellcheck disable=SC2086
  echo 'int main() {}' | "$(find_compiler)" $flags -x c++ - -o /dev/null > /dev/null 2>&1
}

# Prints the Debian packages that are missing, the ones without which nothing goes on first.
missing_packages() {
  if [ -z "$(find_compiler)" ]; then
    case $compiler in *clang*) echo clang ;; *) echo g++ ;; esac
    echo catch2 libboost-dev
  else
    has_header catch2/catch_all.hpp catch2/catch.hpp || echo catch2
    has_header boost/interprocess/mapped_region.hpp || echo libboost-dev
    has_sanitizer || sanitizer_package
  fi
  have cmake || echo cmake
  have make || have ninja || echo make
}

# Whether the program macaw is built and tested: it has no threads, and is a part of the tests like another.
wants_shell() {
  [ "$sanitizer" != tsan ] || return 1
  case " $suites " in '  ' | *' shell '*) return 0 ;; esac
  return 1
}

# What the program macaw and its tests need: programs that exchange dumps with it, too.
missing_shell_packages() {
  has_header nlohmann/json.hpp || echo nlohmann-json3-dev
  has_header histedit.h || echo libedit-dev
  have python3 || echo python3
  have mdb_load || echo lmdb-utils
  have db_load || echo db-util
}

# What makes the file systems whose power is cut, where they can be mounted: only root can.
missing_file_systems() {
  [ "$sanitizer" != tsan ] && [ "$(id -u)" -eq 0 ] && [ -e /dev/loop-control ] || return 0
  case " $suites " in '  ' | *' cuts '*) ;; *) return 0 ;; esac
  (
    PATH=$PATH:/sbin:/usr/sbin
    have mkfs.ext4 || echo e2fsprogs
    have mkfs.xfs || echo xfsprogs
  )
}

# GCC brings its sanitizers along; Debian keeps those of clang in a package of its own.
sanitizer_package() {
  case $compiler in
    *clang*) echo "libclang-rt-$("$(find_compiler)" -dumpversion | cut -d. -f1)-dev" ;;
  esac
}

# --- installing --------------------------------------------------------------------------------------------

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

can_install() {
  [ $install = yes ] && have apt-get || return 1
  [ "$(id -u)" -eq 0 ] && return 0
  have sudo || return 1
  sudo -n true 2> /dev/null || [ -t 0 ]
}

# Installs packages, or says why not.
install_packages() {
  [ $# -gt 0 ] && can_install || return 0
  say "installing $*"
  as_root apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" > /dev/null ||
    say "installing failed"
}

# shellcheck disable=SC2046
install_packages $(missing_packages)
packages=$(missing_packages | tr '\n' ' ')
case $packages in
  '') ;;
  'libboost-dev ') say "Boost's headers are missing (libboost-dev): the tests of mapped files are left out" ;;
  *)
    say "these are missing, by their names in Debian: $packages"
    say "with other package managers: dnf install gcc-c++ cmake make catch-devel boost-devel"
    say "                             pacman -S gcc cmake make catch2 boost"
    say "                             brew install cmake catch2 boost"
    die "install them and start again"
    ;;
esac

shell=OFF
if wants_shell; then
  # shellcheck disable=SC2046
  install_packages $(missing_shell_packages)
  packages=$(missing_shell_packages | tr '\n' ' ')
  if [ -z "$packages" ]; then
    shell=ON
  else
    say "these are missing, by their names in Debian: $packages: the program macaw and its tests are left out"
  fi
fi

# shellcheck disable=SC2046
install_packages $(missing_file_systems)
packages=$(missing_file_systems | tr '\n' ' ')
[ -z "$packages" ] || say "these are missing, by their names in Debian: $packages: what needs them is left out"

# --- building and running ----------------------------------------------------------------------------------

program=$(find_compiler)
build=${build:-build/tests-$(basename "$program")${sanitizer:+-$sanitizer}${optimised:+-optimised}${suites:+-suites}}

# A unit of the tests takes up to about a gigabyte to compile.
if [ -z "$jobs" ]; then
  jobs=$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo 2> /dev/null || true)
  [ -n "$memory" ] && [ "$memory" -lt "$jobs" ] && jobs=$((memory > 0 ? memory : 1))
fi

generator=
[ -e "$build/CMakeCache.txt" ] || ! have ninja || generator=-GNinja
sanitize=
examples=ON
launcher=
case $sanitizer in
  asan) sanitize=address,undefined ;;
  tsan)
    sanitize=thread
    examples=OFF
    # Older ThreadSanitizers cannot place their memory where addresses are randomised far apart.
    have setarch && setarch -R true 2> /dev/null && launcher="setarch -R"
    ;;
esac
[ -z "$suites" ] || examples=OFF
# Most of the time goes into compiling, and without optimisation every access stays for AddressSanitizer to see.
# Races want code as it will run, and it is little that has threads.
flags=${optimised:--O0 -g1}
[ "$sanitizer" != tsan ] || flags=${optimised:--O1 -g1}
# The program macaw takes long to compile for each page size; the smallest, the usual and the largest one will do.
page_sizes="512;4096;65536"
[ -z "$sanitizer" ] || page_sizes="512;4096"
# shellcheck disable=SC2086
cmake -S . -B "$build" $generator -D CMAKE_BUILD_TYPE=Debug -D CMAKE_CXX_FLAGS_DEBUG="$flags" \
  -D CMAKE_CXX_COMPILER="$program" -D MACAW_BUILD_TESTS=ON -D MACAW_BUILD_EXAMPLES=$examples -D MACAW_SANITIZE=$sanitize \
  -D MACAW_BUILD_SHELL=$shell -D "MACAW_SHELL_PAGE_SIZES=$page_sizes" -D MACAW_TEST_SUITES="$(echo $suites | tr ' ' ';')"
cmake --build "$build" --parallel "$jobs"
# shellcheck disable=SC2086
exec $launcher ctest --test-dir "$build" --output-on-failure --no-tests=error --parallel "$jobs" "$@"
