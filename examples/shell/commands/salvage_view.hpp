// SPDX-License-Identifier: MIT
//
// What was rescued of a damaged file, and what was not.

#pragma once

#include "commands/session.hpp"

#include <macaw/ops/salvage.hpp>

#include <string>

namespace macaw_shell {

/// `path` is that of the new file.
void show_salvaged(session& shell, const macaw::salvage_report& report, const std::string& path);

}  // namespace macaw_shell
