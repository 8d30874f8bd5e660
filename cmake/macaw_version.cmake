# SPDX-License-Identifier: MIT
#
# The version stands in one place, include/macaw/version.hpp.

# macaw_read_version(<header> <result>): sets <result> to "major.minor.patch".
function(macaw_read_version header result)
  set(version "")
  foreach(part IN ITEMS MAJOR MINOR PATCH)
    file(STRINGS "${header}" line REGEX "#define MACAW_VERSION_${part} ")
    string(REGEX MATCH "[0-9]+$" number "${line}")
    list(APPEND version "${number}")
  endforeach()
  list(JOIN version "." version)
  set(${result} "${version}" PARENT_SCOPE)
endfunction()
