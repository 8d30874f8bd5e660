// SPDX-License-Identifier: MIT
//
// What every target of a fuzzer offers, to libFuzzer or to `replay.cpp`, which runs it on the inputs that are kept; and
// how it says that something is wrong.

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// Runs the target on one input. Whatever is wrong ends the program: an assertion, a sanitizer, an exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Changes an input, in place. Only targets whose inputs must keep a form have their own.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed);

namespace macaw_test {

/// Ends the program where something is not as it must be.
inline void must(bool holds, const char* otherwise) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", otherwise);
  std::abort();
}

}  // namespace macaw_test
