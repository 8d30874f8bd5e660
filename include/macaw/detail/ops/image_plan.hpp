// SPDX-License-Identifier: MIT
//
// What the file image of a state is made of: planned before the first byte goes out. Layer 7 (tools).
//
// Invariants:
//  1. Pages of the file keep their ids, and their bytes. Frames, which are in no file, get ids that are free in the
//     image, and are written as a commit would write them.
//  2. The image is that of a two-phase commit above the one that the state rests on. Its space map is made anew, and
//     says that exactly what the state does not reach is free.
//  3. The state is held by a reader, so nothing that is planned changes while the image is written.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/tree_root.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/space/space_plan.hpp>
#include <macaw/detail/tree/walk.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// A page of the file as its reference has it.
struct planned_page {
  static constexpr std::uint8_t inside_piece = 0xFF;  ///< the level of a piece's pages behind the first

  std::uint32_t birth = 0;
  page_kind kind = page_kind::none;  ///< none: the file has nothing here that belongs to the image
  std::uint8_t level = 0;
};

/// A page in memory, and where it stands in the image.
struct planned_frame {
  page_id frame{};
  std::uint32_t pages = 1;
  std::uint32_t first = 0;
};

/// The image of a state.
template <class Config>
class image_plan {
 public:
  static constexpr std::size_t page_size = Config::page_size;

  /// Plans the image of `catalog`. `meta` says what the image's file is: its UUID, format and commit.
  /// Errors: `corrupt`, `io`, `cancelled`, `no_space` where there are too many pages, std::bad_alloc.
  /// Complexity: reads branches, and leaves that hold references; memory of eight bytes for each page of the file.
  image_plan(const raw_pages<Config>& pages, const tree_root& catalog, const meta_page& meta, progress_meter& meter)
      : map_(first_page, space_room_of(page_size)), meta_(meta) {
    slots_.resize(algorithms::max(pages.origin().page_end, first_page));
    list_pages(pages, catalog, meter);
    const std::vector<page_run> reached = list_runs();
    map_.rebuild(end_of_pages(), reached);
    std::vector<page_run> used;
    for (planned_frame& frame : frames_) {
      frame.first = map_.allocate(frame.pages);
      used.push_back({frame.first, frame.pages});
    }
    plan_.emplace(map_, meta_.d, std::span<const freed_pages>(), used);
    plan_->describe(meta_);
    meta_.catalog = catalog;
    by_frame_ = frames_;
    algorithms::sort(by_frame_.begin(), by_frame_.end(),
                     [](const planned_frame& a, const planned_frame& b) { return a.frame < b.frame; });
    algorithms::sort(frames_.begin(), frames_.end(),
                     [](const planned_frame& a, const planned_frame& b) { return a.first < b.first; });
    meta_.catalog.ref = translate(catalog.ref);
  }
  image_plan(const image_plan&) = delete;
  image_plan& operator=(const image_plan&) = delete;

  [[nodiscard]] const meta_page& meta() const noexcept { return meta_; }
  [[nodiscard]] std::uint64_t tables() const noexcept { return tables_; }
  /// The frames, by where they stand in the image.
  [[nodiscard]] const std::vector<planned_frame>& frames() const noexcept { return frames_; }
  /// The pages of the space map's log, by id.
  [[nodiscard]] auto log_pages() const noexcept { return plan_->pages(); }

  /// What the file has at this id.
  [[nodiscard]] planned_page at(std::uint32_t id) const noexcept {
    return id < slots_.size() ? slots_[id] : planned_page{};
  }

  /// The reference as it is in the image.
  [[nodiscard]] page_ref translate(page_ref ref) const noexcept {
    if (!is_frame(ref.id)) return ref;
    const auto at = algorithms::lower_bound(by_frame_.begin(), by_frame_.end(), ref.id,
                                            [](const planned_frame& a, page_id id) { return a.frame < id; });
    MACAW_ASSERT(at != by_frame_.end() && at->frame == ref.id);
    return {page_id{at->first}, static_cast<std::uint32_t>(meta_.d)};
  }

 private:
  static constexpr std::uint32_t first_page = geometry<page_size>::first_page;

  void list_pages(const raw_pages<Config>& pages, const tree_root& catalog, progress_meter& meter) {
    const auto note = [&](const walked_page& page) {
      meter.advance(0);
      this->note(page);
    };
    walk_tree(pages, catalog, catalog_layout<page_size>{}, walk_leaves::skip, note);
    const raw_pages<Config> records(pages.again());  // the walks below need the buffers of `pages`
    for_each_record(records, catalog, [&](std::string_view, const catalog_record& record) {
      ++tables_;
      with_layout<page_size>(record.key_width, record.value_width, [&](const auto& layout) {
        walk_tree(pages, record.root, layout, walk_leaves::skip, note);
      });
    });
  }

  void note(const walked_page& page) {
    if (is_frame(page.ref.id)) {
      frames_.push_back({page.ref.id, page.pages, 0});
      return;
    }
    const std::uint32_t first = to_number(page.ref.id);
    if (first < first_page || std::uint64_t{first} + page.pages > slots_.size()) {
      throw_corrupt(page.ref.id, "a reference leads out of the file");
    }
    for (std::uint32_t i = 0; i < page.pages; ++i) {
      planned_page& slot = slots_[first + i];
      if (slot.kind != page_kind::none) throw_corrupt(page_id{first + i}, "the page is reached twice");
      slot = {page.ref.birth, page.kind, i == 0 ? page.level : planned_page::inside_piece};
    }
  }

  [[nodiscard]] std::vector<page_run> list_runs() const {
    std::vector<page_run> runs;
    for (std::uint32_t id = first_page; id < slots_.size(); ++id) {
      if (slots_[id].kind == page_kind::none) continue;
      if (runs.empty() || runs.back().first + runs.back().pages != id) runs.push_back({id, 0});
      ++runs.back().pages;
    }
    return runs;
  }

  [[nodiscard]] std::uint32_t end_of_pages() const noexcept {
    std::uint32_t end = static_cast<std::uint32_t>(slots_.size());
    while (end > first_page && slots_[end - 1].kind == page_kind::none) --end;
    return end;
  }

  space_map map_;
  meta_page meta_;
  std::vector<planned_page> slots_;
  std::vector<planned_frame> frames_;
  std::vector<planned_frame> by_frame_;
  std::optional<space_plan> plan_;
  std::uint64_t tables_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
