// SPDX-License-Identifier: MIT
//
// Real file systems that run full, again and again: small ones of a test's own, in memory and on a device.

#include "cuts/mounts.hpp"
#include "cuts/pager_kind.hpp"
#include "cuts/tested_store.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/error.hpp>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include <sys/statvfs.h>
#include <unistd.h>

namespace {

using macaw_test::mounted;
using macaw_test::pager_kind;
using macaw_test::stored_rows;

constexpr macaw::commit_options deferred{.durability = macaw::durability::deferred};

/// Bytes that a file system has free.
std::uint64_t free_bytes(const std::string& path) {
  struct ::statvfs status;
  REQUIRE(::statvfs(path.c_str(), &status) == 0);
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

std::size_t bytes_of(const stored_rows& rows) {
  std::size_t sum = 0;
  for (const auto& [key, value] : rows) sum += sizeof key + value.size();
  return sum;
}

/// A database on a disk that it fills.
class filled_disk {
 public:
  filled_disk(const mounted& disk, pager_kind pager, std::uint64_t seed)
      : path_(disk.path() + "/db"), pager_(pager), random_(seed) {
    open();
  }
  ~filled_disk() {
    db_.reset();
    ::unlink(path_.c_str());
  }
  filled_disk(const filled_disk&) = delete;
  filled_disk& operator=(const filled_disk&) = delete;

  /// Puts rows until the disk has no room for more.
  void fill() {
    while (put_more()) {
    }
    require_sound();
  }

  /// Erases this share of the rows, which follow one another, on the full disk.
  void erase_some(double share) {
    const auto gone = static_cast<std::size_t>(static_cast<double>(rows_.size()) * share);
    const auto from = std::next(rows_.begin(), static_cast<std::ptrdiff_t>(random_() % (rows_.size() - gone)));
    const auto up_to = std::next(from, static_cast<std::ptrdiff_t>(gone));
    db_->erase(from->first, up_to->first);
    rows_.erase(from, up_to);
    require_sound();
  }
  void erase_all() {
    db_->erase(0, next_);
    rows_.clear();
    require_sound();
  }

  void reopen() {
    db_->close();
    open();
    require_sound();
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_of(rows_); }
  [[nodiscard]] unsigned refusals() const noexcept { return refusals_; }

 private:
  void open() { db_ = macaw_test::open_store(pager_, path_, random_() % 2 == 0 ? 1 << 20 : 1 << 14); }

  void require_sound() const {
    REQUIRE(db_->shows(rows_));
    const std::string fault = db_->find_fault();
    REQUIRE(fault == "");
  }

  /// Puts some rows, in one of the ways to commit. Returns whether there was room for them; what is deferred stays,
  /// room or not.
  bool put_more() {
    const auto way = random_() % 4;
    stored_rows more;
    for (auto count = 1 + random_() % 12; count > 0; --count) {
      const bool is_small = way == 0 || random_() % 2 == 0;  // no more is deferred than the reserve can hold
      const std::size_t size = random_() % (is_small ? 250 : 9000);
      more[next_++] = std::string(size, static_cast<char>('a' + random_() % 26));
    }
    try {
      db_->put(more, way == 0 ? deferred : macaw::commit_options{.two_phase = way == 1});
      rows_.merge(more);
      if (way == 0) db_->sync();
    } catch (const macaw::error& failure) {
      CAPTURE(failure.what());
      REQUIRE(failure.kind() == macaw::errc::no_space);
      REQUIRE(failure.outcome() != macaw::commit_outcome::unknown);
      ++refusals_;
      return false;
    }
    return true;
  }

  std::string path_;
  pager_kind pager_;
  std::mt19937_64 random_;
  std::unique_ptr<macaw_test::tested_store> db_;
  stored_rows rows_;
  std::uint64_t next_ = 0;
  unsigned refusals_ = 0;
};

/// Fills the disk, erases and goes on. A file of somebody else's takes part of the room at first.
void run_full(const mounted& disk, pager_kind pager) {
  const std::uint64_t seed = macaw_test::seed() + static_cast<std::uint64_t>(pager);
  INFO("MACAW_SEED=" << seed);
  const std::string ballast = disk.path() + "/ballast";
  const std::uint64_t room = free_bytes(disk.path());
  std::ofstream(ballast) << std::string(static_cast<std::size_t>(room / 4), 'b');
  filled_disk filled(disk, pager, seed);
  filled.fill();
  const std::size_t beside_ballast = filled.bytes();
  CHECK(beside_ballast > room / 2);
  ::unlink(ballast.c_str());
  std::size_t most = 0;
  const unsigned rounds = macaw_test::rounds(50);
  for (unsigned round = 0; round < rounds; ++round) {
    CAPTURE(round);
    filled.fill();
    if (round == 0) CHECK(filled.bytes() > beside_ballast + room / 8);
    most = most > filled.bytes() ? most : filled.bytes();
    CHECK(filled.bytes() * 10 > most * 9);
    filled.erase_some(round % 2 == 0 ? 0.5 : 0.1);
    if (round % 8 == 7) filled.reopen();
  }
  filled.erase_all();
  filled.fill();
  CHECK(filled.bytes() * 10 > most * 9);
  CHECK(filled.refusals() > rounds);
}

}  // namespace

TEST_CASE("a full file system in memory takes deletions, and all of its room serves again") {
  if (!macaw_test::why_no_mounts().empty()) return macaw_test::say_skipped(macaw_test::why_no_mounts());
  const mounted disk("tmpfs", "tmpfs", "size=2m");
  REQUIRE(disk.fault() == "");
  for (const pager_kind pager : macaw_test::pager_kinds()) run_full(disk, pager);
}

TEST_CASE("a full file system on a device takes deletions, and all of its room serves again") {
  if (!macaw_test::why_no_mounts().empty()) return macaw_test::say_skipped(macaw_test::why_no_mounts());
  const macaw_test::image_device device("mkfs.ext4 -q -F -b 1024 -J size=1 -m 0", std::uint64_t{4} << 20);
  if (!device.fault().empty()) return macaw_test::say_skipped(device.fault());
  const mounted disk(device.path(), "ext4", "");
  REQUIRE(disk.fault() == "");
  for (const pager_kind pager : macaw_test::pager_kinds()) run_full(disk, pager);
}
