// SPDX-License-Identifier: MIT

#include "formats/loader.hpp"

#include "base/failure.hpp"
#include "base/interrupt.hpp"
#include "base/numbers.hpp"
#include "values/value.hpp"

#include <macaw/error.hpp>

#include <cstdio>
#include <optional>
#include <stdexcept>
#include <utility>

namespace macaw_shell {

namespace {

constexpr std::uint64_t batch_bytes_max = std::uint64_t{64} << 20;
constexpr std::uint64_t rows_between_reports = 512;

// Whether the table refuses the row, and nothing else is wrong.
bool refuses_row(macaw::errc kind) {
  using macaw::errc;
  return kind == errc::key_too_large || kind == errc::value_too_large || kind == errc::bad_encoding ||
         kind == errc::key_out_of_range;
}

bool is_any_bytes(const codec_type& type) {
  return type.kind == codec_kind::bytes || type.kind == codec_kind::text || type.kind == codec_kind::unknown;
}

}  // namespace

std::string loader::name_for(const table_section& section) {
  if (options_.table.empty()) return section.name.empty() ? options_.default_table : section.name;
  if (!section.name.empty()) {
    if (named_ && section.name != named_as_) {
      throw std::runtime_error("the input has several tables, '" + named_as_ + "' and '" + section.name +
                               "': --table takes the rows of one");
    }
    named_ = true;
    named_as_ = section.name;
  }
  return options_.table;
}

std::unique_ptr<target_table> loader::make_table(const std::string& name, const table_section& section) {
  macaw::table_description types;
  types.key_codec = section.key_codec.empty() ? "bytes" : section.key_codec;
  types.value_codec = section.value_codec.empty() ? "bytes" : section.value_codec;
  auto target =
      std::make_unique<target_table>(target_table{name, parse_codec(types.key_codec), parse_codec(types.value_codec)});
  if (target->key.known() && !can_be_key(target->key)) {
    throw std::runtime_error("no table can have keys of codec " + types.key_codec);
  }
  types.key_width = target->key.known() ? target->key.fixed_size() : section.key_width;
  types.value_width = target->value.known() ? target->value.fixed_size() : section.value_width;
  open_->create(name, types);
  return target;
}

const target_table& loader::resolve(const table_section& section) {
  const std::string name = name_for(section);
  try {
    macaw::raw_table{name};
  } catch (const std::invalid_argument& refusal) {
    throw std::runtime_error(refusal.what());
  }
  std::unique_ptr<target_table>& target = targets_[name];
  if (target == nullptr) {
    const std::optional<table_facts> facts = open_->describe(name);
    target = facts ? std::make_unique<target_table>(
                         target_table{name, parse_codec(facts->key_codec), parse_codec(facts->value_codec)})
                   : make_table(name, section);
  }
  const bool other = (!section.key_codec.empty() && section.key_codec != target->key.name) ||
                     (!section.value_codec.empty() && section.value_codec != target->value.name);
  if (other) {
    throw std::runtime_error("table '" + name + "' is of " + target->key.name + " to " + target->value.name +
                             ", the input of " + section.key_codec + " to " + section.value_codec);
  }
  return *target;
}

void loader::refuse(const input_row& row, const std::string& reason) const {
  throw input_error(lines_.name(), row.line, reason, input_error::rest::readable);
}

// What comes as bytes may be anything; what is stored must be readable by the table's programs.
void loader::require_encodings(const input_row& row) const {
  const target_table& table = *row.table;
  if (!is_any_bytes(table.key) && !decode(table.key, codec_role::key, row.key)) {
    refuse(row, "the key is no encoding of " + table.key.name);
  }
  if (!is_any_bytes(table.value) && !decode(table.value, codec_role::value, row.value)) {
    refuse(row, "the value is no encoding of " + table.value.name);
  }
}

void loader::put(const input_row& row) {
  require_encodings(row);
  try {
    if (options_.keep_existing && open_->get(row.table->name, row.key)) refuse(row, "the key is in the table already");
    report_.fresh += open_->put(row.table->name, row.key, row.value) ? 1 : 0;
    ++report_.rows;
  } catch (const macaw::error& failure) {
    if (!refuses_row(failure.kind())) throw;
    refuse(row, explain(std::current_exception()).what);
  }
}

void loader::report(const input_error& error) {
  ++report_.skipped;
  std::fprintf(stderr, "%s\n", error.what());
}

// Loads as many rows as a transaction takes. Returns: whether there may be more.
bool loader::load_batch(row_reader& rows, progress_bar& bar, std::exception_ptr& wrong) {
  const bool unlimited = options_.all_or_nothing || shell_.in_transaction();
  input_row row;
  std::uint64_t bytes = 0;
  for (std::uint64_t count = 0; unlimited || (count < options_.batch_rows && bytes < batch_bytes_max); ++count) {
    stop_if_interrupted();
    try {
      if (!rows.next(row)) return false;
      put(row);
      bytes += row.key.size() + row.value.size();
    } catch (const input_error& error) {
      if (!error.only_a_row() || !options_.keep_going) {
        if (options_.all_or_nothing) throw;
        wrong = std::current_exception();
        return false;
      }
      report(error);
    }
    if (count % rows_between_reports == 0) static_cast<void>(bar({lines_.bytes_read(), options_.input_size, false}));
  }
  return true;
}

load_report loader::run(row_reader& rows) {
  std::exception_ptr wrong;
  progress_bar bar(shell_.how(), "loading", "bytes");
  try {
    for (bool more = true; more;) {
      shell_.change([&](transaction& into) {
        open_ = &into;
        more = load_batch(rows, bar, wrong);
      });
    }
    if (wrong != nullptr) std::rethrow_exception(wrong);
  } catch (const input_error& error) {
    const std::uint64_t kept = options_.all_or_nothing ? 0 : report_.rows;
    throw input_failure(error.what(),
                        kept == 0 ? "nothing was loaded" : "what was before it was loaded: " + counted(kept, "row"));
  }
  report_.tables = targets_.size();
  return report_;
}

}  // namespace macaw_shell
