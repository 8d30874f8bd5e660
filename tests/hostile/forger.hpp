// SPDX-License-Identifier: MIT
//
// Draws changes of a file that keep its checksums right: references, counts, offsets, sizes, kinds, keys, records of
// the catalog, statements of the space map, meta pages. The fuzzer's mutator, and the source of the random tests.

#pragma once

#include "hostile/forged_file.hpp"

#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/format/validate.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace macaw_test {

/// A place in a file that names a page.
struct reference_place {
  std::size_t id = 0;
  std::size_t birth = 0;
};

template <std::size_t PageSize>
class forger {
 public:
  explicit forger(std::uint64_t seed) : random_(seed) {}

  /// Changes a file in one to four ways, and seals it again.
  void change(file_bytes& file) {
    forge<PageSize>(file, [&](file_bytes& bytes) {
      const file_seals<PageSize> seals(bytes);
      for (std::uint64_t left = 1 + below(4); left > 0; --left) change_once(bytes, seals.runs());
    });
  }

  /// All places in the valid pages of a file that name pages, meta pages included.
  [[nodiscard]] static std::vector<reference_place> references(std::span<const std::byte> file,
                                                               std::span<const sealed_run> runs) {
    std::vector<reference_place> places;
    for (const std::size_t meta : {std::size_t{0}, macaw::detail::meta_size}) {
      for (const std::size_t field : {macaw::detail::meta_field::catalog, macaw::detail::meta_field::space_head}) {
        places.push_back({meta + field, meta + field + 4});
      }
    }
    for (const sealed_run run : runs) {
      const std::byte* const page = file.data() + std::size_t{run.first} * PageSize;
      const macaw::detail::page_shape shape = macaw::detail::load_shape(page);
      if (shape.kind() == macaw::detail::page_kind::space) {
        const std::size_t previous = std::size_t{run.first} * PageSize + macaw::detail::space_field::previous;
        places.push_back({previous, previous + 4});
      }
      if (macaw::detail::validate_page<PageSize>(page, shape) != nullptr) continue;
      macaw::detail::for_each_reference<PageSize>(page, [&](const auto& reference) {
        places.push_back({static_cast<std::size_t>(reference.id - file.data()),
                          static_cast<std::size_t>(reference.birth - file.data())});
      });
    }
    return places;
  }

 private:
  std::uint64_t below(std::uint64_t end) { return random_() % end; }
  sealed_run one_of(std::span<const sealed_run> runs) { return runs[below(runs.size())]; }

  /// A number that is at some limit, or near what was there.
  std::uint64_t odd_number(std::uint64_t before) {
    switch (below(8)) {
      case 0: return before + 1;
      case 1: return before - 1;
      case 2: return 0;
      case 3: return ~std::uint64_t{0};
      case 4: return std::uint64_t{1} << below(64);
      case 5: return below(PageSize + 1);
      case 6: return before ^ std::uint64_t{1} << below(16);
      default: return random_();
    }
  }

  void change_number(file_bytes& file, std::size_t offset, std::size_t width) {
    if (offset + width > file.size()) return;
    std::uint64_t number = 0;
    for (std::size_t i = width; i-- > 0;) number = number << 8U | std::to_integer<std::uint64_t>(file[offset + i]);
    number = odd_number(number);
    for (std::size_t i = 0; i < width; ++i) file[offset + i] = static_cast<std::byte>(number >> 8 * i);
  }

