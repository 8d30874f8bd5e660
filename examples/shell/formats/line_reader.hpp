// SPDX-License-Identifier: MIT
//
// The lines of a file or pipe, one after another, each with its number and none longer than a bound.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace macaw_shell {

class line_reader {
 public:
  static constexpr std::size_t line_size_max_default = std::size_t{256} << 20;

  /// Reads from an open file descriptor, which stays the caller's. `name` is what errors call it.
  line_reader(int descriptor, std::string name, std::size_t line_size_max = line_size_max_default)
      : descriptor_(descriptor), name_(std::move(name)), line_size_max_(line_size_max) {}

  /// Moves to the next line. Returns: whether there is one; a last line without an end counts.
  /// Errors: `input_error` where it is too long, std::system_error where reading fails,
  /// `interrupted_error`.
  [[nodiscard]] bool next();

  /// The line without its end. Invalidates: `next` does.
  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  /// The line's number, from 1; 0 before the first.
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  /// Whether the line had an end.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Bytes of the lines so far, their ends among them.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::size_t line_size_max() const noexcept { return line_size_max_; }

  /// The first bytes of what is to be read, fewer than `size` only at its end. Requires: `next` was not called.
  [[nodiscard]] std::string_view peek(std::size_t size);

  /// Errors: `input_error` at this line, always: the row that it belongs to is wrong.
  [[noreturn]] void fail(std::string_view reason) const;
  /// Errors: `input_error` at this line, always: what follows cannot be read.
  [[noreturn]] void give_up(std::string_view reason) const;

 private:
  bool read_more();

  int descriptor_;
  std::string name_;
  std::size_t line_size_max_;
  std::string buffer_;     // what was read and not yet passed
  std::size_t begin_ = 0;  // of what is left in the buffer
  bool at_end_ = false;
  std::string_view line_;
  std::uint64_t number_ = 0;
  bool ended_ = true;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace macaw_shell
