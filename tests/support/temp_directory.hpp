// SPDX-License-Identifier: MIT
//
// A directory of a test's own, under TMPDIR if nothing else is said, removed with all it holds.

#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace macaw_test {

class temp_directory {
 public:
  temp_directory() : temp_directory(usual_parent()) {}
  explicit temp_directory(const std::string& parent) : path_(parent + "/macaw-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot create " + path_);
  }
  temp_directory(const temp_directory&) = delete;
  temp_directory& operator=(const temp_directory&) = delete;
  ~temp_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  /// Where directories go if nothing else is said.
  [[nodiscard]] static std::string usual_parent() {
    const char* const given = std::getenv("TMPDIR");
    return given != nullptr && *given != '\0' ? given : "/tmp";
  }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

}  // namespace macaw_test
