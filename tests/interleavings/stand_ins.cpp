// SPDX-License-Identifier: MIT
//
// The functions that a compiler calls under -fsanitize=thread in place of ThreadSanitizer's own, and what else a thread
// does that others see: mutexes, fences of the process, and freeing memory. Compiled as the scheduler is, and as little
// as that uses std::atomic.

#include "interleavings/scheduler.hpp"
#include "interleavings/scheduling.hpp"

#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/syscall.h>

namespace {

using namespace macaw_test::scheduling;

template <class T>
T atomic_load(const volatile T* at) noexcept {
  look_at(at);
  if (is_scheduled()) {
    step();
    if (const std::uint64_t* held = held_for(at)) return static_cast<T>(*held);
  }
  return __atomic_load_n(at, __ATOMIC_SEQ_CST);
}

template <class T>
void atomic_store(volatile T* at, T value, int order) noexcept {
  look_at(at);
  if (is_scheduled()) {
    step();
    if (order == __ATOMIC_SEQ_CST) {
      drain();
    } else if (hold_back(at, value, sizeof(T))) {
      return;
    }
  }
  __atomic_store_n(at, value, __ATOMIC_SEQ_CST);
}

/// Comes before a read-modify-write.
void before_change(const volatile void* at) noexcept {
  look_at(at);
  if (!is_scheduled()) return;
  step();
  drain();
}

template <class T>
bool atomic_compare_exchange(volatile T* at, T* expected, T value) noexcept {
  before_change(at);
  return __atomic_compare_exchange_n(at, expected, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

using mutex_function = int (*)(pthread_mutex_t*);

mutex_function real_function(const char* name) noexcept {
  return reinterpret_cast<mutex_function>(::dlsym(RTLD_NEXT, name));
}

void release(void* at) noexcept {
  if (at == nullptr) return;
  if (!is_scheduled()) return std::free(at);
  const std::size_t size = ::malloc_usable_size(at);
  std::memset(at, 0xDD, size);
  keep_freed(at, size);
}

void* obtain(std::size_t size, std::size_t alignment) {
  void* at = nullptr;
  if (alignment <= alignof(std::max_align_t)) {
    at = std::malloc(size == 0 ? 1 : size);
  } else if (::posix_memalign(&at, alignment, size) != 0) {
    at = nullptr;
  }
  if (at == nullptr) throw std::bad_alloc();
  return at;
}

}  // namespace

// What is freed in a run is kept until its end, so that using it is found out.
void* operator new(std::size_t size) { return obtain(size, alignof(std::max_align_t)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return obtain(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* at) noexcept { release(at); }
void operator delete(void* at, std::size_t) noexcept { release(at); }
void operator delete(void* at, std::align_val_t) noexcept { release(at); }
void operator delete(void* at, std::size_t, std::align_val_t) noexcept { release(at); }

// NOLINTBEGIN(bugprone-reserved-identifier): the names are the compiler's
extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void** at) { look_at(at); }
void __tsan_read_range(void* at, unsigned long) { look_at(at); }
void __tsan_write_range(void* at, unsigned long) { look_at(at); }

#define MACAW_TEST_ACCESS(size)                                \
  void __tsan_read##size(void* at) { look_at(at); }            \
  void __tsan_write##size(void* at) { look_at(at); }           \
  void __tsan_unaligned_read##size(void* at) { look_at(at); }  \
  void __tsan_unaligned_write##size(void* at) { look_at(at); } \
  void __tsan_volatile_read##size(void* at) { look_at(at); }   \
  void __tsan_volatile_write##size(void* at) { look_at(at); }  \
  void __tsan_read_write##size(void* at) { look_at(at); }      \
  void __tsan_unaligned_read_write##size(void* at) { look_at(at); }
MACAW_TEST_ACCESS(1)
MACAW_TEST_ACCESS(2)
MACAW_TEST_ACCESS(4)
MACAW_TEST_ACCESS(8)
MACAW_TEST_ACCESS(16)

#define MACAW_TEST_CHANGE(bits, name, builtin)                                                                         \
  std::uint##bits##_t __tsan_atomic##bits##_##name(volatile std::uint##bits##_t* at, std::uint##bits##_t value, int) { \
    before_change(at);                                                                                                 \
    return builtin(at, value, __ATOMIC_SEQ_CST);                                                                       \
  }
#define MACAW_TEST_ATOMIC(bits)                                                                                       \
  std::uint##bits##_t __tsan_atomic##bits##_load(const volatile std::uint##bits##_t* at, int) {                       \
    return atomic_load(at);                                                                                           \
  }                                                                                                                   \
  void __tsan_atomic##bits##_store(volatile std::uint##bits##_t* at, std::uint##bits##_t value, int order) {          \
    atomic_store(at, value, order);                                                                                   \
  }                                                                                                                   \
  MACAW_TEST_CHANGE(bits, exchange, __atomic_exchange_n)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_add, __atomic_fetch_add)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_sub, __atomic_fetch_sub)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_and, __atomic_fetch_and)                                                              \
  MACAW_TEST_CHANGE(bits, fetch_or, __atomic_fetch_or)                                                                \
  MACAW_TEST_CHANGE(bits, fetch_xor, __atomic_fetch_xor)                                                              \
  bool __tsan_atomic##bits##_compare_exchange_strong(volatile std::uint##bits##_t* at, std::uint##bits##_t* expected, \
                                                     std::uint##bits##_t value, int, int) {                           \
    return atomic_compare_exchange(at, expected, value);                                                              \
  }                                                                                                                   \
  bool __tsan_atomic##bits##_compare_exchange_weak(volatile std::uint##bits##_t* at, std::uint##bits##_t* expected,   \
                                                   std::uint##bits##_t value, int, int) {                             \
    return atomic_compare_exchange(at, expected, value);                                                              \
  }                                                                                                                   \
  std::uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                                                     \
      volatile std::uint##bits##_t* at, std::uint##bits##_t expected, std::uint##bits##_t value, int, int) {          \
    atomic_compare_exchange(at, &expected, value);                                                                    \
    return expected;                                                                                                  \
  }
MACAW_TEST_ATOMIC(8)
MACAW_TEST_ATOMIC(16)
MACAW_TEST_ATOMIC(32)
MACAW_TEST_ATOMIC(64)

void __tsan_atomic_thread_fence(int order) {
  if (!is_scheduled()) return;
  step();
  if (order == __ATOMIC_SEQ_CST) drain();
}
void __tsan_atomic_signal_fence(int) {}

// Calls of `syscall` are linked to this: a fence of the whole process, which Linux does for threads that run, is one of
// those that are scheduled.
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...) {
  if (number == SYS_membarrier && is_scheduled()) {
    step();
    drain_all();
    return 0;
  }
  std::va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& each : arguments) each = va_arg(list, long);
  va_end(list);
  return __real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}

// The mutexes of the C library are not compiled here: they are met where they are called.
int pthread_mutex_lock(pthread_mutex_t* mutex) {
  static const mutex_function real_lock = real_function("pthread_mutex_lock");
  static const mutex_function real_trylock = real_function("pthread_mutex_trylock");
  if (!is_scheduled()) return real_lock(mutex);
  step();
  drain();
  while (real_trylock(mutex) != 0) wait_for(mutex);
  return 0;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  static const mutex_function real_unlock = real_function("pthread_mutex_unlock");
  if (!is_scheduled()) return real_unlock(mutex);
  drain();
  give_up(mutex);
  return real_unlock(mutex);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
