// SPDX-License-Identifier: MIT
//
// Checking the file image of a state as its bytes come by. Layer 7 (tools).
//
// Invariants:
//  1. An image has pages that its root reaches, pages of the space map's log, and zeros. So no path has to be followed:
//     if every page that is there is named once, by a page one level above it or by the meta page, they are the tree.
//  2. Ends on any bytes; nothing is kept of a page but what others say of it, and of log pages their bytes.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/page_resolver.hpp>
#include <macaw/detail/txn/recovery.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

template <class Config, class Source>
class image_check {
 public:
  static constexpr std::size_t page_size = Config::page_size;

  image_check(Source& source, progress_meter& meter) : source_(source), meter_(meter) {}

  /// Returns: everything that is wrong.
  /// Errors: `not_macaw`, `corrupt`, and those of a format that the configuration cannot use, where the image has no
  /// meta page to go by; `cancelled`; what the source raises; std::bad_alloc.
  [[nodiscard]] check_report run() {
    read_meta_page();
    slots_.resize(first_page);
    name(meta_.catalog.ref, shape_of(catalog_leaf, meta_.catalog));
    for (std::uint32_t id = first_page; id < meta_.mark;) {
      const std::uint32_t pages = read_page(id);
      if (pages == 0) {
        report(id, "the image ends before this page");
        return std::move(report_);
      }
      meter_.advance(pages);
      id += pages;
    }
    std::byte more[1];
    if (take(more) != 0) report(0, "there are bytes behind the last page");
    compare_names();
    compare_space();
    return std::move(report_);
  }

 private:
  static constexpr std::uint32_t first_page = geometry<page_size>::first_page;
  static constexpr page_shape catalog_leaf = make_shape(page_kind::leaf, 0);

  /// What stands at a place.
  struct slot {
    page_shape found;
    std::uint32_t birth = 0;
    bool there = false;
    bool named = false;
  };

  /// What a reference leads to.
  struct wanted_page {
    page_ref ref;
    page_shape shape;
  };

  /// Fills a span. Returns: how many bytes there were.
  std::size_t take(std::span<std::byte> into) {
    std::size_t size = 0;
    while (size < into.size()) {
      const std::size_t more = source_(into.subspan(size));
      if (more == 0) break;
      size += more;
    }
    return size;
  }

  void report(std::uint32_t page, std::string what) {
    report_.findings.push_back({page_id{page}, std::move(what), {}});
  }

  void read_meta_page() {
    std::vector<std::byte> bytes(std::size_t{first_page} * page_size);
    const std::size_t size = take(bytes);
    const auto first = std::span(std::as_const(bytes)).template first<meta_size>();
    const meta_finding finding = size < meta_size ? meta_finding::not_a_meta : decode_meta(first, meta_);
    if (finding == meta_finding::not_a_meta) throw_error(errc::not_macaw, "the bytes are no image of a database");
    if (finding == meta_finding::unsupported_version) {
      throw_error(errc::unsupported_version, "the image is of a newer format: update macaw");
    }
    if (finding == meta_finding::damaged) throw_error(errc::corrupt, "the meta page of the image is damaged");
    const expected_format expected{page_size, first_data_page<page_size>, Config::checksum::id, false};
    require_format(meta_, expected, "the image");
    require_root(meta_, expected);
    const auto is_set = [](std::byte byte) { return byte != std::byte{0}; };
    if (size < bytes.size() || !algorithms::none_of(bytes.begin() + meta_size, bytes.end(), is_set)) {
      report(0, "the second meta page is not blank: these are not the bytes of a backup");
    }
    seed_ = uuid_seed(meta_.uuid);
  }

  /// Reads what stands at `id`. Returns: how many pages that are; 0 where the image ends.
  std::uint32_t read_page(std::uint32_t id) {
    std::span<std::byte> bytes = buffer(1);
    if (take(bytes) != bytes.size()) return 0;
    slots_.resize(id + 1U);
    const auto is_set = [](std::byte byte) { return byte != std::byte{0}; };
    if (algorithms::none_of(bytes.begin(), bytes.end(), is_set)) return 1;
    slots_[id].there = true;
    slots_[id].found = load_shape(bytes.data());
    std::uint32_t pages = 1;
    if (slots_[id].found == piece_shape && piece_payload(bytes.data()) <= geometry<page_size>::piece_bytes_max) {
      const auto claimed = static_cast<std::uint32_t>(geometry<page_size>::piece_pages(piece_payload(bytes.data())));
      pages = algorithms::min(claimed, meta_.mark - id);
      bytes = buffer(pages);
      if (take(bytes.subspan(page_size)) != bytes.size() - page_size) return 0;
    }
    report_.pages += pages;
    slots_[id].birth = static_cast<std::uint32_t>(load_birth(bytes.data()));
    judge(id, bytes);
    slots_.resize(id + pages, slot{{}, 0, true, true});
    return pages;
  }

