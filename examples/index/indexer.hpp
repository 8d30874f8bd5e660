// SPDX-License-Identifier: MIT
//
// Bringing the index up to date: what is new is added, what changed is replaced, what is gone is removed.

#pragma once

#include "schema.hpp"
#include "source_text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace text_index {

/// What an update did.
struct update_figures {
  std::uint64_t added = 0;
  std::uint64_t changed = 0;
  std::uint64_t removed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t skipped = 0;  ///< no text
  std::uint64_t bytes = 0;    ///< text that was read
};

/// A line on the terminal that says how far the work is; nothing where the output is no terminal.
class progress_line {
 public:
  explicit progress_line(std::size_t total) : total_(total) {
#if __has_include(<unistd.h>)
    shown_ = ::isatty(STDERR_FILENO) != 0;
#endif
  }
  ~progress_line() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }
  void show(std::size_t done) const {
    if (shown_ && (done % 16 == 0 || done == total_)) {
      std::fprintf(stderr, "\rindexing %zu of %zu files (%zu %%)", done, total_,
                   total_ == 0 ? 100 : 100 * done / total_);
    }
  }

 private:
  std::size_t total_;
  bool shown_ = false;
};

template <class Config>
class indexer {
 public:
  using database = macaw::basic_database<Config>;
  using write_txn = typename database::write_txn;

  explicit indexer(database& db) : db_(db) {}

  /// Brings the index up to date with the files found. Each batch is one transaction: whoever reads meanwhile
  /// sees the state before it or after it. Batches are committed without a sync; one sync at the end makes all
  /// of them durable.
  update_figures update(const std::vector<found_file>& found) {
    const progress_line progress(found.size());
    for (std::size_t at = 0; at < found.size();) {
      write_txn txn = db_.begin_write();
      for (std::uint64_t read = 0; at < found.size() && read < batch_bytes; ++at) {
        read += update_file(txn, found[at]);
        progress.show(at + 1);
      }
      txn.commit({.durability = macaw::durability::deferred});
    }
    remove_missing(found);
    db_.sync();
    return figures_;
  }

 private:
  static constexpr std::uint64_t batch_bytes = 8 << 20;

  std::uint64_t update_file(write_txn& txn, const found_file& file) {
    const auto known = txn[files].get(file.path);
    if (known && known->size == file.size && known->modified == file.modified) {
      ++figures_.unchanged;
      return 0;
    }
    if (!read_text(file.path, text_)) {
      ++figures_.skipped;
      return 0;
    }
    if (known) remove(txn, file.path, *known);
    ++(known ? figures_.changed : figures_.added);
    figures_.bytes += text_.size();
    add(txn, file, known ? known->id : next_id(txn));
    return text_.size();
  }

  static std::uint32_t next_id(const write_txn& txn) {
    const auto last = txn[paths].back();
    return last ? last->key() + 1 : 1;
  }

  void add(write_txn& txn, const found_file& file, std::uint32_t id) {
    auto postings = txn[words];
    auto texts = txn[lines];
    std::uint32_t number = 0;
    for_each_line(text_, [&](std::string_view line) {
      texts.put({id, ++number}, line);
      for_each_word(line, word_, [&](std::string_view word) { postings.put({word, id, number}, {}); });
    });
    txn[files].put(file.path, {id, file.size, file.modified, number});
    txn[paths].put(id, file.path);
    txn[sizes].put({file.size, id}, {});
  }

  /// Takes a file out. Its words are found again from the lines that were kept of it.
  void remove(write_txn& txn, const std::string& path, const file_info& info) {
    std::vector<std::pair<std::string, std::uint32_t>> places;  // a change would end the walk over the lines
    for (auto [key, line] : txn[lines].with(info.id)) {
      const std::uint32_t number = std::get<1>(key);
      for_each_word(line, word_, [&](std::string_view word) { places.emplace_back(word, number); });
    }
    auto postings = txn[words];
    for (const auto& [word, number] : places) postings.erase({word, info.id, number});
    txn[lines].erase(txn[lines].with(info.id));
    txn[sizes].erase({info.size, info.id});
    txn[paths].erase(info.id);
    txn[files].erase(path);
  }

  /// Removes what is in the index and no longer among the files found.
  void remove_missing(const std::vector<found_file>& found) {
    const auto by_path = [](const found_file& file, const std::string& path) { return file.path < path; };
    write_txn txn = db_.begin_write();
    std::vector<std::pair<std::string, file_info>> gone;
    for (auto [path, info] : txn[files]) {
      const std::string name(path);
      const auto at = std::lower_bound(found.begin(), found.end(), name, by_path);
      if (at == found.end() || at->path != name) gone.emplace_back(name, info);
    }
    for (const auto& [path, info] : gone) remove(txn, path, info);
    figures_.removed = gone.size();
    txn.commit({.durability = macaw::durability::deferred});
  }

  database& db_;
  update_figures figures_;
  std::string text_;
  std::string word_;
};

}  // namespace text_index
