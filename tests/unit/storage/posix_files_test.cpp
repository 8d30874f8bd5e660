// SPDX-License-Identifier: MIT
//
// What the conformance suite cannot provoke: interrupted and short calls, refused features, the
// system's errors. The system's calls are replaced in this program by ones that can be told to fail.

#include <macaw/storage/posix_files.hpp>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

struct system_faults {
  int fallocate_error = 0;    // raised by every fallocate
  int sync_error = 0;         // raised by every fsync and fdatasync
  int direct_read_error = 0;  // raised by reads of whole aligned blocks
  bool interrupts = false;    // every other call is interrupted
  std::size_t size_max = 0;   // reads and writes are cut to this
  int calls = 0;
  int syncs = 0;

  // Whether this call is to be interrupted.
  bool interrupted() {
    if (!interrupts || ++calls % 2 == 0) return false;
    errno = EINTR;
    return true;
  }
};

system_faults faults;

}  // namespace

// On 64-bit Linux these are the very symbols that the headers name; the program's come before the C library's.
#if defined(__linux__) && defined(__x86_64__)
#define CAN_REPLACE_CALLS 1

extern "C" int fallocate(int file, int mode, off_t offset, off_t size) {
  if (faults.fallocate_error != 0) {
    errno = faults.fallocate_error;
    return -1;
  }
  if (faults.interrupted()) return -1;
  return static_cast<int>(::syscall(SYS_fallocate, file, mode, offset, size));
}

extern "C" int fsync(int file) {
  ++faults.syncs;
  if (faults.sync_error != 0) {
    errno = faults.sync_error;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fsync, file));
}

extern "C" int fdatasync(int file) {
  ++faults.syncs;
  if (faults.sync_error != 0) {
    errno = faults.sync_error;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, file));
}

extern "C" ssize_t pread(int file, void* into, size_t size, off_t offset) {
  if (faults.direct_read_error != 0 && size % 4096 == 0 && offset % 4096 == 0) {
    errno = faults.direct_read_error;
    return -1;
  }
  if (faults.interrupted()) return -1;
  if (faults.size_max != 0 && size > faults.size_max) size = faults.size_max;
  return ::syscall(SYS_pread64, file, into, size, offset);
}

extern "C" ssize_t pwritev(int file, const iovec* pieces, int count, off_t offset) {
  if (faults.interrupted()) return -1;
  if (faults.size_max == 0) return ::syscall(SYS_pwritev, file, pieces, count, offset, 0);
  // A short write that ends inside a piece as well as between pieces.
  size_t left = faults.size_max;
  std::vector<iovec> cut;
  for (const iovec& piece : std::span(pieces, static_cast<size_t>(count))) {
    if (left == 0) break;
    cut.push_back({piece.iov_base, piece.iov_len < left ? piece.iov_len : left});
    left -= cut.back().iov_len;
  }
  return ::syscall(SYS_pwritev, file, cut.data(), cut.size(), offset, 0);
}
#endif

