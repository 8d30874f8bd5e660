// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/txn/meta_store.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/file_observer.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

using namespace macaw;
using namespace macaw::detail;

namespace {

meta_page example(std::uint64_t d) {
  meta_page meta;
  meta.page_size = 512;
  meta.d = d;
  meta.base = d - 1;
  meta.mark = 20;
  return meta;
}

struct reads_seen final : testing::file_observer {
  void observe(const testing::file_event&) override {}
  void observe_read(const testing::file_read& read) override {
    ++count;
    bytes += read.size;
  }
  std::size_t count = 0;
  std::uint64_t bytes = 0;
};

}  // namespace

TEST_CASE("the two slots are written and read apart") {
  memory_files files;
  auto file = files.open("f", open_mode::create_new);
  file.allocate(0, 32 * 512);
  write_meta(file, example(5), 0);
  write_meta(file, example(6), 1);
  const meta_slot a = read_meta(file, 0, file.size());
  const meta_slot b = read_meta(file, 1, file.size());
  CHECK(a.valid());
  CHECK(a.meta.d == 5);
  CHECK(b.valid());
  CHECK(b.meta.d == 6);
  CHECK_FALSE(read_meta(file, 1, 19 * 512).valid());
  CHECK(living_meta{example(5), 0}.other_slot() == 1);
}

TEST_CASE("a file too short for a slot holds no meta there") {
  memory_files files;
  auto file = files.open("f", open_mode::create_new);
  file.allocate(0, 100);
  CHECK(read_meta(file, 0, 100).finding == meta_finding::not_a_meta);
  CHECK(read_meta(file, 1, 100).finding == meta_finding::not_a_meta);
}

TEST_CASE("both slots are read by one call, and come to what they come to one by one") {
  testing::simulated_files disk;
  auto file = disk.open("f", open_mode::create_new);
  file.allocate(0, 32 * 512);
  write_meta(file, example(5), 0);
  file.sync(sync_scope::data_and_size);
  write_meta(file, example(6), 1);
  const auto check_both = [&](std::uint64_t size) {
    reads_seen reads;
    disk.add_observer(reads);
    const std::array<meta_slot, 2> both = read_metas(file, size);
    disk.remove_observer(reads);
    CHECK(reads.count == 1);
    CHECK(reads.bytes == 2 * meta_size);
    for (const unsigned slot : {0U, 1U}) {
      const meta_slot alone = read_meta(file, slot, size);
      CHECK(both[slot].finding == alone.finding);
      CHECK(both[slot].meta.d == alone.meta.d);
      CHECK(both[slot].beyond_end == alone.beyond_end);
      CHECK(both[slot].blank == alone.blank);
    }
    return both[1].finding;
  };
  CHECK(check_both(file.size()) == meta_finding::not_a_meta);  // what is on the device, not what the cache shows
  file.sync(sync_scope::data);
  CHECK(check_both(file.size()) == meta_finding::good);
  CHECK(check_both(19 * 512) == meta_finding::good);
  file.truncate(meta_size + 16);
  file.sync(sync_scope::data_and_size);
  CHECK(check_both(file.size()) == meta_finding::damaged);
}

TEST_CASE("a commit is whole when its runs digest to what its meta says") {
  memory_files files;
  auto file = files.open("f", open_mode::create_new);
  file.allocate(0, 32 * 512);
  std::vector<std::byte> pages(3 * 512, std::byte{0x3C});
  const bytes_view first[] = {bytes_view(pages).first(512)};
  const bytes_view rest[] = {bytes_view(pages).subspan(512)};
  file.write(16 * 512, first);
  file.write(18 * 512, rest);
  meta_page meta = example(5);
  meta.runs[0] = {16, 1};
  meta.runs[1] = {18, 2};
  meta.run_count = 2;
  xxh3_stream digest(digest_seed(meta.uuid, meta.d));
  digest.update(pages);
  meta.digest = digest.digest();
  CHECK(is_complete(file, meta, 16));
  meta.d = 6;  // the digest is of commit 5
  CHECK_FALSE(is_complete(file, meta, 16));
  meta.d = 5;
  meta.runs[1] = {18, 3};
  CHECK_FALSE(is_complete(file, meta, 16));
  meta.runs[1] = {31, 2};
  CHECK_FALSE(is_complete(file, meta, 16));
  meta.runs[1] = {18, 8192 - 1};  // 4 MiB with the page before: within the bounds, but not in the file
  meta.mark = 10000;
  CHECK(manifest_in_order(meta, 16));
  CHECK_FALSE(is_complete(file, meta, 16));
  file.allocate(0, 10000 * 512);
  xxh3_stream more(digest_seed(meta.uuid, meta.d));
  more.update(bytes_view(pages).first(512));
  std::vector<std::byte> many(8192 * 512);
  std::memcpy(many.data(), pages.data(), 2 * 512);
  more.update(bytes_view(many).first(8191 * 512));
  meta.digest = more.digest();
  CHECK(is_complete(file, meta, 16));
  ++meta.runs[1].pages;
  xxh3_stream too_many(digest_seed(meta.uuid, meta.d));
  too_many.update(bytes_view(pages).first(512));
  too_many.update(many);
  meta.digest = too_many.digest();
  CHECK_FALSE(is_complete(file, meta, 16));  // more than an opening should have to read
  meta.run_count = 0;
  meta.digest = 0;
  CHECK_FALSE(is_complete(file, meta, 16));
  meta.two_phase = true;
  CHECK(is_complete(file, meta, 16));
}
