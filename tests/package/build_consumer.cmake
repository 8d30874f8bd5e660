# SPDX-License-Identifier: MIT
#
# Configures, builds and runs the consumer in <source>.

file(REMOVE_RECURSE "${binary}")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${source}" -B "${binary}" -G "${generator}"
                        -D "CMAKE_CXX_COMPILER=${compiler}" -D "MACAW_DIRECTORY=${macaw}" -D "MACAW_VERSION=${version}"
                        -D "CMAKE_PREFIX_PATH=${prefix}" -D FETCHCONTENT_FULLY_DISCONNECTED=ON
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${binary}" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_CTEST_COMMAND}" --test-dir "${binary}" --output-on-failure --no-tests=error
                COMMAND_ERROR_IS_FATAL ANY)
