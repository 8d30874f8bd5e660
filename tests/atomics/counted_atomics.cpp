// SPDX-License-Identifier: MIT
//
// The functions that a compiler calls under -fsanitize=thread, in place of ThreadSanitizer's own: they do what the
// program says, on one thread, and count what costs a bus transaction.

#include "atomics/counted_atomics.hpp"

#include <dlfcn.h>
#include <pthread.h>

namespace {

macaw_test::atomic_counts counts;

}  // namespace

namespace macaw_test {

atomic_counts& counted_atomics() noexcept { return counts; }

}  // namespace macaw_test

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the compiler's
extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}
void __tsan_read_range(void*, unsigned long) {}
void __tsan_write_range(void*, unsigned long) {}

#define MACAW_TEST_ACCESS(size)               \
  void __tsan_read##size(void*) {}            \
  void __tsan_write##size(void*) {}           \
  void __tsan_unaligned_read##size(void*) {}  \
  void __tsan_unaligned_write##size(void*) {} \
  void __tsan_volatile_read##size(void*) {}   \
  void __tsan_volatile_write##size(void*) {}  \
  void __tsan_read_write##size(void*) {}      \
  void __tsan_unaligned_read_write##size(void*) {}
MACAW_TEST_ACCESS(1)
MACAW_TEST_ACCESS(2)
MACAW_TEST_ACCESS(4)
MACAW_TEST_ACCESS(8)
MACAW_TEST_ACCESS(16)

#define MACAW_TEST_CHANGE(bits, name, builtin)                                                                         \
  std::uint##bits##_t __tsan_atomic##bits##_##name(volatile std::uint##bits##_t* at, std::uint##bits##_t value, int) { \
    ++counts.read_modify_writes;                                                                                       \
    return builtin(at, value, __ATOMIC_SEQ_CST);                                                                       \
  }
#define MACAW_TEST_ATOMIC(bits)                                                                                       \
  std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t* at, int) {                       \
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);                                                                     \
  }                                                                                                                   \
  void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* at, std::uint##bits##_t value, int order) {          \
    if (order == __ATOMIC_SEQ_CST) ++counts.read_modify_writes; /* an exchange, on this machine */                    \
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                                                                    \
  }                                                                                                                   \
  MACAW_TEST_CHANGE(bits, exchange, __atomic_exchange_n)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_add, __atomic_fetch_add)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_sub, __atomic_fetch_sub)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_and, __atomic_fetch_and)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_or, __atomic_fetch_or)                                                                \
  MACAW_TEST_CHANGE(bits, fetch_xor, __atomic_fetch_xor)                                                              \
  bool __tsan_atomic##bits##_compare_exchange_strong(volatile std::uint##bits##_t* at, std::uint##bits##_t* expected, \
                                                     std::uint##bits##_t value, int, int) {                           \
    ++counts.read_modify_writes;                                                                                      \
    return __atomic_compare_exchange_n(at, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);               \
  }                                                                                                                   \
  bool __tsan_atomic##bits##_compare_exchange_weak(volatile std::uint##bits##_t* at, std::uint##bits##_t* expected,   \
                                                   std::uint##bits##_t value, int, int) {                             \
    ++counts.read_modify_writes;                                                                                      \
    return __atomic_compare_exchange_n(at, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);               \
  }                                                                                                                   \
  std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                                                     \
      volatile std::uint##bits##_t* at, std::uint##bits##_t expected, std::uint##bits##_t value, int, int) {          \
    ++counts.read_modify_writes;                                                                                      \
    __atomic_compare_exchange_n(at, &expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                     \
    return expected;                                                                                                  \
  }
MACAW_TEST_ATOMIC(8)
MACAW_TEST_ATOMIC(16)
MACAW_TEST_ATOMIC(32)
MACAW_TEST_ATOMIC(64)

void __tsan_atomic_thread_fence(int order) {
  if (order == __ATOMIC_SEQ_CST) ++counts.read_modify_writes;
}
void __tsan_atomic_signal_fence(int) {}

// The mutexes of the C library are not compiled here: they are counted where they are called.
int pthread_mutex_lock(pthread_mutex_t* mutex) {
  using function = int (*)(pthread_mutex_t*);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "pthread_mutex_lock"));
  ++counts.locks;
  return real(mutex);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
