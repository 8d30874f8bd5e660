// SPDX-License-Identifier: MIT
//
// How commands end: exit codes, and the errors that are the user's.

#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace macaw_shell {

/// What the program says to the one who started it.
enum class exit_code : int {
  ok = 0,
  not_found = 1,      ///< no such key or table; a check found something
  corrupt = 2,        ///< the file is damaged, or is none that this program can read
  usage = 3,          ///< the command or its arguments are wrong, or refused by the database's rules
  io = 4,             ///< the system failed, or somebody else uses the file
  interrupted = 130,  ///< by Ctrl-C
};

/// A command that cannot be understood, or must not be done.
class usage_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What was named is not there.
class not_found_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Ctrl-C ended the command.
class interrupted_error : public std::runtime_error {
 public:
  interrupted_error() : std::runtime_error("interrupted") {}
};

/// A file that was read is wrong; the message names file and line.
class input_failure : public std::runtime_error {
 public:
  /// `outcome`: what became of what was right.
  input_failure(const std::string& what, std::string outcome)
      : std::runtime_error(what), outcome_(std::move(outcome)) {}

  [[nodiscard]] const std::string& outcome() const noexcept { return outcome_; }

 private:
  std::string outcome_;
};

/// A failure as it is reported.
struct failure {
  exit_code code;
  std::string what;
  std::string advice;  ///< what to do about it, or nothing
};

/// Says what an exception means.
[[nodiscard]] failure explain(const std::exception_ptr& thrown);

}  // namespace macaw_shell
