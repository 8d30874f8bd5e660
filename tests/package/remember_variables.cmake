# SPDX-License-Identifier: MIT
#
# Called by a consumer before it adds macaw's directory; expect_nothing_leaked.cmake compares.

set(watched_variables CMAKE_CXX_STANDARD CMAKE_CXX_FLAGS CMAKE_CXX_EXTENSIONS CMAKE_BUILD_TYPE CMAKE_MODULE_PATH
                      CMAKE_RUNTIME_OUTPUT_DIRECTORY BUILD_TESTING)
foreach(variable IN LISTS watched_variables)
  set(before_${variable} "${${variable}}")
endforeach()
