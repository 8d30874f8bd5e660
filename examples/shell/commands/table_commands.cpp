// SPDX-License-Identifier: MIT
//
// tables, use, create, rename, drop.

#include "base/failure.hpp"
#include "base/numbers.hpp"
#include "commands/command.hpp"
#include "commands/session.hpp"
#include "inspect/text_table.hpp"
#include "values/codec_type.hpp"
#include "values/value.hpp"
#include "values/value_text.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace macaw_shell {

namespace {

constexpr std::string_view any_codec = "variant(empty,bool,i64,u64,f64,text,bytes)";

/// A type as it is written: a codec's name, or `any`.
codec_type parse_type(std::string_view written, codec_role role) {
  std::string name(written == "any" ? any_codec : written);
  std::erase(name, ' ');
  codec_type type = parse_codec(name);
  if (!type.known()) {
    throw usage_error("'" + std::string(written) +
                      "' is no type: bool, u8 to u64, i8 to i64, f32, f64, text, bytes, any, and of these tuple(...), "
                      "optional(...), array(...,4), variant(...), descending(...) are");
  }
  if (role == codec_role::key && !can_be_key(type)) throw usage_error(type.name + " is a type of values, not of keys");
  return type;
}

std::string shown_type(const std::string& codec) { return codec == any_codec ? "any" : shown_name(codec); }

void list_as_columns(session& shell, const std::vector<typed_table>& tables) {
  text_table lines({"table", "key", "value", "rows"}, "lllr");
  for (const typed_table& table : tables) {
    lines.add({shown_name(table.name), shown_type(table.facts.key_codec), shown_type(table.facts.value_codec),
               grouped(table.facts.rows)});
  }
  lines.write(shell.out());
}

exit_code run_tables(session& shell, arguments& words) {
  words.expect(0, 0);
  std::vector<typed_table> tables;
  for (const std::string& name : shell.reading().tables()) tables.push_back(shell.find_table(name));
  if (!shell.how().json && shell.how().for_people) {
    if (tables.empty()) {
      shell.out().remark("no tables");
    } else {
      list_as_columns(shell, tables);
    }
    return exit_code::ok;
  }
  for (const typed_table& table : tables) {
    const table_facts& facts = table.facts;
    if (shell.how().json) {
      shell.out().json(
          {{"table", table.name}, {"key", facts.key_codec}, {"value", facts.value_codec}, {"rows", facts.rows}});
    } else {
      shell.out().line(table.name + "\t" + facts.key_codec + "\t" + facts.value_codec + "\t" +
                       std::to_string(facts.rows));
    }
  }
  return exit_code::ok;
}

exit_code run_use(session& shell, arguments& words) {
  words.expect(0, 1);
  if (words.size() == 0) {
    shell.out().line(shell.table_in_use());
    return exit_code::ok;
  }
  const std::string name = words.text(0);
  const bool exists = shell.find_table(name).exists;
  shell.use(name);
  if (!exists) shell.out().remark("there is no table '" + name + "' yet: 'create', or the first 'put', makes it");
  return exit_code::ok;
}

exit_code run_create(session& shell, arguments& words) {
  words.expect(1, 3);
  const std::string name = words.text(0);
  const codec_type key = parse_type(words.size() > 1 ? words.text(1) : "bytes", codec_role::key);
  const codec_type value = parse_type(words.size() > 2 ? words.text(2) : "bytes", codec_role::value);
  bool made = false;
  shell.change([&](transaction& txn) {
    made = txn.create(name, {key.name, value.name, key.fixed_size(), value.fixed_size()});
  });
  if (!made) throw usage_error("there is a table '" + name + "' already");
  shell.use(name);
  return exit_code::ok;
}

exit_code run_rename(session& shell, arguments& words) {
  words.expect(2, 2);
  const std::string from = words.text(0);
  const std::string to = words.text(1);
  const bool in_use = shell.table_in_use() == from;
  shell.require_table(from);
  bool renamed = false;
  shell.change([&](transaction& txn) { renamed = txn.rename(from, to); });
  if (!renamed) throw usage_error("there is a table '" + to + "' already");
  if (in_use) shell.use(to);
  return exit_code::ok;
}

exit_code run_drop(session& shell, arguments& words) {
  words.expect(1, 1);
  const typed_table table = shell.require_table(words.text(0));
  shell.change([&](transaction& txn) { txn.drop(table.name); });
  shell.out().remark("dropped, with its " + std::to_string(table.facts.rows) + " rows");
  return exit_code::ok;
}

}  // namespace

void add_table_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Tables";
  to.push_back({"tables", "", group, "tables", "list the tables, their types and how many rows they have", "",
                file_use::reading, completion::nothing, run_tables});
  to.push_back({"use", "", group, "use [TABLE]", "work with this table from now on; or say which one it is", "",
                file_use::reading, completion::table, run_use});
  to.push_back(
      {"create", "", group, "create TABLE [KEY-TYPE [VALUE-TYPE]]", "make a table, and use it",
       "Types are bytes (where none is given), text, bool, u8 u16 u32 u64, i8 i16 i32 i64, f32 f64, any,\n"
       "tuple(text,u32), optional(u64), array(f32,3), variant(empty,text), and for keys descending(u64). A table\n"
       "of type any takes numbers, texts, bytes, truth values and null, and knows which is which.\n",
       file_use::writing, completion::nothing, run_create});
  to.push_back({"rename", "", group, "rename TABLE NAME", "give a table another name", "", file_use::writing,
                completion::table, run_rename});
  to.push_back({"drop", "", group, "drop TABLE", "remove a table with all its rows", "", file_use::writing,
                completion::table, run_drop});
}

}  // namespace macaw_shell
