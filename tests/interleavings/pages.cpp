// SPDX-License-Identifier: MIT
//
// What readers find pages by, while it grows or gives room to others: states, frames of a cache, mappings. In every
// order.

#include "interleavings/scenarios.hpp"
#include "interleavings/scheduler.hpp"
#include "support/sample_pages.hpp"
#include "support/temp_directory.hpp"

#include <macaw/bytes.hpp>
#include <macaw/detail/cache/page_array.hpp>
#include <macaw/detail/cache/page_cache.hpp>
#include <macaw/detail/cache/page_states.hpp>
#include <macaw/detail/format/geometry.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/storage/file_pager.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/mmap_pager.hpp>
#include <macaw/storage/posix_files.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <sys/mman.h>

namespace macaw_test {
namespace {

/// Threads ask for entries of one chunk that does not exist yet, and count in them.
class asking_for_entries : public scenario {
 public:
  void run(std::size_t thread) override {
    if (thread == 0) {
      const std::uint32_t before = entries_.load(page, std::memory_order_acquire);
      entries_.cover(page, 2);
      require(entries_.load(page, std::memory_order_acquire) >= before, "an entry lost what it held");
    } else {
      entries_.at(page).fetch_add(1);
      entries_.at(page + 1).fetch_add(1);
    }
  }

  void finish() override {
    require(entries_.load(page, std::memory_order_acquire) == 2, "an entry lost what it held");
    require(entries_.load(page + 1, std::memory_order_acquire) == 2, "an entry lost what it held");
  }

 private:
  static constexpr std::uint32_t page = 70;
  macaw::detail::page_array<std::uint32_t> entries_;
};

/// A writer takes a page for writing that two readers come to by a reference that is a lie.
class claiming : public scenario {
 public:
  void run(std::size_t thread) override {
    try {
      if (thread == 0) {
        states_.claim(page, 1);
        claimed_ = true;
        require(!proven_, "a page is written that a reader has proven");
      } else {
        states_.prove(page);
        proven_ = true;
        require(!claimed_, "a reader has proven a page that is written");
      }
    } catch (const macaw::error& refused) {
      require(refused.kind() == macaw::errc::corrupt, "refused for another reason");
    }
  }

  void finish() override { require(claimed_ != proven_, "nobody had the page"); }

 private:
  static constexpr std::uint32_t page = 70;
  macaw::detail::page_states states_;
  bool claimed_ = false;
  bool proven_ = false;
};

/// Readers look at the first pages of a full cache, while others are brought in.
class replacing : public scenario {
 public:
  replacing() {
    for (std::uint32_t page = first; page < first + cache::limit_min; ++page) bring_in(page);
  }

  void run(std::size_t thread) override {
    if (thread == 0) {
      for (std::uint32_t page = first; page < first + 4; ++page) bring_in(page + 100);
    } else {
      read(first);
    }
  }

 protected:
  static constexpr std::size_t page_size = 512;
  static constexpr std::uint32_t first = 20;
  using cache = macaw::detail::page_cache<page_size>;

  void bring_in(std::uint32_t page) {
    const std::uint32_t frame = cache_.take();
    std::memset(cache_.bytes(frame), static_cast<int>(page), page_size);
    const std::byte* const shown = cache_.show(page, frame, false, [] { return true; });
    require(shows(shown, page), "what was shown is another page");
  }

  [[nodiscard]] static bool shows(const std::byte* bytes, std::uint32_t page) {
    return std::to_integer<std::uint32_t>(bytes[0]) == page && bytes[page_size - 1] == bytes[0];
  }

  void read(std::uint32_t page) {
    const auto slot = cache_.operations().claim();
    cache_.operations().enter(*slot);
    const std::byte* const found = cache_.find(page);
    if (found != nullptr) {
      require(shows(found, page), "the cache gave another page");
      may_switch();
      require(shows(found, page), "a page was replaced while an operation reads it");
    }
    macaw::detail::grace_periods::leave(*slot);
  }

