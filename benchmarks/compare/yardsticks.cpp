// SPDX-License-Identifier: MIT

#include "yardsticks.hpp"

#include "measurement.hpp"
#include "rows.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace macaw_benchmark {

namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20;

/// Keeps a compiler from leaving out what nobody reads.
template <class T>
void use(const T& value) {
  asm volatile("" : : "r"(&value) : "memory");
}

template <class F>
double best_of(int tries, F&& once) {
  double best = once();
  for (int i = 1; i < tries; ++i) best = std::min(best, once());
  return best;
}

/// Walks a random circle through lines of memory.
double memory_access() {
  struct alignas(64) line {
    std::size_t next;
  };
  constexpr std::size_t lines = 512 * mebibyte / sizeof(line);
  std::vector<line> circle(lines);
  // A full cycle by a linear congruential generator: an odd increment, and a factor that is 1 modulo 4.
  for (std::size_t i = 0; i < lines; ++i) circle[i].next = (i * 0x9E3779B97F4A7C15U + 0x632BE59BD9B4E019U) % lines;
  constexpr std::size_t steps = 1'000'000;
  std::size_t at = 0;
  return best_of(3, [&] {
    const computing clock;
    for (std::size_t i = 0; i < steps; ++i) at = circle[at].next;
    use(at);
    return clock.per(steps);
  });
}

double byte_copied() {
  constexpr std::size_t size = 64 * mebibyte;
  const std::vector<char> from(size, 'a');
  std::vector<char> to(size, 'b');
  return best_of(5, [&] {
    const computing clock;
    std::memcpy(to.data(), from.data(), size);
    use(to);
    return clock.per(size);
  });
}

double exchange() {
  constexpr std::size_t times = 1'000'000;
  std::atomic<std::size_t> word{0};
  return best_of(3, [&] {
    const computing clock;
    for (std::size_t i = 0; i < times; ++i) use(word.exchange(i));
    return clock.per(times);
  });
}

double linear_row() {
  constexpr std::size_t count = 10'000;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> rows;
  for (std::size_t i = 0; i < count; ++i) rows.emplace_back(number_rows::key(i), number_rows::value(i));
  return best_of(20, [&] {
    std::uint64_t wanted = number_rows::key(count - 1);
    use(wanted);
    const computing clock;
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.first == wanted; });
    use(found);
    return clock.per(count);
  });
}

class scratch_file {
 public:
  explicit scratch_file(std::string path)
      : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_CREAT, 0600)) {
    if (file_ < 0) fail();
    const std::vector<char> zeros(mebibyte);
    for (std::size_t i = 0; i < size / mebibyte; ++i) write(i * mebibyte, zeros.data(), zeros.size());
    sync();
  }
  scratch_file(const scratch_file&) = delete;
  scratch_file& operator=(const scratch_file&) = delete;
  ~scratch_file() {
    ::close(file_);
    ::unlink(path_.c_str());
  }

  static constexpr std::size_t size = 64 * mebibyte;

  void write(std::size_t offset, const char* bytes, std::size_t count) {
    if (::pwrite(file_, bytes, count, static_cast<off_t>(offset)) != static_cast<ssize_t>(count)) fail();
  }
  void sync() {
    if (::fdatasync(file_) != 0) fail();
  }

 private:
  [[noreturn]] void fail() const { throw std::system_error(errno, std::generic_category(), path_); }

  std::string path_;
  int file_;
};

/// Writes so many pieces of 16 KiB in all, each at another place, and syncs.
double synced_write(scratch_file& file, std::size_t pieces) {
  const std::vector<char> bytes(16'384 / pieces, 'x');
  std::uint64_t place = 0;
  std::vector<double> times;
  for (int i = 0; i < 41; ++i) {
    const waiting clock;
    for (std::size_t piece = 0; piece < pieces; ++piece) {
      file.write(mix(place++) % (scratch_file::size / 16'384) * 16'384, bytes.data(), bytes.size());
    }
    file.sync();
    times.push_back(clock.per(1));
  }
  return middle_of(std::move(times));
}

}  // namespace

yardsticks measure_machine(const std::string& directory) {
  yardsticks found;
  found.memory_access = memory_access();
  found.byte_copied = byte_copied();
  found.exchange = exchange();
  found.linear_row = linear_row();
  scratch_file file(directory + "/yardstick");
  found.write_in_place = synced_write(file, 1);
  found.write_scattered = synced_write(file, 4);
  return found;
}

}  // namespace macaw_benchmark
