// SPDX-License-Identifier: MIT

#include "inspect/page_map.hpp"

#include <algorithm>

namespace macaw_shell {
namespace {

struct words {
  std::string_view title;
  std::string_view title_of_one;
  std::string_view name;
  bool used;
};

constexpr std::array<words, page_use_count> words_of = {{
    {"meta pages", "meta page", "meta", true},
    {"catalog", "catalog", "catalog", true},
    {"branches", "branch", "branch", true},
    {"leaves", "leaf", "leaf", true},
    {"large values", "large value", "large", true},
    {"space log", "space log", "space_log", true},
    {"waiting for readers", "waiting for readers", "waiting", true},
    {"free", "free", "free", false},
    {"slack at the end", "slack at the end", "slack", false},
    {"damaged or lost", "damaged or lost", "lost", true},
}};

const words& about(page_use use) { return words_of[static_cast<std::size_t>(use)]; }

}  // namespace

std::string_view title_of(page_use use) noexcept { return about(use).title; }
std::string_view title_of_one(page_use use) noexcept { return about(use).title_of_one; }
std::string_view name_of(page_use use) noexcept { return about(use).name; }

std::uint64_t page_map_cell::pages() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t n : counts) sum += n;
  return sum;
}

std::uint64_t page_map_cell::used() const noexcept {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < page_use_count; ++i) sum += words_of[i].used ? counts[i] : 0;
  return sum;
}

page_use page_map_cell::dominant() const noexcept {
  const bool any_used = used() != 0;
  std::size_t best = static_cast<std::size_t>(page_use::free);
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < page_use_count; ++i) {
    if (words_of[i].used != any_used || counts[i] <= most) continue;
    best = i;
    most = counts[i];
  }
  return static_cast<page_use>(best);
}

page_map::page_map(std::uint64_t page_count, std::size_t cell_count_max) : page_count_(page_count) {
  while ((page_count + pages_per_cell_ - 1) / pages_per_cell_ > cell_count_max) pages_per_cell_ *= 2;
  cells_.resize(static_cast<std::size_t>((page_count + pages_per_cell_ - 1) / pages_per_cell_));
}

void page_map::add(std::uint64_t first, std::uint64_t count, page_use use, std::uint64_t birth) {
  if (first >= page_count_) return;
  const std::uint64_t end = first + std::min(count, page_count_ - first);
  while (first < end) {
    page_map_cell& cell = cells_[static_cast<std::size_t>(first / pages_per_cell_)];
    const std::uint64_t cell_end = (first / pages_per_cell_ + 1) * pages_per_cell_;
    const std::uint64_t n = std::min(end, cell_end) - first;
    cell.counts[static_cast<std::size_t>(use)] += n;
    if (birth != 0) {
      cell.birth_least = cell.birth_least == 0 ? birth : std::min(cell.birth_least, birth);
      cell.birth_greatest = std::max(cell.birth_greatest, birth);
    }
    first += n;
  }
}

void page_map::fill_rest(page_use use) {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::uint64_t first = i * pages_per_cell_;
    const std::uint64_t size = std::min(pages_per_cell_, page_count_ - first);
    const std::uint64_t known = cells_[i].pages();
    if (known < size) cells_[i].counts[static_cast<std::size_t>(use)] += size - known;
  }
}

page_map_cell page_map::total() const noexcept {
  page_map_cell sum;
  for (const page_map_cell& cell : cells_) {
    for (std::size_t i = 0; i < page_use_count; ++i) sum.counts[i] += cell.counts[i];
    if (cell.birth_greatest == 0) continue;
    sum.birth_least = sum.birth_least == 0 ? cell.birth_least : std::min(sum.birth_least, cell.birth_least);
    sum.birth_greatest = std::max(sum.birth_greatest, cell.birth_greatest);
  }
  return sum;
}

}  // namespace macaw_shell
