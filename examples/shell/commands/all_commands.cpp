// SPDX-License-Identifier: MIT

#include "commands/command.hpp"

#include <string_view>
#include <vector>

namespace macaw_shell {

const std::vector<command>& all_commands() {
  static const std::vector<command> commands = [] {
    std::vector<command> all;
    add_data_commands(all);
    add_table_commands(all);
    add_transaction_commands(all);
    add_inspect_commands(all);
    add_keep_commands(all);
    add_format_commands(all);
    add_report_commands(all);
    add_shell_commands(all);
    return all;
  }();
  return commands;
}

const command* find_command(std::string_view name) {
  for (const command& each : all_commands()) {
    if (each.name == name || (!each.alias.empty() && each.alias == name)) return &each;
  }
  // Those who come from sqlite3 write .tables and .quit.
  return name.starts_with('.') && name.size() > 1 ? find_command(name.substr(1)) : nullptr;
}

}  // namespace macaw_shell
