// SPDX-License-Identifier: MIT

#include <macaw/detail/os/posix.hpp>

#include "support/catch.hpp"
#include "support/temp_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

namespace {

using macaw::errc;
using macaw::detail::call_kind;
using macaw::detail::descriptor;
using macaw::detail::errc_of;

bool is_open(int number) { return ::fcntl(number, F_GETFD) != -1; }

void create(const std::string& path) {
  const descriptor file(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

TEST_CASE("a descriptor is closed once, by its last owner", "[posix]") {
  descriptor a(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  REQUIRE(a);
  const int number = a.number();
  {
    descriptor b(std::move(a));
    CHECK_FALSE(a);
    CHECK(b.number() == number);
    a = std::move(b);
    CHECK_FALSE(b);
  }
  CHECK(is_open(number));
  a = descriptor();
  CHECK_FALSE(is_open(number));
}

TEST_CASE("a call is taken up again only when it was interrupted", "[posix]") {
  int calls = 0;
  const int result = macaw::detail::uninterrupted([&] {
    errno = EINTR;
    return ++calls < 5 ? -1 : 7;
  });
  CHECK(result == 7);
  CHECK(calls == 5);
  calls = 0;
  CHECK(macaw::detail::uninterrupted([&] {
          ++calls;
          errno = EIO;
          return -1;
        }) == -1);
  CHECK(calls == 1);
}

TEST_CASE("the system's codes have kinds", "[posix]") {
  for (const int code : {ENOSPC, EDQUOT, EFBIG}) CHECK(errc_of(code, call_kind::look) == errc::no_space);
  CHECK(errc_of(EROFS, call_kind::look) == errc::read_only);
  for (const int code : {EACCES, EPERM, ETXTBSY}) {
    CHECK(errc_of(code, call_kind::change) == errc::read_only);
    CHECK(errc_of(code, call_kind::look) == errc::io);
  }
  for (const int code : {EIO, ENOENT, EISDIR, ENOMEM}) CHECK(errc_of(code, call_kind::change) == errc::io);
}

TEST_CASE("a limit on the size of files or a quota is told with what to do about it", "[posix]") {
  const auto message = [](int code) {
    try {
      errno = code;
      macaw::detail::throw_errno("cannot write", "a", call_kind::change);
    } catch (const macaw::error& error) {
      return std::string(error.what());
    }
  };
  CHECK(message(EFBIG).find("largest file size") != std::string::npos);
  CHECK(message(EDQUOT).find("quota") != std::string::npos);
  CHECK(message(EIO).find("cannot write 'a'") != std::string::npos);
}

TEST_CASE("the directory that holds a path is found", "[posix_files]") {
  using macaw::detail::parent_directory;
  CHECK(parent_directory("a") == ".");
  CHECK(parent_directory("/a") == "/");
  CHECK(parent_directory("/a/b") == "/a");
  CHECK(parent_directory("a/b/") == "a");
  CHECK(parent_directory("/") == "/");
  CHECK(parent_directory("../a") == "..");
}

TEST_CASE("renaming by way of a second name does not replace", "[posix_files]") {
  const macaw_test::temp_directory directory;
  create(directory.path("a"));
  create(directory.path("b"));
  CHECK_FALSE(macaw::detail::link_and_unlink(directory.path("a").c_str(), directory.path("b").c_str()));
  CHECK(errno == EEXIST);
  CHECK(exists(directory.path("a")));
  CHECK(macaw::detail::link_and_unlink(directory.path("a").c_str(), directory.path("c").c_str()));
  CHECK_FALSE(exists(directory.path("a")));
  CHECK(exists(directory.path("c")));
}

TEST_CASE("renaming in one step does not replace, where the system can do it", "[posix]") {
  const macaw_test::temp_directory directory;
  create(directory.path("a"));
  create(directory.path("b"));
  const auto refused = macaw::detail::rename_exclusively(directory.path("a").c_str(), directory.path("b").c_str());
  if (!refused.has_value()) return;
  CHECK_FALSE(*refused);
  CHECK(macaw::detail::rename_exclusively(directory.path("a").c_str(), directory.path("c").c_str()) == true);
  CHECK_FALSE(exists(directory.path("a")));
  CHECK(exists(directory.path("c")));
}

}  // namespace
