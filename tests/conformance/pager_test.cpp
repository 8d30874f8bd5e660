// SPDX-License-Identifier: MIT
//
// Every pager over files of the operating system's obeys the laws of a pager. Those over files in memory
// do so in the pagers' own tests.

#include "conformance/pager_conformance.hpp"
#include "support/catch.hpp"
#include "support/temp_directory.hpp"

#include <macaw/storage/file_pager.hpp>
#include <macaw/storage/posix_files.hpp>

#if defined(MACAW_TEST_HAVE_BOOST)
#include <macaw/storage/interprocess_files.hpp>
#include <macaw/storage/mmap_pager.hpp>
#endif

using macaw_test::durable_pager_conformance;

TEST_CASE("File pagers over POSIX files obey the laws of a pager", "[pager]") {
  const macaw_test::temp_directory directory;
  SECTION("512") {
    durable_pager_conformance<macaw::file_pager<512, macaw::posix_files>>(macaw::posix_files(),
                                                                          directory.path("pages"));
  }
  SECTION("4096") {
    durable_pager_conformance<macaw::file_pager<4096, macaw::posix_files>>(macaw::posix_files(),
                                                                           directory.path("pages"));
  }
}

#if defined(MACAW_TEST_HAVE_BOOST)
TEST_CASE("Mapped pagers over POSIX files obey the laws of a pager", "[pager]") {
  const macaw_test::temp_directory directory;
  SECTION("512") {
    durable_pager_conformance<macaw::mmap_pager<512, macaw::interprocess_files>>(macaw::interprocess_files(),
                                                                                 directory.path("pages"));
  }
  SECTION("16384") {
    durable_pager_conformance<macaw::mmap_pager<16384, macaw::interprocess_files>>(macaw::interprocess_files(),
                                                                                   directory.path("pages"));
  }
}
#endif
