// SPDX-License-Identifier: MIT
//
// Any bytes as text of an HTML document.

#pragma once

#include <string>
#include <string_view>

namespace macaw_shell {

/// Any bytes as text of an HTML document: what has a meaning there is escaped, what is no UTF-8 becomes U+FFFD.
[[nodiscard]] std::string html_text(std::string_view text);

}  // namespace macaw_shell
