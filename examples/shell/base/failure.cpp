// SPDX-License-Identifier: MIT

#include "base/failure.hpp"

#include <macaw/error.hpp>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace macaw_shell {

namespace {

using macaw::errc;

exit_code code_of(errc kind) noexcept {
  switch (kind) {
    case errc::not_macaw:
    case errc::unsupported_version:
    case errc::unsupported_feature:
    case errc::corrupt: return exit_code::corrupt;
    case errc::io:
    case errc::no_space:
    case errc::locked:
    case errc::already_open:
    case errc::poisoned:
    case errc::timed_out: return exit_code::io;
    case errc::cancelled: return exit_code::interrupted;
    default: return exit_code::usage;
  }
}

std::string_view advice_for(errc kind) noexcept {
  switch (kind) {
    case errc::locked:
      return "close it in the program that has it open; if nobody writes, --readonly lets all look at it at once";
    case errc::corrupt: return "'.check' says what is damaged, and 'salvage NEW' copies what is whole to a new file";
    case errc::poisoned: return "end the program and start it again: opening the file finds out what was committed";
    case errc::read_only: return "start without --readonly to change it";
    case errc::txn_failed: return "'rollback' ends what has failed";
    default: return {};
  }
}

failure explain_macaw(const macaw::error& error) {
  if (error.kind() == errc::cancelled) return {exit_code::interrupted, "interrupted", {}};
  // The text of the error's kind stands behind the message.
  std::string what = error.what();
  const std::string kind = ": " + error.code().message();
  if (what.ends_with(kind)) what.resize(what.size() - kind.size());
  return {code_of(error.kind()), what, std::string(advice_for(error.kind()))};
}

}  // namespace

failure explain(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const macaw::error& error) {
    return explain_macaw(error);
  } catch (const interrupted_error& error) {
    return {exit_code::interrupted, error.what(), {}};
  } catch (const not_found_error& error) {
    return {exit_code::not_found, error.what(), {}};
  } catch (const input_failure& error) {
    return {exit_code::usage, error.what(), error.outcome()};
  } catch (const std::system_error& error) {
    return {exit_code::io, error.what(), {}};
  } catch (const std::bad_alloc&) {
    return {exit_code::io, "out of memory", {}};
  } catch (const std::exception& error) {
    std::string_view what = error.what();
    if (what.starts_with("macaw: ")) what.remove_prefix(7);
    return {exit_code::usage, std::string(what), {}};
  }
}

}  // namespace macaw_shell
