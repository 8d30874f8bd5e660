// SPDX-License-Identifier: MIT

#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

namespace text_index {
namespace {

constexpr const char* help =
    "usage: macaw_index [options] PATH...\n"
    "Indexes the text below each PATH, then answers queries. Run again, it updates what has changed.\n"
    "  --database FILE   where the index is kept (index.macaw)\n"
    "  --mmap            read the file through a mapping instead of a page cache\n"
    "  --memory          keep the index in memory only\n"
    "  --page-size N     bytes of a page: 1024, 4096 (the default) or 16384\n"
    "  --word WORD       show where a word occurs (may be repeated)\n"
    "  --prefix TEXT     show the words that begin with a text (may be repeated)\n";

bool complain(const char* what, std::string_view about, int& status) {
  std::fprintf(stderr, "macaw_index: %s '%.*s'; try --help\n", what, static_cast<int>(about.size()), about.data());
  status = 2;
  return false;
}

bool parse_page_size(std::string_view text, std::size_t& size) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
  return failure == std::errc() && end == text.data() + text.size() && (size == 1024 || size == 4096 || size == 16384);
}

}  // namespace

bool parse(int count, char** arguments, options& chosen, int& status) {
  for (int i = 1; i < count; ++i) {
    const std::string_view argument = arguments[i];
    const bool takes_value =
        argument == "--database" || argument == "--page-size" || argument == "--word" || argument == "--prefix";
    if (takes_value && i + 1 == count) return complain("nothing follows", argument, status);
    if (argument == "--help") {
      std::fputs(help, stdout);
      status = 0;
      return false;
    }
    if (argument == "--mmap") {
      chosen.pages = policy::mmap;
    } else if (argument == "--memory") {
      chosen.pages = policy::memory;
    } else if (argument == "--database") {
      chosen.database = arguments[++i];
    } else if (argument == "--word") {
      chosen.words.emplace_back(arguments[++i]);
    } else if (argument == "--prefix") {
      chosen.prefixes.emplace_back(arguments[++i]);
    } else if (argument == "--page-size") {
      if (!parse_page_size(arguments[++i], chosen.page_size)) return complain("no page size", arguments[i], status);
    } else if (argument.starts_with("-")) {
      return complain("unknown option", argument, status);
    } else {
      chosen.paths.emplace_back(argument);
    }
  }
  if (chosen.paths.empty()) {
    std::fputs(help, stderr);
    status = 2;
    return false;
  }
  return true;
}

}  // namespace text_index
