// SPDX-License-Identifier: MIT
//
// What was found, as JSON: the form in which results are kept, and from which the report is made.

#pragma once

#include "suite.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace macaw_benchmark {

/// What does not depend on the number of rows.
struct machine_facts {
  std::string system;    ///< kernel and processor
  std::string compiler;  ///< and its options
  std::string engines;   ///< versions of the other stores
  yardsticks machine;

  /// Of this machine and this program. `machine` is left out.
  [[nodiscard]] static machine_facts here();
};

/// An object with "machine", and "runs": one for each number of rows, with its works and its bars. Of a work the unit,
/// the bound, and by engine all samples, their spread, and that of the ratio to LMDB.
[[nodiscard]] nlohmann::json to_json(const machine_facts& facts, const std::vector<suite>& runs);

}  // namespace macaw_benchmark
