// SPDX-License-Identifier: MIT
//
// Rows in a database of either durable pager, chosen when it runs. Compiled once, in tested_databases.cpp.

#pragma once

#include "cuts/pager_kind.hpp"

#include <macaw/options.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace macaw_test {

using stored_rows = std::map<std::uint64_t, std::string>;

/// An open database with one table of lines.
class tested_store {
 public:
  virtual ~tested_store() = default;

  /// Puts rows in one transaction. Errors: those of the database, as of the calls below.
  virtual void put(const stored_rows& rows, const macaw::commit_options& how) = 0;
  /// Erases the rows of these keys in one transaction.
  virtual void erase(std::uint64_t from, std::uint64_t up_to) = 0;
  virtual void sync() = 0;
  virtual void close() = 0;
  /// Whether these are the rows, in either direction.
  [[nodiscard]] virtual bool shows(const stored_rows& rows) const = 0;
  /// What check() finds first; empty: nothing.
  [[nodiscard]] virtual std::string find_fault() const = 0;
};

[[nodiscard]] std::unique_ptr<tested_store> open_store(pager_kind pager, const std::string& path,
                                                       std::size_t dirty_size);

}  // namespace macaw_test
