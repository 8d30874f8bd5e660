// SPDX-License-Identifier: MIT
//
// backup, verify, restore, compact, salvage.

#include "base/numbers.hpp"
#include "base/progress_bar.hpp"
#include "commands/command.hpp"
#include "commands/salvage_view.hpp"
#include "commands/session.hpp"
#include "formats/hex.hpp"
#include "formats/open_file.hpp"
#include "inspect/views.hpp"
#include "store/file_tools.hpp"
#include "store/stream_format.hpp"
#include "values/value_text.hpp"

#include <macaw/ops/backup.hpp>
#include <macaw/ops/compact.hpp>
#include <macaw/ops/salvage.hpp>

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
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
  } else if (!shell.how().quiet) {
    shell.out().line(byte_size(report.size_before) + " before, " + byte_size(report.size_after) + " in '" + path +
                     "': " + counted(report.rows, "row") + " in " + counted(report.tables, "table"));
  }
  return exit_code::ok;
}

/// To standard output, where nothing else is written then.
exit_code backup_to_output(session& shell) {
  if (isatty(STDOUT_FILENO) != 0) throw usage_error("a backup is no text for a terminal: name a file, or use a pipe");
  progress_bar bar(shell.how(), "backing up", "pages");
  shell.database().backup([&](macaw::bytes_view bytes) { shell.out().write(macaw::as_text(bytes)); }, bar);
  return exit_code::ok;
}

exit_code run_backup(session& shell, arguments& words) {
  words.expect(1, 1);
  const std::string path = words.text(0);
  if (path == "-") return backup_to_output(shell);
  progress_bar bar(shell.how(), "backing up", "pages");
  const macaw::backup_report report = shell.database().backup(path, bar);
  if (shell.how().json) {
    shell.out().json({{"bytes", report.bytes},
                      {"pages", report.pages},
                      {"tables", report.tables},
                      {"durable", report.durable},
                      {"verified", true}});
  } else if (!shell.how().quiet) {
    shell.out().line(byte_size(report.bytes) + " in '" + path + "', checked: " + counted(report.tables, "table") +
                     " as of commit " + std::to_string(report.durable));
  }
  return exit_code::ok;
}

exit_code run_verify(session& shell, arguments& words) {
  words.expect(1, 1);
  const std::string path = words.text(0);
  progress_bar bar(shell.how(), "checking", "pages");
  const macaw::check_report report = tools_for_file(path).verify(path, bar);
  show_findings(report.findings, report.pages, {shell.out(), shell.how()});
  return report.ok() ? exit_code::ok : exit_code::not_found;
}

/// A stream of which the beginning was read already, to know its page size.
class begun_stream {
 public:
  explicit begun_stream(const input_file& file) : file_(file), head_(format_head_size) {
    std::size_t size = 0;
    while (size < head_.size()) {
      const std::size_t got = file_.read(std::span(head_).subspan(size));
      if (got == 0) break;
      size += got;
    }
    head_.resize(size);
  }

  [[nodiscard]] macaw::bytes_view head() const noexcept { return head_; }

  std::size_t operator()(std::span<std::byte> into) {
    const std::size_t left = std::min(into.size(), head_.size() - given_);
    if (left == 0) return into.empty() ? 0 : file_.read(into);
    std::memcpy(into.data(), head_.data() + given_, left);
    given_ += left;
    return left;
  }

 private:
  const input_file& file_;
  std::vector<std::byte> head_;
  std::size_t given_ = 0;
};

/// The file must be nobody's, not even ours.
void let_go(session& shell) {
  if (shell.in_transaction()) throw usage_error("a transaction is open: end it first");
  shell.close();
}

exit_code run_restore(session& shell, arguments& words) {
  macaw::restore_options options;
  options.replace = words.flag("--replace");
  words.expect(1, 1);
  const std::string from = words.text(0);
  if (shell.options().read_only) throw usage_error("with --readonly nothing is restored");
  if (from == "-" && !shell.one_command()) throw usage_error("commands come from standard input; name a file");
  let_go(shell);
  const input_file file(from);
  begun_stream stream(file);
  const file_tools& tools = tools_for_stream(stream.head(), file.name());
  progress_bar bar(shell.how(), "restoring", "pages");
  const macaw::restore_report report =
      tools.restore([&](std::span<std::byte> into) { return stream(into); }, shell.path(), options, bar);
  if (shell.how().json) {
    shell.out().json({{"bytes", report.bytes}, {"durable", report.durable}});
  } else if (!shell.how().quiet) {
    shell.out().line(byte_size(report.bytes) + " in '" + shell.path() + "', checked: as of commit " +
                     std::to_string(report.durable));
  }
  return exit_code::ok;
}

std::array<std::byte, 16> parse_uuid(std::string text) {
  std::erase(text, '-');
  std::vector<std::byte> bytes;
  if (append_from_hex(bytes, text) != nullptr || bytes.size() != 16) {
    throw usage_error("a UUID has 32 hexadecimal digits, as .meta of a backup shows it");
  }
  std::array<std::byte, 16> uuid{};
  std::copy(bytes.begin(), bytes.end(), uuid.begin());
  return uuid;
}

exit_code run_salvage(session& shell, arguments& words) {
  macaw::salvage_options options;
  if (const std::optional<std::string> uuid = words.option("--uuid")) options.uuid = parse_uuid(unquote(*uuid));
  options.unproven = words.flag("--unproven");
  options.stale = words.flag("--stale");
  words.expect(1, 1);
  const std::string path = words.text(0);
  let_go(shell);
  progress_bar bar(shell.how(), "salvaging", "pages");
  const macaw::salvage_report report = tools_for_file(shell.path()).salvage(shell.path(), path, options, bar);
  show_salvaged(shell, report, path);
  return report.complete() ? exit_code::ok : exit_code::not_found;
}

}  // namespace

void add_keep_commands(std::vector<command>& to) {
  constexpr std::string_view group = "Keep";
  to.push_back({"backup", "", group, "backup NEW | -", "copy the newest state to a new file, and check the copy",
                "Others may go on writing meanwhile. With - the copy goes to standard output, unchecked:\n"
                "  macaw FILE backup - | ssh host 'cat > copy.macaw'\n",
                file_use::reading, completion::path, run_backup});
  to.push_back({"verify", "", group, "verify BACKUP", "check a backup, or any database file that nobody writes",
                "Exit code 1 if something is wrong with it.\n", file_use::none, completion::path, run_verify});
  to.push_back({"restore", "", group, "restore BACKUP | - [--replace]", "make the file of a backup, and check it",
                "  --replace   the file may exist; what is in it is lost\n"
                "With - the backup is read from standard input. Until all is checked, what was there stays.\n",
                file_use::none, completion::path, run_restore});
  to.push_back({"compact", "", group, "compact NEW", "copy the newest state to a new file, without holes", "",
                file_use::reading, completion::path, run_compact});
  to.push_back({"salvage", "", group, "salvage NEW [--uuid UUID] [--unproven] [--stale]",
                "copy what is whole of a damaged file to a new one",
                "  --uuid UUID   the file's, where its meta pages are lost: a backup has the same (.meta)\n"
                "  --unproven    go by the youngest catalog, though its commit may not be whole\n"
                "  --stale       fill gaps with older versions of rows, which may have been changed or erased since\n"
                "Exit code 1 if something is known to be lost; the report says what.\n",
                file_use::none, completion::path, run_salvage});
}

}  // namespace macaw_shell
