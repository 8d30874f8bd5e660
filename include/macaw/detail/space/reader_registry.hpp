// SPDX-License-Identifier: MIT
//
// Who reads which published state. Layer 3 (space). PROTOCOL R15.
//
// A reader takes the newest root and registers its publication number T in a slot; the writer publishes
// roots and asks which numbers are registered before it frees anything.
//
// Invariants:
//  1. Beginning: claim a slot with T of the current root, then look whether that root is still current with
//     that T; else register the newer T and look again. The claim and the second look are sequentially
//     consistent, as are the publishing store and the scan. So either the reader sees the publication and
//     tries again, or every scan that begins after the publication sees the reader.
//  2. T is unique and rises, so a root record used again never passes for what it was (no ABA).
//  3. Root records are type-stable: they live as long as the registry. A record is filled again only when
//     it is not current and a scan that began after its replacement does not find its T.
//  4. A slot that holds 0 is free. Only the claim moves it from 0, only the last holder moves it to 0, with a
//     release that the scan acquires: what the reader read happens before what the writer does next.
//  5. Sharing counts holders in the slot itself. A second slot would not do: a scan could pass that slot
//     before it is filled, and the first slot after it is emptied, and miss a reader that never left.
//  6. A slot's companion is touched only by who claimed the slot, until he leaves it. So what the next one finds
//     there nobody else uses: invariant 4 orders the two.
//
// Thread safety: begin, share and release from any thread. Publication, scan and their reserves by one
// thread at a time (the writer). Slots and records outlive leases only as long as the registry does.

#pragma once

#include <macaw/detail/base/algorithms.hpp>
#include <macaw/macros.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

/// One registration, on cache lines of its own: two, because processors fetch lines in pairs.
struct alignas(128) reader_slot {
  std::atomic<std::uint64_t> t{0};             ///< publication number of the holders, 0: free
  std::atomic<std::uint32_t> more_holders{0};  ///< holders beyond the first
  std::uint32_t index = 0;                     ///< place among the slots of the registry
  void* companion = nullptr;                   ///< see `lease::companion`
};
static_assert(sizeof(reader_slot) == 128);

/// Slots without a fixed limit: blocks that double in size and are never moved or given back.
class reader_slots {
 public:
  reader_slots() : serial_(next_serial()) { add_block(0); }
  reader_slots(const reader_slots&) = delete;
  reader_slots& operator=(const reader_slots&) = delete;
  ~reader_slots() {
    for (std::atomic<reader_slot*>& block : blocks_) delete[] block.load(std::memory_order_relaxed);
  }

  /// Claims a free slot for number `t`: the one that this thread used last if it is free.
  /// Errors: std::bad_alloc, only when all slots are taken.
  /// Complexity: one read-modify-write; linear in the slots taken when the thread's own is not free.
  [[nodiscard]] reader_slot& claim(std::uint64_t t) {
    hint& last = hint_of_thread();
    if (last.serial == serial_ && try_claim(*last.slot, t)) [[likely]]
      return *last.slot;
    reader_slot& found = find_free(last.serial == serial_ ? last.slot->index + 1 : thread_number(), t);
    last = {serial_, &found};
    return found;
  }

  /// Calls `f(t)` for each registered number, in no order, repetitions included.
  template <class F>
  void for_each(F&& f) const noexcept {
    for (std::size_t block = 0; block < block_count_max; ++block) {
      const reader_slot* slots = blocks_[block].load();
      if (slots == nullptr) return;
      for (std::size_t i = 0; i < block_size(block); ++i) {
        if (const std::uint64_t t = slots[i].t.load(); t != 0) f(t);
      }
    }
  }

  /// Slots that there are, free ones included. Never falls.
  [[nodiscard]] std::size_t capacity() const noexcept {
    std::size_t block = 0;
    while (block < block_count_max && blocks_[block].load() != nullptr) ++block;
    return slots_before(block);
  }

 private:
  /// The slot a thread used last, valid in the registry of that serial number.
  struct hint {
    std::uint64_t serial = 0;
    reader_slot* slot = nullptr;
  };

  static constexpr std::size_t first_block_size = 16;
  static constexpr std::size_t block_count_max = 27;  // together 2^31 slots
  static constexpr std::size_t hints_per_thread = 4;

  [[nodiscard]] static constexpr std::size_t block_size(std::size_t block) noexcept {
    return first_block_size << block;
  }
  [[nodiscard]] static constexpr std::size_t slots_before(std::size_t block) noexcept {
    return (first_block_size << block) - first_block_size;
  }

  /// Numbers registries from 1 on, so that a hint for one that is gone never fits another.
  [[nodiscard]] static std::uint64_t next_serial() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  [[nodiscard]] hint& hint_of_thread() const noexcept {
    static constinit thread_local std::array<hint, hints_per_thread> hints{};
    return hints[serial_ % hints_per_thread];
  }

