// SPDX-License-Identifier: MIT
//
// What a stream of a database file's bytes says of itself.

#pragma once

#include "store/file_tools.hpp"

#include <macaw/bytes.hpp>

#include <cstddef>
#include <string>

namespace macaw_shell {

/// How many of the first bytes tell it.
inline constexpr std::size_t format_head_size = 8192;

/// For the stream that begins with `head`. `name`: what errors call it. Errors: as of `tools_for_file`.
[[nodiscard]] const file_tools& tools_for_stream(macaw::bytes_view head, const std::string& name);

}  // namespace macaw_shell
