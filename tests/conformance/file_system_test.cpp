// SPDX-License-Identifier: MIT
//
// Every model of `file_system` obeys its laws.

#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/posix_files.hpp>

#include "support/temp_directory.hpp"

#include <string>
#include <string_view>
#include <tuple>

namespace {

struct memory_subject {
  macaw::memory_files file_system;

  auto& files() { return file_system; }
  std::string path(std::string_view name) { return std::string(name); }
};

struct posix_subject {
  test_support::temp_directory directory;
  macaw::posix_files file_system;

  auto& files() { return file_system; }
  std::string path(std::string_view name) { return directory.path(name); }
};

using file_system_subjects = std::tuple<memory_subject, posix_subject>;

}  // namespace

#include "conformance/file_system_conformance.hpp"
