// SPDX-License-Identifier: MIT
//
// The laws of `pager` and `durable_pager`, as cases that any model can be put to. A model joins with one
// line in a test case of its own:
//
//     macaw_test::durable_pager_conformance<my_pager>(files);
//
// where `files` is a file system of the pager's, and the pager is made of a file and a cache size.

#pragma once

#include "support/catch.hpp"
#include "support/pager_bench.hpp"
#include "support/sample_pages.hpp"

#include <macaw/bytes.hpp>
#include <macaw/error.hpp>
#include <macaw/ids.hpp>
#include <macaw/storage/file_system.hpp>
#include <macaw/storage/pager.hpp>

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace macaw_test {

using namespace macaw;

template <class Pager, class FileSystem>
void pager_reads_lawfully(FileSystem& files, const std::string& path) {
  pager_bench<Pager, FileSystem> bench(files, 64 * Pager::page_size, path);
  auto& pager = *bench.pager;
  const page_ref page = bench.ref(0), other = bench.ref(1);

  SECTION("pages read in one operation stay good until it ends, nested or not") {
    bench.put(page);
    bench.put(other);
    const auto outer = pager.enter(bench.pins);
    const bytes_view first = bench.fetch(page);
    {
      const auto inner = pager.enter(bench.pins);
      CHECK(is_sample(bench.fetch(other), other));
    }
    CHECK(bench.fetch(page).data() == first.data());
    CHECK(is_sample(first, page));
  }
  SECTION("an operation may be moved") {
    bench.put(page);
    auto operation = pager.enter(bench.pins);
    const bytes_view bytes = bench.fetch(page);
    const auto moved = std::move(operation);
    CHECK(is_sample(bytes, page));
  }
  SECTION("a page is checked when first touched, with all its bytes") {
    bench.put(page);
    bench.reopen();
    CHECK(bench.reads_well(page));
    CHECK(bench.check.calls() == 1);
    CHECK(bench.reads_well(page));
    CHECK(bench.check.calls() == 1);
  }
  SECTION("looking up finds what fetching would find without a check, and nothing else") {
    bench.put(page);
    bench.reopen();
    const auto operation = bench.pager->enter(bench.pins);
    CHECK(bench.pager->lookup(page, bench.pins) == nullptr);
    const bytes_view bytes = bench.fetch(page);
    CHECK(bench.pager->lookup(page, bench.pins) == bytes.data());
    CHECK(bench.pager->lookup({page_id{page_id_limit - 1}, 1}, bench.pins) == nullptr);
    bench.pager->claim(to_number(other.id), 1);
    CHECK(bench.pager->lookup(other, bench.pins) == nullptr);
  }
  SECTION("a damaged page is found at first touch, every time, and named") {
    bench.put(page);
    bench.damage(page, Pager::page_size - 1);
    bench.reopen();
    for (int i = 0; i < 2; ++i) CHECK(raises(errc::corrupt, [&] { (void)bench.reads_well(page); }) == page.id);
    CHECK(bench.check.calls() == 2);
    bench.put(other);
    CHECK(bench.reads_well(other));
  }
  SECTION("a reference with another birth than the page's is found at first touch") {
    bench.put(page);
    bench.reopen();
    CHECK(raises(errc::corrupt, [&] { (void)bench.reads_well({page.id, page.birth + 1}); }) == page.id);
    CHECK(bench.reads_well(page));
  }
  SECTION("whatever the check throws comes out of fetch, and nothing is kept of the page") {
    bench.put(page);
    bench.reopen();
    const page_check failing{[](const void*, bytes_view, page_ref) { throw std::runtime_error("not now"); }, nullptr};
    const auto operation = bench.pager->enter(bench.pins);
    CHECK_THROWS_AS(bench.pager->fetch(page, failing, bench.pins), std::runtime_error);
    piece_buffer buffer;
    CHECK_THROWS_AS(bench.pager->fetch_piece(page, 1, failing, buffer), std::runtime_error);
    CHECK(is_sample(bench.fetch(page), page));
    CHECK(bench.check.calls() == 1);
  }
  SECTION("references to reserved pages and behind the end are corrupt") {
    for (const std::uint32_t number : {0U, bench.first_page - 1, pager.page_count(), page_id_limit - 1}) {
      const page_ref wild{page_id{number}, 1};
      CHECK(raises(errc::corrupt, [&] { (void)bench.reads_well(wild); }) == wild.id);
      CHECK(raises(errc::corrupt, [&] { (void)bench.piece_reads_well(wild, 1); }) == wild.id);
      pager.prefetch(wild, Pager::page_size);
    }
    CHECK(bench.check.calls() == 0);
  }
  SECTION("what is held outlives its operation and its pins") {
    bench.put(page);
    typename Pager::pin kept;
    bytes_view bytes;
    {
      typename Pager::pins pins;
      const auto operation = pager.enter(pins);
      const std::byte* found = pager.fetch(page, bench.check.check(), pins);
      bytes = {found, Pager::page_size};
      typename Pager::pin pin = pager.hold(page, found, pins);
      typename Pager::pin copy = pin;
      kept = std::move(copy);
    }
    for (std::uint32_t i = 1; i < 8; ++i) bench.put(bench.ref(i));
    for (std::uint32_t i = 1; i < 8; ++i) CHECK(bench.reads_well(bench.ref(i)));
    CHECK(is_sample(bytes, page));
  }
  SECTION("pins may be moved between operations") {
    bench.put(page);
    CHECK(bench.reads_well(page));
    typename Pager::pins moved = std::move(bench.pins);
    const auto operation = pager.enter(moved);
    CHECK(is_sample({pager.fetch(page, bench.check.check(), moved), Pager::page_size}, page));
  }
  SECTION("prefetching changes nothing") {
    bench.put(page);
    pager.prefetch(page, Pager::page_size);
    CHECK(bench.reads_well(page));
  }
}

template <class Pager, class FileSystem>
void pager_reads_pieces_lawfully(FileSystem& files, const std::string& path) {
  pager_bench<Pager, FileSystem> bench(files, 64 * Pager::page_size, path);
  const page_ref piece = bench.ref(1);
  bench.put(piece, sample_piece<Pager::page_size>(piece, 4));

  SECTION("a piece is seen whole, just stored and after reopening") {
    CHECK(bench.piece_reads_well(piece, 4));
    bench.reopen();
    CHECK(bench.piece_reads_well(piece, 4));
    CHECK(bench.piece_reads_well(piece, 4));
    CHECK(bench.check.calls() >= 1);
  }
  SECTION("a piece damaged in any of its pages is corrupt") {
    bench.damage(piece, 3 * Pager::page_size + 5);
    bench.reopen();
    for (int i = 0; i < 2; ++i)
      CHECK(raises(errc::corrupt, [&] { (void)bench.piece_reads_well(piece, 4); }) == piece.id);
  }
  SECTION("a page inside a piece is never taken for a page") {
    for (const bool reopened : {false, true}) {
      if (reopened) {
        bench.reopen();
        CHECK(bench.piece_reads_well(piece, 4));
      }
      for (std::uint32_t i = 2; i < 5; ++i) {
        CHECK(raises(errc::corrupt, [&] { (void)bench.reads_well(bench.ref(i)); }) == bench.ref(i).id);
        CHECK(raises(errc::corrupt, [&] { (void)bench.piece_reads_well(bench.ref(i), 1); }) == bench.ref(i).id);
        CHECK(raises(errc::corrupt, [&] { bench.pager->claim(to_number(bench.ref(i).id), 1); }) == bench.ref(i).id);
      }
    }
  }
  SECTION("a piece does not reach past its end or the file's") {
    CHECK(bench.piece_reads_well(piece, 4));
    CHECK_THROWS_AS(bench.piece_reads_well(piece, 5), error);
    const std::uint32_t behind = bench.pager->page_count() - to_number(piece.id) + 1;
    CHECK(raises(errc::corrupt, [&] { (void)bench.piece_reads_well(piece, behind); }) == piece.id);
    CHECK(raises(errc::corrupt, [&] { (void)bench.piece_reads_well(piece, 0); }) == piece.id);
    CHECK(bench.piece_reads_well(piece, 4));
  }
  SECTION("pieces that share pages are corrupt though their bytes pass every check") {
    CHECK(bench.piece_reads_well(piece, 4));
    const page_check lenient{[](const void*, bytes_view, page_ref) {}, nullptr};
    piece_buffer buffer;
    CHECK_THROWS_AS(bench.pager->fetch_piece(bench.ref(0), 2, lenient, buffer), error);
    CHECK_THROWS_AS(bench.pager->fetch_piece(bench.ref(0), 6, lenient, buffer), error);
    CHECK_THROWS_AS(bench.pager->fetch_piece(bench.ref(4), 2, lenient, buffer), error);
    CHECK(bench.piece_reads_well(piece, 4));
  }
  SECTION("the pages of a forgotten piece are free for anything") {
    bench.pager->forget(to_number(piece.id), 4);
    for (std::uint32_t i = 1; i < 5; ++i) {
      bench.put(bench.ref(i, 2));
      CHECK(bench.reads_well(bench.ref(i, 2)));
    }
  }
}

template <class Pager, class FileSystem>
void pager_writes_lawfully(FileSystem& files, const std::string& path) {
  pager_bench<Pager, FileSystem> bench(files, 64 * Pager::page_size, path);
  auto& pager = *bench.pager;
  const page_ref page = bench.ref(3);
  const std::uint32_t number = to_number(page.id);

  SECTION("a claimed page is corrupt to readers until it is adopted") {
    bench.store(page, sample_page<Pager::page_size>(page));
    CHECK(raises(errc::corrupt, [&] { (void)bench.reads_well(page); }) == page.id);
    CHECK(raises(errc::corrupt, [&] { (void)bench.piece_reads_well(page, 1); }) == page.id);
    pager.adopt(number, 1, sample_page<Pager::page_size>(page).data());
    CHECK(bench.reads_well(page));
  }
  SECTION("a page in use, by reading or by writing, cannot be claimed, and the attempt leaves no trace") {
    bench.put(page);
    CHECK(raises(errc::corrupt, [&] { pager.claim(number - 2, 4); }) == page.id);
    pager.claim(number - 2, 2);
    CHECK(raises(errc::corrupt, [&] { pager.claim(number - 2, 1); }) == page_id{number - 2});
    pager.claim(number + 1, 1);
    bench.reopen();
    CHECK(bench.reads_well(page));
    CHECK(raises(errc::corrupt, [&] { bench.pager->claim(number, 1); }) == page.id);
    CHECK(bench.reads_well(page));
  }
  SECTION("a forgotten page may be written anew and shows its new bytes") {
    for (std::uint32_t birth = 1; birth < 20; ++birth) {
      const page_ref now{page.id, birth};
      bench.put(now, sample_page<Pager::page_size>(now), birth % 2 == 0);
      CHECK(bench.reads_well(now));
      pager.forget(number, 1);
    }
  }
  SECTION("a failed write-out is undone by forgetting") {
    bench.store(page, sample_page<Pager::page_size>(page));
    pager.forget(number, 1);
    bench.put(page);
    CHECK(bench.reads_well(page));
  }
  SECTION("pages adopted without their bytes are checked when first touched") {
    bench.put(page, sample_page<Pager::page_size>(page), false);
    CHECK(bench.reads_well(page));
    CHECK(bench.check.calls() == 1);
  }
  SECTION("a run may be stored in pieces of several pages and mix pages with large values") {
    const auto first = sample_page<Pager::page_size>(page, 1);
    const auto piece = sample_piece<Pager::page_size>(bench.ref(4), 2);
    const auto last = sample_page<Pager::page_size>(bench.ref(6));
    std::vector<std::byte> run = first;
    run.insert(run.end(), piece.begin(), piece.end());
    run.insert(run.end(), last.begin(), last.end());
    pager.claim(number, 4);
    const bytes_view pieces[] = {first, bytes_view(piece), bytes_view(last)};
    pager.store(number, pieces);
    pager.adopt(number, 4, run.data());
    CHECK(bench.reads_well(page));
    CHECK(bench.piece_reads_well(bench.ref(4), 2));
    CHECK(bench.reads_well(bench.ref(6)));
    CHECK_THROWS_AS(bench.reads_well(bench.ref(5)), error);
  }
  SECTION("what was stored is there after reopening") {
    for (std::uint32_t i = 0; i < 8; ++i) bench.put(bench.ref(i), i == 7 ? 1 : 0);
    pager.sync(sync_scope::data_and_size);
    bench.reopen();
    for (std::uint32_t i = 0; i < 8; ++i) CHECK(bench.reads_well(bench.ref(i)));
    CHECK(bench.check.calls() == 8);
  }
  SECTION("the file's reserved bytes are the caller's") {
    const std::byte mark[] = {std::byte{42}};
    const bytes_view piece[] = {mark};
    pager.file().write(100, piece);
    std::byte found[1] = {};
    CHECK(std::as_const(pager).file().read(100, found) == 1);
    CHECK(found[0] == mark[0]);
  }
}

template <class Pager, class FileSystem>
void pager_grows_lawfully(FileSystem& files, const std::string& path) {
  pager_bench<Pager, FileSystem> bench(files, 64 * Pager::page_size, path);
  auto& pager = *bench.pager;

  SECTION("growing gives at least what was asked, in steps, and moves nothing") {
    const page_ref page = bench.ref(0);
    bench.put(page);
    const auto operation = pager.enter(bench.pins);
    const bytes_view bytes = bench.fetch(page);
    for (std::uint32_t count = pager.page_count(); count < 3000; count += 97) {
      pager.grow(count);
      REQUIRE(pager.page_count() >= count);
      REQUIRE(pager.file().size() >= std::uint64_t{pager.page_count()} * Pager::page_size);
      const page_ref last{page_id{pager.page_count() - 1}, 1};
      if (pager.page_count() < count + 97) bench.put(last);
    }
    CHECK(is_sample(bytes, page));
    CHECK(is_sample(bench.fetch(page), page));
  }
  SECTION("growing to less than there is changes nothing") {
    const std::uint32_t before = pager.page_count();
    pager.grow(1);
    CHECK(pager.page_count() == before);
  }
  SECTION("more pages than ids are refused, and nothing has changed") {
    const std::uint32_t before = pager.page_count();
    CHECK_THROWS_AS(pager.grow(page_id_limit + 1), error);
    CHECK(pager.page_count() == before);
  }
  SECTION("shrinking forgets what is behind, and the pages may come back") {
    const page_ref kept = bench.ref(0), cut = bench.ref(6);
    bench.put(kept);
    bench.put(cut);
    pager.shrink(to_number(cut.id));
    CHECK(pager.page_count() == to_number(cut.id));
    CHECK(pager.file().size() == std::uint64_t{to_number(cut.id)} * Pager::page_size);
    CHECK_THROWS_AS(bench.reads_well(cut), error);
    CHECK(bench.reads_well(kept));
    pager.grow(to_number(cut.id) + 1);
    bench.put({cut.id, 2});
    CHECK(bench.reads_well({cut.id, 2}));
  }
}

/// Puts a pager over files to every law.
template <durable_pager Pager, file_system FileSystem>
void durable_pager_conformance(FileSystem files, const std::string& path = "pages") {
  SECTION("reading") { pager_reads_lawfully<Pager>(files, path); }
  SECTION("pieces") { pager_reads_pieces_lawfully<Pager>(files, path); }
  SECTION("writing") { pager_writes_lawfully<Pager>(files, path); }
  SECTION("growing") { pager_grows_lawfully<Pager>(files, path); }
}

}  // namespace macaw_test
