// SPDX-License-Identifier: MIT
//
// Pages in memory, for tests of the tree: a page writer that counts what is asked of it, holds the tree
// to the laws of page_source.hpp, fails on demand, and knows which pages live.
//
// `publish()` makes every page shared, as a commit or a nested transaction does: the next change copies.
// `rollback()` brings back the pages that were there at the last `publish()`.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/tree/page_source.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <set>
#include <vector>

namespace macaw_test {

/// A broken promise of the code under test: stops the program where it happened.
inline void require_law(bool holds, const char* law) {
  if (holds) return;
  macaw::detail::assertion_failed(law, __FILE__, __LINE__);
}

template <std::size_t PageSize>
class page_vector {
 public:
  static constexpr std::size_t page_size = PageSize;
  static constexpr std::uint32_t first_page = 16;

  page_vector() = default;
  /// Pages whose ids are those of frames, if `frames`.
  explicit page_vector(bool frames) : tag_(frames ? macaw::page_id_limit : 0) {}

  // --- what a page reader offers

  template <class Bounds = macaw::detail::page_bounds>
  const std::byte* page(macaw::page_ref ref, macaw::detail::page_shape expected, const Bounds& /*bounds*/) const {
    ++pages_read;
    const std::byte* const bytes = slot_of(ref).bytes.get();
    if (bytes == nullptr || macaw::detail::load_shape(bytes) != expected) [[unlikely]] {
      macaw::detail::throw_corrupt(ref.id, "not a page of this shape");
    }
    if (on_read) [[unlikely]]
      on_read(ref);
    if (fail_read_after >= 0 && fail_read_after-- == 0) [[unlikely]] {
      throw macaw::error(macaw::errc::io, "a read failed as told");
    }
    return bytes;
  }

  void prefetch(macaw::page_ref ref, std::size_t size) const noexcept {
    const std::uint32_t number = number_of(ref);
    if (number >= slots_.size()) return;
    const std::byte* const bytes = slots_[number].bytes.get();
    for (std::size_t line = 0; line < size; line += 64) __builtin_prefetch(bytes + line);
  }

  macaw::bytes_view piece(macaw::page_ref ref, std::size_t payload, macaw::detail::piece_buffer& buffer) const {
    ++pieces_read;
    const slot& from = slot_of(ref);
    if (!from.is_piece || from.size != payload) macaw::detail::throw_corrupt(ref.id, "not a piece of this size");
    if (fail_read_after >= 0 && fail_read_after-- == 0) throw macaw::error(macaw::errc::io, "a read failed as told");
    if (!copy_pieces) return {from.bytes.get(), payload};
    const auto to = buffer.ensure(payload);
    std::memcpy(to.data(), from.bytes.get(), payload);
    return to;
  }

  // --- what a page writer offers

  void reserve(std::size_t frames, std::size_t drops) {
    if (fail_after >= 0 && fail_after-- == 0) throw std::bad_alloc();
    if (free_.size() < frames) {
      if (slots_.capacity() - slots_.size() < frames) slots_.reserve(slots_.size() * 2 + frames);
      free_.reserve(slots_.capacity());
      while (free_.size() < frames) {
        free_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back();
      }
    }
    frames_left_ = frames;
    drops_left_ = drops;
  }

  template <class Kind = macaw::detail::whole_page<PageSize>>
  std::byte* writable(macaw::page_ref& ref, const std::byte* bytes, const Kind& kind = {}) noexcept {
    slot& from = slots_[number_of(ref)];
    require_law(from.live && !from.is_piece, "only live pages are made writable");
    require_law(bytes == from.bytes.get(), "pages are made writable by the bytes that were read");
    if (from.stamp == stamp_) return from.bytes.get();
    const std::byte* const source = from.bytes.get();
    const macaw::detail::new_page copy = take();
    std::memset(copy.bytes, 0xCD, PageSize);
    kind.copy(copy.bytes, source);
    ++pages_copied;
    drop(ref, 1);
    ref = copy.ref;
    return copy.bytes;
  }

  macaw::detail::new_page create(macaw::detail::page_shape shape) noexcept {
    const macaw::detail::new_page page = take();
    std::memset(page.bytes, 0xCD, PageSize);
    macaw::detail::format_header(page.bytes, shape);
    return page;
  }

  void drop(macaw::page_ref ref, std::uint32_t pages = 1) noexcept {
    require_law(drops_left_-- > 0, "no more drops than reserved");
    slot& at = slot_of(ref);
    require_law(at.live, "no page is dropped twice");
    require_law(pages == at.pages, "a piece is dropped whole");
    at.live = false;
    live_ -= pages;
    if (at.stamp == stamp_) {
      release(number_of(ref));
    } else {
      dropped_.push_back(number_of(ref));
    }
  }

