// SPDX-License-Identifier: MIT
//
// Which commit lives, for every state that the two meta pages and the bytes of the last commit can be in.

#include "support/catch.hpp"

#include <macaw/detail/txn/recovery.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <cstddef>
#include <functional>
#include <vector>

using namespace macaw;
using namespace macaw::detail;

namespace {

constexpr expected_format format{4096, 2, 7, true};

/// A file with commits 5 (base 4, slot 0) and 6 (base 5, slot 1, pages 3 and 4, one phase).
template <file_system Files>
class two_commits_of {
 public:
  two_commits_of() : file_(files_.open("file", open_mode::create_new)) {
    file_.allocate(0, 10 * 4096);
    older.page_size = newer.page_size = 4096;
    older.checksum_id = newer.checksum_id = 7;
    older.d = 5;
    older.base = 4;
    older.two_phase = true;
    older.mark = 3;
    newer.d = 6;
    newer.base = 5;
    newer.mark = 5;
    newer.run_count = 1;
    newer.runs[0] = {3, 2};
    std::vector<std::byte> pages(2 * 4096);
    for (std::size_t i = 0; i < pages.size(); ++i) pages[i] = static_cast<std::byte>(i * 7 / 3);
    const bytes_view piece[] = {pages};
    file_.write(3 * 4096, piece);
    xxh3_stream digest(digest_seed(newer.uuid, newer.d));
    digest.update(pages);
    newer.digest = digest.digest();
  }

  void write() {
    write_meta(file_, older, 0);
    write_meta(file_, newer, 1);
  }
  void damage(std::uint64_t offset) {
    std::byte byte;
    REQUIRE(file_.read(offset, {&byte, 1}) == 1);
    byte ^= std::byte{0x10};
    const bytes_view piece[] = {{&byte, 1}};
    file_.write(offset, piece);
  }
  /// As closing does after an opening that found this slot to live.
  void seal(unsigned slot) { seal_metas(file_, living_meta{slot == 0 ? older : newer, slot}, 10 * 4096); }
  living_meta recover() { return recover_for_writing(file_, format, "file"); }
  living_meta recover_reading() { return recover_for_reading(file_, format, "file"); }
  errc failure() {
    try {
      static_cast<void>(recover());
    } catch (const error& failure) {
      return failure.kind();
    }
    return errc{};
  }
  Files& files() { return files_; }
  typename Files::file_type& file() { return file_; }

  meta_page older;
  meta_page newer;

 private:
  Files files_;
  typename Files::file_type file_;
};

using two_commits = two_commits_of<memory_files>;

}  // namespace

TEST_CASE("a whole newest commit lives") {
  two_commits state;
  state.write();
  const living_meta living = state.recover();
  CHECK(living.meta.d == 6);
  CHECK(living.slot == 1);
  CHECK(living.other_slot() == 0);
}

TEST_CASE("the torn remains of a newest meta are overwritten, so that no later write completes them") {
  for (const std::uint64_t place : {0U, 100U, 300U, 2300U, 4095U}) {
    two_commits state;
    state.newer.two_phase = true;  // so that nothing but its own checksum speaks against it
    state.newer.run_count = 0;
    state.write();
    state.damage(4096 + place);
    CHECK(state.recover_reading().meta.d == 5);
    const living_meta living = state.recover();
    CHECK(living.meta.d == 7);  // 6 is not used again
    CHECK(living.meta.base == 5);
    CHECK(living.slot == 1);
    CHECK(living.meta.rejected_d == 6);
    CHECK(living.meta.mark == state.older.mark);
    state.damage(4096 + place);  // as a torn write of the same bytes might mend them
    CHECK(state.recover_reading().meta.mark == state.older.mark);
  }
}

TEST_CASE("a damaged base meta does not matter while the newest commit is whole, and is overwritten") {
  two_commits state;
  state.write();
  state.damage(100);
  CHECK(state.recover_reading().meta.d == 6);
  const living_meta living = state.recover();
  CHECK(living.meta.d == 8);
  CHECK(living.meta.base == 6);
  CHECK(living.slot == 0);
  CHECK(living.meta.mark == state.newer.mark);
}

TEST_CASE("a slot that was never written is left alone") {
  two_commits state;
  write_meta(state.file(), state.older, 0);
  const living_meta living = state.recover();
  CHECK(living.meta.d == 5);
  CHECK(living.slot == 0);
}

