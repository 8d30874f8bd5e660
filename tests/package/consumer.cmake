# SPDX-License-Identifier: MIT
#
# What all consumers have in common: a program for macaw::macaw and, where the target is, one for macaw::mmap.

enable_testing()

add_executable(consumer ${CMAKE_CURRENT_LIST_DIR}/consumer.cpp)
target_link_libraries(consumer PRIVATE macaw::macaw)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(consumer PRIVATE -Wall -Wextra -Wshadow -Werror)
endif()
add_test(NAME consumer COMMAND consumer)

if(TARGET macaw::mmap)
  add_executable(mmap_consumer ${CMAKE_CURRENT_LIST_DIR}/mmap_consumer.cpp)
  target_link_libraries(mmap_consumer PRIVATE macaw::mmap)
  add_test(NAME mmap_consumer COMMAND mmap_consumer)
endif()
