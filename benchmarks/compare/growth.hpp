// SPDX-License-Identifier: MIT
//
// The part of the report about runs of several sizes.

#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace macaw_benchmark {

/// How everything grows with the number of rows, as plots. Requires: what `to_json` makes.
[[nodiscard]] std::string growth_of(const nlohmann::json& found);

}  // namespace macaw_benchmark
