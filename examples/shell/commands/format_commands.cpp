// SPDX-License-Identifier: MIT
//
// dump, load.

#include "base/interrupt.hpp"
#include "base/numbers.hpp"
#include "base/progress_bar.hpp"
#include "commands/command.hpp"
#include "commands/session.hpp"
#include "formats/csv_format.hpp"
#include "formats/dump_format.hpp"
#include "formats/json_lines.hpp"
#include "formats/line_reader.hpp"
#include "formats/loader.hpp"
#include "formats/open_file.hpp"
#include "formats/row_writer.hpp"
#include "formats/text_output.hpp"
#include "values/value_text.hpp"

#include <nlohmann/json.hpp>

#include <unistd.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

constexpr std::string_view dump_details =
    "  --format lmdb    the dump format of LMDB, which 'mdb_load' reads (the default)\n"
    "  --format db      the same for Berkeley DB, which 'db_load' reads\n"
    "  --format jsonl   JSON, a line for each row; keeps the types of tables\n"
    "  --format csv     comma-separated values, of one table\n"
    "  --print          in dumps, text where bytes are text, instead of hexadecimal digits\n"
    "  --types          in dumps for LMDB, say the tables' types too; 'mdb_load' passes over them\n"
    "  --unnamed        in dumps, leave out the table's name: the rows are for the main database\n"
    "  --output FILE    write to a new file instead of standard output\n"
    "Without tables, dumps all.\n";

constexpr std::string_view load_details =
    "  --format FORMAT  dump, jsonl or csv; what FILE is can mostly be seen from its beginning or name\n"
    "  --table NAME     the table for all rows; else the one that the input names, or the one in use\n"
    "  --all-or-nothing load everything as one transaction; else what is before an error stays\n"
    "  --batch N        rows of a transaction otherwise (100000)\n"
    "  --keep-going     report rows that are wrong, and go on behind them\n"
    "  --keep-existing  a key that is in the table already is wrong, not replaced\n"
    "  --columns NAMES  in CSV, the names of the columns in place of the first record: key,value.1,-,value.2\n"
    "  --no-header      in CSV, the first record is a row; needs --columns\n"
    "  --line-max N     bytes of the longest line to read (268435456)\n"
    "FILE may be '-' for standard input. Tables are made where there are none, with the types that the input says; "
    "'create'\n"
    "makes one with others. Errors are file:line: reason.\n";

std::optional<std::string> text_option(arguments& words, std::string_view name) {
  std::optional<std::string> word = words.option(name);
  return word ? std::optional(unquote(*word)) : std::nullopt;
}

table_section describe(const typed_table& table) {
  return {table.name, table.facts.key_codec, table.facts.value_codec, table.facts.key_width, table.facts.value_width};
}

// What LMDB should reserve, which costs nothing but addresses. Its pages may hold far less than ours.
std::uint64_t lmdb_map_size(session& shell, const std::vector<typed_table>& tables) {
  std::uint64_t size = (std::uint64_t{64} << 20) + shell.database().stats().file_size * 8;
  for (const typed_table& table : tables) size += table.facts.rows * 64;
  return (size >> 20) << 20;
}

struct dump_choice {
  std::string format = "lmdb";
  bool print = false;
  bool types = false;
  bool unnamed = false;
  std::optional<std::string> output;
};

dump_choice take_dump_choice(arguments& words) {
  dump_choice chosen;
  chosen.format = text_option(words, "--format").value_or("lmdb");
  chosen.print = words.flag("--print");
  chosen.types = words.flag("--types");
  chosen.unnamed = words.flag("--unnamed");
  chosen.output = text_option(words, "--output");
  const bool dump = chosen.format == "lmdb" || chosen.format == "db";
  if (!dump && chosen.format != "jsonl" && chosen.format != "csv") {
    throw usage_error("there is no format '" + chosen.format + "': lmdb, db, jsonl or csv");
  }
  if (!dump && (chosen.print || chosen.unnamed)) throw usage_error("--print and --unnamed are for dumps");
  if (chosen.types && chosen.format != "lmdb") throw usage_error("--types is for dumps for LMDB");
  return chosen;
}

std::unique_ptr<row_writer> make_writer(session& shell, const dump_choice& chosen,
                                        const std::vector<typed_table>& tables, text_output& out) {
  if ((chosen.format == "csv" || chosen.unnamed) && tables.size() != 1) {
    throw usage_error(std::string(chosen.unnamed ? "--unnamed" : "CSV") + " is for one table, and there are " +
                      std::to_string(tables.size()) + ": name it");
  }
  if (chosen.format == "csv") return std::make_unique<csv_writer>(out);
  if (chosen.format == "jsonl") return std::make_unique<json_lines_writer>(out);
  dump_writer::options options;
  options.dialect = chosen.format == "db" ? dump_dialect::berkeley : dump_dialect::lmdb;
  options.print = chosen.print;
  options.types = chosen.types;
  options.names = !chosen.unnamed;
  options.map_size = lmdb_map_size(shell, tables);
  return std::make_unique<dump_writer>(out, options);
}

// Writes all rows of the tables. Returns: how many.
std::uint64_t dump_tables(session& shell, const std::vector<typed_table>& tables, row_writer& writer) {
  std::uint64_t total = 0;
  for (const typed_table& table : tables) total += table.facts.rows;
  progress_bar bar(shell.how(), "dumping", "rows");
  std::uint64_t rows = 0;
  for (const typed_table& table : tables) {
    writer.begin_table(describe(table));
    shell.reading().scan(table.name, {}, macaw::walk_order::ascending, [&](auto key, auto value) {
      writer.row(key, value);
      return ++rows % 512 != 0 || bar({rows, total, false});
    });
    stop_if_interrupted();
    writer.end_table();
  }
  return rows;
}

