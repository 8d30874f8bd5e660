// SPDX-License-Identifier: MIT
//
// The dump format of Berkeley DB and LMDB, version 3: what `db_dump`, `db_load`, `mdb_dump` and `mdb_load` exchange.
//
//     VERSION=3                  a section for each table
//     format=bytevalue           or print
//     database=users             missing where a file has one table without a name
//     type=btree
//     mapsize=1073741824         LMDB's; Berkeley DB refuses a dump that has it
//     HEADER=END
//      616461                    a key: hexadecimal digits, or text with \hh for all else
//      3336                      its value
//     DATA=END
//
// Beside what the two programs write, sections may say the types of a table, as `macaw_key=`, `macaw_value=` and
// `macaw_widths=8,0`. `mdb_load` passes over words that it does not know, `db_load` refuses them.

#pragma once

#include "formats/line_reader.hpp"
#include "formats/row_reader.hpp"
#include "formats/row_writer.hpp"
#include "formats/text_output.hpp"

#include <macaw/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

/// Reads dumps of either program, and ours.
class dump_reader final : public row_reader {
 public:
  /// Sections without a name get the one that `resolve` gives them.
  dump_reader(line_reader& lines, section_resolver resolve) : lines_(lines), resolve_(std::move(resolve)) {}

  [[nodiscard]] bool next(input_row& row) override;

 private:
  struct header {
    table_section section;
    std::string type = "btree";
    bool print = false;
    bool duplicates = false;
    bool has_keys = true;
    bool is_lmdb = false;
  };

  bool begin_section();
  void take_header_line(header& head, std::string_view line);
  void take_format(header& head, std::string_view value);
  void take_widths(header& head, std::string_view value);
  [[nodiscard]] std::string_view content();
  [[nodiscard]] const char* decode_line(std::vector<std::byte>& to);
  void refuse_duplicate(const std::vector<std::byte>& key);

  line_reader& lines_;
  section_resolver resolve_;
  const target_table* table_ = nullptr;
  bool in_section_ = false;
  bool print_ = false;
  bool duplicates_ = false;
  bool has_last_key_ = false;
  std::vector<std::byte> last_key_;  // where a dump says that keys may have several values
};

/// For which program a dump is meant.
enum class dump_dialect { lmdb, berkeley };

/// Writes dumps.
class dump_writer final : public row_writer {
 public:
  struct options {
    dump_dialect dialect = dump_dialect::lmdb;
    bool print = false;          ///< text where bytes are text, else hexadecimal digits
    bool types = false;          ///< say the tables' types; not for Berkeley DB
    bool names = true;           ///< say the tables' names
    std::uint64_t map_size = 0;  ///< bytes that LMDB is to reserve
  };

  dump_writer(text_output& out, const options& chosen) : out_(out), options_(chosen) {}

  void begin_table(const table_section& table) override;
  void row(macaw::bytes_view key, macaw::bytes_view value) override;
  void end_table() override { out_.write("DATA=END\n"); }

 private:
  void line(macaw::bytes_view bytes);
  void append_print(macaw::bytes_view bytes);

  text_output& out_;
  options options_;
  std::string text_;  // the line that is being made
};

}  // namespace macaw_shell
