// SPDX-License-Identifier: MIT
//
// Copies of a database while the calls of the file system fail, one after another.

#pragma once

#include "support/catch.hpp"

#include <macaw/error.hpp>
#include <macaw/storage/configs.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/faulty_files.hpp>

#include <cstdint>

namespace macaw_test {

/// A database whose files fail when they are told to.
struct failing_config : macaw::file_config<512> {
  using file_system = macaw::testing::faulty_files<macaw::memory_files>;
};

/// Makes a copy named "copy" once for each call that it makes, that call failing; and once without a failure.
/// `make(files)` tells whether it was made; `inspect(files)` looks at what is there.
template <class Make, class Inspect>
void for_each_failing_call(const macaw::memory_files& files, const Make& make, const Inspect& inspect) {
  for (std::uint64_t call = 0;; ++call) {
    CAPTURE(call);
    failing_config::file_system target(files);
    target.faults().fail({.call = call});
    bool copied = false;
    try {
      copied = make(target);
    } catch (const macaw::error&) {
    }
    const bool fired = target.faults().fired();
    target.faults().heal();
    REQUIRE((copied || fired));
    if (target.exists("copy")) {
      inspect(target);
      target.remove("copy");
    } else {
      CHECK_FALSE(copied);
    }
    if (!fired) break;
  }
}

}  // namespace macaw_test
