// SPDX-License-Identifier: MIT
//
// put, get, erase, scan, count.

#include "base/interrupt.hpp"
#include "commands/command.hpp"
#include "commands/row_printer.hpp"
#include "commands/row_selection.hpp"
#include "commands/session.hpp"
#include "formats/open_file.hpp"
#include "formats/text_output.hpp"
#include "values/value_text.hpp"

#include <macaw/bytes.hpp>
#include <macaw/raw_table.hpp>

#include <nlohmann/json.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

namespace {

std::string rows_text(std::uint64_t rows) { return rows == 1 ? "1 row" : std::to_string(rows) + " rows"; }

/// The content of a file, which must be an encoding of the type.
std::vector<std::byte> read_value(const codec_type& type, const std::string& path) {
  const input_file file(path);
  std::vector<std::byte> content;
  for (std::vector<std::byte> piece(std::size_t{1} << 16);;) {
    const std::size_t got = file.read(piece);
    if (got == 0) break;
    content.insert(content.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(got));
  }
  if (!decode(type, codec_role::value, content)) {
    throw usage_error("what is in " + file.name() + " is not an encoding of " + type.name);
  }
  return content;
}

exit_code run_put(session& shell, arguments& words) {
  const table_choice choice(words);
  const std::optional<std::string> path = words.option("--file");
  words.expect(path ? 1 : 2, path ? 1 : 2);
  if (path == "-" && !shell.one_command()) throw usage_error("commands come from standard input; name a file");
  const std::string name = choice.name(shell);
  const typed_table table = shell.find_table(name);
  const std::vector<std::byte> key = encode_text(table.key, codec_role::key, words.word(0));
  const std::vector<std::byte> value =
      path ? read_value(table.value, unquote(*path)) : encode_text(table.value, codec_role::value, words.word(1));
  bool added = false;
  shell.change([&](transaction& txn) { added = txn.put(name, key, value); });
  shell.out().remark(added ? "added" : "replaced");
  return exit_code::ok;
}

void write_value(const std::string& path, macaw::bytes_view value) {
  output_file file(path, false);
  text_output out(file.descriptor(), path);
  out.write(macaw::as_text(value));
  out.flush();
  file.finish();
}

exit_code run_get(session& shell, arguments& words) {
  const table_choice choice(words);
  const std::optional<std::string> path = words.option("--file");
  words.expect(1, 1);
  const std::string name = choice.name(shell);
  const typed_table table = shell.require_table(name);
  const std::vector<std::byte> key = encode_text(table.key, codec_role::key, words.word(0));
  const std::optional<stored_bytes> value = shell.reading().get(name, key);
  if (!value) throw not_found_error("there is no key " + words.word(0) + " in table '" + name + "'");
  if (path) {
    write_value(unquote(*path), *value);
  } else {
    row_printer(shell, table).value(*value);
  }
  return exit_code::ok;
}

std::uint64_t erase_keys(session& shell, const typed_table& table, const arguments& words) {
  std::vector<std::vector<std::byte>> keys;
  for (std::size_t i = 0; i < words.size(); ++i) {
    keys.push_back(encode_text(table.key, codec_role::key, words.word(i)));
  }
  std::uint64_t erased = 0;
  shell.change([&](transaction& txn) {
    for (const std::vector<std::byte>& key : keys) erased += txn.erase(table.name, key) ? 1 : 0;
  });
  return erased;
}

exit_code run_erase(session& shell, arguments& words) {
  const table_choice choice(words);
  const bool all = words.flag("--all");
  row_selection selection(words);
  words.expect(0, std::numeric_limits<std::size_t>::max());
  const std::string name = choice.name(shell);
  const typed_table table = shell.require_table(name);
  if ((words.size() > 0) == (all || selection.limited())) {
    throw usage_error("name keys, or give a range, or --all");
  }
  std::uint64_t erased = 0;
  if (words.size() > 0) {
    erased = erase_keys(shell, table, words);
  } else {
    const macaw::raw_range range = selection.range_in(table);
    shell.change([&](transaction& txn) { erased = txn.erase(name, range); });
  }
  if (shell.how().json) shell.out().json({{"erased", erased}});
  shell.out().remark("erased " + rows_text(erased));
  return erased < words.size() ? exit_code::not_found : exit_code::ok;
}

exit_code run_scan(session& shell, arguments& words) {
  const table_choice choice(words);
  const std::uint64_t limit = words.number_option("--limit").value_or(std::numeric_limits<std::uint64_t>::max());
  const bool keys_only = words.flag("--keys");
  const auto order = words.flag("--reverse") ? macaw::walk_order::descending : macaw::walk_order::ascending;
  row_selection selection(words);
  words.expect(0, 1);
  const std::string name = choice.name(shell, words);
  const typed_table table = shell.require_table(name);
  const macaw::raw_range range = selection.range_in(table);
  if (limit == 0) return exit_code::ok;
  row_printer printer(shell, table);
  std::uint64_t shown = 0;
  shell.reading().scan(name, range, order, [&](macaw::bytes_view key, macaw::bytes_view value) {
    stop_if_interrupted();
    printer.row(key, value, keys_only);
    return ++shown < limit;
  });
  return exit_code::ok;
}

std::uint64_t count_values(session& shell, const typed_table& table, const macaw::raw_range& range,
                           macaw::bytes_view wanted) {
  std::uint64_t count = 0;
  shell.reading().scan(table.name, range, macaw::walk_order::ascending,
                       [&](macaw::bytes_view, macaw::bytes_view value) {
                         stop_if_interrupted();
                         count += macaw::equal_bytes(value, wanted) ? 1 : 0;
                         return true;
                       });
  return count;
}

exit_code run_count(session& shell, arguments& words) {
  const table_choice choice(words);
  const std::optional<std::string> wanted = words.option("--value");
  row_selection selection(words);
  words.expect(0, 1);
  const std::string name = choice.name(shell, words);
  const typed_table table = shell.require_table(name);
  const macaw::raw_range range = selection.range_in(table);
  std::uint64_t count = 0;
  if (wanted) {
    count = count_values(shell, table, range, encode_text(table.value, codec_role::value, *wanted));
  } else {
    count = shell.reading().count(name, range);
  }
  if (shell.how().json) {
    shell.out().json({{"table", name}, {"count", count}});
  } else {
    shell.out().line(std::to_string(count));
  }
  return exit_code::ok;
}

constexpr std::string_view range_details =
    "  --table NAME  not the table in use, but this one\n"
    "  --prefix P    keys that begin with P; of tuples, whose leading components are those of P: (tree)\n"
    "  --from K      from this key on\n"
    "  --to K        up to this key, which is not included\n";

}  // namespace

