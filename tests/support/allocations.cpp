// SPDX-License-Identifier: MIT
//
// The global operators behind allocations.hpp. Linked only into programs that use them.

#include "support/allocations.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace macaw_test {

allocation_state& allocation() noexcept {
  static thread_local allocation_state state;
  return state;
}

}  // namespace macaw_test

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MACAW_TEST_KEEP_OPERATORS 1
#endif
#endif

#if !defined(MACAW_TEST_KEEP_OPERATORS)

namespace {

/// Null when the allocation is to fail, or does.
void* allocate(std::size_t size, std::size_t alignment) noexcept {
  macaw_test::allocation_state& state = macaw_test::allocation();
  ++state.count;
  if (state.until_failure > 0 && --state.until_failure == 0) {
    state.until_failure = state.persists ? 1 : 0;
    state.failed = true;
    return nullptr;
  }
  const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

constexpr std::size_t usual_alignment = alignof(std::max_align_t);

}  // namespace

void* operator new(std::size_t size) { return allocate_or_throw(size, usual_alignment); }
void* operator new[](std::size_t size) { return allocate_or_throw(size, usual_alignment); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, usual_alignment); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, usual_alignment); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

#endif
