// SPDX-License-Identifier: MIT

#include "commands/session.hpp"

#include "base/failure.hpp"
#include "store/file_tools.hpp"
#include "values/value_text.hpp"

#include <macaw/error.hpp>
#include <macaw/storage/posix_files.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace macaw_shell {

namespace {

constexpr std::string_view default_table = "main";

}  // namespace

session::session(std::string path, const store_options& options, const settings& how)
    : path_(std::move(path)), options_(options), how_(how), out_(how_) {}

session::~session() { abandon(); }

bool session::is_open() {
  if (store_ != nullptr || use_ == file_use::none) return store_ != nullptr;
  store_options options = options_;
  options.create = use_ == file_use::writing && !options.read_only;
  options.read_only = options.read_only || (one_command_ && use_ != file_use::writing);
  const bool made = options.create && !macaw::posix_files().exists(path_);
  try {
    store_ = open_store(path_, options);
  } catch (const macaw::error& failure) {
    const bool damaged = failure.kind() == macaw::errc::corrupt || failure.kind() == macaw::errc::not_macaw;
    if (use_ != file_use::viewing || !damaged) throw;
    return false;  // there may be something to be seen in it
  }
  if (made) out_.remark("made '" + path_ + "'");
  return true;
}

store& session::database() {
  if (!is_open()) throw macaw::error(macaw::errc::corrupt, "'" + path_ + "' cannot be opened");
  return *store_;
}

const file_view& session::view() {
  if (view_ == nullptr) view_ = is_open() ? store_->view() : tools_for_file(path_).view(path_);
  return *view_;
}

void session::close() {
  abandon();
  if (store_ == nullptr) return;
  store_->close();
  store_.reset();
}

const transaction& session::reading() {
  if (writer_ != nullptr) return *writer_;
  if (snapshot_ == nullptr) snapshot_ = database().begin_read();
  return *snapshot_;
}

void session::change(const std::function<void(transaction&)>& change) {
  if (options_.read_only) throw macaw::error(macaw::errc::read_only, "the database was opened with --readonly");
  snapshot_.reset();
  if (writer_ == nullptr) {
    const std::unique_ptr<transaction> own = database().begin_write();
    change(*own);
    own->commit();
    return;
  }
  writer_->begin_nested();
  try {
    change(*writer_);
    writer_->commit();
  } catch (...) {
    writer_->rollback();
    throw;
  }
}

void session::begin() {
  if (options_.read_only) throw macaw::error(macaw::errc::read_only, "the database was opened with --readonly");
  snapshot_.reset();
  if (writer_ == nullptr) {
    writer_ = database().begin_write();
  } else {
    writer_->begin_nested();
  }
}

transaction& session::open_writer() const {
  if (writer_ == nullptr) throw usage_error("no transaction is open: 'begin' starts one");
  return *writer_;
}

void session::commit() {
  transaction& open = open_writer();
  try {
    open.commit();
  } catch (...) {
    if (open.depth() == 0) writer_.reset();
    forget_savepoints();
    throw;
  }
  if (open.depth() == 0) writer_.reset();
  forget_savepoints();
}

void session::rollback() {
  transaction& open = open_writer();
  open.rollback();
  if (open.depth() == 0) writer_.reset();
  forget_savepoints();
}

void session::abandon() noexcept {
  view_.reset();
  snapshot_.reset();
  writer_.reset();
  savepoints_.clear();
}

void session::forget_savepoints() noexcept {
  while (!savepoints_.empty() && savepoints_.back().depth > depth()) savepoints_.pop_back();
}

void session::savepoint(const std::string& name) {
  transaction& open = open_writer();
  savepoints_.reserve(savepoints_.size() + 1);
  std::string own_name = name;
  savepoints_.push_back({std::move(own_name), open.depth(), open.savepoint()});
}

std::size_t session::find_savepoint(std::string_view name) const {
  const std::size_t open = open_writer().depth();
  for (std::size_t i = savepoints_.size(); i-- > 0;) {
    if (savepoints_[i].name != name) continue;
    if (savepoints_[i].depth == open) return i;
    throw usage_error("the savepoint '" + std::string(name) +
                      "' belongs to an outer transaction: end the inner ones first");
  }
  throw not_found_error("there is no savepoint '" + std::string(name) + "'");
}

void session::rollback_to(std::string_view name) {
  const std::size_t index = find_savepoint(name);
  writer_->rollback_to(savepoints_[index].number);
  savepoints_.resize(index + 1);
}

void session::release(std::string_view name) {
  const std::size_t index = find_savepoint(name);
  writer_->release(savepoints_[index].number);
  savepoints_.resize(index);
}

std::string session::table_in_use() {
  if (table_) return *table_;
  if (!is_open()) return std::string(default_table);
  const std::vector<std::string> names = reading().tables();
  if (names.size() == 1) return names.front();
  return std::string(default_table);
}

typed_table session::find_table(const std::string& name) {
  typed_table found;
  found.name = name;
  if (const std::optional<table_facts> facts = reading().describe(name)) {
    found.exists = true;
    found.facts = *facts;
  } else {
    found.facts.key_codec = "bytes";
    found.facts.value_codec = "bytes";
  }
  found.key = parse_codec(found.facts.key_codec);
  found.value = parse_codec(found.facts.value_codec);
  return found;
}

typed_table session::require_table(const std::string& name) {
  typed_table found = find_table(name);
  if (!found.exists) throw not_found_error("there is no table '" + name + "'");
  return found;
}

std::string session::prompt() {
  std::string text = "macaw:";
  try {
    text += shown_name(table_in_use());
  } catch (const macaw::error&) {
    text += "?";  // the catalog does not read; commands will say so
  }
  snapshot_.reset();
  return text + std::string(depth(), '*') + "> ";
}

}  // namespace macaw_shell
