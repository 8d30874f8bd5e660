// SPDX-License-Identifier: MIT
//
// begin, commit, rollback, savepoint, release.

#include "commands/command.hpp"
#include "commands/session.hpp"

#include <string>
#include <vector>

namespace macaw_shell {

namespace {

std::string levels_text(const session& shell) {
  const std::size_t depth = shell.depth();
  if (depth == 0) return "no transaction is open";
  return depth == 1 ? "1 transaction is open" : std::to_string(depth) + " transactions are open";
}

exit_code run_begin(session& shell, arguments& words) {
  words.expect(0, 0);
  shell.begin();
  shell.out().remark(levels_text(shell));
  return exit_code::ok;
}

exit_code run_commit(session& shell, arguments& words) {
  words.expect(0, 0);
  shell.commit();
  shell.out().remark("committed; " + levels_text(shell));
  return exit_code::ok;
}

exit_code run_rollback(session& shell, arguments& words) {
  words.expect(0, 1);
  if (words.size() == 1) {
    shell.rollback_to(words.text(0));
    shell.out().remark("back at savepoint '" + words.text(0) + "'");
  } else {
    shell.rollback();
    shell.out().remark("rolled back; " + levels_text(shell));
  }
  return exit_code::ok;
}

exit_code run_savepoint(session& shell, arguments& words) {
  words.expect(1, 1);
  shell.savepoint(words.text(0));
  return exit_code::ok;
}

exit_code run_release(session& shell, arguments& words) {
  words.expect(1, 1);
  shell.release(words.text(0));
  return exit_code::ok;
}

}  // namespace

void add_transaction_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Transactions";
  to.push_back({"begin", "", group, "begin", "begin a transaction, or one inside the open one",
                "Until 'commit', changes are seen here only. The prompt has a star for each open transaction.\n",
                file_use::writing, completion::nothing, run_begin});
  to.push_back(
      {"commit", "", group, "commit", "end the innermost transaction and keep what it did",
       "The outermost is durable when the command has ended; an inner one becomes part of the one around it.\n",
       file_use::writing, completion::nothing, run_commit});
  to.push_back({"rollback", "", group, "rollback [SAVEPOINT]",
                "undo the innermost transaction, or what followed a savepoint", "", file_use::writing,
                completion::nothing, run_rollback});
  to.push_back({"savepoint", "", group, "savepoint NAME", "name this point of the transaction, to return to", "",
                file_use::writing, completion::nothing, run_savepoint});
  to.push_back({"release", "", group, "release SAVEPOINT", "forget a savepoint, and keep what was done since", "",
                file_use::writing, completion::nothing, run_release});
}

}  // namespace macaw_shell
