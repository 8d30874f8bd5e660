// SPDX-License-Identifier: MIT
//
// What the laws of `sealable_file` do not say: that real files are sealed where the system can, and what a seal is not
// fooled by.

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

#include <macaw/detail/os/file_seal.hpp>
#include <macaw/detail/os/posix.hpp>

#if defined(__linux__)

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

using macaw::detail::descriptor;
using macaw::detail::file_seal;

namespace {

constexpr const char* attribute = "user.macaw.seal";

class sealed_file {
 public:
  sealed_file() : file_(::open(path().c_str(), O_RDWR | O_CREAT | O_EXCL, 0600)) {
    REQUIRE(file_);
    write();
    file_seal::set(number(), 11);
  }

  [[nodiscard]] std::string path() const { return directory_.path("a"); }
  [[nodiscard]] int number() const { return file_.number(); }
  /// Whether the file system keeps attributes and times of birth at all.
  [[nodiscard]] bool can_be_sealed() const {
    struct ::statx status {};
    return ::fsetxattr(number(), "user.macaw.probe", "", 0, 0) == 0 &&
           ::statx(number(), "", AT_EMPTY_PATH, STATX_BTIME, &status) == 0 && (status.stx_mask & STATX_BTIME) != 0;
  }
  void write() const { REQUIRE(::pwrite(number(), "text", 4, 0) == 4); }
  [[nodiscard]] struct ::stat status() const {
    struct ::stat status {};
    REQUIRE(::fstat(number(), &status) == 0);
    return status;
  }

 private:
  macaw_test::temp_directory directory_;
  descriptor file_;
};

void set_written(int file, ::timespec time) {
  const std::array<::timespec, 2> times{::timespec{0, UTIME_OMIT}, time};
  REQUIRE(::futimens(file, times.data()) == 0);
}

}  // namespace

TEST_CASE("A file is sealed where its file system keeps attributes, however lately it was written", "[os]") {
  const sealed_file file;
  CHECK(file_seal::find(file.number()) == (file.can_be_sealed() ? std::optional<std::uint64_t>(11) : std::nullopt));
}

TEST_CASE("What was written a moment ago gets a time of writing that no write leaves", "[os]") {
  const sealed_file file;
  if (!file.can_be_sealed()) return;
  file.write();
  const ::timespec written = file.status().st_mtim;
  file_seal::set(file.number(), 12);
  const ::timespec sealed = file.status().st_mtim;
  CHECK((sealed.tv_sec != written.tv_sec || sealed.tv_nsec != written.tv_nsec));
  CHECK(file_seal::find(file.number()) == 12);
}

TEST_CASE("Sealing leaves the time of writing alone where that is long ago", "[os]") {
  const sealed_file file;
  if (!file.can_be_sealed()) return;
  set_written(file.number(), {1'000'000'000, 5});
  CHECK_FALSE(file_seal::find(file.number()));
  file_seal::set(file.number(), 12);
  CHECK(file_seal::find(file.number()) == 12);
  CHECK(file.status().st_mtim.tv_sec == 1'000'000'000);
  CHECK(file.status().st_mtim.tv_nsec == 5);
}

TEST_CASE("A copy is not sealed, though attributes and times are copied, too", "[os]") {
  const sealed_file file;
  std::array<char, 200> seal;
  const ::ssize_t size = ::fgetxattr(file.number(), attribute, seal.data(), seal.size());
  if (size < 0) return;
  const descriptor copy(::open((file.path() + "-copy").c_str(), O_RDWR | O_CREAT | O_EXCL, 0600));
  REQUIRE(::pwrite(copy.number(), "text", 4, 0) == 4);
  set_written(copy.number(), file.status().st_mtim);
  REQUIRE(::fsetxattr(copy.number(), attribute, seal.data(), static_cast<std::size_t>(size), 0) == 0);
  CHECK_FALSE(file_seal::find(copy.number()));
  CHECK(file_seal::find(file.number()) == 11);
}

TEST_CASE("A file that was written over is not sealed, though its time of writing is put back", "[os]") {
  const sealed_file file;
  if (!file.can_be_sealed()) return;
  file_seal::set(file.number(), 12);
  const ::timespec written = file.status().st_mtim;
  std::this_thread::sleep_for(std::chrono::milliseconds(250));  // longer than a seal may take
  file.write();
  set_written(file.number(), written);
  CHECK_FALSE(file_seal::find(file.number()));
}

TEST_CASE("A seal of another start of the system, of another size or cut off is none", "[os]") {
  const sealed_file file;
  std::array<char, 200> seal;
  const ::ssize_t got = ::fgetxattr(file.number(), attribute, seal.data(), seal.size());
  if (got < 0) return;
  const auto size = static_cast<std::size_t>(got);
  const auto put = [&](std::size_t bytes) {
    REQUIRE(::fsetxattr(file.number(), attribute, seal.data(), bytes, 0) == 0);
    return file_seal::find(file.number());
  };
  CHECK(put(size) == 11);
  CHECK_FALSE(put(size - 1));
  CHECK_FALSE(put(size + 1));
  seal[0] = seal[0] == 'a' ? 'b' : 'a';
  CHECK_FALSE(put(size));
}

TEST_CASE("A seal whose words are anything is none, but for its number and what it does not compare", "[os]") {
  const sealed_file file;
  std::array<char, 200> seal;
  const ::ssize_t got = ::fgetxattr(file.number(), attribute, seal.data(), seal.size());
  if (got < 0) return;
  const auto size = static_cast<std::size_t>(got);
  std::size_t believed = 0;
  for (std::size_t at = 0; at < size; at += 8) {
    for (const std::int64_t word : {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
                                    std::numeric_limits<std::int64_t>::max()}) {
      std::array<char, 200> forged = seal;
      std::memcpy(forged.data() + at, &word, sizeof word);
      if (std::memcmp(forged.data(), seal.data(), size) == 0) continue;
      REQUIRE(::fsetxattr(file.number(), attribute, forged.data(), size, 0) == 0);
      believed += file_seal::find(file.number()).has_value() ? 1 : 0;
    }
  }
  // The number; the time of change that was before the seal, two words; and that of sealing within its second.
  CHECK(believed <= 4 + 4 + 4 + 1);
}

TEST_CASE("What is no file that can be sealed is not, and nothing is raised", "[os]") {
  file_seal::set(-1, 1);
  CHECK_FALSE(file_seal::find(-1));
  const descriptor reading(::open("/proc/self/status", O_RDONLY));
  file_seal::set(reading.number(), 1);
  CHECK_FALSE(file_seal::find(reading.number()));
}

#else

TEST_CASE("Nothing is sealed here", "[os]") {
  macaw::detail::file_seal::set(0, 1);
  CHECK_FALSE(macaw::detail::file_seal::find(0));
}

#endif
