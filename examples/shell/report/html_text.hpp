// SPDX-License-Identifier: MIT
//
// Text and numbers as people read them, and as HTML holds them.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace macaw_shell {

/// Any bytes as text of an HTML document: what has a meaning there is escaped, what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string html_text(std::string_view text);

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// Bytes as "1.2 MiB".
[[nodiscard]] std::string byte_size(std::uint64_t bytes);

/// A part from 0 to 1 as "71%", "0.4%", "<0.1%".
[[nodiscard]] std::string percent(double part);

/// A number for an attribute: at most two digits behind the point, whatever the locale.
[[nodiscard]] std::string decimal(double number);

/// "1 page", "2 pages".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);

}  // namespace macaw_shell
