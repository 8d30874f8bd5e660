// SPDX-License-Identifier: MIT
//
// Holds the format still. `golden.hex` is a small file as macaw wrote it once, with pages of 512 bytes and an
// identity chosen by hand; docs/format.md takes it apart. It must be readable for ever, and the pages written today
// must be those in it. Where a page stands may change: ids, births and what follows from them are not compared.
//
// MACAW_GOLDEN=<path> writes the file anew, for a change of the format that was decided on.

#include "format/format_reader.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

#include <macaw/detail/txn/creation.hpp>
#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/storage/memory_files.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace golden {

struct person {
  std::string name;
  std::uint32_t age = 0;
};

struct config : macaw::file_config<512> {
  using file_system = macaw::memory_files;
};

}  // namespace golden

template <>
struct macaw::codec<golden::person> : macaw::struct_codec<&golden::person::name, &golden::person::age> {};

namespace golden {
namespace {

constexpr macaw::table<std::uint64_t, std::uint8_t> events{"events"};
constexpr macaw::table<std::uint32_t, std::string> notes{"notes"};
constexpr macaw::table<std::string, person> people{"people"};
constexpr macaw::table<std::tuple<std::string, std::uint32_t>, std::uint32_t> words{"words"};

using database = macaw::basic_database<config>;
using file_bytes = std::vector<std::byte>;

const std::string song(700, 'a');

/// A file without any table, of an identity that is always the same.
template <class Config>
void create(macaw::memory_files files) {
  macaw::detail::expected_format format{Config::page_size, macaw::detail::first_data_page<Config::page_size>,
                                        Config::checksum::id, true};
  macaw::detail::meta_page meta = macaw::detail::first_meta(format);
  for (std::size_t i = 0; i < meta.uuid.size(); ++i) meta.uuid[i] = static_cast<std::byte>(0x10 * i + i);
  auto file = files.open("db", macaw::open_mode::create_new);
  file.allocate(0, std::uint64_t{format.first_page} * format.page_size);
  macaw::detail::write_meta(file, meta, 0);
  file.sync(macaw::sync_scope::data_and_size);
}

void put_people(database::write_txn& txn) {
  txn[people].put("ada", {"Ada Lovelace", 36});
  txn[people].put("alan", {"Alan Turing", 41});
  txn[people].put("grace", {"Grace Hopper", 85});
  auto counts = txn[words];
  for (std::uint32_t file = 1; file <= 9; ++file) {
    for (const char* word : {"branch", "leaf", "page", "tree"}) counts.put({word, file}, file * 100);
  }
}

void put_rows(macaw::memory_files files) {
  auto db = database::open("db", {}, files);
  db.write([](auto& txn) {
    put_people(txn);
    for (std::uint64_t i = 0; i < 40; ++i) txn[events].put(i * 1000, i);
    for (std::uint32_t i = 1; i <= 5; ++i) txn[notes].put(i, "note " + std::to_string(i));
    txn[notes].put(6, song);
    txn[notes].put(7, "");
  });
  // Commits, until statements of the space map have moved from the meta page into a page of the log.
  for (std::uint64_t i = 0; i < 60; ++i) db.put(events, 1000, i);
  db.put(events, 1000, 1);
  db.close();
}

file_bytes whole_file(macaw::memory_files files) {
  auto file = files.open("db", macaw::open_mode::read_only);
  file_bytes bytes(file.size());
  REQUIRE(file.read(0, bytes) == bytes.size());
  return bytes;
}

file_bytes written_today() {
  macaw::memory_files files;
  create<config>(files);
  put_rows(files);
  return whole_file(files);
}

/// Lines of 16 bytes, "offset: 00 01 ..."; those of zeros are left out. The last line is the size.
file_bytes read_golden() {
  std::ifstream in(std::string(MACAW_TEST_DIRECTORY) + "/format/golden.hex");
  file_bytes bytes;
  std::string line;
  while (std::getline(in, line)) {
    std::istringstream parts(line);
    std::size_t offset = 0;
    char colon = 0;
    parts >> std::hex >> offset >> colon;
    if (bytes.size() < offset) bytes.resize(offset);
    for (unsigned value = 0; parts >> value;) bytes.push_back(static_cast<std::byte>(value));
  }
  REQUIRE(!bytes.empty());
  return bytes;
}

void write_golden(const char* path, const file_bytes& bytes) {
  std::ofstream out(path);
  const auto print = [&out](std::size_t value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out << "0123456789abcdef"[value >> shift & 15U];
  };
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const auto line = std::span(bytes).subspan(at, 16);
    if (std::all_of(line.begin(), line.end(), [](std::byte b) { return b == std::byte{0}; })) continue;
    print(at, 6);
    out << ':';
    for (const std::byte b : line) {
      out << ' ';
      print(std::to_integer<std::size_t>(b), 2);
    }
    out << '\n';
  }
  print(bytes.size(), 6);
  out << ":\n";
}

/// The pages of tables, by kind and contents.
std::vector<std::pair<std::string, std::string>> contents(const format_reader::reader& file) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& page : file.pages()) {
    if (page.kind != "space") found.emplace_back(page.kind, page.bytes);
  }
  return found;
}

