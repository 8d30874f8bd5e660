// SPDX-License-Identifier: MIT
//
// What is wrong with a file that is read, and where: `file:line: reason`.

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace macaw_shell {

/// Input that cannot be understood, or that its table refuses.
class input_error : public std::runtime_error {
 public:
  /// What is left after it: rows may follow, or nothing makes sense any more.
  enum class rest { readable, lost };

  input_error(std::string_view file, std::uint64_t line, std::string_view reason, rest left)
      : std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + std::string(reason)), left_(left) {}

  /// Whether only one row is wrong, so that reading may go on with the next.
  [[nodiscard]] bool only_a_row() const noexcept { return left_ == rest::readable; }

 private:
  rest left_;
};

}  // namespace macaw_shell
