#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Goes through many crash states: builds the crash tests with -O2 and runs them over so many rounds, as many cases
# at a time as there are cores.
#
#     tests/crash/campaign.sh [rounds] [pattern for names of cases]
#
# A round is a sequence of three transactions at each size of pages, and a share of everything else. 100 rounds go
# through 1.4 million crash states; 81,000 go through all sequences on all trees. MACAW_SEED says which come first, so
# that several can run beside each other. The counts are printed. A state is counted once in its case; those of two
# cases differ, because their pages, their programs or their files do.

set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-100}
pattern=${2:-*}

build=build/crash-campaign
generator=
[ -e "$build/CMakeCache.txt" ] || ! command -v ninja > /dev/null || generator=-GNinja
# shellcheck disable=SC2086
cmake -S . -B "$build" $generator -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2 -g1" \
  -DMACAW_BUILD_TESTS=ON -DMACAW_BUILD_EXAMPLES=OFF -DMACAW_TEST_SUITES=crash > /dev/null
jobs=$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
cmake --build "$build" --target macaw_crash_tests --parallel "$jobs"

program=$build/tests/macaw_crash_tests
output=$build/output
rm -rf "$output"
mkdir "$output"
export MACAW_ROUNDS="$rounds" program output

# The cases of most rounds stand last in their files, and begin first. Catch2 takes a comma for the end of a name.
"$program" --list-test-names-only "$pattern" | sed '1!G;h;$!d' | sed 's/,/\\,/g' | tr '\n' '\0' |
  xargs -0 -n 1 -P "$jobs" sh -c '
    file=$output/$(printf %s "$1" | tr -c "a-z0-9" _)
    if "$program" --durations yes "$1" > "$file" 2>&1 < /dev/null; then cat "$file"; else cat "$file"; exit 1; fi' case ||
  { echo "campaign.sh: some cases failed" >&2; exit 1; }

# Catch2 folds the lines.
cat "$output"/* | tr '\n' ' ' | tr -s ' ' | awk '{
  while (match($0, /[0-9]+ crash states, [0-9]+ of the second and [0-9]+ of the third level \([0-9]+ tried[^)]*\), [0-9]+ with rubbish, torn bytes or odd lengths, [0-9]+ after failed syncs/)) {
    split(substr($0, RSTART, RLENGTH), word, /[^0-9]+/)
    for (i = 1; i <= 6; ++i) sum[i] += word[i]
    $0 = substr($0, RSTART + RLENGTH)
  }
  printf "campaign.sh: %d crash states, %d of the second and %d of the third level (%d tried by themselves), ", sum[1], sum[2], sum[3], sum[4]
  printf "%d with rubbish, torn bytes or odd lengths, %d after failed syncs\n", sum[5], sum[6]
}'
