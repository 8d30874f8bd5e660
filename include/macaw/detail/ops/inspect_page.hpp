// SPDX-License-Identifier: MIT
//
// Decoding one page, whatever its bytes are. Layer 7 (tools).
//
// Invariant: functions of a layout are called only after `validate_page` found nothing, so that they read inside of the
// page and end, on any bytes.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/cell.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/layout.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/position.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/detail/ops/walk_pages.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/page_info.hpp>
#include <macaw/storage/file_system.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// The page as its header says, and its bytes.
[[nodiscard]] inline inspected_page describe_header(page_id page, std::vector<std::byte> bytes) {
  inspected_page shown;
  const page_shape shape = load_shape(bytes.data());
  shown.page = page;
  shown.role = role_of(shape.kind());
  shown.stored_checksum = load_le<std::uint64_t>(bytes.data() + header_field::checksum);
  shown.stored_page = load_page_id(bytes.data());
  shown.birth = load_birth(bytes.data());
  shown.level = shape.level();
  shown.key_width = shape.key_width();
  shown.value_width = shape.value_width();
  shown.count = load_count(bytes.data());
  shown.prefix_size = std::to_integer<std::uint32_t>(bytes[header_field::prefix_size]);
  shown.flags = load_flags(bytes.data());
  shown.heap_size = load_le<std::uint32_t>(bytes.data() + header_field::heap_size);
  shown.dead_bytes = load_le<std::uint32_t>(bytes.data() + header_field::dead);
  shown.bytes = std::move(bytes);
  return shown;
}

/// Lists the entries of a sound page of a tree.
template <std::size_t PageSize>
void list_entries(const std::byte* page, std::size_t entries_max, std::vector<inspected_entry>& entries) {
  const page_shape shape = load_shape(page);
  const std::size_t count = load_count(page) < entries_max ? load_count(page) : entries_max;
  entries.reserve(count);
  with_layout<PageSize>(shape.key_width(), shape.value_width(), [&](const auto& layout) {
    std::byte key[geometry<PageSize>::key_size_max];
    for (std::uint32_t i = 0; i < count; ++i) {
      inspected_entry entry;
      if (shape.kind() == page_kind::leaf) {
        entry.key.assign(key, layout.leaf.copy_key(page, i, key));
        const cell_value value = layout.leaf.value(page, i);
        entry.large = value.tag == value_tag::large;
        entry.value_size = entry.large ? load_large_record(value.bytes).size : value.bytes.size();
        if (value.tag != value_tag::inlined) {
          entry.child = load_ref(value.bytes.data()).id;
          entry.child_birth = load_ref(value.bytes.data()).birth;
        }
      } else {
        if (i > 0) entry.key.assign(key, layout.branch.copy_separator(page, i, key));
        entry.child = layout.branch.child(page, i).id;
        entry.child_birth = layout.branch.child(page, i).birth;
        entry.child_rows = entries_count(layout.branch.entries(page, i));
      }
      entries.push_back(std::move(entry));
    }
  });
}

/// Lists the references of a sound index page.
template <std::size_t PageSize>
void list_pieces(const std::byte* page, std::size_t entries_max, std::vector<inspected_entry>& entries) {
  for (std::uint32_t i = 0; i < load_count(page) && i < entries_max; ++i) {
    inspected_entry& entry = entries.emplace_back();
    entry.child = large_index<PageSize>::child(page, i).id;
    entry.child_birth = large_index<PageSize>::child(page, i).birth;
  }
}

/// What a word of the space map's log says of its pages.
[[nodiscard]] constexpr std::string_view to_text(space_word_kind kind) noexcept {
  switch (kind) {
    case space_word_kind::used: return "used";
    case space_word_kind::free: return "free";
    case space_word_kind::state: return "state";
    case space_word_kind::listed: return "listed";
  }
  return "";
}

/// Lists the statements of a sound page of the log.
inline void list_statements(const std::byte* page, std::size_t entries_max, std::vector<inspected_entry>& entries) {
  bytes_view words = space_statement_bytes(page);
  for (; !words.empty() && entries.size() < entries_max; words = words.subspan(space_word_size)) {
    const space_word word = load_space_word(words.data());
    inspected_entry& entry = entries.emplace_back();
    entry.child = page_id{word.first()};
    entry.child_pages = word.pages();
    entry.text = to_text(word.kind());
  }
}

