// SPDX-License-Identifier: MIT
//
// What can go wrong at run time. Layer 0 (vocabulary).
//
// Every operating error and every finding about bytes in a file is a `macaw::error`; its message says
// what happened and, where there is something to do about it, what. Absence is never an error.

#pragma once

#include <macaw/ids.hpp>
#include <macaw/macros.hpp>

#include <cstdint>
#include <string>
#include <system_error>

namespace macaw::inline MACAW_ABI {

/// The kinds of errors. New ones are only appended.
enum class errc {
  io = 1,               ///< the operating system refused or failed a read, a write or a sync
  no_space,             ///< the disk is full, or the file has reached its largest size
  locked,               ///< another process has the file open
  already_open,         ///< this process has the file open
  read_only,            ///< a change was asked of something opened for reading
  not_macaw,            ///< the file is not a macaw database
  unsupported_version,  ///< the file's format is newer than this library
  unsupported_feature,  ///< the file uses a feature that this library does not know
  wrong_page_size,      ///< the file's page size is not the configuration's
  wrong_codec,          ///< the table was made with other key or value codecs
  corrupt,              ///< bytes of the file contradict the format
  bad_encoding,         ///< a stored key or value is not an encoding of its type
  key_too_large,        ///< the encoded key exceeds the page size's limit
  value_too_large,      ///< the encoded value exceeds the limit
  key_out_of_range,     ///< a number does not fit the key's type
  txn_ended,            ///< the transaction was committed or rolled back already
  txn_failed,           ///< an earlier error left this level fit for rollback only
  stale,                ///< an iterator, range or entry outlived a change
  invalid_savepoint,    ///< the savepoint was released or rolled past
  would_deadlock,       ///< this thread holds the writer's turn itself
  busy,                 ///< transactions are still alive
  poisoned,             ///< an earlier commit's outcome is unknown: reopen the database
  cancelled,            ///< a progress callback asked to stop
  timed_out,            ///< the writer's turn did not come in time
};

/// The category of `errc` in `std::error_code`.
[[nodiscard]] const std::error_category& error_category() noexcept;

[[nodiscard]] inline std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// What became of a commit that threw.
enum class commit_outcome : std::uint8_t {
  none,         ///< the error did not come from a commit
  rolled_back,  ///< nothing of the transaction remains; the database goes on
  unknown,      ///< the commit may or may not be durable; the handle is poisoned until reopened
};

/// An operating error, or a finding about the bytes of a file.
class error : public std::system_error {
 public:
  error(errc code, const std::string& what) : std::system_error(make_error_code(code), what), errc_(code) {}

  /// An error that the operating system reported as `os_code`.
  error(errc code, const std::string& what, std::error_code os_code)
      : std::system_error(make_error_code(code), what + ": " + os_code.message()), errc_(code), os_code_(os_code) {}

  /// The kind of error.
  [[nodiscard]] errc kind() const noexcept { return errc_; }
  /// What the operating system said, or no error.
  [[nodiscard]] std::error_code os_code() const noexcept { return os_code_; }
  /// For errors out of `commit()`: what became of the transaction.
  [[nodiscard]] commit_outcome outcome() const noexcept { return outcome_; }
  /// For `errc::corrupt`: the page concerned, or page 0 where none is.
  [[nodiscard]] page_id page() const noexcept { return page_; }

  error& with_outcome(commit_outcome outcome) noexcept {
    outcome_ = outcome;
    return *this;
  }
  error& with_page(page_id page) noexcept {
    page_ = page;
    return *this;
  }

 private:
  errc errc_;
  commit_outcome outcome_ = commit_outcome::none;
  page_id page_{};
  std::error_code os_code_;
};

namespace detail {

class error_category_impl final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "macaw"; }
  [[nodiscard]] std::string message(int code) const override { return text(static_cast<errc>(code)); }

 private:
  [[nodiscard]] static const char* text(errc code) noexcept {
    switch (code) {
      case errc::io: return "input or output failed";
      case errc::no_space: return "no space left";
      case errc::locked: return "open in another process";
      case errc::already_open: return "already open in this process";
      case errc::read_only: return "read only";
      case errc::not_macaw: return "not a macaw database";
      case errc::unsupported_version: return "format version not supported";
      case errc::unsupported_feature: return "format feature not supported";
      case errc::wrong_page_size: return "wrong page size";
      case errc::wrong_codec: return "wrong codec";
      case errc::corrupt: return "corrupt";
      case errc::bad_encoding: return "bad encoding";
      case errc::key_too_large: return "key too large";
      case errc::value_too_large: return "value too large";
      case errc::key_out_of_range: return "key out of range";
      case errc::txn_ended: return "transaction has ended";
      case errc::txn_failed: return "transaction has failed: roll it back";
      case errc::stale: return "used after a change";
      case errc::invalid_savepoint: return "savepoint is no longer valid";
      case errc::would_deadlock: return "would deadlock";
      case errc::busy: return "busy";
      case errc::poisoned: return "outcome of an earlier commit is unknown: reopen the database";
      case errc::cancelled: return "cancelled";
      case errc::timed_out: return "timed out";
    }
    return "unknown error";
  }
};

/// Raises `errc::corrupt` for a page. Out of line, so that hot paths stay small.
[[noreturn]] MACAW_NOINLINE inline void throw_corrupt(page_id page, const char* finding) {
  std::string message = "page ";
  message.append(std::to_string(to_number(page))).append(": ").append(finding);
  throw error(errc::corrupt, message).with_page(page);
}

[[noreturn]] MACAW_NOINLINE inline void throw_error(errc code, const char* what) { throw error(code, what); }

}  // namespace detail

inline const std::error_category& error_category() noexcept {
  static const detail::error_category_impl category;
  return category;
}

}  // namespace macaw::inline MACAW_ABI

template <>
struct std::is_error_code_enum<macaw::errc> : std::true_type {};
