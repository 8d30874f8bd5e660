// SPDX-License-Identifier: MIT
//
// Whole databases over the real code for files, on a real file system, whose calls are interrupted, cut short, or fail.

#include "fault/system_calls.hpp"
#include "fault/fault_life.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/temp_directory.hpp"

#include <macaw/storage/posix_files.hpp>
#if defined(MACAW_TEST_HAVE_BOOST)
#include <macaw/storage/interprocess_files.hpp>
#endif

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <unistd.h>

namespace {

using macaw_test::fault_life;
using macaw_test::system_call_fault;

/// The system's files, in a directory of their own.
template <class Files>
class system_files {
 public:
  using file_type = typename Files::file_type;

  [[nodiscard]] macaw_test::system_call_faults& faults() const noexcept { return macaw_test::system_calls(); }

  [[nodiscard]] file_type open(std::string_view path, macaw::open_mode mode) {
    return files_.open(home_->path(path), mode);
  }
  [[nodiscard]] bool exists(std::string_view path) { return files_.exists(home_->path(path)); }
  void rename(std::string_view path, std::string_view to) { files_.rename(home_->path(path), home_->path(to)); }
  [[nodiscard]] bool rename_new(std::string_view path, std::string_view to) {
    return files_.rename_new(home_->path(path), home_->path(to));
  }
  bool remove(std::string_view path) { return files_.remove(home_->path(path)); }
  void sync_directory(std::string_view path) { files_.sync_directory(home_->path(path)); }

 private:
  /// In memory where that can be: nothing is cut off here.
  static std::string parent() {
    return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : macaw_test::temp_directory::usual_parent();
  }

  Files files_;
  std::shared_ptr<macaw_test::temp_directory> home_ = std::make_shared<macaw_test::temp_directory>(parent());
};

struct system_file_config : macaw::file_config<512> {
  using file_system = system_files<macaw::posix_files>;
};
#if defined(MACAW_TEST_HAVE_BOOST)
struct system_mmap_config : macaw::file_config<512> {
  using file_system = system_files<macaw::interprocess_files>;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};
#endif

/// Lives while every other call is interrupted and reads and writes are cut to some bytes: nothing of it shows.
template <class Config>
void live_disturbed(std::size_t size_max) {
  CAPTURE(size_max);
  for (const bool has_file : {true, false}) {
    fault_life<Config> life(has_file);
    const std::uint64_t before = life.faults().disturbed();
    life.faults().fail({});
    life.faults().disturb(true, size_max);
    life.live();
    CHECK(life.faults().disturbed() > before + 30);
    CHECK_FALSE(life.faults().fired());
    life.look_back();
  }
}

/// Lives with every call failing in turn. Under AddressSanitizer one in seven.
template <class Config>
void fail_each(bool has_file, system_call_fault fault, std::size_t size_max = 0) {
  CAPTURE(has_file, fault.code, size_max);
  const std::uint64_t step = macaw_test::slowdown > 1 ? 7 : 1;
  std::uint64_t calls = 0;
  for (bool fired = true; fired; calls += step) {
    CAPTURE(calls);
    fault_life<Config> life(has_file);
    fault.call = calls;
    life.faults().fail(fault);
    life.faults().disturb(false, size_max);
    life.live();
    fired = life.faults().fired();
    life.look_back();
  }
  CHECK(calls > 30);
}

}  // namespace

#if defined(MACAW_TEST_HAVE_SYSTEM_CALLS)

TEST_CASE("databases do not notice interrupted and short calls of the system") {
  for (const std::size_t size_max : {0U, 5U, 512U, 4'095U}) {
    live_disturbed<system_file_config>(size_max);
#if defined(MACAW_TEST_HAVE_BOOST)
    live_disturbed<system_mmap_config>(size_max);
#endif
  }
}

TEST_CASE("a call of the system that fails leaves the state before or after a commit: file pager") {
  fail_each<system_file_config>(true, {.code = EIO});
  fail_each<system_file_config>(false, {.code = EIO});
  fail_each<system_file_config>(true, {.code = EDQUOT, .persists = true});
}

TEST_CASE("short writes before a full disk leave the state before or after a commit: file pager") {
  fail_each<system_file_config>(true, {.code = ENOSPC, .persists = true}, 1'500);
}

#if defined(MACAW_TEST_HAVE_BOOST)
TEST_CASE("a call of the system that fails leaves the state before or after a commit: mapped pager") {
  fail_each<system_mmap_config>(true, {.code = EIO});
  fail_each<system_mmap_config>(false, {.code = ENOSPC, .persists = true});
}
#endif

#endif
