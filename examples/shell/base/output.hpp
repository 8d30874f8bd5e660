// SPDX-License-Identifier: MIT
//
// What goes to standard output. Failing to write is an error like any other.

#pragma once

#include "base/settings.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace macaw_shell {

enum class color { plain, bold, dim, red, green, yellow, blue, magenta, cyan };

class output {
 public:
  explicit output(const settings& how) : how_(how) {}
  output(const output&) = delete;
  output& operator=(const output&) = delete;

  /// Errors: std::system_error.
  void write(std::string_view text);
  void line(std::string_view text) {
    write(text);
    write("\n");
  }
  /// The text in a colour, where colours are wanted.
  [[nodiscard]] std::string paint(std::string_view text, color in) const;
  /// One JSON text and a line's end.
  void json(const nlohmann::ordered_json& value);
  /// A sentence about what was done; not where `--quiet` or `--json` is given, or a program reads.
  void remark(std::string_view text);
  /// Errors: std::system_error.
  void flush();

 private:
  const settings& how_;
};

}  // namespace macaw_shell