void add_data_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Data";
  static const std::string erase_details = std::string(range_details) + "  --all         all rows\n";
  static const std::string scan_details = std::string(range_details) +
                                          "  --limit N     at most so many rows\n"
                                          "  --reverse     the last first\n"
                                          "  --keys        keys alone\n";
  static const std::string count_details =
      std::string(range_details) + "  --value V     only rows with this value; reads all rows of the range\n";
  to.push_back(
      {"put", "set", group, "put KEY VALUE | put KEY --file PATH", "give a key a value",
       "  --table NAME  not the table in use, but this one\n"
       "  --file PATH   the value is what is in this file, as it is stored; - is standard input\n"
       "A table that does not exist is made, with keys and values of bytes. 'help values' says how values are\n"
       "written.\n",
       file_use::writing, completion::key, run_put});
  to.push_back({"get", "", group, "get KEY [--file PATH]", "show the value of a key",
                "  --table NAME  not the table in use, but this one\n"
                "  --file PATH   write the value into a new file, as it is stored\n",
                file_use::reading, completion::key, run_get});
  to.push_back({"erase", "delete", group, "erase KEY... | --all | [--prefix P] [--from K] [--to K]", "remove rows",
                erase_details, file_use::writing, completion::key, run_erase});
  to.push_back({"scan", "", group, "scan [TABLE] [--prefix P] [--from K] [--to K] [--limit N] [--reverse] [--keys]",
                "show rows in the order of their keys", scan_details, file_use::reading, completion::table, run_scan});
  to.push_back({"count", "", group, "count [TABLE] [--prefix P] [--from K] [--to K] [--value V]", "count rows",
                count_details, file_use::reading, completion::table, run_count});
}

}  // namespace macaw_shell