  void hold(std::uint32_t page) {
    const auto slot = cache_.operations().claim();
    cache_.operations().enter(*slot);
    const std::byte* const found = cache_.find(page);
    macaw::detail::frame_pin pin;
    if (found != nullptr) pin = cache_.hold(page, found);
    macaw::detail::grace_periods::leave(*slot);
    may_switch();
    if (found != nullptr) require(shows(found, page), "a page was replaced though a pin keeps it");
  }

 private:
  cache cache_{cache::limit_min * page_size};
};

/// As above; what is read is kept beyond the operation.
class replacing_pinned : public replacing {
 public:
  void run(std::size_t thread) override {
    if (thread == 0) return replacing::run(0);
    hold(first);
  }
};

/// A reader comes by a reference that is a lie to a page that is forgotten meanwhile, and written anew after that.
class forgetting : public scenario {
 public:
  forgetting() : pager_(files_.open("pages", macaw::open_mode::create_new), 16 * page_size) {
    pager_.grow(page + 1);
    write(old_ref);
    pager_.forget(page, 1);
  }

  void run(std::size_t thread) override {
    if (thread == 0) {
      pager_.forget(page, 1);
    } else {
      try {
        static_cast<void>(fetch(old_ref));
      } catch (const macaw::error& refused) {
        require(refused.kind() == macaw::errc::corrupt, "refused for another reason");
      }
    }
  }

  void finish() override {
    try {
      write(new_ref);
    } catch (const macaw::error&) {  // the reader came after all, and has proven the page
      pager_.forget(page, 1);
      write(new_ref);
    }
    require(fetch(new_ref), "what was forgotten is shown");
  }

 private:
  static constexpr std::size_t page_size = 512;
  static constexpr std::uint32_t page = 40;
  static constexpr macaw::page_ref old_ref{macaw::page_id{page}, 1};
  static constexpr macaw::page_ref new_ref{macaw::page_id{page}, 2};
  using pager = macaw::file_pager<page_size, macaw::memory_files>;

  void write(macaw::page_ref ref) {
    const auto bytes = sample_page<page_size>(ref);
    pager_.claim(page, 1);
    const macaw::bytes_view piece[] = {bytes};
    pager_.store(page, piece);
    pager_.adopt(page, 1, bytes.data());
  }

  [[nodiscard]] bool fetch(macaw::page_ref ref) const {
    pager::pins pins;
    const sample_check check;
    const auto operation = pager_.enter(pins);
    return is_sample({pager_.fetch(ref, check.check(), pins), page_size}, ref);
  }

  macaw::memory_files files_;
  pager pager_;
};

/// A file of the system whose mappings never reach past its end, so that each growth takes a new one.
class tight_file : public macaw::posix_file {
 public:
  class mapping {
   public:
    /// What lies behind the mapping cannot be read, so that it is found out who tries.
    mapping(int file, std::uint64_t size)
        : bytes_(static_cast<std::byte*>(
              ::mmap(nullptr, size + guard, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))),
          size_(size) {
      if (bytes_ == MAP_FAILED || ::mmap(bytes_, size, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED) {
        throw macaw::error(macaw::errc::io, "cannot map");
      }
    }
    mapping(mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)), size_(other.size_) {}
    mapping& operator=(mapping&& other) noexcept {
      std::swap(bytes_, other.bytes_);
      std::swap(size_, other.size_);
      return *this;
    }
    ~mapping() {
      if (bytes_ != nullptr) ::munmap(bytes_, size_ + guard);
    }
    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {bytes_, size_}; }

   private:
    static constexpr std::uint64_t guard = 1 << 20;

    std::byte* bytes_;
    std::uint64_t size_;
  };

  explicit tight_file(macaw::posix_file&& file) : posix_file(std::move(file)) {}