  macaw::detail::new_page create_piece(std::size_t payload) {
    if (fail_after >= 0 && fail_after-- == 0) throw std::bad_alloc();
    if (free_.empty()) {
      slots_.emplace_back();
      free_.reserve(slots_.capacity());
      free_.push_back(static_cast<std::uint32_t>(slots_.size() - 1));
    }
    std::unique_ptr<std::byte[], aligned_delete> bytes(allocate(payload));
    const std::uint32_t number = free_.back();
    free_.pop_back();
    slot& at = slots_[number];
    at = {std::move(bytes),
          payload,
          stamp_,
          static_cast<std::uint32_t>((64 + payload + PageSize - 1) / PageSize),
          true,
          true};
    live_ += at.pages;
    return {{macaw::page_id{number | tag_}, 0}, at.bytes.get()};
  }

  // --- what tests use

  /// Makes all pages shared, and forgets those that were dropped.
  void publish() {
    for (const std::uint32_t number : dropped_) release(number);
    dropped_.clear();
    ++stamp_;
    live_published_ = live_;
  }

  /// Takes back all that happened since the last `publish()`.
  void rollback() {
    for (std::uint32_t number = first_page; number < slots_.size(); ++number) {
      if (slots_[number].live && slots_[number].stamp == stamp_) release(number);
    }
    for (const std::uint32_t number : dropped_) slots_[number].live = true;
    dropped_.clear();
    ++stamp_;
    live_ = live_published_;
  }

  /// Bytes of a page, to damage them.
  [[nodiscard]] std::byte* raw(macaw::page_ref ref) { return slot_of(ref).bytes.get(); }
  [[nodiscard]] std::size_t piece_size(macaw::page_ref ref) const { return slot_of(ref).size; }
  /// Pages that live, those of pieces counted one by one.
  [[nodiscard]] std::uint64_t live() const noexcept { return live_; }
  /// The numbers of the pages and pieces that live.
  [[nodiscard]] std::set<std::uint32_t> live_pages() const {
    std::set<std::uint32_t> live;
    for (std::uint32_t number = 0; number < slots_.size(); ++number) {
      if (slots_[number].live) live.insert(number);
    }
    return live;
  }

  mutable std::uint64_t pages_read = 0;
  mutable std::uint64_t pieces_read = 0;
  std::uint64_t pages_copied = 0;
  bool copy_pieces = false;                    ///< whether `piece` copies, as a pager without a map does
  long fail_after = -1;                        ///< calls that may fail before the one that does; -1: none
  mutable long fail_read_after = -1;           ///< the same for reads
  void (*on_read)(macaw::page_ref) = nullptr;  ///< called at every page read

 private:
  struct aligned_delete {
    void operator()(std::byte* bytes) const noexcept { ::operator delete[](bytes, std::align_val_t{64}); }
  };
  struct slot {
    std::unique_ptr<std::byte[], aligned_delete> bytes;
    std::size_t size = 0;
    std::uint32_t stamp = 0;
    std::uint32_t pages = 0;
    bool live = false;
    bool is_piece = false;
  };

  static std::byte* allocate(std::size_t size) {
    return static_cast<std::byte*>(::operator new[](size == 0 ? 1 : size, std::align_val_t{64}));
  }

  [[nodiscard]] std::uint32_t number_of(macaw::page_ref ref) const noexcept { return to_number(ref.id) ^ tag_; }

  [[nodiscard]] const slot& slot_of(macaw::page_ref ref) const {
    const std::uint32_t number = number_of(ref);
    if (number >= slots_.size()) macaw::detail::throw_corrupt(ref.id, "no such page");
    return slots_[number];
  }
  [[nodiscard]] slot& slot_of(macaw::page_ref ref) {
    return const_cast<slot&>(static_cast<const page_vector&>(*this).slot_of(ref));
  }

  macaw::detail::new_page take() noexcept {
    require_law(frames_left_-- > 0, "no more frames than reserved");
    require_law(!free_.empty(), "reserved frames are there");
    const std::uint32_t number = free_.back();
    free_.pop_back();
    slot& at = slots_[number];
    at.bytes.reset(allocate(PageSize));
    at.size = PageSize;
    at.stamp = stamp_;
    at.pages = 1;
    at.live = true;
    at.is_piece = false;
    ++live_;
    return {{macaw::page_id{number | tag_}, 0}, at.bytes.get()};
  }

  void release(std::uint32_t number) {
    slots_[number].live = false;
    slots_[number].bytes.reset();
    free_.push_back(number);
  }

  std::uint32_t tag_ = 0;
  std::vector<slot> slots_ = std::vector<slot>(first_page);
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> dropped_;
  std::uint32_t stamp_ = 1;
  std::uint64_t live_ = 0;
  std::uint64_t live_published_ = 0;
  std::size_t frames_left_ = 0;
  std::size_t drops_left_ = 0;
};

}  // namespace macaw_test
