// SPDX-License-Identifier: MIT
//
// What the functions that stand in for ThreadSanitizer's (stand_ins.cpp) tell the scheduler, and ask of it. All from
// threads of a run under way.

#pragma once

#include <cstddef>
#include <cstdint>

namespace macaw_test::scheduling {

/// Whether the calling thread is one of a run under way. Nothing else here is called where it is not.
[[nodiscard]] bool is_scheduled() noexcept;

/// A point at which another thread may go on.
void step() noexcept;
/// The calling thread waits for something that another thread has.
void wait_for(const void* wanted) noexcept;
/// Whoever waits for this may go on.
void give_up(const void* wanted) noexcept;

/// Whether a store of the calling thread is held back, and takes effect when it drains.
[[nodiscard]] bool hold_back(volatile void* at, std::uint64_t value, unsigned size) noexcept;
/// The newest value that the calling thread has held back for a place, or null.
[[nodiscard]] const std::uint64_t* held_for(const volatile void* at) noexcept;
/// What the calling thread has held back is seen from now on.
void drain() noexcept;
/// What any thread has.
void drain_all() noexcept;

/// Keeps memory that is freed until the run ends.
void keep_freed(void* at, std::size_t size) noexcept;
/// Looks whether memory was freed in this run.
void look_at(const volatile void* at) noexcept;

}  // namespace macaw_test::scheduling
