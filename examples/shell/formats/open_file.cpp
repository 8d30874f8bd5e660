// SPDX-License-Identifier: MIT

#include "formats/open_file.hpp"

#include "base/interrupt.hpp"

#include <macaw/storage/posix_files.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <system_error>

namespace macaw_shell {

namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error(errno, std::generic_category(), what); }

}  // namespace

input_file::input_file(const std::string& path)
    : descriptor_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      name_(path == "-" ? "standard input" : path) {
  if (descriptor_ < 0) fail("cannot open '" + path + "'");
}

input_file::~input_file() {
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

std::size_t input_file::read(std::span<std::byte> into) const {
  for (;;) {
    const ssize_t got = ::read(descriptor_, into.data(), into.size());
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && errno != EINTR) fail("cannot read '" + name_ + "'");
    stop_if_interrupted();  // at the end, too: Ctrl-C often ends who writes a pipe
    if (got == 0) return 0;
  }
}

std::uint64_t input_file::size() const {
  struct stat facts {};
  if (::fstat(descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode)) return 0;
  return static_cast<std::uint64_t>(facts.st_size);
}

output_file::output_file(const std::string& path, bool replace)
    : path_(path), part_(path + ".part"), replace_(replace) {
  struct stat facts {};
  const bool exists = ::lstat(path.c_str(), &facts) == 0;
  if (exists && (!replace || !S_ISREG(facts.st_mode))) {
    errno = EEXIST;
    fail("cannot write '" + path + "'");
  }
  descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("cannot write '" + part_ + "'");
}

output_file::~output_file() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(part_.c_str());
}

void output_file::finish() {
  if (::fsync(descriptor_) != 0) fail("cannot write '" + part_ + "'");
  macaw::posix_files files;
  if (replace_) {
    files.rename(part_, path_);
  } else if (!files.rename_new(part_, path_)) {
    errno = EEXIST;
    fail("cannot write '" + path_ + "'");
  }
  ::close(descriptor_);
  descriptor_ = -1;
  files.sync_directory(path_);
}

}  // namespace macaw_shell
