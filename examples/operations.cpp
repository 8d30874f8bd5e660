// SPDX-License-Identifier: MIT
//
// Looking into a database, backing it up, restoring it, and rescuing what is left of a damaged file: the programs of
// docs/operations.md.

#include <macaw/macaw.hpp>
#include <macaw/ops/backup.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/inspect.hpp>
#include <macaw/ops/salvage.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <span>
#include <string>

namespace {

constexpr macaw::table<std::uint64_t, std::string> events{"events"};

#define EXPECT(condition)                                   \
  do {                                                      \
    if (!(condition)) {                                     \
      std::cerr << "this should hold: " #condition << '\n'; \
      std::exit(1);                                         \
    }                                                       \
  } while (false)

void look_into(const macaw::database& db) {
  const macaw::inspector look(db);  // at the newest state, which stays as long as this does

  std::map<std::string, std::array<std::uint64_t, 10>> fill;  // of leaves, by tables
  const macaw::walk_report walk = look.walk([&](const macaw::visited_page& page) {
    if (page.role == macaw::page_role::leaf) ++fill[std::string(page.table)][(page.bytes_used - 1) * 10 / page.bytes];
    if (!page.damage.empty()) std::cerr << "page " << to_number(page.page) << ": " << page.damage << '\n';
  });
  std::cout << walk.tables << " tables, " << walk.pages << " pages\n";

  const macaw::space_report space = look.space();
  std::cout << space.free_pages << " free, " << space.pending_pages << " wait for readers\n";
  EXPECT(walk.findings.empty() && fill["events"][9] > 0);
}

void back_up(const macaw::database& db) {
  std::remove("operations-backup.macaw");
  const macaw::backup_report file = macaw::backup(db, "operations-backup.macaw");

  std::ofstream pipe("operations-stream.macaw", std::ios::binary);
  const macaw::backup_report stream = macaw::backup(db, [&](macaw::bytes_view portion) {
    pipe.write(reinterpret_cast<const char*>(portion.data()), static_cast<std::streamsize>(portion.size()));
    if (!pipe) throw macaw::error(macaw::errc::io, "the pipe is closed");
  });
  EXPECT(file.bytes == stream.bytes);
}

void restore() {
  std::ifstream pipe("operations-stream.macaw", std::ios::binary);
  const auto source = [&](std::span<std::byte> into) {
    pipe.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
    return static_cast<std::size_t>(pipe.gcount());
  };
  macaw::restore<macaw::default_config>(source, "operations.macaw", {.replace = true});
  EXPECT(macaw::verify_backup<macaw::default_config>("operations.macaw").ok());
}

void rescue() {
  std::remove("operations-rescued.macaw");
  const auto report = macaw::salvage<macaw::default_config>("operations.macaw", "operations-rescued.macaw");
  for (const macaw::salvaged_table& table : report.tables) {
    std::cout << table.name << ": " << table.rows << " rows, " << table.lost.size() << " ranges lost\n";
  }
  EXPECT(!report.complete() && report.rows == 1000);
}

}  // namespace

int main() {
  std::remove("operations.macaw");
  {
    auto db = macaw::database::open("operations.macaw");
    db.write([](macaw::write_txn& txn) {
      for (std::uint64_t i = 0; i < 1000; ++i) txn[events].append(i, "something happened");
    });
    look_into(db);
    back_up(db);
  }
  restore();
  {
    std::fstream file("operations.macaw", std::ios::binary | std::ios::in | std::ios::out);
    file << std::string(8192, '\0');  // both meta pages are gone
  }
  rescue();
}
