// SPDX-License-Identifier: MIT
//
// An engine under measurement, with the databases that its works share and those they make for themselves.

#pragma once

#include "engine.hpp"
#include "rows.hpp"
#include "suite.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace macaw_benchmark {

/// A directory for one database, removed with it.
class database_directory {
 public:
  explicit database_directory(std::string path) : path_(std::move(path)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  database_directory(const database_directory&) = delete;
  database_directory& operator=(const database_directory&) = delete;
  ~database_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string file() const { return path_ + "/data"; }

 private:
  std::string path_;
};

/// A database in a directory of its own.
template <engine E>
class test_database {
 public:
  test_database(std::string directory, syncing mode) : directory_(std::move(directory)) { reopen(mode); }

  /// Requires: no transaction. A database in memory loses its rows.
  void reopen(syncing mode) {
    engine_.reset();
    engine_.emplace(directory_.file(), mode);
  }
  [[nodiscard]] E& operator*() { return *engine_; }
  [[nodiscard]] std::uint64_t file_size() const { return std::filesystem::file_size(directory_.file()); }

 private:
  database_directory directory_;
  std::optional<E> engine_;
};

/// Puts the rows with the numbers [first, last) in transactions of `batch`.
template <engine E>
void put_rows(E& engine, std::size_t first, std::size_t last, std::size_t batch, std::uint64_t generation = 0) {
  while (first < last) {
    typename E::writer writer(engine);
    for (std::size_t i = 0; i < batch && first < last; ++i, ++first) {
      writer.put(row_set::key(first), row_set::value(first, generation));
    }
    writer.commit();
  }
}

template <engine E>
class subject {
 public:
  explicit subject(const suite& of) : suite_(of) {}

  [[nodiscard]] const scale& size() const noexcept { return suite_.size(); }
  [[nodiscard]] const row_set& rows() const noexcept { return suite_.rows(); }

  /// An empty database.
  [[nodiscard]] test_database<E> fresh(syncing mode) const { return {directory("fresh"), mode}; }

  /// All rows, put in random order and made durable; for reading.
  [[nodiscard]] test_database<E>& loaded() {
    if (!loaded_) load(loaded_.emplace(directory("loaded"), syncing::off));
    return *loaded_;
  }

  /// The same, after many transactions of one put, and open with syncing: a fresh database flatters commits.
  [[nodiscard]] test_database<E>& aged() {
    if (aged_) return *aged_;
    test_database<E>& made = aged_.emplace(directory("aged"), syncing::off);
    load(made);
    for (std::size_t i = 0; i < size().ages; ++i) {
      const std::size_t row = rows().visits()[i % rows().size()];
      put_rows(*made, row, row + 1, 1, next_generation());
    }
    (*made).sync();
    made.reopen(syncing::on);
    return made;
  }

  /// A number that no call returned before, for values that differ from those there are.
  [[nodiscard]] std::uint64_t next_generation() noexcept { return ++generation_; }

 private:
  [[nodiscard]] std::string directory(const char* purpose) const {
    return suite_.directory() + "/" + std::string(E::name) + "-" + purpose;
  }
  void load(test_database<E>& database) const {
    put_rows(*database, 0, rows().size(), 10'000);
    (*database).sync();
  }

  const suite& suite_;
  std::optional<test_database<E>> loaded_;
  std::optional<test_database<E>> aged_;
  std::uint64_t generation_ = 0;
};

}  // namespace macaw_benchmark