template <class Txn>
void expect_rows(const Txn& txn) {
  CHECK(txn.tables() == std::vector<std::string>{"events", "notes", "people", "words"});
  CHECK(txn[events].size() == 40);
  for (auto [key, value] : txn[events]) CHECK(value == key / 1000);
  CHECK(txn[notes].size() == 7);
  CHECK(txn[notes].get(3) == "note 3");
  CHECK(txn[notes].get(6) == song);
  CHECK(txn[notes].get(7) == "");
  CHECK(txn[people].size() == 3);
  CHECK(txn[people].get("grace")->name == "Grace Hopper");
  CHECK(txn[people].get("alan")->age == 41);
  CHECK(txn[words].size() == 36);
  CHECK(txn[words].count(txn[words].with("page")) == 9);
  CHECK(txn[words].get({"tree", 9}) == 900);
}

}  // namespace
}  // namespace golden

TEST_CASE("the golden file opens and shows what was put into it") {
  using namespace golden;
  const file_bytes bytes = read_golden();
  macaw::memory_files files;
  files.open("db", macaw::open_mode::create_new).write(0, std::vector<macaw::bytes_view>{bytes});
  auto db = database::open("db", {}, files);
  expect_rows(db.begin_read());
  for (const auto& finding : macaw::check(db).findings) FAIL_CHECK(finding.to_text());
  db.put(notes, 8, "written to an old file");
  CHECK(db.stats().log_pages > 0);
  CHECK(macaw::check(db).ok());
}

TEST_CASE("a reader made from the format's description alone explains the golden file") {
  const auto bytes = golden::read_golden();
  const format_reader::reader file(bytes);
  CHECK(file.bytes_of_page() == 512);
  CHECK(file.height_max() > 1);
  REQUIRE(file.tables().size() == 4);
  CHECK(file.tables()[0].name == "events");
  CHECK(file.tables()[0].key_codec == "u64");
  CHECK(file.tables()[0].value_codec == "u8");
  CHECK(file.tables()[1].rows[5].value == golden::song);
  CHECK(file.tables()[2].value_codec == "struct(text,u32)");
  CHECK(file.tables()[2].rows[0] == format_reader::row{"ada",
                                                       {"\x0c"
                                                        "Ada Lovelace\x24\0\0\0",
                                                        17}});
  CHECK(file.tables()[3].key_codec == "tuple(text,u32)");
  CHECK(file.tables()[3].rows[0].key == std::string("branch\0\0\0\0\1", 11));
  CHECK(file.pages().back().kind == "space");
}

TEST_CASE("the pages written today are those of the golden file") {
  using namespace golden;
  const file_bytes today = written_today();
  const format_reader::reader now(today);
  if (const char* const path = std::getenv("MACAW_GOLDEN")) write_golden(path, now.tidied());
  const file_bytes before = read_golden();
  const format_reader::reader then(before);
  CHECK(now.commit() == then.commit());
  REQUIRE(contents(now).size() == contents(then).size());
  for (std::size_t i = 0; i < contents(now).size(); ++i) {
    INFO("page " << i << " of the walk, a " << contents(then)[i].first);
    CHECK((contents(now)[i] == contents(then)[i]));
  }
}

namespace {

template <std::size_t PageSize>
struct sized : macaw::file_config<PageSize> {
  using file_system = macaw::memory_files;
};

/// Puts random rows of every layout, takes some away, and compares with what the reader finds.
template <std::size_t PageSize>
void compare_with_reader(std::uint64_t seed) {
  static constexpr macaw::table<std::uint16_t, std::uint32_t> narrow{"narrow"};
  static constexpr macaw::table<std::array<std::uint64_t, 3>, std::string> wide{"wide"};
  static constexpr macaw::table<std::string, std::string> texts{"texts"};
  static constexpr macaw::table<std::string, std::uint64_t> counts{"counts"};
  std::mt19937_64 random(seed);
  macaw::memory_files files;
  std::map<std::string, std::string> expected;
  {
    auto db = macaw::basic_database<sized<PageSize>>::open("db", {}, files);
    for (int round = 0; round < 8; ++round) {
      db.write([&](auto& txn) {
        for (int i = 0; i < 400; ++i) {
          const std::uint64_t number = random() % 5000;
          const std::string key = std::string(number % 30, 'k') + std::to_string(number);
          const std::string value(random() % (PageSize / 3), 'v');
          txn[narrow].put(number, 7);
          txn[wide].put({1, number, 2}, value);
          txn[counts].put(key, number);
          txn[texts].put(key, value);
          expected[key] = value;
        }
        for (int i = 0; i < 100; ++i) {
          const std::string key = std::to_string(random() % 1000);
          txn[texts].erase(key);
          expected.erase(key);
        }
        const std::string large(random() % 700000, 'x');
        txn[texts].put("large", large);
        expected["large"] = large;
      });
    }
    db.close();
  }
  const auto bytes = golden::whole_file(files);
  const format_reader::reader file(bytes);
  std::map<std::string, std::string> found;
  REQUIRE(file.tables().size() == 4);
  for (const auto& each : file.tables()[2].rows) found.emplace(each.key, each.value);
  CHECK((found == expected));
}

}  // namespace

TEST_CASE("a reader made from the format's description alone reads what is written at random") {
  const std::uint64_t seed = macaw_test::seed();
  INFO("MACAW_SEED=" << seed);
  SECTION("pages of 512 bytes") { compare_with_reader<512>(seed); }
  SECTION("pages of 4096 bytes") { compare_with_reader<4096>(seed); }
  SECTION("pages of 65536 bytes") { compare_with_reader<65536>(seed); }
}
