// SPDX-License-Identifier: MIT

#include <macaw/detail/base/os_error.hpp>

#include "support/catch.hpp"

#include <string>
#include <system_error>

namespace {

TEST_CASE("an error of the system's names the deed, the file and the reason", "[os_error]") {
  try {
    macaw::detail::throw_os_error(macaw::errc::io, "cannot open", "some/file", std::errc::no_such_file_or_directory);
  } catch (const macaw::error& error) {
    const std::string what = error.what();
    CHECK(what.find("cannot open 'some/file'") != std::string::npos);
    CHECK(what.find(std::make_error_code(std::errc::no_such_file_or_directory).message()) != std::string::npos);
    CHECK(error.kind() == macaw::errc::io);
    CHECK(error.os_code() == std::errc::no_such_file_or_directory);
  }
}

TEST_CASE("a change of what was opened for reading is read_only", "[os_error]") {
  try {
    macaw::detail::throw_opened_for_reading("a");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == macaw::errc::read_only);
  }
}

}  // namespace