  [[nodiscard]] mapping map(std::uint64_t size) const {
    if (size > this->size()) throw macaw::error(macaw::errc::io, "cannot map past the end");
    return {native_handle(), size};
  }
};

struct tight_files : macaw::posix_files {
  using file_type = tight_file;
  [[nodiscard]] tight_file open(std::string_view path, macaw::open_mode mode) {
    return tight_file(posix_files::open(path, mode));
  }
};

/// A writer adds pages to a mapped file, each beyond the mapping that there is, and shows them to readers.
class growing_mapping : public scenario {
 public:
  growing_mapping() : pager_(tight_files().open(path(), macaw::open_mode::create_new)) { add(); }
  ~growing_mapping() override { static_cast<void>(macaw::posix_files().remove(path())); }

  void run(std::size_t thread) override {
    if (thread == 0) {
      add();
      add();
    } else {
      read(newest_.load(std::memory_order_acquire));
      be_lied_to();
    }
  }

 private:
  static constexpr std::size_t page_size = 512;
  using pager = macaw::mmap_pager<page_size, tight_files>;

  [[nodiscard]] static const std::string& path() {
    static const temp_directory directory;
    static const std::string name = directory.path("growing");
    return name;
  }

  void add() {
    const std::uint32_t page = pager_.page_count() + 20;
    pager_.grow(page + 1);
    const macaw::page_ref ref{macaw::page_id{page}, 1};
    const auto bytes = sample_page<page_size>(ref);
    pager_.claim(page, 1);
    const macaw::bytes_view piece[] = {bytes};
    pager_.store(page, piece);
    pager_.adopt(page, 1, bytes.data());
    newest_.store(page, std::memory_order_release);
  }

  void read(std::uint32_t page) {
    const macaw::page_ref ref{macaw::page_id{page}, 1};
    pager::pins pins;
    const sample_check check;
    const std::byte* const found = pager_.fetch(ref, check.check(), pins);
    require(is_sample({found, page_size}, ref), "a mapping shows another page");
    may_switch();
    require(is_sample({found, page_size}, ref), "a page changed while it is read");
  }

  /// A reference may lead to any page that exists, also to one that holds nothing yet.
  void be_lied_to() {
    const macaw::page_ref ref{macaw::page_id{pager_.page_count() - 1}, 1};
    pager::pins pins;
    const sample_check check;
    try {
      static_cast<void>(pager_.fetch(ref, check.check(), pins));
      require(false, "a page passed that was never written");
    } catch (const macaw::error& refused) {
      require(refused.kind() == macaw::errc::corrupt, "refused for another reason");
    }
  }

  pager pager_;
  std::atomic<std::uint32_t> newest_{0};
};

template <class Scenario>
std::unique_ptr<scenario> make() {
  return std::make_unique<Scenario>();
}

void try_pages(report& result) {
  result.expect_sound("entries are asked for that do not exist", {.threads = 3}, make<asking_for_entries>);
  result.expect_sound("entries, with stores held back", {.threads = 3, .delays = 1}, make<asking_for_entries>);
  result.expect_sound("a page is claimed and proven", {.threads = 3}, make<claiming>);
  result.expect_sound("frames of a cache are used again", {.threads = 2}, make<replacing>);
  result.expect_sound("frames, with stores held back", {.threads = 2, .preemptions = 1, .delays = 1}, make<replacing>);
  result.expect_sound("frames are used again, but for pinned ones", {.threads = 2}, make<replacing_pinned>);
  result.expect_sound("a page is forgotten that is being read", {.threads = 2}, make<forgetting>);
  result.expect_sound("a mapped file grows", {.threads = 2}, make<growing_mapping>);
  result.expect_sound("a mapped file grows, with stores held back", {.threads = 2, .delays = 1}, make<growing_mapping>);
}

const group pages_group("pages", &try_pages);

}  // namespace
}  // namespace macaw_test
