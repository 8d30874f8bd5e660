// SPDX-License-Identifier: MIT
//
// What the index is asked. Functions over a transaction of either kind: they only read.

#pragma once

#include "schema.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <tuple>

namespace text_index {

/// Shows where a word occurs, with file, line and text; no more than `shown` places.
template <class Config>
void show_word(const macaw::basic_txn<Config>& txn, const std::string& word, int shown = 5) {
  const auto postings = txn[words];
  std::printf("'%s' stands in %llu lines\n", word.c_str(),
              static_cast<unsigned long long>(postings.count(postings.with(word))));
  for (auto [key, none] : postings.with(word)) {
    if (shown-- == 0) {
      std::puts("  ...");
      break;
    }
    const auto file = std::get<1>(key);
    const auto line = std::get<2>(key);
    const std::string path = txn[paths].get(file).value_or("?");
    const std::string text = txn[lines].get({file, line}).value_or("");
    const std::size_t start = text.find_first_not_of(" \t");
    std::printf("  %s:%u: %.80s\n", path.c_str(), line, start == std::string::npos ? "" : text.c_str() + start);
  }
}

/// Shows the words that begin with `beginning`, each with the number of lines it stands in.
template <class Config>
void show_prefix(const macaw::basic_txn<Config>& txn, const std::string& beginning, int shown = 8) {
  const auto postings = txn[words];
  std::printf("words that begin with '%s':", beginning.c_str());
  std::string current;
  unsigned long long places = 0;
  for (auto [key, none] : postings.prefix(beginning)) {
    const std::string_view word = std::get<0>(key);
    if (word != current) {
      if (places > 0) std::printf(" %s (%llu)", current.c_str(), places);
      if (places > 0 && --shown == 0) {
        std::puts(" ...");
        return;
      }
      current = word;
      places = 0;
    }
    ++places;
  }
  if (places > 0) std::printf(" %s (%llu)", current.c_str(), places);
  std::puts("");
}

/// Shows the largest files.
template <class Config>
void show_largest(const macaw::basic_txn<Config>& txn, int shown = 5) {
  std::puts("largest files:");
  for (auto [key, none] : txn[sizes]) {
    if (shown-- == 0) break;
    const std::string path = txn[paths].get(std::get<1>(key)).value_or("?");
    std::printf("  %10llu  %s\n", static_cast<unsigned long long>(std::get<0>(key)), path.c_str());
  }
}

}  // namespace text_index