TEST_CASE("a meta page of a newer format is never overwritten") {
  for (const bool newest : {false, true}) {
    two_commits state;
    (newest ? state.newer : state.older).version = 2;
    state.write();
    CHECK(state.failure() == errc::unsupported_version);
    CHECK(read_meta(state.file(), newest ? 1 : 0, state.file().size()).finding == meta_finding::unsupported_version);
  }
}

TEST_CASE("a newest commit that is not whole is rejected for good") {
  for (std::uint64_t offset = 3 * 4096; offset < 5 * 4096; offset += 511) {
    two_commits state;
    state.write();
    state.damage(offset);
    CHECK(state.recover_reading().meta.d == 5);
    const living_meta living = state.recover();
    CHECK(living.meta.d == 7);
    CHECK(living.meta.base == 5);
    CHECK(living.slot == 1);
    CHECK(living.meta.rejected_d == 6);
    CHECK(living.meta.mark == state.older.mark);
    state.damage(offset);  // the lost bytes turn up after all: too late
    const living_meta again = state.recover();
    CHECK(again.meta.d == 7);
    CHECK(again.meta.mark == state.older.mark);
  }
}

TEST_CASE("reading changes nothing, even where a commit is rejected") {
  two_commits state;
  state.write();
  state.damage(3 * 4096);
  std::vector<std::byte> before(5 * 4096);
  REQUIRE(state.file().read(0, before) == before.size());
  static_cast<void>(state.recover_reading());
  std::vector<std::byte> after(5 * 4096);
  REQUIRE(state.file().read(0, after) == after.size());
  CHECK(before == after);
}

TEST_CASE("a commit whose mark lies beyond the file's end is not whole, and does not become so when the file grows") {
  two_commits state;
  state.newer.mark = 11;
  state.write();
  CHECK(state.recover_reading().meta.d == 5);
  CHECK(state.recover().meta.d == 7);
  state.file().allocate(0, 20 * 4096);
  CHECK(state.recover().meta.mark == state.older.mark);
}

TEST_CASE("never past the base: without it a commit that is not whole is corruption") {
  SECTION("the other meta is not the base") {
    two_commits state;
    state.newer.base = 3;
    state.write();
    state.damage(3 * 4096);
    CHECK(state.failure() == errc::corrupt);
  }
  SECTION("the other meta is damaged") {
    two_commits state;
    state.write();
    state.damage(3 * 4096);
    state.damage(100);
    CHECK(state.failure() == errc::corrupt);
  }
  SECTION("the base is not whole either") {
    two_commits state;
    state.older.two_phase = false;
    state.older.run_count = 1;
    state.older.runs[0] = {2, 1};
    state.older.digest = 1;
    state.write();
    state.damage(3 * 4096);
    CHECK(state.failure() == errc::corrupt);
  }
}

TEST_CASE("metas that contradict each other are corruption") {
  two_commits state;
  SECTION("equal numbers") { state.older.d = 6; }
  SECTION("another file's") { state.older.uuid[0] = std::byte{1}; }
  state.write();
  CHECK(state.failure() == errc::corrupt);
}

TEST_CASE("what the configuration cannot use is refused with a reason of its own") {
  const auto failure_with = [](const std::function<void(meta_page&)>& change) {
    two_commits state;
    change(state.older);
    change(state.newer);
    state.write();
    return state.failure();
  };
  CHECK(failure_with([](meta_page& meta) { meta.page_size = 8192; }) == errc::wrong_page_size);
  CHECK(failure_with([](meta_page& meta) { meta.checksum_id = 8; }) == errc::unsupported_feature);
  CHECK(failure_with([](meta_page& meta) { meta.features_refuse = 1; }) == errc::unsupported_feature);
  CHECK(failure_with([](meta_page& meta) { meta.features_read_only = 1; }) == errc::unsupported_feature);
  CHECK(failure_with([](meta_page& meta) { meta.features_ignore = 1; }) == errc{});
  CHECK(failure_with([](meta_page& meta) { meta.reserved_per_page = 16; }) == errc::unsupported_feature);
  CHECK(failure_with([](meta_page& meta) { meta.version = 2; }) == errc::unsupported_version);
  CHECK(failure_with([](meta_page& meta) { meta.catalog = {{page_id{9}, 5}, 1, 0, 0, 0, 0}; }) == errc::corrupt);
  CHECK(failure_with([](meta_page& meta) { meta.catalog = {{page_id{2}, 5}, 1, 0, 1, 3, 0}; }) == errc{});
  CHECK(failure_with([](meta_page& meta) { meta.catalog = {{page_id{2}, 5}, 1, 0, 0, 11, 0}; }) == errc::corrupt);
  CHECK(failure_with([](meta_page& meta) { meta.mark = 1, meta.two_phase = true; }) == errc::corrupt);
}

