// SPDX-License-Identifier: MIT
//
// All pages of a file, read without following any reference, and what they tell of each other. Layer 7 (tools).
//
// A leaf does not say whose it is. But a page of one id and one birth is a page of one tree, for good: so every whole
// branch, be it of the newest state or of one long replaced, shows that its children belong together, where they are
// still the pages that it names. Pages connected so are a *group*. A leaf of the catalog, of whatever age, gives a name
// to the group that its record leads to.
//
// Invariants:
//  1. A page of a tree that is counted as whole has its checksum (where the file's identity is known), its own id, a
//     birth that has been, and a structure on which its layout's functions are safe.
//  2. Pages inside of a whole piece are not looked at: the bytes of a value may look like pages.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/txn/catalog.hpp>
#include <macaw/detail/txn/table_state.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// What was found at a place of the file.
struct scanned_page {
  enum class state : std::uint8_t { blank, damaged, unborn, tree, large_index, piece, inside_piece, log };

  std::uint64_t birth = 0;
  page_shape shape;
  std::uint32_t group = 0;  ///< the page that stands for its group
  state found = state::blank;
  bool alone = true;     ///< no other page is in its group
  bool catalog = false;  ///< a leaf of the catalog
  bool reached = false;  ///< noted by whoever walks
  bool free = false;     ///< as the space map says, where it was read

  [[nodiscard]] bool is_leaf() const noexcept { return found == state::tree && shape.level() == 0; }
};

/// A table's record in some leaf of the catalog.
struct found_record {
  std::string name;
  owned_record record;
  std::uint64_t birth = 0;  ///< of the leaf
};

template <class Config>
class page_scan {
 public:
  static constexpr std::size_t page_size = Config::page_size;
  using state = scanned_page::state;

  explicit page_scan(const raw_pages<Config>& pages) : pages_(pages), slots_(pages.origin().page_end) {
    for (std::uint32_t id = 0; id < slots_.size(); ++id) slots_[id].group = id;
  }

  /// Reads the file, and connects its pages. Errors: `cancelled`, std::bad_alloc; what cannot be read is damaged.
  /// Complexity: reads all pages once, and branches twice.
  void run(progress_meter& meter) {
    scan(meter);
    for (std::uint32_t id = first_page; id < end(); ++id) connect(id);
    // Every link leads to a smaller id, which is settled by then.
    for (std::uint32_t id = first_page; id < end(); ++id) {
      std::uint32_t& group = slots_[id].group;
      group = slots_[group].group;
      if (group != id) slots_[id].alone = slots_[group].alone = false;
    }
  }

  [[nodiscard]] std::uint32_t end() const noexcept { return static_cast<std::uint32_t>(slots_.size()); }
  [[nodiscard]] scanned_page& at(std::uint32_t id) noexcept { return slots_[id]; }
  [[nodiscard]] const scanned_page& at(std::uint32_t id) const noexcept { return slots_[id]; }
  /// Pages that are neither whole nor blank. Some are what free space has left of old pages.
  [[nodiscard]] std::uint64_t damaged() const noexcept { return damaged_; }

  /// The page that stands for the group of this one.
  [[nodiscard]] std::uint32_t group_of(std::uint32_t id) const noexcept { return slots_[id].group; }

  /// Whether a page of a tree that is whole stands where the reference says.
  [[nodiscard]] bool has(page_ref ref, page_shape shape) const noexcept {
    const std::uint32_t id = to_number(ref.id);
    if (id < first_page || id >= slots_.size()) return false;
    const scanned_page& slot = slots_[id];
    return slot.found == state::tree && slot.shape == shape && static_cast<std::uint32_t>(slot.birth) == ref.birth;
  }

  /// The records of all leaves of the catalog that are whole, of all ages.
  [[nodiscard]] const std::vector<found_record>& records() const noexcept { return records_; }

 private:
  static constexpr std::uint32_t first_page = geometry<page_size>::first_page;
  static constexpr std::size_t portion = std::size_t{1} << 20;

  void scan(progress_meter& meter) {
    const std::unique_ptr<std::byte[]> buffer(new std::byte[portion]);
    constexpr std::uint32_t most = portion / page_size;
    for (std::uint32_t first = first_page; first < end();) {
      const std::uint32_t count = algorithms::min(most, end() - first);
      const std::span<std::byte> bytes(buffer.get(), std::size_t{count} * page_size);
      const bool readable = try_read(first, bytes);
      std::uint32_t next = first;
      while (next < first + count) {
        const std::span<std::byte> page = bytes.subspan(std::size_t{next - first} * page_size, page_size);
        const bool read = readable || try_read(next, page);
        if (!read) note(next, state::damaged);
        const std::uint32_t size = read ? judge(next, page.data()) : 1;
        meter.advance(size);
        next += size;
      }
      first = next;
    }
  }

  /// Reads what can be read; a medium may refuse parts.
  [[nodiscard]] bool try_read(std::uint32_t first, std::span<std::byte> into) const {
    try {
      pages_.read(first, into);
      return true;
    } catch (const error&) {
      return false;
    }
  }

  void note(std::uint32_t id, state found) noexcept {
    slots_[id].found = found;
    damaged_ += found == state::damaged ? 1U : 0U;
  }

