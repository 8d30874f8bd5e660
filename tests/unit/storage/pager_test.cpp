// SPDX-License-Identifier: MIT
//
// The concepts refuse a model that lacks any one of the members they ask for.

#include <macaw/storage/pager.hpp>

#include "support/catch.hpp"

#include <macaw/storage/memory_files.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace {

using namespace macaw;

enum class member {
  none,
  page_size,
  pins,
  pin,
  operation,
  enter,
  lookup,
  fetch,
  hold,
  fetch_piece,
  prefetch,
  stats,
  file_type,
  page_count,
  grow,
  shrink,
  claim,
  store,
  adopt,
  forget,
  sync,
  file,
  const_file,
};

struct no_page_size {};
struct some_page_size {
  static constexpr std::size_t page_size = 512;
};
struct no_pins {};
struct some_pins {
  class pins {};
};
struct no_pin {};
struct some_pin {
  class pin {};
};
struct no_operation {};
struct some_operation {
  class operation {};
};
struct no_file_type {};
struct some_file_type {
  using file_type = memory_file;
};

template <bool Has, class Some, class None>
struct choice : Some {};
template <class Some, class None>
struct choice<false, Some, None> : None {};

/// A model that hides one member.
template <member Hidden>
struct model : choice<Hidden != member::page_size, some_page_size, no_page_size>,
               choice<Hidden != member::pins, some_pins, no_pins>,
               choice<Hidden != member::pin, some_pin, no_pin>,
               choice<Hidden != member::operation, some_operation, no_operation>,
               choice<Hidden != member::file_type, some_file_type, no_file_type> {
  some_operation::operation enter(some_pins::pins&) const requires(Hidden != member::enter);
  const std::byte* lookup(page_ref, some_pins::pins&) const noexcept requires(Hidden != member::lookup);
  const std::byte* fetch(page_ref, const page_check&, some_pins::pins&) const requires(Hidden != member::fetch);
  some_pin::pin hold(page_ref, const std::byte*, some_pins::pins&) const noexcept requires(Hidden != member::hold);
  bytes_view fetch_piece(page_ref, std::size_t, const page_check&, piece_buffer&) const
      requires(Hidden != member::fetch_piece);
  void prefetch(page_ref, std::size_t) const noexcept requires(Hidden != member::prefetch);
  cache_stats stats() const noexcept requires(Hidden != member::stats);
  std::uint32_t page_count() const noexcept requires(Hidden != member::page_count);
  void grow(std::uint32_t) requires(Hidden != member::grow);
  void shrink(std::uint32_t) requires(Hidden != member::shrink);
  void claim(std::uint32_t, std::uint32_t) requires(Hidden != member::claim);
  void store(std::uint32_t, std::span<const bytes_view>) requires(Hidden != member::store);
  void adopt(std::uint32_t, std::uint32_t, const std::byte*) noexcept requires(Hidden != member::adopt);
  void forget(std::uint32_t, std::uint32_t) noexcept requires(Hidden != member::forget);
  void sync(sync_scope) requires(Hidden != member::sync);
  memory_file& file() noexcept requires(Hidden != member::file);
  const memory_file& file() const noexcept requires(Hidden != member::const_file);
};

static_assert(pager<model<member::none>> && durable_pager<model<member::none>>);

static_assert(!pager<model<member::page_size>>);
static_assert(!pager<model<member::pins>>);
static_assert(!pager<model<member::pin>>);
static_assert(!pager<model<member::operation>>);
static_assert(!pager<model<member::enter>>);
static_assert(!pager<model<member::lookup>>);
static_assert(!pager<model<member::fetch>>);
static_assert(!pager<model<member::hold>>);
static_assert(!pager<model<member::fetch_piece>>);
static_assert(!pager<model<member::prefetch>>);
static_assert(!pager<model<member::stats>>);

// Reading needs no file; being durable does.
template <member Hidden>
concept only_reads = pager<model<Hidden>> && !durable_pager<model<Hidden>>;
static_assert(only_reads<member::file_type>);
static_assert(only_reads<member::page_count>);
static_assert(only_reads<member::grow>);
static_assert(only_reads<member::shrink>);
static_assert(only_reads<member::claim>);
static_assert(only_reads<member::store>);
static_assert(only_reads<member::adopt>);
static_assert(only_reads<member::forget>);
static_assert(only_reads<member::sync>);
static_assert(only_reads<member::file>);
static_assert(only_reads<member::const_file>);

// What must not throw must say so.
struct throwing_forget : model<member::forget> {
  void forget(std::uint32_t, std::uint32_t);
};
struct throwing_adopt : model<member::adopt> {
  void adopt(std::uint32_t, std::uint32_t, const std::byte*);
};
struct throwing_hold : model<member::hold> {
  pin hold(page_ref, const std::byte*, pins&) const;
};
struct throwing_prefetch : model<member::prefetch> {
  void prefetch(page_ref, std::size_t) const;
};
static_assert(pager<throwing_forget> && !durable_pager<throwing_forget>);
static_assert(pager<throwing_adopt> && !durable_pager<throwing_adopt>);
static_assert(!pager<throwing_hold> && !pager<throwing_prefetch>);

static_assert(!pager<int> && !durable_pager<int>);

}  // namespace

TEST_CASE("A page check runs its function with its context", "[pager]") {
  std::size_t seen = 0;
  const page_check check{[](const void* context, bytes_view page, page_ref) {
                           *static_cast<std::size_t*>(const_cast<void*>(context)) += page.size();
                         },
                         &seen};
  const std::byte bytes[3] = {};
  check(bytes, page_ref{});
  CHECK(seen == 3);
}
