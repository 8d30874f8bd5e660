// SPDX-License-Identifier: MIT
//
// Which pages of a sound file are reached, and from where: found by following references, page by page, without the
// code that walks trees.

#pragma once

#include "hostile/forged_file.hpp"

#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/space_page.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <vector>

namespace macaw_test {

/// What a sound file's living commit reaches.
template <std::size_t PageSize>
class reached_pages {
 public:
  explicit reached_pages(std::span<const std::byte> file) : file_(file) {
    const auto one = file_seals<PageSize>::meta_at(file, 0), other = file_seals<PageSize>::meta_at(file, 1);
    slot_ = !other || (one && one->d > other->d) ? 0 : 1;
    const macaw::detail::meta_page& meta = slot_ == 0 ? *one : *other;
    for (const macaw::detail::page_run& run : meta.manifest()) {
      for (std::uint32_t i = 0; i < run.pages && !meta.two_phase; ++i) proven_.insert(run.first + i);
    }
    if (meta.catalog.height > 0) follow(to_number(meta.catalog.ref.id), 1);
    for (macaw::page_ref log = meta.space_head; to_number(log.id) != 0;) {
      log_.insert(to_number(log.id));
      const std::byte* const page = bytes(to_number(log.id));
      if (macaw::detail::load_space_index(page) == meta.space_tail) break;
      log = macaw::detail::load_space_previous(page, 1);
    }
  }

  /// The slot of the living meta page.
  [[nodiscard]] unsigned slot() const noexcept { return slot_; }
  /// Pages of trees and large values; pages of the space map's log; pages that a digest proves.
  [[nodiscard]] const std::set<std::uint32_t>& trees() const noexcept { return trees_; }
  [[nodiscard]] const std::set<std::uint32_t>& log() const noexcept { return log_; }
  [[nodiscard]] const std::set<std::uint32_t>& proven() const noexcept { return proven_; }

  [[nodiscard]] bool is_reached(std::uint32_t page) const { return trees_.contains(page) || log_.contains(page); }
  /// Kinds of the pages that trees reach.
  [[nodiscard]] std::set<macaw::detail::page_kind> kinds() const {
    std::set<macaw::detail::page_kind> found;
    for (const std::uint32_t page : first_) found.insert(macaw::detail::load_shape(bytes(page)).kind());
    return found;
  }

 private:
  [[nodiscard]] const std::byte* bytes(std::uint32_t page) const { return file_.data() + std::size_t{page} * PageSize; }

  void follow(std::uint32_t page, std::uint32_t pages) {
    first_.insert(page);
    for (std::uint32_t i = 0; i < pages; ++i) trees_.insert(page + i);
    const std::byte* const here = bytes(page);
    if (macaw::detail::load_shape(here).kind() == macaw::detail::page_kind::piece) return;
    macaw::detail::for_each_reference<PageSize>(here, [&](const auto& reference) {
      const std::uint32_t id = to_number(reference.load().id);
      const bool is_piece = reference.kind == macaw::detail::page_kind::piece;
      const std::size_t payload = is_piece ? macaw::detail::piece_payload(bytes(id)) : 0;
      follow(id, is_piece ? static_cast<std::uint32_t>(macaw::detail::geometry<PageSize>::piece_pages(payload)) : 1);
    });
  }

  std::span<const std::byte> file_;
  unsigned slot_ = 0;
  std::set<std::uint32_t> trees_, log_, proven_, first_;
};

}  // namespace macaw_test