TEST_CASE("a file without any meta is something else, and is left alone") {
  memory_files files;
  auto file = files.open("file", open_mode::create_new);
  file.allocate(0, 8192);
  try {
    static_cast<void>(recover_for_writing(file, format, "file"));
    FAIL("accepted");
  } catch (const error& failure) {
    CHECK(failure.kind() == errc::not_macaw);
  }
}

TEST_CASE("an opening for reading that cannot sync shows nothing: it might vanish") {
  testing::simulated_files disk;
  auto file = disk.open("file", open_mode::create_new);
  file.allocate(0, 10 * 4096);
  meta_page meta;
  meta.page_size = 4096;
  meta.checksum_id = 7;
  meta.d = 5;
  meta.base = 4;
  meta.two_phase = true;
  meta.mark = 2;
  write_meta(file, meta, 0);
  disk.fail_sync({.sync = 0});
  CHECK_THROWS_AS(recover_for_reading(file, format, "file"), error);
  CHECK(disk.sync_fault_fired());
}

TEST_CASE("a sealed file is believed: nothing is synced, and nothing proven") {
  two_commits_of<testing::simulated_files> state;
  state.write();
  testing::simulated_files& disk = state.files();
  REQUIRE(disk.decay_part("file", {.kind = testing::decay_kind::bit_flip, .offset = 3 * 4096, .size = 8, .seed = 1}));
  SECTION("unsealed, it has to prove its last commit") {
    CHECK(state.recover_reading().meta.d == 5);
    CHECK(disk.syncs() == 1);
  }
  SECTION("sealed, it need not") {
    state.seal(1);
    CHECK(state.recover_reading().meta.d == 6);
    CHECK(state.recover().meta.d == 6);
    CHECK(state.recover().slot == 1);
    CHECK(disk.syncs() == 0);
  }
  SECTION("sealed with other meta pages than it shows, it does") {
    state.seal(1);
    REQUIRE(disk.decay_part("file", {.kind = testing::decay_kind::bit_flip, .offset = 4096, .size = 4096, .seed = 99}));
    CHECK(state.recover_reading().meta.d == 5);
    CHECK(disk.syncs() == 1);
  }
  SECTION("sealed by somebody else, it does") {
    state.file().seal(1);
    CHECK(state.recover().meta.d == 7);
    CHECK(disk.syncs() == 2);
  }
  SECTION("written to after it was sealed, it does") {
    state.seal(1);
    write_meta(state.file(), state.newer, 1);
    CHECK(state.recover_reading().meta.d == 5);
  }
}

TEST_CASE("a file is sealed only if it shows what is known to be durable") {
  two_commits_of<testing::simulated_files> state;
  state.write();
  SECTION("not where the cache has a newer meta page, which the device may not have") { state.seal(0); }
  SECTION("not where it shows another one in the place of the living") {
    state.newer.mark = 6;
    state.seal(1);
  }
  SECTION("not where the other one is torn") {
    state.damage(100);
    state.seal(1);
  }
  SECTION("not where it is of another length") {
    seal_metas(state.file(), living_meta{state.newer, 1}, state.file().size() - 4096);
  }
  CHECK_FALSE(state.file().sealed());
}

TEST_CASE("what a sealed file's format is wrong in is refused all the same") {
  two_commits_of<testing::simulated_files> state;
  state.older.page_size = state.newer.page_size = 8192;
  state.write();
  state.seal(1);
  CHECK(state.failure() == errc::wrong_page_size);
}

TEST_CASE("sealing what is sealed, too short or locked out does nothing") {
  two_commits_of<testing::simulated_files> state;
  state.seal(1);
  CHECK_FALSE(state.file().sealed());  // nothing but zeros
  state.write();
  state.seal(1);
  const auto number = state.file().sealed();
  CHECK(number);
  state.seal(1);
  CHECK(state.file().sealed() == number);
  state.file().truncate(8191);
  state.seal(1);
  CHECK_FALSE(state.file().sealed());
  state.files().process_kill();
  state.seal(1);  // reading raises: swallowed
}