  /// Spreads threads over the slots, so that each soon has one to itself.
  [[nodiscard]] static std::size_t thread_number() noexcept {
    static std::atomic<std::size_t> last{0};
    static thread_local const std::size_t number = last.fetch_add(1, std::memory_order_relaxed);
    return number;
  }

  [[nodiscard]] static bool try_claim(reader_slot& slot, std::uint64_t t) noexcept {
    std::uint64_t free = 0;
    return slot.t.compare_exchange_strong(free, t);
  }

  [[nodiscard]] reader_slot& slot_at(std::size_t index) const noexcept {
    const auto block = static_cast<std::size_t>(std::bit_width(index / first_block_size + 1)) - 1;
    return blocks_[block].load(std::memory_order_acquire)[index - slots_before(block)];
  }

  /// Tries all slots from `start` on around, and adds a block when none is free.
  [[nodiscard]] MACAW_NOINLINE reader_slot& find_free(std::size_t start, std::uint64_t t) {
    while (true) {
      const std::size_t count = capacity();
      for (std::size_t i = 0; i < count; ++i) {
        reader_slot& slot = slot_at((start + i) % count);
        if (slot.t.load(std::memory_order_relaxed) == 0 && try_claim(slot, t)) return slot;
      }
      add_block(static_cast<std::size_t>(std::bit_width(count / first_block_size + 1)) - 1);
      start = count;
    }
  }

  /// Puts a block of free slots in place, unless another thread did.
  void add_block(std::size_t block) {
    if (block >= block_count_max) throw std::bad_alloc();
    std::unique_ptr<reader_slot[]> slots(new reader_slot[block_size(block)]);
    for (std::size_t i = 0; i < block_size(block); ++i) {
      slots[i].index = static_cast<std::uint32_t>(slots_before(block) + i);
    }
    reader_slot* none = nullptr;
    if (blocks_[block].compare_exchange_strong(none, slots.get())) static_cast<void>(slots.release());
  }

  const std::uint64_t serial_;
  std::array<std::atomic<reader_slot*>, block_count_max> blocks_{};
};

/// Publishes roots to readers, and tells which of them are in use. `Root` is a plain value.
template <class Root>
  requires std::is_nothrow_copy_assignable_v<Root> && std::is_nothrow_default_constructible_v<Root>
class snapshot_registry {
  struct root_record {
    std::atomic<std::uint64_t> t{0};
    Root root{};
  };

 public:
  /// A reader's registration: as long as it lives, its root and all that this root reaches stays.
  class lease {
   public:
    /// Holds nothing.
    lease() noexcept = default;
    lease(lease&& other) noexcept
        : slot_(std::exchange(other.slot_, nullptr)), record_(std::exchange(other.record_, nullptr)) {}
    lease& operator=(lease&& other) noexcept {
      reader_slot* const slot = std::exchange(other.slot_, nullptr);
      const root_record* const record = other.record_;
      reset();
      slot_ = slot;
      record_ = record;
      return *this;
    }
    ~lease() { reset(); }

    /// Ends the registration, if there is one: the last thing that is done with the slot.
    void reset() noexcept {
      if (reader_slot* const slot = std::exchange(slot_, nullptr)) leave(*slot);
    }

    /// A second lease of the same state. Requires: this one holds something.
    [[nodiscard]] lease share() const noexcept {
      MACAW_ASSERT(slot_ != nullptr);
      slot_->more_holders.fetch_add(1, std::memory_order_relaxed);
      return lease(slot_, record_);
    }

    [[nodiscard]] explicit operator bool() const noexcept { return slot_ != nullptr; }
    /// The root as it was published. Requires: holds something.
    [[nodiscard]] const Root& root() const noexcept { return record_->root; }
    /// What goes with the slot from one reader to the next; null at first. Only for who has the lease from `begin`,
    /// not from `share`. Requires: holds something.
    [[nodiscard]] void*& companion() const noexcept { return slot_->companion; }
    /// The number it was published under. Requires: holds something.
    [[nodiscard]] std::uint64_t t() const noexcept { return record_->t.load(std::memory_order_relaxed); }

   private:
    friend snapshot_registry;
    lease(reader_slot* slot, const root_record* record) noexcept : slot_(slot), record_(record) {}

    MACAW_ALWAYS_INLINE static void leave(reader_slot& slot) noexcept {
      // Only holders add holders: who finds none beside himself is the last.
      if (slot.more_holders.load(std::memory_order_acquire) != 0) [[unlikely]] {
        if (slot.more_holders.fetch_sub(1, std::memory_order_acq_rel) != 0) return;
        // Two that left at the same moment wrapped the count; the slot is nobody else's, so it is put right.
        slot.more_holders.store(0, std::memory_order_relaxed);
      }
      slot.t.store(0, std::memory_order_release);
    }

