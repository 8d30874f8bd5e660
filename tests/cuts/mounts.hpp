// SPDX-License-Identifier: MIT
//
// File systems of a test's own: images over loop devices, and file systems in memory, mounted where only this process
// and its children see them. So whatever ends the process unmounts them, and frees their devices.

#pragma once

#include "support/temp_directory.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace macaw_test {

/// Why this process cannot mount anything; empty: it can. Asked first, it gives the process mounts of its own.
[[nodiscard]] const std::string& why_no_mounts();

/// Says that a test is skipped, in words that CTest knows.
void say_skipped(std::string_view why);

/// A file with a file system of its own in it, as a block device.
class image_device {
 public:
  /// Makes the image with this command, to which the file's path is added; in memory where there is room, since it is
  /// not the image that is cut. `fault()` says what went wrong, if something did.
  image_device(const std::string& make_command, std::uint64_t size);
  image_device(const image_device&) = delete;
  image_device& operator=(const image_device&) = delete;
  ~image_device();

  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  [[nodiscard]] const std::string& path() const noexcept { return device_path_; }

 private:
  void attach(const std::string& image);

  temp_directory home_;
  std::string fault_;
  std::string device_path_;
  int device_ = -1;
};

/// A file system that is mounted as long as this object lives.
class mounted {
 public:
  mounted(const std::string& source, const std::string& type, const std::string& options);
  mounted(const mounted&) = delete;
  mounted& operator=(const mounted&) = delete;
  ~mounted() { unmount(); }

  /// What went wrong; empty: nothing.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  [[nodiscard]] const std::string& path() const noexcept { return home_.path(); }

  /// Mounts the same again, somewhat otherwise.
  void remount_anew(const std::string& options);
  /// Makes the file system lose all that is not on the device, as a power cut does.
  void cut() const { shut_down(directory_); }
  /// A descriptor of the file system, for `shut_down`.
  [[nodiscard]] int directory() const noexcept { return directory_; }
  /// The same in a process that has it by descriptor.
  static void shut_down(int directory);

 private:
  void mount(const std::string& options);
  void unmount();

  temp_directory home_;
  std::string source_;
  std::string type_;
  std::string fault_;
  int directory_ = -1;
};

}  // namespace macaw_test
