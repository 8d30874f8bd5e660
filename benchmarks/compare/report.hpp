// SPDX-License-Identifier: MIT
//
// The report: one HTML page with its plots inside, which needs nothing from elsewhere.

#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace macaw_benchmark {

/// Draws what `to_json` made. Errors: those of nlohmann::json where it is something else.
[[nodiscard]] std::string report(const nlohmann::json& found);

}  // namespace macaw_benchmark
