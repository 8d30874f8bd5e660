// SPDX-License-Identifier: MIT

#include "base/interrupt.hpp"

#include <csignal>

namespace macaw_shell {

namespace {

volatile std::sig_atomic_t pressed = 0;

extern "C" void note_interrupt(int) { pressed = 1; }

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = note_interrupt;  // without SA_RESTART: a read from the terminal ends
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
}

bool interrupted() noexcept { return pressed != 0; }

void forget_interrupt() noexcept { pressed = 0; }

}  // namespace macaw_shell
