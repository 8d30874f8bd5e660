#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Goes through many crash states: builds the crash tests with -O2 and runs them over so many rounds.
#
#     tests/crash/campaign.sh [rounds] [options for the tests]
#
# A round is a sequence of three transactions at each size of pages, and a share of everything else. 100 rounds go
# through 1.4 million crash states; 81,000 go through all sequences on all trees. MACAW_SEED says which come first, so
# that several can run beside each other. The counts are printed.

set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-170}
[ $# -gt 0 ] && shift

build=build/crash-campaign
cmake -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE="-O2 -g1" -DMACAW_BUILD_EXAMPLES=OFF > /dev/null
cmake --build "$build" --target macaw_crash_tests
MACAW_ROUNDS=$rounds exec "$build/tests/macaw_crash_tests" --durations yes "$@"
