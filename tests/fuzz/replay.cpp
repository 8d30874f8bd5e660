// SPDX-License-Identifier: MIT
//
// Runs a target on inputs that were kept, with any compiler; and turns files of such inputs into directories, as
// libFuzzer wants them, and back. In a file each line is an input, in hexadecimal digits.
//
//     replay INPUTS              runs the target on every input of the file
//     replay --unpack INPUTS TO  writes each input into a file of the directory TO
//     replay --pack FROM         prints the files of the directory FROM as lines, the shortest first

#include "fuzz/target.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

using input = std::vector<std::uint8_t>;

std::vector<input> read_lines(const char* path) {
  std::ifstream file(path);
  std::vector<input> inputs;
  for (std::string line; std::getline(file, line);) {
    input bytes;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoi(line.substr(i, 2), nullptr, 16)));
    }
    inputs.push_back(std::move(bytes));
  }
  return inputs;
}

int run(const char* path) {
  const std::vector<input> inputs = read_lines(path);
  for (const input& bytes : inputs) LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  std::printf("%zu inputs\n", inputs.size());
  return inputs.empty() ? 1 : 0;
}

int unpack(const char* path, const char* to) {
  std::filesystem::create_directories(to);
  std::size_t number = 0;
  for (const input& bytes : read_lines(path)) {
    std::ofstream file(std::filesystem::path(to) / ("kept" + std::to_string(number++)), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  return 0;
}

int pack(const char* from) {
  std::vector<input> inputs;
  for (const auto& entry : std::filesystem::directory_iterator(from)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    inputs.emplace_back(bytes.begin(), bytes.end());
  }
  std::sort(inputs.begin(), inputs.end(),
            [](const input& a, const input& b) { return a.size() != b.size() ? a.size() < b.size() : a < b; });
  for (const input& bytes : inputs) {
    for (const std::uint8_t byte : bytes) std::printf("%02x", byte);
    std::printf("\n");
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view first = count > 1 ? arguments[1] : "";
  if (first == "--unpack" && count == 4) return unpack(arguments[2], arguments[3]);
  if (first == "--pack" && count == 3) return pack(arguments[2]);
  return count == 2 ? run(arguments[1]) : 2;
}
