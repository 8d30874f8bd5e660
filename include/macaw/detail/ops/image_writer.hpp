// SPDX-License-Identifier: MIT
//
// Writing the file image of a state as consecutive bytes. Layer 7 (tools).
//
// Invariant: what goes out of a page of the file has been compared with its checksum, its place, and the commit and
// kind that its reference names, in the very buffer that goes out.

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/detail/base/algorithms.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/detail/format/large_value.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/memory/arena.hpp>
#include <macaw/detail/ops/image_plan.hpp>
#include <macaw/detail/ops/raw_pages.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/macros.hpp>
#include <macaw/ops/progress.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace macaw::inline MACAW_ABI::detail {

/// Writes an image to a sink, at most a mebibyte at a time.
template <class Config, class Sink>
class image_writer {
 public:
  static constexpr std::size_t page_size = Config::page_size;

  image_writer(const raw_pages<Config>& pages, const frame_arena<page_size>& arena, const image_plan<Config>& plan,
               Sink& sink, progress_meter& meter)
      : pages_(pages), arena_(arena), plan_(plan), sink_(sink), meter_(meter), buffer_(new std::byte[capacity]) {}

  /// Writes the whole image. Returns: its size in bytes.
  /// Errors: `corrupt`, `io`, `cancelled`, what the sink raises; what went out before is no file that could be opened.
  std::uint64_t run() {
    add_metas();
    auto frame = plan_.frames().begin();
    auto log_page = plan_.log_pages().begin();
    for (std::uint32_t id = first_page; id < plan_.meta().mark;) {
      if (frame != plan_.frames().end() && frame->first == id) {
        add_frame(*frame);
        id += frame++->pages;
      } else if (log_page != plan_.log_pages().end() && log_page->id == id) {
        const std::span<std::byte> to = add(1);
        log_page++->encode(to);
        seal(to, id++);
      } else if (plan_.at(id).kind == page_kind::none) {
        std::memset(add(1).data(), 0, page_size);
        ++id;
      } else {
        id += add_pages(id);
      }
    }
    flush();
    return written_;
  }

  /// Pages that hold something.
  [[nodiscard]] std::uint64_t pages() const noexcept { return copied_; }

 private:
  static constexpr std::uint32_t first_page = geometry<page_size>::first_page;
  static constexpr std::size_t capacity = std::size_t{1} << 20;
  static_assert(geometry<page_size>::piece_pages_max * page_size <= capacity);
  static_assert(first_page * page_size <= capacity);

  /// Room for so many pages, which stays until the next call. Errors: those of the sink, `cancelled`.
  [[nodiscard]] std::span<std::byte> add(std::uint32_t count) {
    const std::size_t size = std::size_t{count} * page_size;
    if (size > capacity - used_) flush();
    const std::span<std::byte> room(buffer_.get() + used_, size);
    used_ += size;
    meter_.advance(count);
    return room;
  }

  void flush() {
    if (used_ == 0) return;
    sink_(bytes_view(buffer_.get(), used_));
    written_ += used_;
    used_ = 0;
  }

  /// The living meta page in slot 0; slot 1 is blank.
  void add_metas() {
    const std::span<std::byte> to = add(first_page);
    std::memset(to.data(), 0, to.size());
    std::array<std::byte, meta_size> meta;
    encode_meta(plan_.meta(), meta);
    std::memcpy(to.data(), meta.data(), meta.size());
  }

  void seal(std::span<std::byte> page, std::uint32_t id) noexcept {
    seal_page<typename Config::checksum>(page.data(), page.size(), page_id{id}, plan_.meta().d,
                                         uuid_seed(plan_.meta().uuid));
    copied_ += page.size() / page_size;
  }

  void add_frame(const planned_frame& frame) {
    const std::span<std::byte> to = add(frame.pages);
    const std::span<const std::byte> piece = arena_.piece(frame.frame);
    if (piece.empty()) {
      std::memset(to.data(), 0, to.size());  // what holds nothing in the frame must not go out
      copy_page<page_size>(to.data(), arena_.frame(frame.frame));
      for_each_reference<page_size>(
          to.data(), [&](const page_reference<std::byte>& child) { child.store(plan_.translate(child.load())); });
    } else {
      std::memcpy(to.data(), piece.data(), to.size());
    }
    seal(to, frame.first);
  }

  /// Pages that a page or piece at `id` takes.
  [[nodiscard]] std::uint32_t size_at(std::uint32_t id) const noexcept {
    std::uint32_t count = 1;
    while (plan_.at(id + count).level == planned_page::inside_piece) ++count;
    return count;
  }

  /// Adds the pages of the file from `id` on that can be read at once. Returns: how many.
  std::uint32_t add_pages(std::uint32_t id) {
    constexpr std::uint32_t most = capacity / page_size;
    std::uint32_t count = size_at(id);
    while (plan_.at(id + count).kind != page_kind::none) {
      const std::uint32_t more = size_at(id + count);
      if (count + more > most) break;
      count += more;
    }
    const std::span<std::byte> to = add(count);
    pages_.read(id, to);
    for (std::uint32_t i = 0; i < count;) {
      const std::uint32_t size = size_at(id + i);
      require_planned(id + i, to.subspan(i * page_size, size * page_size));
      i += size;
    }
    copied_ += count;
    return count;
  }

  /// Raises unless the bytes are those that belong here.
  void require_planned(std::uint32_t id, std::span<const std::byte> bytes) const {
    const planned_page planned = plan_.at(id);
    pages_.require({page_id{id}, planned.birth}, bytes);
    const page_shape shape = load_shape(bytes.data());
    if (shape.kind() != planned.kind || shape.level() != planned.level) {
      throw_corrupt(page_id{id}, "a page of another kind than its reference promises");
    }
    if (planned.kind == page_kind::piece &&
        geometry<page_size>::piece_pages(piece_payload(bytes.data())) * page_size != bytes.size()) {
      throw_corrupt(page_id{id}, "piece of a large value has a wrong size");
    }
  }

  const raw_pages<Config>& pages_;
  const frame_arena<page_size>& arena_;
  const image_plan<Config>& plan_;
  Sink& sink_;
  progress_meter& meter_;
  std::unique_ptr<std::byte[]> buffer_;
  std::size_t used_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t copied_ = 0;
};

}  // namespace macaw::inline MACAW_ABI::detail
