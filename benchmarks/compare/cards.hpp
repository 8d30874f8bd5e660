// SPDX-License-Identifier: MIT
//
// What the parts of the report have in common: cards, colours, amounts.

#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace macaw_benchmark {

/// Every engine has the same colour in all plots. Engines that are not known share one.
[[nodiscard]] std::size_t colour_of(std::string_view engine);
/// Classes for elements of each colour, as CSS.
[[nodiscard]] std::string colour_classes();

/// A plot under its title.
[[nodiscard]] std::string card(const std::string& title, const std::string& content);

/// An amount in the unit of a work.
[[nodiscard]] std::string amount_of(const nlohmann::json& work, double amount);

}  // namespace macaw_benchmark
