// SPDX-License-Identifier: MIT
//
// Every model of `file_system` obeys its laws.

#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/posix_files.hpp>
#include <macaw/testing/faulty_files.hpp>
#include <macaw/testing/simulated_files.hpp>

#if __has_include(<boost/interprocess/mapped_region.hpp>)
#include <macaw/storage/interprocess_files.hpp>
#define HAS_INTERPROCESS 1
#endif

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

struct simulated_subject {
  macaw::testing::simulated_files file_system;

  auto& files() { return file_system; }
  std::string path(std::string_view name) { return std::string(name); }
};

struct faulty_subject {
  macaw::testing::faulty_files<macaw::memory_files> file_system;

  auto& files() { return file_system; }
  std::string path(std::string_view name) { return std::string(name); }
};

template <class Files>
struct disk_subject {
  macaw_test::temp_directory directory;
  Files file_system;

  auto& files() { return file_system; }
  std::string path(std::string_view name) { return directory.path(name); }
};

using file_system_subjects =
    std::tuple<memory_subject, faulty_subject, simulated_subject, disk_subject<macaw::posix_files>
#if defined(HAS_INTERPROCESS)
               ,
               disk_subject<macaw::interprocess_files>
#endif
               >;

}  // namespace

#include "conformance/file_system_conformance.hpp"
