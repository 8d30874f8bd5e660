// SPDX-License-Identifier: MIT

#include "commands/row_selection.hpp"

#include "base/failure.hpp"
#include "values/value_text.hpp"

#include <macaw/bytes.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace macaw_shell {

std::string table_choice::name(session& shell) const { return word_ ? unquote(*word_) : shell.table_in_use(); }

std::string table_choice::name(session& shell, const arguments& words) const {
  if (words.size() == 0) return name(shell);
  if (word_) throw usage_error("two tables are named: " + *word_ + " and " + words.word(0));
  return words.text(0);
}

macaw::raw_range row_selection::range_in(const typed_table& table) {
  lower_.reset();
  upper_.reset();
  if (prefix_) {
    std::vector<std::byte> prefix = encode_prefix(table.key, *prefix_);
    lower_ = prefix;
    upper_ = end_of_prefix(std::move(prefix));
  }
  if (from_) raise_lower(encode_bound(table.key, *from_));
  if (to_) reduce_upper(encode_bound(table.key, *to_));
  macaw::raw_range range;
  if (lower_) range.lower = *lower_;
  if (upper_) range.upper = *upper_;
  return range;
}

void row_selection::raise_lower(std::vector<std::byte> key) {
  if (!lower_ || macaw::compare_bytes(*lower_, key) < 0) lower_ = std::move(key);
}

void row_selection::reduce_upper(std::vector<std::byte> key) {
  if (!upper_ || macaw::compare_bytes(*upper_, key) > 0) upper_ = std::move(key);
}

std::optional<std::vector<std::byte>> end_of_prefix(std::vector<std::byte> prefix) {
  while (!prefix.empty() && prefix.back() == std::byte{0xff}) prefix.pop_back();
  if (prefix.empty()) return std::nullopt;
  prefix.back() = static_cast<std::byte>(std::to_integer<unsigned>(prefix.back()) + 1U);
  return prefix;
}

}  // namespace macaw_shell
