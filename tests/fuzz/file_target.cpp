// SPDX-License-Identifier: MIT
//
// A fuzzer's input is a file. Its mutator seals again what it changes, so that checksums keep nothing out.

#include "fuzz/target.hpp"
#include "hostile/forger.hpp"
#include "hostile/hostile_files.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace {

constexpr std::size_t page_size = 512;

template <class Config>
void use(const macaw_test::file_bytes& file, std::uint64_t seed) {
  macaw_test::hostile_use<Config> used(file);
  static_cast<void>(seed % 2 == 0 ? used.read() : used.change(seed / 2));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const macaw_test::file_bytes file(bytes.begin(), bytes.end());
  const std::uint64_t seed = macaw::xxh3::compute(bytes, 0);
  if (seed % 2 == 0) {
    use<macaw_test::hostile_file_config<page_size>>(file, seed / 2);
  } else {
    use<macaw_test::hostile_mapped_config<page_size>>(file, seed / 2);
  }
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                               unsigned seed) {
  const auto bytes = std::as_bytes(std::span(data, size));
  macaw_test::file_bytes file(bytes.begin(), bytes.end());
  macaw_test::forger<page_size>(seed).change(file);
  file.resize(std::min(file.size(), size_max));
  if (!file.empty()) std::memcpy(data, file.data(), file.size());
  return file.size();
}
