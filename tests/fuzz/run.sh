#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds the fuzzer's targets with clang's libFuzzer, AddressSanitizer and UndefinedBehaviorSanitizer, and runs them.

set -eu

usage() {
  cat << 'END'
usage: tests/fuzz/run.sh [--seconds N] [--keep] [target ...]

  --seconds N   how long each target runs (default: 1800)
  --keep        afterwards keep, of all inputs found, those that reach every edge: tests/fuzz/inputs/<target>.hex

Targets: decoders file operations (default: all of them, one after another). What they find stays in
build/fuzz/corpus-<target>, and is where the next run goes on; an input that goes wrong is written to build/fuzz and
ends the run.
END
}

cd "$(dirname "$0")/../.."
seconds=1800
keep=
targets=
while [ $# -gt 0 ]; do
  case $1 in
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    --keep) keep=yes ;;
    --help | -h) usage; exit 0 ;;
    decoders | file | operations) targets="$targets $1" ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
targets=${targets:-decoders file operations}

compiler=${CXX:-clang++}
flags="-std=c++20 -O1 -g1 -DMACAW_CHECKS=1 -Iinclude -Itests -fno-omit-frame-pointer"
mkdir -p build/fuzz
if ! echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
  "$compiler" -fsanitize=fuzzer,address -x c++ - -o build/fuzz/probe; then
  echo "run.sh: needs clang with libFuzzer (on Debian: clang and libclang-rt-<version>-dev)" >&2
  exit 1
fi

for target in $targets; do
  corpus=build/fuzz/corpus-$target
  # shellcheck disable=SC2086
  "$compiler" $flags -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
    "tests/fuzz/${target}_target.cpp" -o "build/fuzz/$target"
  # shellcheck disable=SC2086
  "$compiler" $flags "tests/fuzz/${target}_target.cpp" tests/fuzz/replay.cpp -o "build/fuzz/$target-replay"
  "build/fuzz/$target-replay" --unpack "tests/fuzz/inputs/$target.hex" "$corpus"
  size=4000
  [ "$target" != file ] || size=40000
  nice -n 19 "build/fuzz/$target" "$corpus" -max_len=$size -timeout=60 -rss_limit_mb=2500 -print_funcs=0 \
    -print_final_stats=1 -max_total_time="$seconds" -artifact_prefix="build/fuzz/$target-"
  if [ -n "$keep" ]; then
    rm -rf "$corpus-kept"
    mkdir "$corpus-kept"
    "build/fuzz/$target" -set_cover_merge=1 -use_counters=0 "$corpus-kept" "$corpus"
    "build/fuzz/$target-replay" --pack "$corpus-kept" > "tests/fuzz/inputs/$target.hex"
  fi
done
