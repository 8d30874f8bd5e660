// SPDX-License-Identifier: MIT

#include "fault/fault_life.hpp"
#include "support/catch.hpp"

#include <cstdint>

namespace {

template <class Config>
void fail_everything(macaw::testing::file_fault fault) {
  for (const bool has_file : {true, false}) {
    CAPTURE(has_file);
    const std::uint64_t calls = macaw_test::fail_every_call(
        fault, [&] { return macaw_test::fault_life<Config>(has_file); }, [](auto& life) { life.live(); });
    CHECK(calls > 10);
  }
}

}  // namespace

TEST_CASE("an I/O error at any call leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::io});
}

TEST_CASE("I/O errors from any call on leave the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::io, .persists = true});
}

TEST_CASE("a write broken off anywhere leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>(
      {.kind = macaw::errc::io, .of = macaw::testing::file_call::write, .writes_half = true});
}

TEST_CASE("a full disk at any call leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::no_space});
}

TEST_CASE("a full disk from any call on leaves the state before or after a commit: file pager") {
  fail_everything<macaw_test::faulty_file_config>({.kind = macaw::errc::no_space, .persists = true});
}

TEST_CASE("an I/O error at any call leaves the state before or after a commit: mapped pager") {
  fail_everything<macaw_test::faulty_mmap_config>({.kind = macaw::errc::io});
}

TEST_CASE("I/O errors from any call on leave the state before or after a commit: mapped pager") {
  fail_everything<macaw_test::faulty_mmap_config>({.kind = macaw::errc::io, .persists = true, .writes_half = true});
}

TEST_CASE("a full disk from any call on leaves the state before or after a commit: mapped pager") {
  fail_everything<macaw_test::faulty_mmap_config>({.kind = macaw::errc::no_space, .persists = true});
}

TEMPLATE_TEST_CASE("an error in a commit too large to be staged leaves the state before or after it", "",
                   macaw_test::faulty_file_config, macaw_test::faulty_mmap_config) {
  for (const bool persists : {false, true}) {
    CAPTURE(persists);
    const std::uint64_t calls = macaw_test::fail_every_call(
        {.kind = persists ? macaw::errc::no_space : macaw::errc::io, .persists = persists, .writes_half = !persists},
        [] { return macaw_test::fault_life<TestType>(true, std::size_t{64} << 20); },
        [](auto& life) { life.live_largely(); });
    CHECK(calls > 10);
  }
}