/// Judges the structure of the page shown and lists what is in it.
template <std::size_t PageSize>
void describe_contents(inspected_page& shown, std::uint32_t page_end, std::size_t entries_max) {
  const std::byte* const page = shown.bytes.data();
  const page_shape shape = load_shape(page);
  page_bounds bounds;
  bounds.id_end = page_end;
  const char* finding = nullptr;
  if (shape.kind() == page_kind::space) {
    finding = check_space_page(page, PageSize);
  } else if (shape.kind() == page_kind::piece) {
    const bool fits = shape == piece_shape && piece_payload(page) <= geometry<PageSize>::piece_bytes_max;
    if (!fits) finding = "piece of a large value has a wrong size";
  } else {
    finding = validate_page<PageSize>(page, shape, bounds);
  }
  if (finding != nullptr) {
    shown.damage = finding;
    return;
  }
  switch (shape.kind()) {
    case page_kind::space:
      list_statements(page, entries_max, shown.entries);
      shown.bytes_used = space_field::words + space_word_size * load_count(page);
      return;
    case page_kind::piece:
      shown.bytes_used = page_header_size + piece_payload(page);
      shown.pages = static_cast<std::uint32_t>(geometry<PageSize>::piece_pages(piece_payload(page)));
      return;
    case page_kind::large_index: list_pieces<PageSize>(page, entries_max, shown.entries); break;
    default: list_entries<PageSize>(page, entries_max, shown.entries); break;
  }
  shown.bytes_used = used_bytes<PageSize>(page);
}

/// Whether the checksum of the page or piece that begins at `first` is right.
template <class Config>
[[nodiscard]] checksum_state judge_checksum(const raw_pages<Config>& pages, std::uint32_t first, std::uint32_t count) {
  const raw_origin& origin = pages.origin();
  if (!origin.identified) return checksum_state::unverifiable;
  if (std::uint64_t{first} + count > origin.page_end) return checksum_state::bad;
  std::vector<std::byte> bytes(std::size_t{count} * Config::page_size);
  pages.read(first, bytes);
  using checksum = typename Config::checksum;
  const bool good = checksum_ok<checksum>(bytes.data(), bytes.size(), page_id{first}, origin.identity.seed);
  return good ? checksum_state::good : checksum_state::bad;
}

/// The first page of a whole piece that reaches over this page.
template <class Config>
[[nodiscard]] std::optional<std::uint32_t> find_piece_around(const raw_pages<Config>& pages, std::uint32_t page) {
  using limits = geometry<Config::page_size>;
  std::vector<std::byte> header(Config::page_size);
  for (std::uint32_t back = 1; back < limits::piece_pages_max && page - back >= limits::first_page; ++back) {
    const std::uint32_t first = page - back;
    pages.read(first, header);
    if (load_shape(header.data()) != piece_shape || load_page_id(header.data()) != page_id{first}) continue;
    const std::size_t payload = piece_payload(header.data());
    if (payload > limits::piece_bytes_max || limits::piece_pages(payload) <= back) continue;
    const auto count = static_cast<std::uint32_t>(limits::piece_pages(payload));
    if (judge_checksum(pages, first, count) == checksum_state::good) return first;
  }
  return std::nullopt;
}

/// Decodes a page. Requires: the file has it. Errors: `io`, std::bad_alloc.
template <class Config, file File>
[[nodiscard]] inspected_page inspect_page(const raw_pages<Config>& pages, const File& file, page_id page,
                                          std::size_t entries_max) {
  constexpr std::size_t page_size = Config::page_size;
  std::vector<std::byte> bytes(page_size);
  const std::uint32_t id = to_number(page);
  static_cast<void>(file.read(std::uint64_t{id} * page_size, bytes));
  inspected_page shown = describe_header(page, std::move(bytes));
  if (id < geometry<page_size>::first_page) {
    shown.role = page_role::meta;
    return shown;
  }
  describe_contents<page_size>(shown, pages.origin().page_end, entries_max);
  shown.checksum = judge_checksum(pages, id, shown.pages);
  if (shown.checksum != checksum_state::bad) return shown;
  if (const auto first = find_piece_around(pages, id)) {
    inspected_page inside = describe_header(page, std::move(shown.bytes));
    shown = inspected_page{};
    shown.page = page;
    shown.role = page_role::large_piece;
    shown.piece_start = page_id{*first};
    shown.checksum = checksum_state::good;
    shown.bytes = std::move(inside.bytes);
  }
  return shown;
}

}  // namespace macaw::inline MACAW_ABI::detail
