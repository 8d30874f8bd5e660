// SPDX-License-Identifier: MIT
//
// The programs of docs/concepts.md: a codec, a checksum, a file system and a pager of one's own.

#include <macaw/macaw.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/testing/counting_pager.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// A codec

/// An IPv4 address, stored as its four bytes.
struct address {
  std::array<std::uint8_t, 4> parts{};
  friend bool operator==(const address&, const address&) = default;
};

struct address_codec {
  using value_type = address;
  using view_type = address;  // decoding gives the value itself
  using argument_type = const address&;
  static constexpr std::string_view name = "example.address";  // kept in the catalog: never change it
  static constexpr std::size_t fixed_size = 4;
  static constexpr bool is_ordered = true;  // bytes order as addresses do: it may be a key

  static std::size_t size(const address&) noexcept { return 4; }
  static std::byte* encode(const address& from, std::byte* out) noexcept {
    for (const std::uint8_t part : from.parts) *out++ = std::byte{part};
    return out;
  }
  static std::optional<address> decode(macaw::bytes_view in) noexcept {
    if (in.size() != 4) return std::nullopt;  // bytes of a file may be anything
    address made;
    for (std::size_t i = 0; i < 4; ++i) made.parts[i] = std::to_integer<std::uint8_t>(in[i]);
    return made;
  }
  static address own(const address& view) noexcept { return view; }
  static bool reads(std::string_view stored) noexcept { return stored == name; }
};
static_assert(macaw::key_codec<address_codec> && macaw::value_codec<address_codec>);

template <>
struct macaw::codec<address> {
  using key = address_codec;
  using value = address_codec;
};

constexpr macaw::table<address, std::string> hosts{"hosts"};

// A checksum

/// FNV-1a, for the example's sake; XXH3 is better in every way.
struct fnv {
  static constexpr std::uint32_t id = 1001;  // kept in the file; up to 999 are macaw's

  static std::uint64_t compute(macaw::bytes_view bytes, std::uint64_t seed) noexcept {
    std::uint64_t hash = seed ^ 0xCBF2'9CE4'8422'2325U;
    for (const std::byte b : bytes) hash = (hash ^ std::to_integer<std::uint64_t>(b)) * 0x100'0000'01B3U;
    return hash;
  }
};
static_assert(macaw::checksum<fnv>);

// A file system

/// Counts the syncs of the files that it wraps.
class counted_file : public macaw::memory_file {
 public:
  counted_file(macaw::memory_file file, std::shared_ptr<int> syncs)
      : macaw::memory_file(std::move(file)), syncs_(std::move(syncs)) {}

  void sync(macaw::sync_scope scope) {
    ++*syncs_;
    macaw::memory_file::sync(scope);
  }

 private:
  std::shared_ptr<int> syncs_;
};

class counted_files : public macaw::memory_files {
 public:
  using file_type = counted_file;

  counted_file open(std::string_view path, macaw::open_mode mode) {
    return {macaw::memory_files::open(path, mode), syncs_};
  }
  int syncs() const { return *syncs_; }

 private:
  std::shared_ptr<int> syncs_ = std::make_shared<int>(0);
};
static_assert(macaw::file_system<counted_files>);

// A configuration

struct my_config : macaw::file_config<16384> {
  using checksum = fnv;
  using file_system = counted_files;
  template <class C>
  using pager = macaw::counting_pager<macaw::file_pager<C::page_size, typename C::file_system>>;
};
static_assert(macaw::config<my_config>);

using my_database = macaw::basic_database<my_config>;

int main() {
  counted_files files;
  auto db = my_database::open("hosts.macaw", {}, files);
  const int before = files.syncs();
  db.put(hosts, {{127, 0, 0, 1}}, "localhost");
  db.put(hosts, {{10, 0, 0, 7}}, "printer");
  std::cout << files.syncs() - before << " syncs for two durable commits\n";

  const auto snapshot = db.begin_read();
  const auto counted = my_config::pager<my_config>::counts();
  const auto name = snapshot[hosts].get({{10, 0, 0, 7}});
  const auto fetched = my_config::pager<my_config>::counts().since(counted).fetches;
  std::cout << *name << ", found in " << fetched << " pages: the catalog's and the table's\n";

  return files.syncs() - before == 2 && name == "printer" && fetched == 2 ? 0 : 1;
}
