// SPDX-License-Identifier: MIT
//
// Numbers as people read them, whatever the locale.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace macaw_shell {

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// Bytes as "1.2 MiB".
[[nodiscard]] std::string byte_size(std::uint64_t bytes);

/// A part from 0 to 1 as "71%", "0.4%", "<0.1%".
[[nodiscard]] std::string percent(double part);

/// At most two digits behind the point.
[[nodiscard]] std::string decimal(double number);

/// "1 page", "2 pages".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view noun);

}  // namespace macaw_shell
