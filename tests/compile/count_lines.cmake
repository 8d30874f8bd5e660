# SPDX-License-Identifier: MIT
#
# Counts the lines of a preprocessed unit that are not blank, without line markers (`-E -P`).

execute_process(COMMAND "${compiler}" -std=c++20 -E -P "-I${include}" "${unit}" -o "${output}" COMMAND_ERROR_IS_FATAL ANY)
file(READ "${output}" text)
string(REGEX REPLACE "\n*[^\n]+" "x" text "${text}")
string(STRIP "${text}" text)
string(LENGTH "${text}" lines)
message(STATUS "${lines} lines, at most ${lines_max}")
if(lines GREATER lines_max)
  message(FATAL_ERROR "too many")
endif()
