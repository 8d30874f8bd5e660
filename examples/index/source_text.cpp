// SPDX-License-Identifier: MIT

#include "source_text.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

namespace text_index {
namespace {

namespace fs = std::filesystem;

void add(const fs::directory_entry& entry, std::vector<found_file>& found) {
  std::error_code failure;
  if (!entry.is_regular_file(failure)) return;
  const auto size = entry.file_size(failure);
  if (failure) return;
  const auto modified = entry.last_write_time(failure);
  if (failure) return;
  found.push_back({entry.path().string(), size, static_cast<std::int64_t>(modified.time_since_epoch().count())});
}

}  // namespace

std::vector<found_file> find_files(const std::vector<std::string>& paths) {
  std::vector<found_file> found;
  for (const std::string& path : paths) {
    std::error_code failure;
    const fs::path real = fs::canonical(path, failure);
    if (failure) {
      std::fprintf(stderr, "macaw_index: cannot read '%s': %s\n", path.c_str(), failure.message().c_str());
      continue;
    }
    if (!fs::is_directory(real)) {
      add(fs::directory_entry(real), found);
      continue;
    }
    const auto skip = fs::directory_options::skip_permission_denied;
    for (auto it = fs::recursive_directory_iterator(real, skip, failure); it != fs::recursive_directory_iterator();
         it.increment(failure)) {
      add(*it, found);
    }
  }
  const auto by_path = [](const found_file& a, const found_file& b) { return a.path < b.path; };
  const auto same_path = [](const found_file& a, const found_file& b) { return a.path == b.path; };
  std::sort(found.begin(), found.end(), by_path);
  found.erase(std::unique(found.begin(), found.end(), same_path), found.end());
  return found;
}

bool read_text(const std::string& path, std::string& text) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) return false;
  text.clear();
  char buffer[1 << 16];
  while (const std::size_t size = std::fread(buffer, 1, sizeof buffer, file.get())) text.append(buffer, size);
  return std::ferror(file.get()) == 0 && text.find('\0') == std::string::npos;
}

}  // namespace text_index
