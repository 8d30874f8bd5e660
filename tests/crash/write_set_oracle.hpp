// SPDX-License-Identifier: MIT
//
// Watches what a database writes to a simulated disk, by rules that owe nothing to how it decides:
//
//  1. A page that is written is reachable from no meta page that an opening might choose, is not part of such a
//     one's proof, and is seen by no snapshot that is held.
//  2. When a meta page is written, everything reachable from it is durable, or listed in its manifest.
//  3. The meta page of the last durable commit is not overwritten.
//  4. When a commit has returned, nothing that it reaches is pending.

#pragma once

#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/page_header.hpp>
#include <macaw/detail/format/references.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/testing/simulated_files.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_test {

template <std::size_t PageSize>
class write_set_oracle final : public macaw::testing::file_observer {
 public:
  /// Watches the database at `path`, which is open and has nothing under way, or was never there.
  write_set_oracle(macaw::testing::simulated_files disk, std::string_view path) : disk_(std::move(disk)), path_(path) {
    if (disk_.exists(path_)) {
      for (unsigned slot = 0; slot < 2; ++slot) {
        if (auto meta = meta_in(slot); meta && (!base_ || meta->d > base_->d)) take_base(*meta, slot);
      }
    }
    disk_.add_observer(*this);
  }
  write_set_oracle(const write_set_oracle&) = delete;
  write_set_oracle& operator=(const write_set_oracle&) = delete;
  ~write_set_oracle() override { disk_.remove_observer(*this); }

  /// A snapshot that rests on durable commit `d` is held from now on; as often as it is released.
  void hold(std::uint64_t d) { ++held_[d]; }
  void release(std::uint64_t d) {
    if (--held_[d] == 0) held_.erase(d);
    forget_unreachable();
  }
  /// A durable commit has returned.
  void expect_durable() {
    if (next_) blame("a commit has returned, and its meta page is not durable");
    const auto pending = disk_.pending();
    if (!pending.writes.empty()) blame("a commit has returned, and something is not durable");
    if (pending.lengths != 0) blame("a commit has returned, and the file's length is not durable");
  }

  /// What was wrong first; empty: nothing.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  /// Pages seen written, and meta pages.
  [[nodiscard]] std::uint64_t pages() const noexcept { return pages_; }
  [[nodiscard]] std::uint64_t metas() const noexcept { return metas_; }

  void observe(const macaw::testing::file_event& event) override {
    using kind = macaw::testing::file_event::kind;
    if (event.path.substr(0, path_.size()) != path_) return;
    if (event.what == kind::write && event.offset >= macaw::detail::first_page_offset) write_pages(event);
    if (event.what == kind::write && event.offset < macaw::detail::first_page_offset) write_meta(event);
    if (event.what == kind::synced && next_) take_base(*std::exchange(next_, std::nullopt), next_slot_);
  }

 private:
  using page_set = std::set<std::uint32_t>;

  void blame(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
  }

  /// The file, which is made under another name.
  [[nodiscard]] macaw::testing::simulated_file open_file() {
    return disk_.open(disk_.exists(path_) ? path_ : path_ + ".new", macaw::open_mode::read_only);
  }

  [[nodiscard]] std::optional<macaw::detail::meta_page> meta_in(unsigned slot) {
    std::array<std::byte, macaw::detail::meta_size> bytes{};
    static_cast<void>(open_file().read_uncached(macaw::detail::meta_offset[slot], bytes));
    macaw::detail::meta_page meta;
    if (macaw::detail::decode_meta(bytes, meta) != macaw::detail::meta_finding::good) return std::nullopt;
    return meta;
  }

  void take_base(const macaw::detail::meta_page& meta, unsigned slot) {
    base_ = meta;
    base_slot_ = slot;
    if (!reached_.contains(meta.d)) reached_.emplace(meta.d, reach(meta));
    forget_unreachable();
  }
  void forget_unreachable() {
    std::erase_if(reached_, [&](const auto& entry) {
      const std::uint64_t d = entry.first;
      return !(base_ && base_->d == d) && !(next_ && next_->d == d) && !held_.contains(d);
    });
  }

  void write_pages(const macaw::testing::file_event& event) {
    for (std::uint64_t at = event.offset; at < event.offset + event.size; at += PageSize) {
      ++pages_;
      const auto page = static_cast<std::uint32_t>(at / PageSize);
      for (const auto& [d, pages] : reached_) {
        if (!pages.contains(page)) continue;
        blame("page " + std::to_string(page) + " is overwritten, which durable commit " + std::to_string(d) +
              " reaches");
      }
    }
  }

