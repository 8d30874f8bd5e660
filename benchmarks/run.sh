#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds the comparison and runs it; prints a table of medians and of ratios to LMDB.

set -eu

usage() {
  cat << 'END'
usage: benchmarks/run.sh [options] [options of the program]

  --native              compile with -O3 -march=native instead of -O2
  --install             install the other stores and what the program needs (Debian, Ubuntu)
  --build-dir DIRECTORY build there (default: build/benchmarks)
  --help                print this, and the options of the program

For example:
  benchmarks/run.sh --quick                                      # under a minute
  benchmarks/run.sh --engines file,mmap,lmdb --works 'get;scan'  # a part
  benchmarks/run.sh --bars                                       # and which ratios are reached
  benchmarks/run.sh --full --json all.json --report all.html     # about an hour
END
}

die() { printf '%s\n' "run.sh: $*" >&2; exit 1; }

options=-O2
build=
directory=
help=
install=
while [ $# -gt 0 ]; do
  case $1 in
    --native) options='-O3;-march=native' ;;
    --install) install=yes ;;
    --build-dir) mkdir -p "${2:?--build-dir needs a directory}"; build=$(cd "$2" && pwd); shift ;;
    --directory) directory=$(cd "${2:?--directory needs a directory}" && pwd); shift ;;
    --help | -h) help=yes ;;
    *) break ;;
  esac
  shift
done
[ -z "$help" ] || usage

if [ -n "$install" ]; then
  packages="libcli11-dev nlohmann-json3-dev libboost-dev liblmdb-dev libsqlite3-dev libleveldb-dev librocksdb-dev libabsl-dev"
  as_root=
  [ "$(id -u)" -eq 0 ] || as_root=sudo
  $as_root apt-get update -qq
  # shellcheck disable=SC2086
  $as_root apt-get install -y -qq --no-install-recommends $packages > /dev/null
fi

top=$(cd "$(dirname "$0")/.." && pwd)
command -v cmake > /dev/null || die "needs CMake"
build=${build:-$top/build/benchmarks}
cmake -S "$top" -B "$build" -DCMAKE_BUILD_TYPE=Release -DMACAW_BUILD_BENCHMARKS=ON -DMACAW_BUILD_TESTS=OFF \
  -DMACAW_BUILD_EXAMPLES=OFF "-DMACAW_BENCHMARK_OPTIONS=$options" > /dev/null || die "cannot configure in $build"
jobs=$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
cmake --build "$build" --target macaw_benchmarks --parallel "$jobs" >&2
program=$build/benchmarks/compare/macaw_benchmarks
[ -z "$help" ] || exec "$program" --help

load=$(cut -d ' ' -f 1 /proc/loadavg 2> /dev/null || echo unknown)
printf '%s\n' "$(uname -sm), load $load before the run, compiled with $options" >&2
exec "$program" --directory "${directory:-$build}" "$@"
