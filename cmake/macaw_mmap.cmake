# SPDX-License-Identifier: MIT
#
# Finds the headers of Boost.Interprocess for macaw::mmap; used by the build and by the installed package.
# Headers are all that is needed, so a plain search for one of them serves every way of installing Boost
# and every version of CMake, and nothing of Boost's own package files enters the consumer.

# macaw_find_interprocess(<result>): sets <result> to TRUE if the headers are there. A target
# Boost::interprocess that the consumer has brought along wins.
function(macaw_find_interprocess result)
  if(TARGET Boost::interprocess)
    set(${result} TRUE PARENT_SCOPE)
    return()
  endif()
  find_path(MACAW_BOOST_INCLUDE_DIR boost/interprocess/mapped_region.hpp
            HINTS "${Boost_INCLUDE_DIR}" "${BOOST_ROOT}" ENV BOOST_ROOT PATH_SUFFIXES include
            DOC "The directory that holds boost/interprocess/, for macaw::mmap")
  mark_as_advanced(MACAW_BOOST_INCLUDE_DIR)
  if(MACAW_BOOST_INCLUDE_DIR)
    set(${result} TRUE PARENT_SCOPE)
  else()
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()

# macaw_use_interprocess(<interface target>): adds what macaw_find_interprocess found.
function(macaw_use_interprocess target)
  if(TARGET Boost::interprocess)
    target_link_libraries(${target} INTERFACE Boost::interprocess)
  else()
    target_include_directories(${target} SYSTEM INTERFACE "${MACAW_BOOST_INCLUDE_DIR}")
  endif()
endfunction()
