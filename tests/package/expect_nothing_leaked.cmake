# SPDX-License-Identifier: MIT
#
# Called by a consumer after it has added macaw's directory: it brought its interface targets and no more.

get_property(targets DIRECTORY "${MACAW_DIRECTORY}" PROPERTY BUILDSYSTEM_TARGETS)
get_property(tests DIRECTORY "${MACAW_DIRECTORY}" PROPERTY TESTS)
list(REMOVE_ITEM targets macaw macaw_mmap)
if(targets OR tests)
  message(FATAL_ERROR "macaw added targets or tests to its consumer: ${targets} ${tests}")
endif()
foreach(variable IN LISTS watched_variables)
  if(NOT "${${variable}}" STREQUAL "${before_${variable}}")
    message(FATAL_ERROR "macaw changed ${variable} of its consumer")
  endif()
endforeach()
foreach(package IN ITEMS Boost Catch2 Threads benchmark nlohmann_json)
  if(DEFINED ${package}_FOUND)
    message(FATAL_ERROR "macaw searched for the package ${package} without being asked")
  endif()
endforeach()