  void write_meta(const macaw::testing::file_event& event) {
    ++metas_;
    std::array<std::byte, macaw::detail::meta_size> bytes{};
    std::size_t size = 0;
    for (const macaw::bytes_view piece : event.pieces) {
      if (size + piece.size() <= bytes.size()) std::memcpy(bytes.data() + size, piece.data(), piece.size());
      size += piece.size();
    }
    next_slot_ = event.offset == 0 ? 0 : 1;
    macaw::detail::meta_page meta;
    if (size != bytes.size() || macaw::detail::decode_meta(bytes, meta) != macaw::detail::meta_finding::good) {
      return blame("what is written over a meta page is none");
    }
    if (base_ && next_slot_ == base_slot_) blame("the meta page of the last durable commit is overwritten");
    page_set reached = reach(meta);
    const page_set unwritten = pending_pages();
    for (const std::uint32_t page : reached) {
      if (unwritten.contains(page) && (meta.two_phase || !in_manifest(meta, page))) {
        blame("meta page " + std::to_string(meta.d) + " reaches page " + std::to_string(page) +
              ", which is neither durable nor proven");
      }
    }
    reached_.emplace(meta.d, std::move(reached));
    next_ = meta;
  }

  static bool in_manifest(const macaw::detail::meta_page& meta, std::uint32_t page) {
    for (const macaw::detail::page_run& run : meta.manifest()) {
      if (run.first <= page && page - run.first < run.pages) return true;
    }
    return false;
  }

  [[nodiscard]] page_set pending_pages() const {
    page_set pages;
    for (const auto& write : disk_.pending().writes) {
      for (std::uint64_t at = write.offset; at < write.offset + write.size; at += PageSize) {
        pages.insert(static_cast<std::uint32_t>(at / PageSize));
      }
    }
    return pages;
  }

  /// The pages of the trees, of the log of the space map, and of the manifest.
  [[nodiscard]] page_set reach(const macaw::detail::meta_page& meta) {
    page_set pages;
    for (const macaw::detail::page_run& run : meta.manifest()) {
      for (std::uint32_t i = 0; i < run.pages; ++i) pages.insert(run.first + i);
    }
    const auto file = open_file();
    std::array<std::byte, PageSize> bytes;
    const auto read = [&](std::uint32_t page) {
      bytes.fill(std::byte{0});
      static_cast<void>(file.read(std::uint64_t{page} * PageSize, bytes));
      return bytes.data();
    };
    if (meta.catalog.height != 0) walk(to_number(meta.catalog.ref.id), read, pages);
    for (std::uint32_t page = to_number(meta.space_head.id); page != 0;) {
      pages.insert(page);
      const std::byte* const log = read(page);
      const bool is_oldest = macaw::detail::load_space_index(log) <= meta.space_tail;
      page = is_oldest ? 0 : to_number(macaw::detail::load_space_previous(log, 1).id);
    }
    return pages;
  }

  template <class Read>
  void walk(std::uint32_t root, const Read& read, page_set& pages) {
    std::vector<std::pair<std::uint32_t, macaw::detail::page_kind>> open{{root, macaw::detail::page_kind::none}};
    while (!open.empty()) {
      const auto [page, kind] = open.back();
      open.pop_back();
      const std::byte* const bytes = read(page);
      pages.insert(page);
      if (kind == macaw::detail::page_kind::piece) {
        const std::size_t size = macaw::detail::page_header_size + macaw::detail::piece_payload(bytes);
        for (std::uint32_t i = 1; i * PageSize < size; ++i) pages.insert(page + i);
        continue;
      }
      macaw::detail::for_each_reference<PageSize>(bytes,
                                                  [&](const macaw::detail::page_reference<const std::byte>& reference) {
                                                    open.emplace_back(to_number(reference.load().id), reference.kind);
                                                  });
    }
  }

  macaw::testing::simulated_files disk_;
  std::string path_;
  std::optional<macaw::detail::meta_page> base_;  ///< of the last commit that is durable
  unsigned base_slot_ = 0;
  std::optional<macaw::detail::meta_page> next_;  ///< written, and not yet durable
  unsigned next_slot_ = 0;
  std::map<std::uint64_t, page_set> reached_;    ///< by durable commits that may be chosen, or are held
  std::map<std::uint64_t, std::uint64_t> held_;  ///< snapshots by durable commit
  std::string fault_;
  std::uint64_t pages_ = 0;
  std::uint64_t metas_ = 0;
};

}  // namespace macaw_test
