# SPDX-License-Identifier: MIT
#
# Links a unit that was built with checks to one that was built with checks=<checks>. With 1 the program
# must run; with 0 the linker must refuse and name the checks.

execute_process(COMMAND "${compiler}" "${use}" "${definition}" -o "${program}"
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(checks)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "units with equal flags do not link:\n${output}")
  endif()
  execute_process(COMMAND "${program}" COMMAND_ERROR_IS_FATAL ANY)
elseif(result EQUAL 0)
  message(FATAL_ERROR "units with different checks were linked")
elseif(NOT output MATCHES "_checks1_")
  message(FATAL_ERROR "the linker's message does not name the checks:\n${output}")
else()
  message(STATUS "refused, as it must be:\n${output}")
endif()
