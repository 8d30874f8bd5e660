// SPDX-License-Identifier: MIT
//
// Files of stores, which may have holes.

#pragma once

#include <cstdint>
#include <string>

namespace macaw_benchmark {

/// Bytes that the files in a directory, and in those below, take on the medium.
[[nodiscard]] std::uint64_t files_size(const std::string& directory);

/// Copies all files from one directory to another, which holds none, holes as holes, and makes their bytes durable.
void copy_files(const std::string& from, const std::string& to);

/// Waits until what was written and removed in the file system of a directory has reached the medium: whoever syncs
/// next would wait for it.
void settle_files(const std::string& directory);

}  // namespace macaw_benchmark
