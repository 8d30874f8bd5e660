// SPDX-License-Identifier: MIT
//
// The scheduler.
//
// Threads are real ones, so that each has its thread-local variables, but only one at a time does anything: it holds
// the baton, and hands it on through a futex. An order is a list of choices; the next one to try differs from the last
// one in its last choice that has something left to choose.
//
// This unit is not compiled with -fsanitize=thread. So it uses no std::atomic, whose functions would be linked in place
// of those that the units under test call, and its containers hold types of its own.

#include "interleavings/scheduler.hpp"
#include "interleavings/scheduling.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <vector>

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

using macaw_test::exploration;
using macaw_test::exploration_limits;
using macaw_test::scenario;

constexpr std::size_t threads_max = 8;
constexpr std::size_t nobody = threads_max;
constexpr std::size_t steps_max = 1'000'000;
constexpr std::size_t list_max = 1 << 16;

/// What one thread waits on until the baton is handed to it.
class signal {
 public:
  void give() noexcept {
    __atomic_store_n(&given_, 1, __ATOMIC_SEQ_CST);
    ::syscall(SYS_futex, &given_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }
  void await() noexcept {
    while (__atomic_exchange_n(&given_, 0, __ATOMIC_SEQ_CST) == 0) {
      ::syscall(SYS_futex, &given_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    }
  }

 private:
  int given_ = 0;
};

/// A store that its thread has done and nobody else sees yet.
struct held_store {
  volatile void* at;
  std::uint64_t value;
  unsigned size;
};

struct worker {
  signal turn;
  pthread_t handle{};
  bool ended = true;
  const void* waits_for = nullptr;  ///< a mutex that another thread has
  std::vector<held_store> held;
};

struct choice {
  std::size_t taken;
  std::size_t options;
};

struct freed_block {
  void* at;
  std::size_t size;
};

/// Which addresses may be those of freed memory: most accesses are told apart by one look.
class granules {
 public:
  void mark(const freed_block& block, bool freed) noexcept {
    const auto first = reinterpret_cast<std::uintptr_t>(block.at);
    for (std::uintptr_t at = first; at < first + block.size; at += size) marks_[place(at)] = freed;
    if (first < lowest_) lowest_ = first;
    if (first + block.size > end_) end_ = first + block.size;
  }
  [[nodiscard]] bool may_be_freed(const volatile void* at) const noexcept {
    const auto number = reinterpret_cast<std::uintptr_t>(at);
    return number >= lowest_ && number < end_ && marks_[place(number)];
  }

 private:
  static constexpr std::size_t size = 16;  // and alignment of what malloc gives
  [[nodiscard]] static std::size_t place(std::uintptr_t at) noexcept { return at / size % (1 << 20); }

  std::array<bool, 1 << 20> marks_{};
  std::uintptr_t lowest_ = UINTPTR_MAX;  ///< of all that was ever freed: leaves out the stacks
  std::uintptr_t end_ = 0;
};

struct scheduler {
  exploration_limits limits;
  std::array<worker, threads_max> workers;
  std::size_t started = 0;  ///< threads that exist
  signal all_ended;
  scenario* subject = nullptr;

  bool running = false;
  std::size_t current = nobody;
  std::vector<choice> choices;
  std::size_t next_choice = 0;
  unsigned preemptions_left = 0;
  unsigned delays_left = 0;
  std::size_t steps = 0;
  std::vector<freed_block> freed;
  granules marks;
  const char* failure = nullptr;
};

scheduler all;
thread_local std::size_t self = nobody;

[[noreturn]] void stop(const char* why) noexcept {
  std::printf("%s; the choices were", why);
  for (const choice& each : all.choices) std::printf(" %zu/%zu", each.taken, each.options);
  std::printf("\n");
  std::fflush(stdout);
  std::_Exit(1);
}

/// Lists have all the room they get before a run: it is not to allocate for the scheduler's sake.
template <class T>
void add(std::vector<T>& list, const T& entry) noexcept {
  if (list.size() == list.capacity()) stop("a run is too long");
  list.push_back(entry);
}

/// Chooses one of so many: as in the order that is being tried, or the first where that leaves it open.
std::size_t choose(std::size_t options) noexcept {
  if (options == 1) return 0;
  if (all.next_choice == all.choices.size()) add(all.choices, choice{0, options});
  const choice& made = all.choices[all.next_choice++];
  if (made.options != options) stop("the same choices led elsewhere");
  return made.taken;
}

/// Turns the choices into those of the next order. Returns false where there is none.
bool choose_otherwise() noexcept {
  while (!all.choices.empty() && all.choices.back().taken + 1 == all.choices.back().options) all.choices.pop_back();
  if (all.choices.empty()) return false;
  ++all.choices.back().taken;
  return true;
}

void perform(const held_store& store) noexcept { std::memcpy(const_cast<void*>(store.at), &store.value, store.size); }

void drain(worker& of) noexcept {
  for (const held_store& store : of.held) perform(store);
  of.held.clear();
}

/// Hands the baton to the thread that is chosen among those that can go on, the calling one first.
void hand_on(bool may_stay) noexcept {
  std::array<std::size_t, threads_max> able{};
  std::size_t count = 0;
  if (may_stay) able[count++] = self;
  if (!may_stay || all.preemptions_left > 0) {
    for (std::size_t i = 0; i < all.limits.threads; ++i) {
      if (i != self && !all.workers[i].ended && all.workers[i].waits_for == nullptr) able[count++] = i;
    }
  }
  if (count == 0) {
    for (std::size_t i = 0; i < all.limits.threads; ++i) {
      if (!all.workers[i].ended) stop("threads wait for each other");
    }
    return all.all_ended.give();
  }
  const std::size_t chosen = able[choose(count)];
  if (may_stay && chosen != self) --all.preemptions_left;
  if (chosen == self) return;
  all.current = chosen;
  const bool goes_on = !all.workers[self].ended;
  const std::size_t me = self;
  all.workers[chosen].turn.give();
  if (goes_on) all.workers[me].turn.await();
}

void* work(void* number) {
  self = *static_cast<std::size_t*>(number);
  worker& mine = all.workers[self];
  while (true) {
    mine.turn.await();
    try {
      all.subject->run(self);
    } catch (...) {
      macaw_test::require(false, "a thread ended by an exception");
    }
    macaw_test::scheduling::drain();
    mine.ended = true;
    hand_on(false);
  }
}

void start_workers(std::size_t count) {
  static std::array<std::size_t, threads_max> numbers;
  for (; all.started < count; ++all.started) {
    numbers[all.started] = all.started;
    worker& made = all.workers[all.started];
    made.held.reserve(list_max);
    if (::pthread_create(&made.handle, nullptr, work, &numbers[all.started]) != 0) stop("no thread to be had");
  }
}

/// One processor for all: handing the baton on is then a switch and no message between processors.
void stay_on_one_processor() noexcept {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<std::size_t>(::sched_getcpu()), &one);
  static_cast<void>(::sched_setaffinity(0, sizeof(one), &one));
}

void run_once(const exploration_limits& limits, std::unique_ptr<scenario> subject) {
  all.subject = subject.get();
  all.next_choice = 0;
  all.preemptions_left = limits.preemptions;
  all.delays_left = limits.delays;
  all.steps = 0;
  for (std::size_t i = 0; i < limits.threads; ++i) {
    all.workers[i].ended = false;
    all.workers[i].waits_for = nullptr;
  }
  all.running = true;
  const std::size_t first = choose(limits.threads);
  all.current = first;
  all.workers[first].turn.give();
  all.all_ended.await();
  all.running = false;
  subject->finish();
  subject.reset();
  for (const freed_block& block : all.freed) {
    all.marks.mark(block, false);
    std::free(block.at);
  }
  all.freed.clear();
}

}  // namespace

