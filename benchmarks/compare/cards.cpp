// SPDX-License-Identifier: MIT

#include "cards.hpp"

#include "plots.hpp"
#include "ratio_table.hpp"
#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace macaw_benchmark {

namespace {

/// The first ones are macaw's.
constexpr std::array<std::string_view, 12> coloured{
    "file",    "file-tenth", "mmap",     "memory",          "lmdb",         "lmdb-writemap", "sqlite",
    "leveldb", "rocksdb",    "std::map", "absl::btree_map", "linear search"};

}  // namespace

std::size_t colour_of(std::string_view engine) {
  const auto at = std::find(coloured.begin(), coloured.end(), engine);
  return at == coloured.end() ? coloured.size() - 1 : static_cast<std::size_t>(at - coloured.begin());
}

std::string colour_classes() {
  std::string text;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    text += print(".c%zu{fill:var(--c%zu)}.l%zu{stroke:var(--c%zu)}.plot .t%zu{fill:var(--c%zu)}\n", i, i, i, i, i, i);
  }
  return text;
}

std::string card(const std::string& title, const std::string& content) {
  return "<section class=\"card\"><h3>" + escaped(title) + "</h3>" + content + "</section>\n";
}

std::string amount_of(const nlohmann::json& work, double amount) {
  const std::string name = work.at("unit");
  return amount_text(name == "ns" ? unit::nanoseconds : name == "bytes" ? unit::bytes : unit::share, amount);
}

}  // namespace macaw_benchmark
