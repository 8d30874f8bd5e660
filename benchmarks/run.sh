#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds the benchmarks and runs them; prints a table of medians and of ratios to LMDB.

set -eu

usage() {
  cat << 'END'
usage: benchmarks/run.sh [options] [-- options of Google Benchmark]

  --rows N              rows of the large table (default: 1000000)
  --rounds N            times that everything is measured (default: 5)
  --tiny                3000 rows, one round: does it work at all?
  --native              compile with -O3 -march=native instead of -O2
  --directory DIRECTORY put the files there, on the medium to be measured (default: the build directory)
  --build-dir DIRECTORY build there (default: build/benchmarks)
  --help                print this

For example, only the works that read, with JSON beside the table:
  benchmarks/run.sh -- --benchmark_filter=get --benchmark_out=get.json
END
}

die() { printf '%s\n' "run.sh: $*" >&2; exit 1; }

rows=1000000
rounds=5
options=-O2
directory=
build=
while [ $# -gt 0 ]; do
  case $1 in
    --rows) rows=${2:?--rows needs a number}; shift ;;
    --rounds) rounds=${2:?--rounds needs a number}; shift ;;
    --tiny) rows=3000; rounds=1 ;;
    --native) options='-O3;-march=native' ;;
    --directory) directory=$(cd "${2:?--directory needs a directory}" && pwd); shift ;;
    --build-dir) mkdir -p "${2:?--build-dir needs a directory}"; build=$(cd "$2" && pwd); shift ;;
    --help | -h) usage; exit 0 ;;
    --) shift; break ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
command -v cmake > /dev/null || die "needs CMake"
build=${build:-$PWD/build/benchmarks}
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DMACAW_BUILD_BENCHMARKS=ON -DMACAW_BUILD_TESTS=OFF \
  -DMACAW_BUILD_EXAMPLES=OFF "-DMACAW_BENCHMARK_OPTIONS=$options" > /dev/null || die "cannot configure in $build"
cmake --build "$build" --target macaw_benchmarks >&2

load=$(cut -d ' ' -f 1 /proc/loadavg 2> /dev/null || echo unknown)
printf '%s\n' "$(uname -sm), load $load before the run, compiled with $options" >&2
MACAW_BENCHMARK_ROWS=$rows MACAW_BENCHMARK_ROUNDS=$rounds MACAW_BENCHMARK_DIRECTORY=${directory:-$build} \
  exec "$build/benchmarks/compare/macaw_benchmarks" "$@"
