// SPDX-License-Identifier: MIT
//
// compact.

#include "base/progress_bar.hpp"
#include "commands/command.hpp"
#include "commands/session.hpp"

#include <macaw/ops/compact.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace macaw_shell {

namespace {

exit_code run_compact(session& shell, arguments& words) {
  words.expect(1, 1);
  const std::string path = words.text(0);
  progress_bar bar(shell.how(), "compacting", "rows");
  const macaw::compact_report report = shell.database().compact(path, bar);
  if (shell.how().json) {
    shell.out().json({{"size_before", report.size_before},
                      {"size_after", report.size_after},
                      {"tables", report.tables},
                      {"rows", report.rows}});
  } else {
    shell.out().line("before: " + std::to_string(report.size_before) +
                     " bytes, after: " + std::to_string(report.size_after) + " bytes");
  }
  return exit_code::ok;
}

}  // namespace

void add_keep_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Keep";
  to.push_back({"compact", "", group, "compact NEW", "copy the database to a new file, without holes",
                "The copy shows the newest committed state.\n", file_use::reading, completion::path, run_compact});
}

}  // namespace macaw_shell
