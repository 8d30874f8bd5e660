// SPDX-License-Identifier: MIT
//
// Text that is written to a file or pipe in large pieces, with no error passed over.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace macaw_shell {

class text_output {
 public:
  /// Writes to an open file descriptor, which stays the caller's.
  text_output(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  /// Errors: std::system_error. What was not flushed is lost with the object.
  void write(std::string_view text) {
    if (buffer_.size() + text.size() > buffer_size) flush();
    if (text.size() >= buffer_size) {
      write_through(text);
    } else {
      buffer_ += text;
    }
  }
  void flush() {
    write_through(buffer_);
    buffer_.clear();
  }

 private:
  static constexpr std::size_t buffer_size = std::size_t{64} << 10;

  void write_through(std::string_view text);

  int descriptor_;
  std::string name_;
  std::string buffer_;
};

}  // namespace macaw_shell
