# SPDX-License-Identifier: MIT
#
# Compiles a program that must be refused. Comments in it say which words must be in the compiler's
# message, each a regular expression, one of which suffices:
#   // error: <words>

file(STRINGS "${program}" wanted REGEX "^// error: ")
execute_process(COMMAND "${compiler}" -std=c++20 -fsyntax-only -Wall -Wextra -Werror "-I${include}" "${program}"
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "this was compiled, and must not be")
endif()
foreach(words IN LISTS wanted)
  string(REPLACE "// error: " "" words "${words}")
  if(output MATCHES "${words}")
    message(STATUS "refused, as it must be:\n${output}")
    return()
  endif()
endforeach()
message(FATAL_ERROR "refused, but for another reason than the one wanted:\n${output}")
