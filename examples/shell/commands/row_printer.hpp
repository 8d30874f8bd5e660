// SPDX-License-Identifier: MIT
//
// How keys, values and rows are shown: for people, for programs, as JSON or as digits.

#pragma once

#include "commands/session.hpp"
#include "values/value.hpp"

#include <macaw/bytes.hpp>

#include <string>

namespace macaw_shell {

class row_printer {
 public:
  row_printer(session& shell, const typed_table& table) : shell_(shell), table_(table) {}

  /// A row in a line; its key alone, if `keys_only`.
  void row(macaw::bytes_view key, macaw::bytes_view value, bool keys_only);
  /// A value alone.
  void value(macaw::bytes_view stored);

 private:
  [[nodiscard]] std::string text(const codec_type& type, codec_role role, macaw::bytes_view stored) const;

  session& shell_;
  const typed_table& table_;
};

}  // namespace macaw_shell
