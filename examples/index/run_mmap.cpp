// SPDX-License-Identifier: MIT

#include "run.hpp"

#include <cstdio>

#if defined(MACAW_INDEX_HAVE_MMAP)
#include <macaw/mmap.hpp>

int text_index::run_mmap(const options& chosen) {
  return run_with_page_size<macaw::mmap_config>(
      chosen, [&chosen]<class Config>() { return macaw::basic_database<Config>::open(chosen.database); });
}
#else
int text_index::run_mmap(const options&) {
  std::fputs("macaw_index: built without Boost.Interprocess, so there is no --mmap\n", stderr);
  return 2;
}
#endif
