// SPDX-License-Identifier: MIT
//
// A pager over a file of its own, with shorthand for what tests of pagers do over and over.

#pragma once

#include "support/catch.hpp"
#include "support/sample_pages.hpp"

#include <macaw/bytes.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/pager.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

using namespace macaw;

/// Runs `action`, which ought to raise `kind`, and returns the page that the error names.
template <class Action>
page_id raises(errc kind, Action action) {
  try {
    action();
  } catch (const error& failure) {
    CHECK(failure.kind() == kind);
    return failure.page();
  }
  FAIL_CHECK("nothing was raised");
  return {};
}

/// A pager over a file of its own, with shorthand for the steps that tests repeat.
template <class Pager, class FileSystem>
class pager_bench {
 public:
  static constexpr std::size_t page_size = Pager::page_size;
  static constexpr std::uint32_t first_page = detail::geometry<page_size>::first_page;

  explicit pager_bench(FileSystem& files, std::size_t cache_bytes = 64 * page_size, std::string path = "pages")
      : files_(files), path_(std::move(path)), cache_bytes_(cache_bytes) {
    static_cast<void>(files.remove(path_));
    pager.emplace(files.open(path_, open_mode::create_new), cache_bytes);
    pager->grow(first_page + 8);
  }

  /// The n-th page that may hold data, written by commit `birth`.
  [[nodiscard]] static page_ref ref(std::uint32_t n, std::uint32_t birth = 1) {
    return {page_id{first_page + n}, birth};
  }

  void store(page_ref page, const std::vector<std::byte>& bytes) {
    const std::uint32_t count = static_cast<std::uint32_t>(bytes.size() / page_size);
    pager->claim(to_number(page.id), count);
    const bytes_view piece[] = {bytes};
    pager->store(to_number(page.id), piece);
  }
  void put(page_ref page, const std::vector<std::byte>& bytes, bool adopt_bytes = true) {
    store(page, bytes);
    pager->adopt(to_number(page.id), static_cast<std::uint32_t>(bytes.size() / page_size),
                 adopt_bytes ? bytes.data() : nullptr);
  }
  void put(page_ref page, std::uint8_t level = 0) { put(page, sample_page<page_size>(page, level)); }

  /// Forgets all that the pager knows: the next touch is the first.
  void reopen() {
    pins = {};
    pager.reset();
    pager.emplace(files_.open(path_, open_mode::read_write), cache_bytes_);
  }

  void damage(page_ref page, std::size_t at) {
    auto file = files_.open(path_, open_mode::read_write);
    const std::byte wrong[] = {std::byte{0xEE} ^ sample_byte(page, at)};
    const bytes_view piece[] = {wrong};
    file.write(std::uint64_t{to_number(page.id)} * page_size + at, piece);
  }

  [[nodiscard]] bytes_view fetch(page_ref page) { return {pager->fetch(page, check.check(), pins), page_size}; }
  [[nodiscard]] bool reads_well(page_ref page) {
    const auto operation = pager->enter(pins);
    return is_sample(fetch(page), page);
  }
  [[nodiscard]] bool piece_reads_well(page_ref page, std::size_t pages) {
    piece_buffer buffer;
    const bytes_view bytes = pager->fetch_piece(page, pages, check.check(), buffer);
    return bytes.size() == pages * page_size && is_sample(bytes, page);
  }

  sample_check check;
  std::optional<Pager> pager;
  typename Pager::pins pins;

 private:
  FileSystem& files_;
  std::string path_;
  std::size_t cache_bytes_;
};

}  // namespace macaw_test
