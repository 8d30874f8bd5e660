// SPDX-License-Identifier: MIT
//
// Readers that register, a writer that publishes, scans and gives out what nobody sees: in every order.

#include "interleavings/scenarios.hpp"
#include "interleavings/scheduler.hpp"

#include <macaw/detail/space/reader_registry.hpp>
#include <macaw/detail/txn/frame_reclaimer.hpp>
#include <macaw/ids.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace macaw_test {
namespace {

using macaw::detail::frame_reclaimer;
using macaw::detail::snapshot_registry;

/// A root that shows whether it is that of its number.
struct small_root {
  std::uint64_t t = 0;
  std::uint64_t inverse = 0;
};

small_root root_of(std::uint64_t t) { return {t, ~t}; }

/// A registry whose readers do not look a second time. For seeing that this is found.
class careless_registry : public snapshot_registry<small_root> {
 public:
  class lease {
   public:
    lease(macaw::detail::reader_slot& slot, small_root root) : slot_(&slot), root_(root) {}
    [[nodiscard]] std::uint64_t t() const { return root_.t; }
    [[nodiscard]] const small_root& root() const { return root_; }
    void reset() { slot_->t.store(0, std::memory_order_release); }

   private:
    macaw::detail::reader_slot* slot_;
    small_root root_;
  };

  using snapshot_registry::snapshot_registry;

  [[nodiscard]] lease begin() {
    const small_root root = seen_.load()->root;
    return {slots_.claim(root.t), root};
  }
  void publish(const small_root& root, std::uint64_t t) {
    roots_[t].root = root;
    seen_.store(&roots_[t]);
  }
  void scan(std::vector<std::uint64_t>& ts) const {
    ts.clear();
    slots_.for_each([&ts](std::uint64_t t) { ts.push_back(t); });
  }

 private:
  struct record {
    small_root root;
  };
  std::array<record, 32> roots_{};
  std::atomic<record*> seen_{nullptr};
  macaw::detail::reader_slots slots_;
};

/// A registry, what its states reach, and what is known of those who read them. The variables beside the registry are
/// no part of what is tried: one thread at a time does anything, and is interrupted in atomic operations only.
template <class Registry>
class published_states : public scenario {
 public:
  using lease = typename Registry::lease;

  /// Publishes so many states before the threads begin, so that records are used again while they run.
  explicit published_states(std::uint64_t before) : readers_(root_of(1), 1) {
    if constexpr (std::is_same_v<Registry, careless_registry>) readers_.publish(root_of(1), 1);
    pins_.reserve(64);
    retired_.reserve(states_max);
    for (std::uint64_t i = 0; i < before; ++i) publish();
  }

 protected:
  static constexpr std::uint64_t states_max = 32;

  /// Publishes the next state, which still reaches what the one before it made, but nothing older.
  void publish() {
    const std::uint64_t t = begun_ + 1;
    readers_.reserve_publication();
    begun_ = t;
    readers_.publish(root_of(t), t);
    acknowledged_.store(t, std::memory_order_release);
    if (t >= 3) retired_.retire(macaw::page_id{static_cast<std::uint32_t>(t - 2)}, t - 2, t);
    reclaim();
  }

  /// Asks who reads, and gives out what nobody can see.
  void reclaim() {
    const std::array<std::uint64_t, held_max> before = held_;
    readers_.scan(pins_);
    for (std::size_t i = 0; i < held_max; ++i) {
      if (before[i] == 0 || before[i] != held_[i]) continue;
      bool listed = false;
      for (const std::uint64_t t : pins_) listed = listed || t == before[i];
      require(listed, "a scan passed over a reader that was there all the time");
    }
    retired_.reclaim(pins_, [this](macaw::page_id id) { given_out_[macaw::to_number(id)] = true; });
  }

  /// Begins a reader and notes, as number `place`, that there is one.
  [[nodiscard]] lease begin(std::size_t place) {
    const std::uint64_t least = acknowledged_.load(std::memory_order_acquire);
    lease begun = readers_.begin();
    require(least <= begun.t() && begun.t() <= begun_, "a reader began at a state that was not to be had");
    note(place, begun);
    return begun;
  }
  void note(std::size_t place, const lease& begun) {
    held_[place] = begun.t();
    look(place, begun);
  }

  /// What a reader may rely on while it is there.
  void look(std::size_t place, const lease& begun) const {
    const std::uint64_t t = held_[place];
    require(begun.t() == t && begun.root().t == t && begun.root().inverse == ~t, "a reader's root became another");
    require(!given_out_[t] && !given_out_[t - 1], "a page was given out that a reader sees");
  }

  void end(std::size_t place, lease& begun) {
    look(place, begun);
    held_[place] = 0;
    begun.reset();
  }

