// SPDX-License-Identifier: MIT

#include "inspect/file_picture.hpp"

#include <algorithm>

namespace macaw_shell {

void fill_histogram::add(double fill) noexcept {
  const double clamped = std::clamp(fill, 0.0, 1.0);
  const auto bin = static_cast<std::size_t>(clamped * static_cast<double>(bin_count));
  ++bins[std::min(bin, bin_count - 1)];
  ++pages;
  sum += clamped;
}

fill_histogram& fill_histogram::operator+=(const fill_histogram& other) noexcept {
  for (std::size_t i = 0; i < bin_count; ++i) bins[i] += other.bins[i];
  pages += other.pages;
  sum += other.sum;
  return *this;
}

birth_histogram::birth_histogram(std::uint64_t newest)
    : newest_(newest),
      commits_per_bin_(newest / bin_count_max + (newest % bin_count_max != 0 ? 1 : 0)),
      bins_(newest == 0 ? 0 : static_cast<std::size_t>((newest - 1) / commits_per_bin_ + 1)) {}

void birth_histogram::add(std::uint64_t birth, std::uint64_t pages) noexcept {
  if (birth == 0 || birth > newest_) return;
  bins_[static_cast<std::size_t>((birth - 1) / commits_per_bin_)] += pages;
}

void level_picture::add(double fill) {
  if (page_count_ == column_count_max_ * pages_per_column_) {
    // Two neighbours become one.
    for (std::size_t i = 0; i < columns_.size(); i += 2) {
      column joined = columns_[i];
      if (i + 1 < columns_.size()) {
        joined.pages += columns_[i + 1].pages;
        joined.fill_sum += columns_[i + 1].fill_sum;
      }
      columns_[i / 2] = joined;
    }
    columns_.resize((columns_.size() + 1) / 2);
    pages_per_column_ *= 2;
  }
  if (columns_.empty() || columns_.back().pages == pages_per_column_) columns_.emplace_back();
  ++columns_.back().pages;
  columns_.back().fill_sum += std::clamp(fill, 0.0, 1.0);
  ++page_count_;
}

}  // namespace macaw_shell
