// SPDX-License-Identifier: MIT

#include "run.hpp"

int text_index::run_memory(const options& chosen) {
  return run_with_page_size<macaw::memory_config>(
      chosen, []<class Config>() { return macaw::basic_database<Config>::in_memory(); });
}
