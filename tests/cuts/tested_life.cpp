// SPDX-License-Identifier: MIT

#include "cuts/tested_life.hpp"

#include "cuts/tested_databases.hpp"

#include <macaw/storage/posix_files.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace macaw_test {

namespace {

void take(life_report& report, const message& said) {
  switch (said.what) {
    case message::kind::opened:
      if (!report.opened) report.shown = said.number;
      report.opened = true;
      report.durable = report.begun = said.number;
      return;
    case message::kind::begun: report.begun = said.number; return;
    case message::kind::durable: report.durable = said.number; return;
    case message::kind::copied: report.copied = said.number; return;
    case message::kind::failed: report.failure = static_cast<int>(said.number); return;
  }
}

/// What is said after the end counts for nothing, but tells what may have begun.
void take_late(life_report& report, const message& said) {
  switch (said.what) {
    case message::kind::opened:
      if (report.begun == 0) report.shown = report.begun = said.number;
      return;
    case message::kind::begun: report.begun = said.number; return;
    case message::kind::durable: return;
    case message::kind::copied: report.copied = 0; return;
    case message::kind::failed: report.failure = static_cast<int>(said.number); return;
  }
}

/// Hands all messages that are there, or all that will come, to `take`.
template <class Take>
void drain(int pipe, bool wait, life_report& report, Take&& take) {
  ::fcntl(pipe, F_SETFL, wait ? 0 : O_NONBLOCK);
  message said;
  while (::read(pipe, &said, sizeof said) == static_cast<::ssize_t>(sizeof said)) take(report, said);
}

}  // namespace

tested_file::tested_file(const std::string& directory, std::uint64_t seed) : path_(directory + "/db"), random_(seed) {
  macaw::posix_files().remove(path_ + ".copy");
  begin_anew();
}

tested_file::~tested_file() = default;

void tested_file::run(const life_plan& plan, const std::optional<interruption>& stop) {
  std::array<int, 2> pipe;
  if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
  const ::pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    ::close(pipe[0]);
    live_in_child(plan, path_, *states_, pipe[1]);
  }
  ::close(pipe[1]);
  report_ = {};
  if (stop) {
    ::usleep(static_cast<::useconds_t>(stop->time));
    drain(pipe[0], false, report_, take);
    if (stop->stop) stop->stop();
    ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  drain(pipe[0], true, report_, stop && stop->stop ? take_late : take);
  ::close(pipe[0]);
  report_.cut_off = !WIFEXITED(status);
  if (plan.commits > 0) states_->go_on_with(plan.seed);
  durable_ = std::max(durable_, report_.durable);
  begun_ = std::max(begun_, report_.begun);
  exists_ = exists_ || report_.opened;
}

std::string tested_file::judge(pager_kind pager) {
  if (!macaw::posix_files().exists(path_)) {
    if (exists_) return "the file is gone";
    ++unmade_;
    return "";
  }
  const std::string fault = judge_copy(pager);
  if (!fault.empty()) return "in the copy: " + fault;
  judgement found = judge_database(pager, path_, *states_, durable_, begun_, true);
  if (!found.fault.empty()) return found.fault;
  if (found.number > durable_) ++later_than_known_;
  durable_ = begun_ = found.number + 1;
  states_ = std::make_unique<life_states>(std::move(found.left), durable_);
  exists_ = true;
  if (random_() % 6 == 0) begin_anew();
  return "";
}

/// A copy is whole where it has its name, and there once that was said.
std::string tested_file::judge_copy(pager_kind pager) {
  macaw::posix_files files;
  const std::string copy = path_ + ".copy";
  if (!files.exists(copy)) return report_.copied == 0 ? "" : "the copy is gone";
  const bool is_said = report_.copied != 0;
  const std::uint64_t lowest = is_said ? report_.copied : states_->first_number();
  const judgement found = judge_database(pager, copy, *states_, lowest, is_said ? report_.copied : begun_, false);
  files.remove(copy);
  files.sync_directory(copy);
  ++copies_;
  return found.fault;
}

void tested_file::begin_anew() {
  macaw::posix_files files;
  files.remove(path_);
  files.sync_directory(path_);
  durable_ = begun_ = 0;
  states_ = std::make_unique<life_states>(contents(), 0);
  exists_ = false;
}

void life_counts::add_life(const tested_file& file, bool cut_off, bool is_recovery) {
  commits += file.report().begun - file.report().shown;
  if (!cut_off) return;
  ++cuts;
  if (is_recovery) ++of_recoveries;
}

void life_counts::add(const tested_file& file) {
  later_than_known += file.later_than_known();
  unmade += file.unmade();
  copies += file.copies();
}

std::string life_counts::to_text() const {
  return std::to_string(cuts) + " lives cut off, which began " + std::to_string(commits) + " commits, " +
         std::to_string(of_recoveries) + " of them while opening; " + std::to_string(later_than_known) +
         " left a commit that nobody knew to be durable, " + std::to_string(unmade) + " no file; " +
         std::to_string(copies) + " copies";
}

}  // namespace macaw_test
