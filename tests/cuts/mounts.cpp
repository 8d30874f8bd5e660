// SPDX-License-Identifier: MIT

#include "cuts/mounts.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#if defined(__linux__)
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#endif

namespace macaw_test {

void say_skipped(std::string_view why) {
  std::printf("macaw: skipped: %.*s\n", static_cast<int>(why.size()), why.data());
  std::fflush(stdout);
}

#if defined(__linux__)

namespace {

std::string because(const char* what) { return std::string(what) + ": " + std::strerror(errno); }

std::string find_obstacle() {
  if (::geteuid() != 0) return "only root can mount file systems";
  if (::unshare(CLONE_NEWNS) != 0) return because("no mounts of its own for a process");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return because("mounts cannot be made private");
  const temp_directory place;
  if (::mount("tmpfs", place.path().c_str(), "tmpfs", 0, "size=1m") != 0) return because("mounting is refused");
  ::umount2(place.path().c_str(), MNT_DETACH);
  return "";
}

}  // namespace

const std::string& why_no_mounts() {
  static const std::string obstacle = find_obstacle();
  return obstacle;
}

image_device::image_device(const std::string& make_command, std::uint64_t size)
    : home_(::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : temp_directory::usual_parent()) {
  const std::string image = home_.path("image");
  const int file = ::open(image.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const bool sized = file >= 0 && ::ftruncate(file, static_cast<::off_t>(size)) == 0;
  if (file >= 0) ::close(file);
  if (!sized) {
    fault_ = because("no image file");
    return;
  }
  const std::string command = "PATH=$PATH:/sbin:/usr/sbin " + make_command + " " + image + " > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) {
    fault_ = "'" + make_command + "' failed";
    return;
  }
  attach(image);
}

/// Another process may take the device that was free: then there is another one.
void image_device::attach(const std::string& image) {
  const int control = ::open("/dev/loop-control", O_RDWR | O_CLOEXEC);
  const int file = ::open(image.c_str(), O_RDWR | O_CLOEXEC);
  for (int attempt = 0; attempt < 20 && control >= 0 && file >= 0 && device_ < 0; ++attempt) {
    device_path_ = "/dev/loop" + std::to_string(::ioctl(control, LOOP_CTL_GET_FREE));
    const int device = ::open(device_path_.c_str(), O_RDWR | O_CLOEXEC);
    if (device < 0) break;
    ::loop_info64 info{};
    info.lo_flags = LO_FLAGS_AUTOCLEAR;
    if (::ioctl(device, LOOP_SET_FD, file) == 0 && ::ioctl(device, LOOP_SET_STATUS64, &info) == 0) {
      device_ = device;
    } else {
      ::close(device);
    }
  }
  if (device_ < 0) fault_ = because("no loop device");
  if (file >= 0) ::close(file);
  if (control >= 0) ::close(control);
}

image_device::~image_device() {
  if (device_ >= 0) ::close(device_);
}

mounted::mounted(const std::string& source, const std::string& type, const std::string& options)
    : source_(source), type_(type) {
  mount(options);
}

void mounted::mount(const std::string& options) {
  if (::mount(source_.c_str(), path().c_str(), type_.c_str(), MS_NOATIME, options.c_str()) != 0) {
    fault_ = because(("cannot mount " + type_ + " (" + options + ")").c_str());
    return;
  }
  directory_ = ::open(path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

void mounted::unmount() {
  if (directory_ < 0) return;
  ::close(directory_);
  directory_ = -1;
  // Whoever still looks at it (a search of the whole disk) is done soon.
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (::umount2(path().c_str(), 0) == 0) return;
    ::usleep(10'000);
  }
  fault_ = because("cannot unmount");
  ::umount2(path().c_str(), MNT_DETACH);
}

void mounted::remount_anew(const std::string& options) {
  unmount();
  if (fault_.empty()) mount(options);
}

void mounted::shut_down(int directory) {
  constexpr std::uint32_t without_log = 2;  // XFS_FSOP_GOING_FLAGS_NOLOGFLUSH, EXT4_GOING_FLAGS_NOLOGFLUSH
  std::uint32_t flags = without_log;
  if (::ioctl(directory, _IOR('X', 125, std::uint32_t), &flags) != 0) std::abort();
}

#else

const std::string& why_no_mounts() {
  static const std::string obstacle = "mounting is written for Linux";
  return obstacle;
}

image_device::image_device(const std::string&, std::uint64_t) : fault_(why_no_mounts()) {}
image_device::~image_device() = default;
mounted::mounted(const std::string&, const std::string&, const std::string&) : fault_(why_no_mounts()) {}
void mounted::remount_anew(const std::string&) {}
void mounted::unmount() {}
void mounted::shut_down(int) {}

#endif

}  // namespace macaw_test
