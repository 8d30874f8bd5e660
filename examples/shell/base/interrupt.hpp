// SPDX-License-Identifier: MIT
//
// Ctrl-C: ends what is running, not the program.

#pragma once

#include "base/failure.hpp"

namespace macaw_shell {

/// From now on the signal is only noted.
void catch_interrupts();
/// Whether Ctrl-C was pressed since it was last forgotten, which it is before somebody types a command.
[[nodiscard]] bool interrupted() noexcept;
void forget_interrupt() noexcept;

/// To be called now and then by what may take long. Errors: `interrupted_error`.
inline void stop_if_interrupted() {
  if (interrupted()) throw interrupted_error();
}

}  // namespace macaw_shell