exit_code run_dump(session& shell, arguments& words) {
  const dump_choice chosen = take_dump_choice(words);
  words.expect(0, SIZE_MAX);
  std::vector<typed_table> tables;
  for (std::size_t i = 0; i < words.size(); ++i) tables.push_back(shell.require_table(words.text(i)));
  if (tables.empty()) {
    for (const std::string& name : shell.reading().tables()) tables.push_back(shell.require_table(name));
  }
  shell.out().flush();
  std::optional<output_file> file;
  if (chosen.output) file.emplace(*chosen.output, false);
  text_output out(file ? file->descriptor() : STDOUT_FILENO, chosen.output.value_or("standard output"));
  const std::unique_ptr<row_writer> writer = make_writer(shell, chosen, tables, out);
  const std::uint64_t rows = dump_tables(shell, tables, *writer);
  out.flush();
  if (file) {
    file->finish();
    shell.out().remark(counted(rows, "row") + " of " + counted(tables.size(), "table") + " written to '" +
                       *chosen.output + "'");
  }
  return exit_code::ok;
}

enum class input_format { dump, json_lines, csv };

input_format find_format(const std::optional<std::string>& wished, line_reader& lines) {
  if (wished == "dump" || wished == "lmdb" || wished == "db") return input_format::dump;
  if (wished == "jsonl") return input_format::json_lines;
  if (wished == "csv") return input_format::csv;
  if (wished) throw usage_error("there is no format '" + *wished + "': dump, jsonl or csv");
  const std::string_view beginning = lines.peek(8);
  if (beginning == "VERSION=") return input_format::dump;
  if (lines.name().ends_with(".csv")) return input_format::csv;
  if (beginning.starts_with('{')) return input_format::json_lines;
  throw usage_error("what '" + lines.name() + "' is cannot be seen: say --format dump, jsonl or csv");
}

csv_reader::options take_csv_options(arguments& words) {
  csv_reader::options options;
  options.header = !words.flag("--no-header");
  std::string names = text_option(words, "--columns").value_or("");
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    options.columns.push_back(names.substr(0, comma));
    names.erase(0, comma == std::string::npos ? names.size() : comma + 1);
  }
  if (!options.header && options.columns.empty()) throw usage_error("--no-header needs --columns");
  return options;
}

load_options take_load_options(session& shell, arguments& words) {
  load_options options;
  options.table = text_option(words, "--table").value_or("");
  options.default_table = shell.table_in_use();
  options.all_or_nothing = words.flag("--all-or-nothing");
  options.keep_going = words.flag("--keep-going");
  options.keep_existing = words.flag("--keep-existing");
  const std::optional<std::uint64_t> batch = words.number_option("--batch");
  if (batch == 0U) throw usage_error("a batch has one row or more");
  if (batch && options.all_or_nothing) throw usage_error("--all-or-nothing has no batches");
  if (options.keep_going && options.all_or_nothing) throw usage_error("--all-or-nothing does not --keep-going");
  options.batch_rows = batch.value_or(options.batch_rows);
  return options;
}

void tell_loaded(session& shell, const load_report& report) {
  if (shell.how().json) {
    shell.out().json({{"rows", report.rows},
                      {"new", report.fresh},
                      {"replaced", report.rows - report.fresh},
                      {"skipped", report.skipped},
                      {"tables", report.tables}});
    return;
  }
  const std::uint64_t replaced = report.rows - report.fresh;
  shell.out().remark(counted(report.rows, "row") + " loaded into " + counted(report.tables, "table") +
                     (replaced == 0 ? "" : ", " + grouped(replaced) + " of them in place of others") +
                     (report.skipped == 0 ? "" : "; " + grouped(report.skipped) + " passed over"));
}

exit_code run_load(session& shell, arguments& words) {
  const std::optional<std::string> format = text_option(words, "--format");
  const csv_reader::options csv = take_csv_options(words);
  load_options options = take_load_options(shell, words);
  const std::uint64_t line_max = words.number_option("--line-max").value_or(line_reader::line_size_max_default);
  words.expect(1, 1);
  input_file file(words.text(0));
  options.input_size = file.size();
  line_reader lines(file.descriptor(), file.name(), line_max);
  loader load(shell, lines, options);
  const section_resolver resolve = [&](const table_section& section) -> const target_table& {
    return load.resolve(section);
  };
  std::unique_ptr<row_reader> reader;
  switch (find_format(format, lines)) {
    case input_format::dump: reader = std::make_unique<dump_reader>(lines, resolve); break;
    case input_format::json_lines: reader = std::make_unique<json_lines_reader>(lines, resolve); break;
    case input_format::csv: reader = std::make_unique<csv_reader>(lines, resolve, csv); break;
  }
  const load_report report = load.run(*reader);
  tell_loaded(shell, report);
  return report.skipped == 0 ? exit_code::ok : exit_code::usage;
}

}  // namespace

void add_format_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Keep";
  to.push_back({"dump", "", group, "dump [TABLE...] [--format lmdb|db|jsonl|csv] [--output FILE]",
                "write tables as text that other programs read", dump_details, file_use::reading, completion::table,
                run_dump});
  to.push_back({"load", "", group, "load FILE [--table NAME] [--format dump|jsonl|csv] [--all-or-nothing]",
                "read rows from a dump, JSON lines or CSV", load_details, file_use::writing, completion::path,
                run_load});
}

}  // namespace macaw_shell
