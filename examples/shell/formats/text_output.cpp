// SPDX-License-Identifier: MIT

#include "formats/text_output.hpp"

#include <unistd.h>
#include <cerrno>
#include <system_error>

namespace macaw_shell {

void text_output::write_through(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor_, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), name_ + ": writing");
    }
  }
}

}  // namespace macaw_shell
