// SPDX-License-Identifier: MIT
//
// A file view over the library, for one configuration.

#pragma once

#include "store/file_view.hpp"

#include <macaw/ops/inspect.hpp>

#include <utility>

namespace macaw_shell {

template <class Config>
class sized_file_view final : public file_view {
 public:
  explicit sized_file_view(macaw::basic_inspector<Config> inspector) : inspector_(std::move(inspector)) {}

  std::size_t page_size() const override { return Config::page_size; }
  std::uint32_t file_pages() const override { return inspector_.file_pages(); }
  macaw::inspected_metas metas() const override { return inspector_.metas(); }
  std::optional<macaw::inspected_page> page(macaw::page_id page, std::size_t entries_max) const override {
    return inspector_.page(page, entries_max);
  }
  macaw::walk_report walk(const page_visitor& visit, macaw::progress_callback callback) const override {
    return inspector_.walk(visit, callback);
  }
  macaw::space_report space() const override { return inspector_.space(); }

 private:
  macaw::basic_inspector<Config> inspector_;
};

}  // namespace macaw_shell
