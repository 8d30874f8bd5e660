// SPDX-License-Identifier: MIT
//
// Files that commands read and write, closed with their objects.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace macaw_shell {

/// A file to be read, or standard input for "-".
class input_file {
 public:
  /// Errors: std::system_error.
  explicit input_file(const std::string& path);
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;
  ~input_file();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// What errors call it.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Reads what is next, at least a byte. Returns: how many; 0 at the end. Errors: std::system_error.
  [[nodiscard]] std::size_t read(std::span<std::byte> into) const;
  /// Bytes, or 0 where it has no length.
  [[nodiscard]] std::uint64_t size() const;

 private:
  int descriptor_;
  std::string name_;
};

/// A new file to be written. Unless it is finished it goes away with the object.
class output_file {
 public:
  /// Errors: std::system_error, also where there is a file of this name, unless it may be replaced.
  output_file(const std::string& path, bool replace);
  output_file(const output_file&) = delete;
  output_file& operator=(const output_file&) = delete;
  ~output_file();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  /// Makes it durable, and gives it its name. Errors: std::system_error.
  void finish();

 private:
  std::string path_;
  std::string part_;  // its name until it is finished
  bool replace_;
  int descriptor_;
};

}  // namespace macaw_shell
