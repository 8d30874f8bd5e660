# SPDX-License-Identifier: MIT
#
# How macaw's own programs (tests, examples, benchmarks) are compiled. Applied to single targets, never
# globally, so that nothing reaches a consumer.

option(MACAW_WERROR "Treat warnings in macaw's own programs as errors" ON)
set(MACAW_SANITIZE "" CACHE STRING "Sanitizers of macaw's own programs, as for -fsanitize= (address,undefined or thread)")

# macaw_program_settings(<target>): warnings, sanitizers and the library.
function(macaw_program_settings target)
  target_link_libraries(${target} PRIVATE macaw::macaw)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
                                             $<$<BOOL:${MACAW_WERROR}>:-Werror>)
    if(MACAW_SANITIZE)
      target_compile_options(${target} PRIVATE -fsanitize=${MACAW_SANITIZE} -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
      target_link_options(${target} PRIVATE -fsanitize=${MACAW_SANITIZE})
    endif()
  endif()
endfunction()
