// SPDX-License-Identifier: MIT
//
// Errors with a code of the operating system's and the name of the file concerned. Layer 0.
// Models of the storage concepts that are not the operating system raise the same codes.

#pragma once

#include <macaw/error.hpp>
#include <macaw/macros.hpp>

#include <string>
#include <string_view>
#include <system_error>

namespace macaw::inline MACAW_ABI::detail {

/// Raises `kind` for what was being done ("cannot open") to a file, with the system's reason.
[[noreturn]] MACAW_NOINLINE inline void throw_os_error(errc kind, std::string_view doing, std::string_view path,
                                                       std::errc reason) {
  std::string what(doing);
  what.append(" '").append(path).append("'");
  throw error(kind, what, std::make_error_code(reason));
}

/// Raises `errc::read_only` for a change asked of a file that was opened for reading.
[[noreturn]] MACAW_NOINLINE inline void throw_opened_for_reading(std::string_view path) {
  throw_os_error(errc::read_only, "opened for reading only:", path, std::errc::bad_file_descriptor);
}

/// Raises `errc::no_space` for an offset that no file can have.
[[noreturn]] MACAW_NOINLINE inline void throw_file_too_large(std::string_view path) {
  throw_os_error(errc::no_space, "the largest size of a file is exceeded by", path, std::errc::file_too_large);
}

}  // namespace macaw::inline MACAW_ABI::detail
