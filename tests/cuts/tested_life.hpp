// SPDX-License-Identifier: MIT
//
// A program that lives in a child process until it is cut off, and a judge of what it leaves.
//
// The child commits transactions one after another and says through a pipe which of them begins and which it was told
// is durable. Every transaction follows from a seed and its number, and puts its number into a row. So the judge,
// which lives in the parent, can make the same changes to a model, read off the file which commit it holds, and
// compare the two. Pagers are chosen when it runs: the databases are compiled once, in tested_databases.cpp.

#pragma once

#include "cuts/end_plan.hpp"
#include "cuts/pager_kind.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace macaw_test {

/// What a child does until its end.
struct life_plan {
  pager_kind pager = pager_kind::file;
  std::uint64_t seed = 0;     ///< of its transactions
  std::uint64_t commits = 0;  ///< after so many it closes the database and exits; 0: it opens and closes
  end_plan end = {};
};

/// What the file may hold: the states after its transactions, from one that it surely held.
class life_states;

/// What a child has said.
struct life_report {
  bool cut_off = false;             ///< whether it came to its end before it had closed the database
  bool opened = false;              ///< whether the database was opened, and made if need be
  std::uint64_t shown = 0;          ///< the transaction that it found when it first opened the file
  std::uint64_t durable = 0;        ///< the last transaction known to be durable
  std::uint64_t begun = 0;          ///< the last one begun
  std::uint64_t copied = 0;         ///< the last one that a finished copy holds; 0: there is no copy
  std::optional<int> failure = {};  ///< the kind of error that ended it
};

/// How a child is stopped from outside.
struct interruption {
  std::uint64_t time = 0;           ///< microseconds until then
  std::function<void()> stop = {};  ///< what is done to its file system, before it is killed
};

/// A database in a file that goes through many lives, and a model of what it may hold.
class tested_file {
 public:
  /// A file in this directory, in place of that of an earlier object there.
  tested_file(const std::string& directory, std::uint64_t seed);
  ~tested_file();

  /// Runs a child until it ends by its plan or by itself. Afterwards it is gone.
  void live(const life_plan& plan) { run(plan, {}); }
  /// The same, or until it is stopped. Only what it has said before counts as said: a sync that is under way while its
  /// file system is shut down may claim success, though nothing has reached the device. (ext4 and XFS do that.)
  void live(const life_plan& plan, const interruption& stop) { run(plan, stop); }

  /// Opens the file and compares it with the model: it must hold exactly one of the commits that it may, pass check(),
  /// and take another commit. Empty: all is well. Begins a new file now and then.
  [[nodiscard]] std::string judge(pager_kind pager);

  /// Whether the file is there: else the next life makes it.
  [[nodiscard]] bool exists() const noexcept { return exists_; }
  /// What the child of the last life said.
  [[nodiscard]] const life_report& report() const noexcept { return report_; }

  /// How often the file held a commit later than the last one known to be durable.
  [[nodiscard]] std::uint64_t later_than_known() const noexcept { return later_than_known_; }
  /// How often there was no file, since its making was cut off.
  [[nodiscard]] std::uint64_t unmade() const noexcept { return unmade_; }
  /// Copies that were finished, and compared.
  [[nodiscard]] std::uint64_t copies() const noexcept { return copies_; }

 private:
  void run(const life_plan& plan, const std::optional<interruption>& stop);
  [[nodiscard]] std::string judge_copy(pager_kind pager);
  void begin_anew();

  std::string path_;
  std::mt19937_64 random_;
  std::unique_ptr<life_states> states_;
  std::uint64_t durable_ = 0;
  std::uint64_t begun_ = 0;
  bool exists_ = false;  ///< whether the file must be there
  life_report report_;
  std::uint64_t later_than_known_ = 0;
  std::uint64_t unmade_ = 0;
  std::uint64_t copies_ = 0;
};

/// The sum of the counts of some files, for printing.
struct life_counts {
  std::uint64_t cuts = 0;
  std::uint64_t of_recoveries = 0;
  std::uint64_t later_than_known = 0;
  std::uint64_t unmade = 0;
  std::uint64_t copies = 0;
  std::uint64_t commits = 0;

  /// Counts the last life of a file.
  void add_life(const tested_file& file, bool cut_off, bool is_recovery);
  /// Counts what a file has been through.
  void add(const tested_file& file);
  [[nodiscard]] std::string to_text() const;
};

}  // namespace macaw_test
