// SPDX-License-Identifier: MIT

#include <macaw/ops/probe.hpp>

#include "support/catch.hpp"
#include "support/test_databases.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

}  // namespace

TEMPLATE_LIST_TEST_CASE("a probe tells page size, version, identity and whether the file is in use", "",
                        macaw_test::file_homes) {
  TestType home;
  auto db = home.open();
  const auto fresh = macaw::probe("test.macaw", home.files);
  CHECK(fresh.page_size == TestType::config::page_size);
  CHECK(fresh.version == 1);
  CHECK(fresh.in_use);
  CHECK(fresh.durable == 1);
  CHECK(fresh.uuid_text().size() == 36);
  db.put(events, 1, "one");
  db.close();
  const auto later = macaw::probe("test.macaw", home.files);
  CHECK_FALSE(later.in_use);
  CHECK(later.durable == 2);
  CHECK(later.uuid == fresh.uuid);
  CHECK(later.file_size > 0);
  const auto reading = home.open({.read_only = true});
  CHECK_FALSE(macaw::probe("test.macaw", home.files).in_use);
}

TEST_CASE("what is no database, or a damaged one, is told apart") {
  macaw::memory_files files;
  CHECK(macaw_test::error_of([&] { return macaw::probe("missing", files); }) == macaw::errc::io);
  {
    auto file = files.open("other", macaw::open_mode::create_new);
    file.allocate(0, 10'000);
  }
  CHECK(macaw_test::error_of([&] { return macaw::probe("other", files); }) == macaw::errc::not_macaw);
  macaw_test::database_home<macaw_test::small_file> home;
  home.open().close();
  {
    auto file = home.files.open("test.macaw", macaw::open_mode::read_write);
    const std::byte wrong[] = {std::byte{0xee}};
    const macaw::bytes_view piece[] = {wrong};
    file.write(100, piece);
  }
  CHECK(macaw_test::error_of([&] { return macaw::probe("test.macaw", home.files); }) == macaw::errc::corrupt);
}
