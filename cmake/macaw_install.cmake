# SPDX-License-Identifier: MIT
#
# Installs the headers and a package for find_package(macaw [COMPONENTS mmap]).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(macaw_package_dir "${CMAKE_INSTALL_DATAROOTDIR}/cmake/macaw")

target_include_directories(macaw INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
install(TARGETS macaw EXPORT macaw-targets)
install(EXPORT macaw-targets NAMESPACE macaw:: DESTINATION "${macaw_package_dir}")
install(DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/include/macaw" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
        FILES_MATCHING PATTERN "*.hpp")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/macaw-config.cmake.in" macaw-config.cmake
                              INSTALL_DESTINATION "${macaw_package_dir}" NO_SET_AND_CHECK_MACRO)
# Until 1.0 a minor version may break its users.
write_basic_package_version_file(macaw-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/macaw-config.cmake" "${CMAKE_CURRENT_BINARY_DIR}/macaw-config-version.cmake"
              "${CMAKE_CURRENT_LIST_DIR}/macaw_mmap.cmake"
        DESTINATION "${macaw_package_dir}")
