// SPDX-License-Identifier: MIT

#include "support/small_engine.hpp"

#include <macaw/detail/txn/write_out.hpp>

#include <set>

using namespace macaw;
using namespace macaw::detail;
using namespace macaw_test;

namespace {

/// Gives ids from a list of free runs, then from the end.
struct free_runs {
  std::vector<page_run> runs;
  std::uint32_t end = 1000;
  bool fails = false;

  std::uint32_t allocate(std::uint32_t pages) { return std::exchange(end, end + pages); }
  page_run allocate_up_to(std::uint32_t pages) {
    if (fails && runs.empty()) throw error(errc::no_space, "full");
    if (runs.empty()) return {allocate(pages), pages};
    page_run run = runs.back();
    runs.pop_back();
    run.pages = std::min(run.pages, pages);
    return run;
  }
};

std::unique_ptr<engine<small_memory_config>> filled(std::uint64_t rows) {
  auto db = engine<small_memory_config>::in_memory();
  const auto txn = db->begin_write();
  for (std::uint64_t i = 0; i < rows; ++i) put(*txn, "t", i, i);
  txn->commit({});
  return db;
}

}  // namespace

TEST_CASE("frames are collected children before parents, each once") {
  const auto db = filled(500);
  auto& arena = db->home().arena;
  const page_ref root = db->home().newest.catalog.ref;
  const std::vector<outgoing> frames = collect_frames(arena, root);
  CHECK(frames.size() == arena.live());
  CHECK(frames.back().frame == root.id);
  std::set<page_id> seen;
  for (const outgoing& frame : frames) {
    for_each_reference<512>(std::as_const(arena).frame(frame.frame),
                            [&](const page_reference<std::byte>& child) { CHECK(seen.contains(child.load().id)); });
    CHECK(seen.insert(frame.frame).second);
  }
  CHECK(collect_frames(arena, {page_id{7}, 3}).empty());
}

TEST_CASE("bytes that hold nothing are zeros in the file") {
  const auto db = filled(500);
  {
    const auto txn = db->begin_write();
    for (std::uint64_t i = 0; i < 500; ++i) {
      if (i % 3 != 0) erase(*txn, "t", i);
    }
    txn->commit({});
  }
  auto& arena = db->home().arena;
  std::vector<outgoing> frames = collect_frames(arena, db->home().newest.catalog.ref);
  free_runs space;
  std::vector<page_run> taken;
  assign_ids(arena, space, frames, taken);
  for (const outgoing& frame : frames) {
    std::vector<std::byte> encoded(512, std::byte{0xEE}), again(512, std::byte{0});
    encode_frame<xxh3>(arena, frame, 7, 1, encoded.data());
    copy_page<512>(again.data(), encoded.data());
    CHECK(encoded == again);
  }
}

TEST_CASE("ids are given in runs, branches and leaves apart, ascending in the order of keys") {
  const auto db = filled(500);
  auto& arena = db->home().arena;
  std::vector<outgoing> frames = collect_frames(arena, db->home().newest.catalog.ref);
  const std::vector<outgoing> collected = frames;
  free_runs space{{{500, 3}, {100, 4}, {300, 2}}};
  std::vector<page_run> taken;
  assign_ids(arena, space, frames, taken);
  std::uint32_t pages = 0;
  for (const page_run& run : taken) pages += run.pages;
  CHECK(pages == frames.size());
  CHECK(std::is_sorted(frames.begin(), frames.end(),
                       [](const outgoing& a, const outgoing& b) { return a.first < b.first; }));
  std::uint32_t last_leaf = 0;
  for (const outgoing& frame : collected) {
    const std::uint32_t id = arena.info(frame.frame).assigned;
    CHECK(std::any_of(taken.begin(), taken.end(),
                      [&](page_run run) { return id >= run.first && id < run.first + run.pages; }));
    if (load_shape(arena.frame(frame.frame)).kind() == page_kind::leaf && frame.frame != collected.back().frame) {
      CHECK(id > last_leaf);
      last_leaf = id;
    }
  }
}

TEST_CASE("what was taken before an error is known") {
  const auto db = filled(500);
  std::vector<outgoing> frames = collect_frames(db->home().arena, db->home().newest.catalog.ref);
  free_runs space{{{100, 4}, {300, 1}}, 1000, true};
  std::vector<page_run> taken;
  CHECK_THROWS_AS(assign_ids(db->home().arena, space, frames, taken), error);
  CHECK(taken.size() == 2);
}

TEST_CASE("an encoded frame names pages only, and its seal holds") {
  const auto db = filled(500);
  auto& arena = db->home().arena;
  std::vector<outgoing> frames = collect_frames(arena, db->home().newest.catalog.ref);
  free_runs space;
  std::vector<page_run> taken;
  assign_ids(arena, space, frames, taken);
  for (const outgoing& frame : frames) {
    const std::vector<std::byte> before(arena.frame(frame.frame), arena.frame(frame.frame) + 512);
    alignas(64) std::byte page[512];
    encode_frame<xxh3>(arena, frame, 9, 42, page);
    CHECK(checksum_ok<xxh3>(page, 512, page_id{frame.first}, 42));
    CHECK(load_birth(page) == 9);
    for_each_reference<512>(page, [](const page_reference<std::byte>& child) {
      CHECK_FALSE(is_frame(child.load().id));
      CHECK(child.load().birth == 9);
    });
    CHECK(std::equal(before.begin(), before.end(), arena.frame(frame.frame)));  // write-out only reads frames
  }
}

TEST_CASE("staging joins neighbours to runs") {
  staging stage(512, 4 * 512);
  static_cast<void>(stage.add(10, 1));
  static_cast<void>(stage.add(11, 2));
  CHECK(stage.has_room(1));
  CHECK_FALSE(stage.has_room(2));
  static_cast<void>(stage.add(20, 1));
  CHECK(std::vector<page_run>(stage.runs().begin(), stage.runs().end()) == std::vector<page_run>{{10, 3}, {20, 1}});
  CHECK(stage.bytes().size() == 4 * 512);
  std::vector<std::ptrdiff_t> offsets;
  stage.for_each_run([&](page_run, const std::byte* bytes) { offsets.push_back(bytes - stage.bytes().data()); });
  CHECK(offsets == std::vector<std::ptrdiff_t>{0, 3 * 512});
  stage.clear();
  CHECK(stage.runs().empty());
}
