// SPDX-License-Identifier: MIT

#include "run.hpp"

int text_index::run_file(const options& chosen) {
  return run_with_page_size<macaw::file_config>(
      chosen, [&chosen]<class Config>() { return macaw::basic_database<Config>::open(chosen.database); });
}