  /// The buffer; what it holds of a page stays when it grows.
  [[nodiscard]] std::span<std::byte> buffer(std::size_t pages) {
    if (buffer_.size() < pages * page_size) buffer_.resize(pages * page_size);
    return {buffer_.data(), pages * page_size};
  }

  void judge(std::uint32_t id, std::span<const std::byte> bytes) {
    const page_kind kind = slots_[id].found.kind();
    try {
      require_identity<typename Config::checksum>(bytes, {page_id{id}, slots_[id].birth}, {seed_, meta_.d});
    } catch (const error& failure) {
      return report(id, failure.what());
    }
    if (kind == page_kind::piece) return;
    if (kind == page_kind::space) {
      logs_.push_back({id, std::vector<std::byte>(bytes.begin(), bytes.end())});
      return;
    }
    page_bounds bounds;
    bounds.id_end = meta_.mark;
    if (const char* const finding = validate_page<page_size>(bytes.data(), slots_[id].found, bounds)) {
      return report(id, finding);
    }
    for_each_reference<page_size>(bytes.data(), [&](const page_reference<const std::byte>& child) {
      name(child.load(), wanted_of(slots_[id].found, child));
    });
  }

  /// The shape of what a reference must lead to.
  [[nodiscard]] static page_shape wanted_of(page_shape parent, const page_reference<const std::byte>& child) noexcept {
    if (parent.kind() == page_kind::branch) return with_level(parent, child.level);
    catalog_record record;
    const bool is_table = child.kind == page_kind::leaf || child.kind == page_kind::branch;
    if (!is_table || catalog_record::decode(child.record, record) != nullptr) {
      return make_shape(child.kind, child.level);
    }
    return shape_of(make_shape(page_kind::leaf, 0, record.key_width, record.value_width), record.root);
  }
  [[nodiscard]] static page_shape shape_of(page_shape leaf, const tree_root& root) noexcept {
    return root.height == 0 ? leaf : with_level(leaf, static_cast<std::uint8_t>(root.height - 1));
  }

  void name(page_ref ref, page_shape shape) {
    if (to_number(ref.id) != 0) wanted_.push_back({ref, shape});  // 0: the root of an empty catalog
  }

  void compare_names() {
    for (const wanted_page& wanted : wanted_) {
      const std::uint32_t id = to_number(wanted.ref.id);
      if (id < first_page || id >= slots_.size()) {
        report(id, "a reference leads out of the image");
        continue;
      }
      slot& here = slots_[id];
      if (std::exchange(here.named, true)) {
        report(id, "the page is reached twice");
      } else if (!here.there) {
        report(id, "the page is missing");
      } else if (here.found != wanted.shape) {
        report(id, "a page of another kind than its reference promises");
      } else if (here.birth != wanted.ref.birth) {
        report(id, "another version of the page than its reference names");
      }
    }
    for (std::uint32_t id = first_page; id < slots_.size(); ++id) {
      const slot& here = slots_[id];
      if (here.there && !here.named && here.found.kind() != page_kind::space) report(id, "nothing names the page");
    }
  }

  /// Compares the space map with what is there.
  void compare_space() {
    space_map map(first_page, space_room_of(page_size));
    try {
      map.restore(space_root_of(meta_), meta_.statement_bytes(), page_size, [&](page_ref ref) {
        for (const auto& [id, bytes] : logs_) {
          if (id == to_number(ref.id) && slots_[id].birth == ref.birth) return bytes.data();
        }
        throw_corrupt(ref.id, "the page of the space map's log is missing");
      });
    } catch (const error& failure) {
      if (failure.kind() != errc::corrupt) throw;
      return report(to_number(failure.page()), failure.what());
    }
    std::uint64_t used = meta_.mark - first_page;
    map.free().for_each([&](page_run run) {
      used -= run.pages;
      for (std::uint32_t i = 0; i < run.pages; ++i) {
        if (slots_[run.first + i].named) report(run.first + i, "reachable, and free in the space map");
      }
    });
    for (const slot& here : slots_) used -= here.named ? 1U : 0U;
    if (used != 0) report(0, "the space map holds pages that nothing reaches");
    if (map.log_pages() != logs_.size()) report(0, "there are pages of the space map's log that are not part of it");
  }

  Source& source_;
  progress_meter& meter_;
  meta_page meta_;
  std::uint64_t seed_ = 0;
  std::vector<std::byte> buffer_;
  std::vector<slot> slots_;
  std::vector<wanted_page> wanted_;
  std::vector<std::pair<std::uint32_t, std::vector<std::byte>>> logs_;
  check_report report_;
};

}  // namespace macaw::inline MACAW_ABI::detail