  /// Looks at a page. Returns: how many pages are settled by it.
  std::uint32_t judge(std::uint32_t id, const std::byte* page) {
    const page_shape shape = load_shape(page);
    if (shape == piece_shape) return judge_piece(id, page);
    scanned_page& slot = slots_[id];
    slot.shape = shape;
    slot.birth = load_birth(page);
    const auto is_set = [](std::byte byte) { return byte != std::byte{0}; };
    if (load_page_id(page) != page_id{id} || !checksum_holds(id, {page, page_size})) {
      note(id, algorithms::none_of(page, page + page_size, is_set) ? state::blank : state::damaged);
    } else if (slot.birth > pages_.origin().identity.birth_max) {
      note(id, state::unborn);
    } else if (shape.kind() == page_kind::space) {
      note(id, check_space_page(page, page_size) == nullptr ? state::log : state::damaged);
    } else {
      page_bounds bounds;
      bounds.id_end = end();
      const bool sound = validate_page<page_size>(page, shape, bounds) == nullptr;
      note(id, !sound ? state::damaged : shape.kind() == page_kind::large_index ? state::large_index : state::tree);
      if (slot.is_leaf()) slot.catalog = is_catalog(page);
    }
    return 1;
  }

  [[nodiscard]] bool checksum_holds(std::uint32_t id, std::span<const std::byte> bytes) const noexcept {
    const raw_origin& origin = pages_.origin();
    return !origin.identified ||
           checksum_ok<typename Config::checksum>(bytes.data(), bytes.size(), page_id{id}, origin.identity.seed);
  }

  /// Looks at a piece. Without a checksum it proves nothing of the pages behind its first one.
  std::uint32_t judge_piece(std::uint32_t id, const std::byte* page) {
    const std::size_t payload = piece_payload(page);
    slots_[id].birth = load_birth(page);
    slots_[id].shape = piece_shape;
    const std::size_t count = geometry<page_size>::piece_pages(payload);
    bool whole = load_page_id(page) == page_id{id} && payload <= geometry<page_size>::piece_bytes_max &&
                 count <= end() - id && pages_.origin().identified;
    if (whole) {
      const std::span<std::byte> bytes = piece_.ensure(count * page_size);
      whole = try_read(id, bytes) && checksum_holds(id, bytes);
    }
    if (!whole) {
      const bool unproven = load_page_id(page) == page_id{id} && !pages_.origin().identified;
      note(id, unproven ? state::piece : state::damaged);
      return 1;
    }
    note(id, state::piece);
    for (std::uint32_t i = 1; i < count; ++i) slots_[id + i].found = state::inside_piece;
    return static_cast<std::uint32_t>(count);
  }

  [[nodiscard]] static bool is_catalog(const std::byte* page) noexcept {
    const page_shape shape = load_shape(page);
    if (shape.key_width() != 0 || shape.value_width() != 0 || !cells_hold_references(page)) return false;
    const catalog_layout<page_size> layout{};
    return layout.leaf.value(page, 0).tag == value_tag::tree;
  }

  /// Takes the groups of a page and of what it names together.
  void connect(std::uint32_t id) {
    const scanned_page& slot = slots_[id];
    const bool is_branch = slot.found == state::tree && slot.shape.level() > 0;
    if (!is_branch && !slot.catalog) return;
    const std::span<std::byte> page = page_.ensure(page_size);
    if (!try_read(id, page)) return;
    if (slot.catalog) return note_records(page.data(), slot.birth);
    const page_shape below = with_level(slot.shape, static_cast<std::uint8_t>(slot.shape.level() - 1));
    for_each_reference<page_size>(static_cast<const std::byte*>(page.data()), [&](const auto& child) {
      const page_ref ref = child.load();
      if (has(ref, below)) join(id, to_number(ref.id));
    });
  }

  void note_records(const std::byte* page, std::uint64_t birth) {
    const catalog_layout<page_size> layout{};
    std::byte name[geometry<page_size>::key_size_max];
    for (std::uint32_t i = 0; i < layout.leaf.count(page); ++i) {
      const cell_value cell = layout.leaf.value(page, i);
      catalog_record record;
      if (cell.tag != value_tag::tree || catalog_record::decode(cell.bytes, record) != nullptr) continue;
      const std::byte* const end = layout.leaf.copy_key(page, i, name);
      records_.push_back({std::string(as_text({name, end})), owned_record(record), birth});
    }
  }

  void join(std::uint32_t a, std::uint32_t b) noexcept {
    a = halve_path(a);
    b = halve_path(b);
    if (a != b) slots_[algorithms::max(a, b)].group = algorithms::min(a, b);
  }

  [[nodiscard]] std::uint32_t halve_path(std::uint32_t id) noexcept {
    while (slots_[id].group != id) {
      slots_[id].group = slots_[slots_[id].group].group;
      id = slots_[id].group;
    }
    return id;
  }

  const raw_pages<Config>& pages_;
  std::vector<scanned_page> slots_;
  std::vector<found_record> records_;
  std::uint64_t damaged_ = 0;
  piece_buffer piece_;
  piece_buffer page_;
};

}  // namespace macaw::inline MACAW_ABI::detail
