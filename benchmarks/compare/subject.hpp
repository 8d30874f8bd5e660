// SPDX-License-Identifier: MIT
//
// An engine under measurement, with the stores that its works share and those they make for themselves.

#pragma once

#include "engine.hpp"
#include "files.hpp"
#include "suite.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace macaw_benchmark {

/// A directory for one store, removed with it. What the stores before it wrote and removed is settled when it is made,
/// so that no engine waits for another one's files.
class store_directory {
 public:
  explicit store_directory(std::string path) : path_(std::move(path)) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    settle_files(path_);
  }
  store_directory(const store_directory&) = delete;
  store_directory& operator=(const store_directory&) = delete;
  ~store_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Bytes that all files in it take on the medium.
  [[nodiscard]] std::uint64_t size() const { return files_size(path_); }

 private:
  std::string path_;
};

/// A store in a directory of its own.
template <engine E>
class test_store {
 public:
  test_store(std::string directory, opening how) : directory_(std::move(directory)), how_(how) { open(how.commits); }

  /// Requires: no transaction. A store in memory loses its rows.
  void reopen(syncing commits) {
    close();
    open(commits);
  }
  void close() { engine_.reset(); }
  void open(syncing commits) {
    how_.commits = commits;
    engine_.emplace(path(), how_);
  }
  [[nodiscard]] E& operator*() { return *engine_; }
  [[nodiscard]] std::uint64_t file_size() const { return directory_.size(); }

  /// Takes over the files of another one as they are, which is what it would leave if it were killed now.
  /// Requires: it is closed.
  void copy_from(const test_store& other) { copy_files(other.directory_.path(), directory_.path()); }

 private:
  [[nodiscard]] std::string path() const { return directory_.path() + "/data"; }

  store_directory directory_;
  opening how_;
  std::optional<E> engine_;
};

/// Puts the rows with the numbers [first, last) in transactions of `batch`.
template <engine E>
void put_rows(E& engine, const row_set<typename E::rows>& rows, std::size_t first, std::size_t last, std::size_t batch,
              std::uint64_t generation = 0) {
  while (first < last) {
    typename E::writer writer(engine);
    for (std::size_t i = 0; i < batch && first < last; ++i, ++first) {
      writer.put(rows.key(first), E::rows::value(first, generation));
    }
    writer.commit();
  }
}

template <engine E>
class subject {
 public:
  /// For works of so many rows; `kind` names them. Several engines may share the rows.
  subject(const suite& of, std::shared_ptr<const row_set<typename E::rows>> rows, std::string kind)
      : suite_(of), rows_(std::move(rows)), kind_(std::move(kind)) {}

  [[nodiscard]] const scale& size() const noexcept { return suite_.size(); }
  [[nodiscard]] const row_set<typename E::rows>& rows() const noexcept { return *rows_; }

  /// An empty store.
  [[nodiscard]] test_store<E> fresh(syncing commits, const char* purpose = "fresh") const {
    return {directory(purpose), {commits, rows_->size() * E::rows::raw_size}};
  }

  /// All rows, put in random order and made durable; for reading.
  [[nodiscard]] test_store<E>& loaded() {
    if (!loaded_) load(loaded_.emplace(directory("loaded"), how()));
    return *loaded_;
  }

  /// The same, after many transactions of one put, and open with syncing: a fresh store flatters commits.
  [[nodiscard]] test_store<E>& aged() {
    if (aged_) return *aged_;
    test_store<E>& made = aged_.emplace(directory("aged"), how());
    load(made);
    for (std::size_t i = 0; i < size().ages(); ++i) {
      const std::size_t row = rows().visits()[i % rows().size()];
      put_rows(*made, rows(), row, row + 1, 1, next_generation());
    }
    (*made).sync();
    made.reopen(syncing::on);
    return made;
  }

  /// A number that no call returned before, for values that differ from those there are.
  [[nodiscard]] std::uint64_t next_generation() noexcept { return ++generation_; }

 private:
  [[nodiscard]] opening how() const { return {syncing::off, rows_->size() * E::rows::raw_size}; }
  [[nodiscard]] std::string directory(const char* purpose) const {
    return suite_.directory() + "/" + std::string(E::name) + "-" + kind_ + "-" + purpose;
  }
  void load(test_store<E>& store) const {
    put_rows(*store, rows(), 0, rows().size(), 10'000);
    (*store).sync();
  }

  const suite& suite_;
  std::shared_ptr<const row_set<typename E::rows>> rows_;
  std::string kind_;
  std::optional<test_store<E>> loaded_;
  std::optional<test_store<E>> aged_;
  std::uint64_t generation_ = 0;
};

}  // namespace macaw_benchmark
