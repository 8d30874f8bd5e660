// SPDX-License-Identifier: MIT
//
// An index of the words in a set of text files: a small real program over macaw. It indexes the files and
// directories that it is given, answers queries, and says what that took. Run again, it finds its
// database and reads only what has changed.

#include "options.hpp"
#include "run.hpp"

#include <cstdio>
#include <exception>

int main(int count, char** arguments) {
  text_index::options chosen;
  int status = 0;
  if (!text_index::parse(count, arguments, chosen, status)) return status;
  try {
    switch (chosen.pages) {
      case text_index::policy::memory: return text_index::run_memory(chosen);
      case text_index::policy::mmap: return text_index::run_mmap(chosen);
      case text_index::policy::file: break;
    }
    return text_index::run_file(chosen);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "macaw_index: %s\n", failure.what());
    return 1;
  }
}