    reader_slot* slot_ = nullptr;
    const root_record* record_ = nullptr;
  };

  /// Begins with a published root, so that there is always something to read.
  /// Requires: t > 0. Errors: std::bad_alloc.
  snapshot_registry(const Root& root, std::uint64_t t) {
    reserve_publication();
    publish(root, t);
  }

  /// Registers a reader of the newest state.
  /// Errors: std::bad_alloc, only when there are more readers than ever before.
  /// Complexity: one read-modify-write as a rule, and no allocation; no lock.
  [[nodiscard]] MACAW_ALWAYS_INLINE lease begin() {
    const root_record* record = current_.load(std::memory_order_acquire);
    std::uint64_t t = record->t.load(std::memory_order_relaxed);
    reader_slot& slot = slots_.claim(t);
    while (true) {
      const root_record* const newest = current_.load();
      const std::uint64_t newest_t = newest->t.load(std::memory_order_relaxed);
      if (newest == record && newest_t == t) [[likely]]
        return lease(&slot, record);
      record = newest;
      t = newest_t;
      slot.t.exchange(t);
    }
  }

  /// Makes sure that the next `publish` succeeds. Errors: std::bad_alloc; then nothing has changed.
  void reserve_publication() {
    if (!free_.empty()) return;
    recycle();
    // As many again as are in use, so that scans are paid for by publications.
    if (free_.size() < retired_.size() || free_.empty()) add_records(retired_.size() + records_min);
  }

  /// Makes a root the newest. What only older roots reach may be freed after a scan that begins after this.
  /// Requires: a `reserve_publication` since the last call; `t` above all before.
  void publish(const Root& root, std::uint64_t t) noexcept {
    MACAW_ASSERT(!free_.empty());
    root_record* const record = free_.back();
    free_.pop_back();
    MACAW_ASSERT(t > record->t.load(std::memory_order_relaxed));
    record->t.store(t, std::memory_order_relaxed);
    record->root = root;
    if (root_record* const before = current_.load(std::memory_order_relaxed); before != nullptr) {
      retired_.push_back(before);  // room was made when the records were
    }
    current_.store(record);
  }

  /// The newest root and its number, for the writer.
  [[nodiscard]] const Root& newest() const noexcept { return current_.load(std::memory_order_relaxed)->root; }
  [[nodiscard]] std::uint64_t newest_t() const noexcept {
    return current_.load(std::memory_order_relaxed)->t.load(std::memory_order_relaxed);
  }

  /// Lists, ascending and each once, the numbers that readers hold. A number that is not listed and is not the
  /// newest at the call is held by nobody, and never will be.
  /// Errors: std::bad_alloc. Complexity: linear in the most readers there ever were at once.
  void scan(std::vector<std::uint64_t>& ts) const {
    ts.clear();
    ts.reserve(slots_.capacity());
    // Slots that were added since hold only numbers that are newest or later: they may be left out.
    slots_.for_each([&ts](std::uint64_t t) {
      if (ts.size() < ts.capacity()) ts.push_back(t);
    });
    algorithms::sort(ts.begin(), ts.end());
    ts.erase(algorithms::unique(ts.begin(), ts.end()), ts.end());
  }

  /// How many registrations there are; shared ones count once.
  [[nodiscard]] std::size_t readers() const noexcept {
    std::size_t count = 0;
    slots_.for_each([&count](std::uint64_t) { ++count; });
    return count;
  }

 private:
  static constexpr std::size_t records_min = 8;

  /// Moves the records that nobody can read any more to the free ones.
  void recycle() {
    scan(pinned_);
    const auto in_use = [this](const root_record* record) {
      return algorithms::binary_search(pinned_.begin(), pinned_.end(), record->t.load(std::memory_order_relaxed));
    };
    const auto unused = algorithms::partition(retired_.begin(), retired_.end(), in_use);
    free_.insert(free_.end(), unused, retired_.end());  // room was made when the records were
    retired_.erase(unused, retired_.end());
  }

  void add_records(std::size_t count) {
    const std::size_t all = record_count_ + count;
    free_.reserve(all);
    retired_.reserve(all);
    pool_.reserve(pool_.size() + 1);
    pool_.emplace_back(new root_record[count]);
    record_count_ = all;
    for (std::size_t i = 0; i < count; ++i) free_.push_back(&pool_.back()[i]);
  }

  alignas(128) std::atomic<root_record*> current_{nullptr};
  alignas(128) reader_slots slots_;
  std::vector<std::unique_ptr<root_record[]>> pool_;
  std::size_t record_count_ = 0;
  std::vector<root_record*> free_;
  std::vector<root_record*> retired_;
  std::vector<std::uint64_t> pinned_;
};

}  // namespace macaw::inline MACAW_ABI::detail