namespace {

using macaw::bytes_view;
using macaw::errc;
using macaw::lock_mode;
using macaw::open_mode;
using macaw::sync_scope;

/// Room for 10,001 bytes that a device can read into.
struct alignas(4'096) aligned_blocks {
  [[nodiscard]] std::string text() const { return {reinterpret_cast<const char*>(bytes.data()), 10'001}; }

  std::array<std::byte, 12'288> bytes{};
};

class fault_scope {
 public:
  explicit fault_scope(const system_faults& wanted) { faults = wanted; }
  ~fault_scope() { faults = {}; }
};

std::string patterned(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * i / 7 + i) % 26);
  return text;
}

void write_text(macaw::posix_file& file, std::uint64_t offset, std::string_view text) {
  const std::array pieces{macaw::as_bytes(text)};
  file.write(offset, pieces);
}

std::string read_text(const macaw::posix_file& file, std::uint64_t offset, std::size_t size) {
  std::string text(size, '?');
  text.resize(file.read(offset, std::as_writable_bytes(std::span(text))));
  return text;
}

template <class Call>
macaw::error error_of(Call call) {
  try {
    call();
  } catch (const macaw::error& error) {
    return error;
  }
  FAIL("nothing was raised");
  std::abort();
}

#if defined(CAN_REPLACE_CALLS)
TEST_CASE("interrupted and short calls are taken up again until all is done", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  const std::string text = patterned(50'000);
  std::vector<bytes_view> pieces;
  for (std::size_t at = 0; at < text.size(); at += 100) {
    pieces.push_back(macaw::as_bytes(std::string_view(text).substr(at, 100)));
    if (at % 300 == 0) pieces.push_back({});
  }
  for (const std::size_t size_max : {0U, 1'000U, 7U, 4'096U, 333U}) {
    CAPTURE(size_max);
    auto file = files.open(directory.path(std::to_string(size_max)), open_mode::create_new);
    const fault_scope scope({.interrupts = true, .size_max = size_max});
    file.allocate(0, 100);
    file.write(11, pieces);
    CHECK(file.size() == 11 + text.size());
    CHECK(read_text(file, 11, 60'000) == text);
  }
}

TEST_CASE("where fallocate is not supported, zeros are written from the end on", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  write_text(file, 0, "kept");
  const fault_scope scope({.fallocate_error = EOPNOTSUPP});
  file.allocate(0, 2);
  CHECK(file.size() == 4);
  file.allocate(2, 3'000'000);
  CHECK(file.size() == 3'000'002);
  CHECK(read_text(file, 0, 4'000'000) == "kept" + std::string(2'999'998, '\0'));
}

TEST_CASE("a full disk is no_space, with the path and the reason in the message", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  for (const int code : {ENOSPC, EDQUOT, EFBIG}) {
    const fault_scope scope({.fallocate_error = code});
    const auto error = error_of([&] { file.allocate(0, 100); });
    CHECK(error.kind() == errc::no_space);
    CHECK(error.os_code().value() == code);
    CHECK(std::string(error.what()).find(directory.path("a")) != std::string::npos);
  }
  const fault_scope scope({.fallocate_error = EIO});
  CHECK(error_of([&] { file.allocate(0, 100); }).kind() == errc::io);
}

TEST_CASE("a failed sync is raised and never tried again", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  for (const sync_scope scope_of_sync : {sync_scope::data, sync_scope::data_and_size}) {
    const fault_scope scope({.sync_error = EIO});
    CHECK(error_of([&] { file.sync(scope_of_sync); }).kind() == errc::io);
    CHECK(faults.syncs == 1);
  }
  const fault_scope scope({.sync_error = ENOSPC});
  CHECK(error_of([&] { file.sync(sync_scope::data); }).kind() == errc::no_space);
  CHECK(error_of([&] { files.sync_directory(directory.path("a")); }).kind() == errc::no_space);
}

TEST_CASE("beginning to sync changes nothing, wherever it reaches to", "[posix_files]") {
  const macaw_test::temp_directory directory;
  auto file = macaw::posix_files().open(directory.path("a"), open_mode::create_new);
  file.truncate(100'000);
  for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{1} << 40, ~std::uint64_t{0}})
    file.begin_sync(9, size);
  CHECK(file.size() == 100'000);
}

TEST_CASE("media that cannot be written tell so when synced", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  { auto file = files.open(directory.path("a"), open_mode::create_new); }
  auto reader = files.open(directory.path("a"), open_mode::read_only);
  for (const int code : {EINVAL, EROFS}) {
    const fault_scope scope({.sync_error = code});
    CHECK(error_of([&] { reader.sync(sync_scope::data_and_size); }).kind() == errc::read_only);
  }
  auto writer = files.open(directory.path("a"), open_mode::read_write);
  const fault_scope scope({.sync_error = EINVAL});
  CHECK(error_of([&] { writer.sync(sync_scope::data_and_size); }).kind() == errc::io);
  files.sync_directory(directory.path("a"));  // as good as such a file system can
}

TEST_CASE("where direct reads are refused, uncached reads are made with the cache dropped", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  const std::string text = patterned(10'001);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  std::string into(10'001, '?');
  const auto bytes = std::as_writable_bytes(std::span(into));
  {
    const fault_scope scope({.direct_read_error = EINVAL});
    CHECK(file.read_uncached(0, bytes) == 10'001);
    CHECK(into == text);
  }
  const fault_scope scope({.direct_read_error = EIO});
  CHECK(error_of([&] { file.read_uncached(0, bytes); }).kind() == errc::io);
  const auto aligned = std::make_unique<aligned_blocks>();
  CHECK(error_of([&] { file.read_uncached(0, aligned->bytes); }).kind() == errc::io);
}

TEST_CASE("uncached reads that are cut short or interrupted go on until the end", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  const std::string text = patterned(10'001);
  write_text(file, 0, text);
  file.sync(sync_scope::data_and_size);
  for (const std::size_t size_max : {0U, 512U, 4'096U, 5'000U, 8'192U}) {
    CAPTURE(size_max);
    const fault_scope scope({.interrupts = true, .size_max = size_max});
    std::string into(10'001, '?');
    CHECK(file.read_uncached(0, std::as_writable_bytes(std::span(into))) == 10'001);
    CHECK(into == text);
    std::string part(6'000, '?');
    CHECK(file.read_uncached(3'000, std::as_writable_bytes(std::span(part))) == 6'000);
    CHECK(part == text.substr(3'000, 6'000));
    const auto aligned = std::make_unique<aligned_blocks>();  // read into place
    CHECK(file.read_uncached(0, aligned->bytes) == 10'001);
    CHECK(aligned->text() == text);
    CHECK(file.read_uncached(4'096, std::span(aligned->bytes).first(4'096)) == 4'096);
    CHECK(aligned->text().substr(0, 4'096) == text.substr(4'096, 4'096));
  }
}
#endif

TEST_CASE("what the user may not write is read_only", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  { auto file = files.open(directory.path("a"), open_mode::create_new); }
  REQUIRE(::chmod(directory.path("a").c_str(), 0444) == 0);
  if (::geteuid() == 0) return;  // root may write everything
  CHECK(error_of([&] { static_cast<void>(files.open(directory.path("a"), open_mode::read_write)); }).kind() ==
        errc::read_only);
  CHECK(files.open(directory.path("a"), open_mode::read_only).size() == 0);
}

TEST_CASE("new files get the rights asked for, less the umask", "[posix_files]") {
  const macaw_test::temp_directory directory;
  const mode_t mask = ::umask(022);
  { auto file = macaw::posix_files().open(directory.path("a"), open_mode::create_new); }
  { auto file = macaw::posix_files(0600).open(directory.path("b"), open_mode::create_new); }
  ::umask(mask);
  struct ::stat status;
  REQUIRE(::stat(directory.path("a").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);
  REQUIRE(::stat(directory.path("b").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("the file size limit of the process is no_space", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  ::rlimit old_limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  const ::rlimit limit{.rlim_cur = 100'000, .rlim_max = old_limit.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  const auto of_write = error_of([&] { write_text(file, 90'000, patterned(20'000)); });
  const auto of_allocate = error_of([&] { file.allocate(0, 200'000); });
  const auto of_truncate = error_of([&] { file.truncate(200'000); });
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
  std::signal(SIGXFSZ, before);
  CHECK(of_write.kind() == errc::no_space);
  CHECK(of_allocate.kind() == errc::no_space);
  CHECK(of_truncate.kind() == errc::no_space);
  CHECK(std::string(of_truncate.what()).find("largest file size") != std::string::npos);
}

TEST_CASE("only regular files are opened", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  CHECK(error_of([&] { static_cast<void>(files.open(directory.path(), open_mode::read_only)); }).kind() == errc::io);
  CHECK(error_of([&] { static_cast<void>(files.open("/dev/null", open_mode::read_write)); }).kind() == errc::io);
  const std::string pipe = directory.path("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(error_of([&] { static_cast<void>(files.open(pipe, open_mode::read_only)); }).kind() == errc::io);
  CHECK(error_of([&] { static_cast<void>(files.open(pipe, open_mode::read_write)); }).kind() == errc::io);
}

TEST_CASE("an empty path is refused", "[posix_files]") {
  macaw::posix_files files;
  CHECK(error_of([&] { static_cast<void>(files.open("", open_mode::read_only)); }).kind() == errc::io);
  CHECK(error_of([&] { static_cast<void>(files.exists("")); }).kind() == errc::io);
}

TEST_CASE("a path with a zero byte is refused, not cut", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  const std::string path = directory.path(std::string_view("a\0b", 3));
  CHECK(error_of([&] { static_cast<void>(files.open(path, open_mode::create_new)); }).kind() == errc::io);
  CHECK_FALSE(files.exists(directory.path("a")));
}

TEST_CASE("another path to the same file has the same identity, and its locks conflict", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  auto file = files.open(directory.path("a"), open_mode::create_new);
  REQUIRE(::symlink("a", directory.path("symbolic").c_str()) == 0);
  REQUIRE(::link(directory.path("a").c_str(), directory.path("hard").c_str()) == 0);
  REQUIRE(file.try_lock(lock_mode::exclusive));
  for (const char* name : {"symbolic", "hard"}) {
    auto other = files.open(directory.path(name), open_mode::read_write);
    CHECK(other.identity() == file.identity());
    CHECK_FALSE(other.try_lock(lock_mode::shared));
  }
}

TEST_CASE("a file knows whether its process has it open once more, by whatever path", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  const auto file = files.open(directory.path("a"), open_mode::create_new);
  REQUIRE(::link(directory.path("a").c_str(), directory.path("hard").c_str()) == 0);
  CHECK_FALSE(file.open_elsewhere_in_process());
  {
    const auto other = files.open(directory.path("b"), open_mode::create_new);
    CHECK_FALSE(file.open_elsewhere_in_process());
  }
  {
    const auto other = files.open(directory.path("hard"), open_mode::read_only);
    CHECK(file.open_elsewhere_in_process());
    CHECK(other.open_elsewhere_in_process());
  }
  CHECK_FALSE(file.open_elsewhere_in_process());
}

TEST_CASE("a lock holds against other processes and ends with its process", "[posix_files]") {
  const macaw_test::temp_directory directory;
  macaw::posix_files files;
  { auto file = files.open(directory.path("a"), open_mode::create_new); }
  std::array<int, 2> ready{};
  std::array<int, 2> done{};
  REQUIRE(::pipe(ready.data()) == 0);
  REQUIRE(::pipe(done.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto file = files.open(directory.path("a"), open_mode::read_write);
    char byte = file.try_lock(lock_mode::exclusive) ? 'y' : 'n';
    if (::write(ready[1], &byte, 1) != 1 || ::read(done[0], &byte, 1) != 1) ::_exit(1);
    ::_exit(0);
  }
  char byte = '?';
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(byte == 'y');
  auto file = files.open(directory.path("a"), open_mode::read_write);
  CHECK_FALSE(file.try_lock(lock_mode::shared));
  REQUIRE(::write(done[1], &byte, 1) == 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(file.try_lock(lock_mode::exclusive));
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
}

}  // namespace
