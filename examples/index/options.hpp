// SPDX-License-Identifier: MIT
//
// What the program was asked to do.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace text_index {

enum class policy { file, mmap, memory };

struct options {
  std::string database = "index.macaw";
  policy pages = policy::file;
  std::size_t page_size = 4096;
  std::vector<std::string> paths;     ///< files and directories to index
  std::vector<std::string> words;     ///< words to look up; chosen by the program when empty
  std::vector<std::string> prefixes;  ///< beginnings of words to look up
};

/// Reads the command line. Returns false after printing what is wrong with it, or the help that was asked for;
/// then `status` is what the program should end with.
bool parse(int count, char** arguments, options& chosen, int& status);

}  // namespace text_index