  void change_once(file_bytes& file, std::span<const sealed_run> runs) {
    if (file.size() < 2 * macaw::detail::meta_size) return file.resize(below(20'000));
    if (runs.empty() || below(8) == 0) return change_meta(file);
    const sealed_run run = one_of(runs);
    const std::size_t page = std::size_t{run.first} * PageSize;
    switch (below(8)) {
      case 0: {
        namespace field = macaw::detail::header_field;
        constexpr std::pair<std::size_t, std::size_t> fields[] = {{8, 1},
                                                                  {9, 1},
                                                                  {10, 2},
                                                                  {12, 2},
                                                                  {field::page_id, 4},
                                                                  {field::count, 2},
                                                                  {field::prefix_size, 1},
                                                                  {field::flags, 1},
                                                                  {field::birth, 8},
                                                                  {field::heap_size, 4},
                                                                  {field::dead, 4}};
        const auto [offset, width] = fields[below(std::size(fields))];
        return change_number(file, page + offset, width);
      }
      case 1:
      case 2: return change_reference(file, runs);
      case 3: {
        const std::size_t width = std::size_t{1} << below(4);
        return change_number(file, page + below(PageSize / width) * width, width);
      }
      case 4: return move_bytes(file, page);
      case 5: return copy_page(file, run, one_of(runs));
      case 6: return change_record(file, runs);
      default: return change_space(file, runs);
    }
  }

  /// Lets a reference name something else: another page, its own, a meta page, what lies beyond the end.
  void change_reference(file_bytes& file, std::span<const sealed_run> runs) {
    const auto places = references(file, runs);
    const reference_place at = places[below(places.size())];
    const auto name = [&](std::uint32_t id, std::uint64_t birth) {
      macaw::detail::store_le(file.data() + at.id, id);
      if (below(8) != 0) macaw::detail::store_le(file.data() + at.birth, static_cast<std::uint32_t>(birth));
    };
    switch (below(6)) {
      case 0: {
        const reference_place other = places[below(places.size())];  // two parents of one child
        return name(macaw::detail::load_le<std::uint32_t>(file.data() + other.id),
                    macaw::detail::load_le<std::uint32_t>(file.data() + other.birth));
      }
      case 1: return change_number(file, below(2) == 0 ? at.id : at.birth, 4);
      case 2: {
        const reference_place other = places[below(places.size())];
        std::swap_ranges(file.begin() + static_cast<std::ptrdiff_t>(at.id),
                         file.begin() + static_cast<std::ptrdiff_t>(at.id) + 4,
                         file.begin() + static_cast<std::ptrdiff_t>(other.id));
        if (at.id == other.id) return;
        std::swap_ranges(file.begin() + static_cast<std::ptrdiff_t>(at.birth),
                         file.begin() + static_cast<std::ptrdiff_t>(at.birth) + 4,
                         file.begin() + static_cast<std::ptrdiff_t>(other.birth));
        return;
      }
      default: {
        const std::uint32_t id = one_of(runs).first;
        const std::byte* const page = file.data() + std::size_t{id} * PageSize;
        return name(id, macaw::detail::load_birth(page));
      }
    }
  }

  /// Moves bytes within a page: rows out of order, equal keys, cells that overlap.
  void move_bytes(file_bytes& file, std::size_t page) {
    const std::size_t width = std::size_t{1} << below(5);
    const std::size_t from = page + 40 + below(PageSize - 40 - width), to = page + 40 + below(PageSize - 40 - width);
    std::array<std::byte, 16> taken;
    std::memcpy(taken.data(), file.data() + from, width);
    if (below(2) == 0) std::memmove(file.data() + from, file.data() + to, width);
    std::memcpy(file.data() + to, taken.data(), width);
  }

  /// Puts a page in another one's place, as if it belonged there.
  void copy_page(file_bytes& file, sealed_run from, sealed_run to) {
    namespace field = macaw::detail::header_field;
    std::byte* const place = file.data() + std::size_t{to.first} * PageSize;
    const std::uint64_t birth = macaw::detail::load_birth(place);
    const bool keep_birth = below(2) == 0;
    std::memmove(place, file.data() + std::size_t{from.first} * PageSize, PageSize);
    macaw::detail::store_le(place + field::page_id, to.first);
    if (keep_birth) macaw::detail::store_le(place + field::birth, birth);
  }

  /// Changes what a leaf's cell says of a table or of a large value.
  void change_record(file_bytes& file, std::span<const sealed_run> runs) {
    const auto places = references(file, runs);
    const reference_place at = places[below(places.size())];
    if (at.birth != at.id + 4) return change_number(file, at.id + below(4) * 8, 8);
    constexpr std::pair<std::size_t, std::size_t> fields[] = {{8, 1},  {9, 1},  {10, 2}, {12, 2}, {8, 8},  {16, 1},
                                                              {16, 8}, {24, 8}, {32, 8}, {40, 8}, {48, 4}, {52, 4},
                                                              {56, 4}, {60, 2}, {62, 2}, {64, 1}};
    const auto [offset, width] = fields[below(std::size(fields))];
    change_number(file, at.id + offset, width);
  }

  /// Changes a statement of the space map, in the meta pages or in a page of the log.
  void change_space(file_bytes& file, std::span<const sealed_run> runs) {
    std::size_t words = macaw::detail::meta_size * below(2) + macaw::detail::meta_field::statements;
    std::size_t count = 40;
    const sealed_run run = one_of(runs);
    const std::size_t page = std::size_t{run.first} * PageSize;
    if (macaw::detail::load_shape(file.data() + page).kind() == macaw::detail::page_kind::space) {
      words = page + macaw::detail::space_field::words;
      count = macaw::detail::space_page_words_max(PageSize);
    }
    const std::size_t at = words + below(count) * 8;
    if (below(3) == 0) return change_number(file, at + below(2) * 4, 4);
    const auto kind = static_cast<macaw::detail::space_word_kind>(below(4));
    const auto end = static_cast<std::uint32_t>(file.size() / PageSize);
    const auto word = macaw::detail::make_space_word(kind, static_cast<std::uint32_t>(below(end)),
                                                     static_cast<std::uint32_t>(1 + below(below(2) == 0 ? 4 : end)));
    macaw::detail::store_space_words(file.data() + at, {&word, 1});
  }

  void change_meta(file_bytes& file) {
    namespace field = macaw::detail::meta_field;
    const std::size_t meta = macaw::detail::meta_size * below(2), other = macaw::detail::meta_size - meta;
    switch (below(6)) {
      case 0: std::memmove(file.data() + meta, file.data() + other, macaw::detail::meta_size); return;
      case 1:
        std::swap_ranges(file.begin(), file.begin() + macaw::detail::meta_size,
                         file.begin() + macaw::detail::meta_size);
        return;
      case 2: {
        const std::size_t end = std::max(file.size() / PageSize, std::size_t{17});
        return file.resize((16 + below(end - 15)) * PageSize + (below(4) == 0 ? below(PageSize) : 0));
      }
      case 3: return change_number(file, meta + field::runs + below(250) * 4, 4);
      default: {
        constexpr std::pair<std::size_t, std::size_t> fields[] = {{field::version, 4},
                                                                  {field::page_size, 4},
                                                                  {field::features, 4},
                                                                  {field::features + 4, 4},
                                                                  {field::features + 8, 4},
                                                                  {field::checksum_id, 4},
                                                                  {field::d, 8},
                                                                  {field::base, 8},
                                                                  {field::flags, 4},
                                                                  {field::mark, 4},
                                                                  {field::catalog, 4},
                                                                  {field::catalog + 4, 4},
                                                                  {field::catalog + 8, 1},
                                                                  {field::catalog + 16, 8},
                                                                  {field::catalog + 24, 8},
                                                                  {field::catalog + 32, 8},
                                                                  {field::large_pages, 8},
                                                                  {field::rejected, 8},
                                                                  {field::rejected + 8, 8},
                                                                  {field::space_head, 4},
                                                                  {field::space_head + 4, 4},
                                                                  {field::tail, 8},
                                                                  {field::sweep_address, 4},
                                                                  {field::sweep_index, 8},
                                                                  {field::log_position, 8},
                                                                  {field::run_count, 2},
                                                                  {field::statement_size, 4},
                                                                  {field::reserved_per_page, 4}};
        const auto [offset, width] = fields[below(std::size(fields))];
        change_number(file, meta + offset, width);
      }
    }
  }

  std::mt19937_64 random_;
};

}  // namespace macaw_test