namespace macaw_test {

void require(bool holds, const char* what) noexcept {
  if (!holds && all.failure == nullptr) all.failure = what;
}

void may_switch() noexcept {
  if (scheduling::is_scheduled()) scheduling::step();
}

exploration explore(const exploration_limits& limits, const std::function<std::unique_ptr<scenario>()>& make) {
  stay_on_one_processor();
  start_workers(limits.threads);
  all.limits = limits;
  all.failure = nullptr;
  all.choices.clear();
  all.choices.reserve(list_max);
  all.freed.reserve(list_max);
  // What is done only once in a process is done here, and so is no part of the runs that are compared.
  run_once(limits, make());
  all.choices.clear();
  exploration done;
  do {
    run_once(limits, make());
    ++done.runs;
    if (all.steps > done.longest) done.longest = all.steps;
  } while (all.failure == nullptr && choose_otherwise());
  if (all.failure != nullptr) done.failure = all.failure + (" in run " + std::to_string(done.runs));
  return done;
}

}  // namespace macaw_test

namespace macaw_test::scheduling {

bool is_scheduled() noexcept { return self != nobody && all.running; }

void step() noexcept {
  if (++all.steps > steps_max) stop("threads go on for ever");
  hand_on(true);
}

void wait_for(const void* wanted) noexcept {
  all.workers[self].waits_for = wanted;
  hand_on(false);
}

void give_up(const void* wanted) noexcept {
  for (worker& each : all.workers) {
    if (each.waits_for == wanted) each.waits_for = nullptr;
  }
}

bool hold_back(volatile void* at, std::uint64_t value, unsigned size) noexcept {
  std::vector<held_store>& held = all.workers[self].held;
  // Stores do not overtake each other.
  if (held.empty() && (all.delays_left == 0 || choose(2) == 0)) return false;
  if (held.empty()) --all.delays_left;
  add(held, held_store{at, value, size});
  return true;
}

const std::uint64_t* held_for(const volatile void* at) noexcept {
  const std::vector<held_store>& held = all.workers[self].held;
  for (std::size_t i = held.size(); i-- > 0;) {
    if (held[i].at == at) return &held[i].value;
  }
  return nullptr;
}

void drain() noexcept { drain(all.workers[self]); }

void drain_all() noexcept {
  for (worker& each : all.workers) drain(each);
}

void keep_freed(void* at, std::size_t size) noexcept {
  add(all.freed, freed_block{at, size});
  all.marks.mark(all.freed.back(), true);
}

void look_at(const volatile void* at) noexcept {
  if (!all.marks.may_be_freed(at) || !is_scheduled()) return;
  const auto* const byte = static_cast<const volatile char*>(at);
  for (const freed_block& block : all.freed) {
    const auto* const first = static_cast<const char*>(block.at);
    if (byte >= first && byte < first + block.size) return require(false, "memory is used that was freed");
  }
}

}  // namespace macaw_test::scheduling
