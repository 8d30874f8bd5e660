#!/bin/sh
# SPDX-License-Identifier: MIT
#
# How long a unit takes to compile: four headers of the standard library, macaw.hpp alone, a unit with one table, and
# a unit that opens a database. Prints user time in seconds, the best of several rounds, and the ratio to the four.

set -eu

usage() {
  cat << 'END'
usage: benchmarks/compile_time.sh [compiler] [rounds] [options of the compiler]

  The compiler is g++ and the rounds are 5 where nothing else is said. For example:
  benchmarks/compile_time.sh clang++ 5 -O2
END
}

case ${1:-} in
  --help | -h) usage; exit 0 ;;
esac
compiler=${1:-g++}
rounds=${2:-5}
shift $(($# < 2 ? $# : 2))
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '#include <memory>\n#include <mutex>\n#include <string>\n#include <vector>\n' > "$work/four_headers.cpp"
printf '#include <macaw/macaw.hpp>\n' > "$work/include_alone.cpp"
cp "$root/tests/compile/one_table.cpp" "$work/one_table.cpp"
cat > "$work/opening.cpp" << 'END'
#include <macaw/macaw.hpp>

inline constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};

std::string first() {
  macaw::database db = macaw::database::open("lines.macaw");
  db.put(lines, 1, "one");
  return db.get(lines, 1).value_or("");
}
END

# Prints the user time in seconds that the command takes.
user_time() { ("$@" && times) | awk 'NR == 2 { split($1, part, /[ms]/); print part[1] * 60 + part[2] }'; }

# The units take turns, so that a busy machine is as unfair to one as to another.
units="four_headers include_alone one_table opening"
round=0
while [ "$round" -lt "$rounds" ]; do
  for unit in $units; do
    user_time "$compiler" -std=c++20 "$@" "-I$root/include" -c "$work/$unit.cpp" -o "$work/$unit.o" >> "$work/$unit.times"
  done
  round=$((round + 1))
done
base=
for unit in $units; do
  best=$(sort -n "$work/$unit.times" | head -n 1)
  base=${base:-$best}
  echo "$unit $best $base" | awk '{ printf "%-14s %6.2f s  %5.2f\n", $1, $2, $2 / $3 }'
done