  void read(std::size_t place) {
    lease begun = begin(place);
    may_switch();
    end(place, begun);
  }

  static constexpr std::size_t held_max = 8;

  Registry readers_;

 private:
  frame_reclaimer retired_;
  std::vector<std::uint64_t> pins_;
  std::array<bool, states_max + 2> given_out_{};
  std::array<std::uint64_t, held_max> held_{};
  std::uint64_t begun_ = 1;
  std::atomic<std::uint64_t> acknowledged_{1};  ///< goes through a store buffer as what it says does
};

/// Thread 0 publishes twice; all others read, one after the other.
template <class Registry, std::uint64_t Before>
class reading : public published_states<Registry> {
 public:
  reading() : published_states<Registry>(Before) {}

  void run(std::size_t thread) override {
    if (thread == 0) {
      this->publish();
      this->publish();
    } else {
      this->read(thread);
    }
  }
};

using registry = snapshot_registry<small_root>;

/// One reader begins again and again, while three states pass.
class reading_again : public published_states<registry> {
 public:
  reading_again() : published_states(6) {}

  void run(std::size_t thread) override {
    for (int i = 0; i < 3; ++i) {
      if (thread == 0) {
        publish();
      } else {
        read(thread);
      }
    }
  }
};

/// Two holders of one registration leave, one of them after it has shared it once more.
class sharing : public published_states<registry> {
 public:
  sharing() : published_states(5), first_(begin(1)), second_(first_.share()) {
    note(2, second_);
    publish();
  }

  void run(std::size_t thread) override {
    if (thread == 0) return publish();
    if (thread == 1) return end(1, first_);
    lease third = second_.share();
    note(3, third);
    end(2, second_);
    may_switch();
    end(3, third);
  }

  void finish() override { require(readers_.readers() == 0, "a registration was never ended"); }

 private:
  lease first_;
  lease second_;
};

/// So many slots are left: readers make room, two at once, while the writer looks who is there.
template <std::size_t Free>
class growing : public published_states<registry> {
 public:
  growing() : published_states(2) {
    for (lease& each : held_before_) each = readers_.begin();
    publish();  // or the number of those who are there would hide that a reader is passed over
  }

  void run(std::size_t thread) override {
    if (thread == 0) {
      publish();
      reclaim();
    } else {
      read(thread);
    }
  }

  void finish() override {
    require(readers_.readers() == held_before_.size(), "a registration was lost or never ended");
    for (lease& each : held_before_) require(each.root().t == each.t(), "a registration was lost");
  }

 private:
  std::array<lease, 16 - Free> held_before_;
};

/// Two readers leave while a third takes what they leave.
class passing_on : public published_states<registry> {
 public:
  passing_on() : published_states(3), first_(begin(1)) {
    for (lease& each : others_) each = readers_.begin();
    publish();
  }

  void run(std::size_t thread) override {
    if (thread == 0) return publish();
    if (thread == 1) end(1, first_);
    read(thread + 2);
  }

  void finish() override { require(readers_.readers() == others_.size(), "a registration was lost or never ended"); }

 private:
  lease first_;
  std::array<lease, 15> others_;
};

template <class Scenario>
std::unique_ptr<scenario> make() {
  return std::make_unique<Scenario>();
}

void try_readers(report& result) {
  result.expect_sound("readers begin and end while states are published", {.threads = 2}, make<reading<registry, 7>>);
  result.expect_sound("two readers begin and end while states are published", {.threads = 3},
                      make<reading<registry, 7>>);
  result.expect_sound("a reader begins again and again", {.threads = 2}, make<reading_again>);
  result.expect_sound("holders of one registration leave", {.threads = 3}, make<sharing>);
  result.expect_sound("slots run out for one of two readers", {.threads = 3, .preemptions = 1}, make<growing<1>>);
  result.expect_sound("slots run out for two readers", {.threads = 3}, make<growing<0>>);
  result.expect_sound("a slot goes from one reader to another", {.threads = 3}, make<passing_on>);
  result.expect_sound("readers, with stores held back", {.threads = 2, .delays = 2}, make<reading<registry, 7>>);
  result.expect_sound("a reader registers twice, with stores held back", {.threads = 2, .preemptions = 3, .delays = 1},
                      make<reading<registry, 1>>);
  result.expect_sound("holders leave, with stores held back", {.threads = 3, .delays = 1}, make<sharing>);
  result.expect_sound("slots run out, with stores held back", {.threads = 3, .preemptions = 1, .delays = 1},
                      make<growing<0>>);
  result.expect_found("readers that do not look again are found out", {.threads = 2},
                      make<reading<careless_registry, 2>>);
}

const group readers_group("readers", &try_readers);

}  // namespace
}  // namespace macaw_test
