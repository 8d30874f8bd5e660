// SPDX-License-Identifier: MIT
//
// Which states of a window need not be tried, because one that was tried does not differ in anything that
// was read.
//
// The argument. What is done with a state (open, compare, check, commit, open again) is a deterministic program whose
// only input is the file: its length, and the bytes of the sectors that it reads. Which sector it reads next, and
// whether it writes one, depends on those read before. So the runs over the states of a window are paths in a tree:
// at each node stands a sector, the first one read whose contents can differ and that the program has not itself
// written whole and synced; the branch taken is what stands in it. A state that follows a path to its end makes the
// same run, with the same outcome. Lengths and names have trees of their own. Not true of what is read through a
// mapping, where reads cannot be seen: a mapped database tries every state.

#pragma once

#include <macaw/testing/crash_window.hpp>
#include <macaw/testing/file_observer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace macaw_test {

/// Notes the cells of a window that a program reads before it has written them.
class cell_reads final : public macaw::testing::file_observer {
 public:
  explicit cell_reads(const macaw::testing::crash_window& window) : seen_(window.cells().size(), false) {
    for (std::size_t i = 0; i < window.cells().size(); ++i) cell_at_.emplace(window.cells()[i].sector, i);
  }

  void observe(const macaw::testing::file_event& event) override {
    using kind = macaw::testing::file_event::kind;
    if (event.what == kind::write) {
      for_each_cell(event.offset, event.size, [&](std::size_t cell, bool is_whole) {
        if (is_whole) written_.push_back(cell);
      });
    } else if (event.what == kind::synced) {
      for (const std::size_t cell : written_) seen_[cell] = true;
      written_.clear();
    }
  }
  void observe_read(const macaw::testing::file_read& read) override {
    for_each_cell(read.offset, read.size, [&](std::size_t cell, bool) {
      if (!seen_[cell]) cells_.push_back(cell);
      seen_[cell] = true;
    });
  }

  /// The cells in the order in which they were first read.
  [[nodiscard]] const std::vector<std::size_t>& cells() const noexcept { return cells_; }

 private:
  /// Calls `f(cell, whether all of it)` for the cells in a part of the file.
  template <class F>
  void for_each_cell(std::uint64_t offset, std::uint64_t size, F f) const {
    constexpr std::uint64_t sector_size = macaw::testing::sector_size;
    const std::uint64_t end = offset + size;
    for (std::uint64_t sector = offset / sector_size; sector * sector_size < end; ++sector) {
      const auto at = cell_at_.find(sector);
      if (at == cell_at_.end()) continue;
      f(at->second, offset <= sector * sector_size && (sector + 1) * sector_size <= end);
    }
  }

  std::unordered_map<std::uint64_t, std::size_t> cell_at_;
  std::vector<bool> seen_;            // read before, or not the window's any more
  std::vector<std::size_t> written_;  // whole, since the last sync
  std::vector<std::size_t> cells_;
};

/// Whether a window is one of a single file, of a settled name.
inline bool has_one_file(const macaw::testing::crash_window& window) {
  for (const macaw::testing::crash_cell& cell : window.cells()) {
    if (cell.file != window.cells().front().file) return false;
  }
  return window.names() == 0;
}

/// The runs over the states of one window. Requires: `has_one_file`.
class read_paths {
 public:
  explicit read_paths(const macaw::testing::crash_window& window) : window_(window) {}

  /// The digest of what a run showed that read what this state holds, if there was one.
  [[nodiscard]] std::optional<std::uint64_t> find(const macaw::testing::crash_choice& choice) const {
    const auto root = roots_.find(root_key(choice));
    if (root == roots_.end()) return std::nullopt;
    for (std::size_t at = root->second;;) {
      const node& here = nodes_[at];
      if (here.is_end) return here.shown;
      const auto next = here.next.find(window_.cell_hash(window_.cells()[here.cell], choice));
      if (next == here.next.end()) return std::nullopt;
      at = next->second;
    }
  }

  /// Remembers a run over a state.
  void add(const macaw::testing::crash_choice& choice, const std::vector<std::size_t>& cells, std::uint64_t shown) {
    const auto [root, is_new] = roots_.emplace(root_key(choice), nodes_.size());
    if (is_new) nodes_.emplace_back();
    std::size_t at = root->second;
    for (const std::size_t cell : cells) {
      nodes_[at].cell = cell;
      const auto [next, added] =
          nodes_[at].next.emplace(window_.cell_hash(window_.cells()[cell], choice), nodes_.size());
      at = next->second;
      if (added) nodes_.emplace_back();
    }
    nodes_[at].is_end = true;
    nodes_[at].shown = shown;
  }

 private:
  struct node {
    bool is_end = false;
    std::size_t cell = 0;
    std::uint64_t shown = 0;
    std::unordered_map<std::uint64_t, std::size_t> next{};
  };

  static std::uint64_t root_key(const macaw::testing::crash_choice& choice) noexcept { return choice.lengths; }

  const macaw::testing::crash_window& window_;
  std::unordered_map<std::uint64_t, std::size_t> roots_;
  std::vector<node> nodes_;
};

}  // namespace macaw_test
