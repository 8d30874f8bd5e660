// SPDX-License-Identifier: MIT

#include "formats/line_reader.hpp"

#include "base/interrupt.hpp"
#include "formats/input_error.hpp"

#include <unistd.h>
#include <cerrno>
#include <system_error>

namespace macaw_shell {

void line_reader::fail(std::string_view reason) const {
  throw input_error(name_, number_, reason, input_error::rest::readable);
}

void line_reader::give_up(std::string_view reason) const {
  throw input_error(name_, number_, reason, input_error::rest::lost);
}

// Appends to the buffer what one call gives. Returns: false at the end of the file.
bool line_reader::read_more() {
  constexpr std::size_t step = std::size_t{64} << 10;
  if (at_end_) return false;
  if (begin_ != 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const std::size_t size = buffer_.size();
  buffer_.resize(size + step);
  ssize_t count = 0;
  do {
    stop_if_interrupted();
    count = ::read(descriptor_, buffer_.data() + size, step);
  } while (count < 0 && errno == EINTR);
  const int code = errno;
  buffer_.resize(size + (count > 0 ? static_cast<std::size_t>(count) : 0));
  if (count < 0) throw std::system_error(code, std::generic_category(), name_ + ": reading");
  // Ctrl-C often ends who writes the pipe, too: then the input has not ended, it was cut off.
  if (count == 0) stop_if_interrupted();
  at_end_ = count == 0;
  return !at_end_;
}

std::string_view line_reader::peek(std::size_t size) {
  while (buffer_.size() < size && read_more()) {
  }
  return std::string_view(buffer_).substr(0, size);
}

bool line_reader::next() {
  std::size_t searched = 0;  // what was seen without an end stays so when more is read
  std::size_t end = std::string::npos;
  while ((end = buffer_.find('\n', begin_ + searched)) == std::string::npos) {
    searched = buffer_.size() - begin_;
    if (searched > line_size_max_ || !read_more()) break;
  }
  ended_ = end != std::string::npos;
  const std::size_t size = ended_ ? end - begin_ : buffer_.size() - begin_;
  if (size == 0 && !ended_) return false;
  ++number_;
  if (size > line_size_max_) give_up("the line is longer than " + std::to_string(line_size_max_) + " bytes");
  line_ = std::string_view(buffer_).substr(begin_, size);
  begin_ += size + (ended_ ? 1 : 0);
  bytes_read_ += size + (ended_ ? 1 : 0);
  return true;
}

}  // namespace macaw_shell
