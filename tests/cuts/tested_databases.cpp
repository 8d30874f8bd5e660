// SPDX-License-Identifier: MIT

#include "cuts/tested_databases.hpp"

#include "cuts/striking_files.hpp"
#include "cuts/tested_store.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>
#include <macaw/ops/compact.hpp>
#include <macaw/storage/posix_files.hpp>
#if defined(MACAW_TEST_HAVE_BOOST)
#include <macaw/storage/interprocess_files.hpp>
#endif

#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <utility>

#include <unistd.h>

namespace macaw_test {

namespace {

struct tested_file_config : macaw::file_config<tested_page_size> {
  using file_system = striking_files<macaw::posix_files>;
};
#if defined(MACAW_TEST_HAVE_BOOST)
struct tested_mmap_config : macaw::file_config<tested_page_size> {
  using file_system = striking_files<macaw::interprocess_files>;
  template <class C>
  using pager = macaw::mmap_pager<C::page_size, typename C::file_system>;
};
#endif

/// Calls `f` with a configuration of this pager.
template <class F>
decltype(auto) with_config(pager_kind pager, F&& f) {
#if defined(MACAW_TEST_HAVE_BOOST)
  if (pager == pager_kind::mapped) return f(tested_mmap_config());
#else
  static_cast<void>(pager);
#endif
  return f(tested_file_config());
}

macaw::open_options options_of(std::uint64_t seed) {
  return {.cache_size = 1 << 16,
          .dirty_size = seed % 2 == 0 ? std::size_t{1} << 14 : std::size_t{1} << 20,
          .two_phase = seed % 8 == 3};
}

template <class Txn>
std::uint64_t number_of(const Txn& txn) {
  return txn[numbers].get(number_key).value_or(0);
}

/// The child: a database, and the pipe to the parent.
template <class Config>
class child_life {
 public:
  using database = macaw::basic_database<Config>;

  child_life(const life_plan& plan, std::string path, const life_states& states, int pipe)
      : plan_(plan),
        path_(std::move(path)),
        model_(states.first()),
        number_(states.first_number()),
        pipe_(pipe),
        files_(plan.end) {}

  void run() {
    open();
    for (std::uint64_t i = 0; i < plan_.commits; ++i) {
      commit();
      do_something_else();
    }
    close();
  }

  void say(message::kind what, std::uint64_t number) const {
    const message said{what, number};
    if (::write(pipe_, &said, sizeof said) != static_cast<::ssize_t>(sizeof said)) ::_exit(2);
  }

 private:
  void open() {
    db_.emplace(database::open(path_, options_of(plan_.seed), files_));
    number_ = number_of(db_->begin_read());
    say(message::kind::opened, number_);
    durable_ = db_->stats().durable;
  }
  void close() {
    held_.clear();
    db_->close();
    say(message::kind::durable, number_);
    db_.reset();
  }

  /// The last transaction begun is durable once the database says that more is.
  void note_durable() {
    const std::uint64_t durable = db_->stats().durable;
    if (durable == durable_) return;
    say(message::kind::durable, number_);
    durable_ = durable;
  }

  void commit() {
    auto txn = db_->begin_write();  // may make deferred commits durable
    note_durable();
    const crash_action action = change(txn, model_, plan_.seed, number_ + 1);
    ++number_;
    say(message::kind::begun, number_);
    txn.commit(commit_as(action));
    note_durable();
  }

  void do_something_else() {
    switch (random_() % 24) {
      case 0: db_->sync(); return note_durable();
      case 1: close(); return open();
      case 2: {
        const std::string copy = path_ + ".copy";
        say(message::kind::copied, 0);
        if (files_.exists(copy)) files_.remove(copy);
        static_cast<void>(macaw::compact(*db_, copy, {}, files_));
        return say(message::kind::copied, number_);
      }
      case 3:
      case 4:
        held_.push_back(db_->begin_read());
        if (held_.size() > 3) held_.pop_front();
        return;
      case 5: return held_.clear();
      default: return;
    }
  }

  life_plan plan_;
  std::string path_;
  contents model_;
  std::uint64_t number_;
  int pipe_;
  typename Config::file_system files_;
  std::mt19937_64 random_{plan_.seed ^ 0x5eed};
  std::optional<database> db_;
  std::deque<typename database::read_txn> held_;
  std::uint64_t durable_ = 0;
};

/// Returns what the child is to exit with.
template <class Config>
int live_with(const life_plan& plan, const std::string& path, const life_states& states, int pipe) {
  child_life<Config> life(plan, path, states, pipe);
  try {
    life.run();
    return 0;
  } catch (const macaw::error& failure) {
    life.say(message::kind::failed, static_cast<std::uint64_t>(failure.kind()));
  } catch (const std::exception&) {
    life.say(message::kind::failed, 0);
  }
  return 1;
}

/// What is wrong with a database, seen by one who knows which states it may be in. Empty: nothing.
template <class Database>
std::string find_fault(const Database& db, const contents& expected) {
  const auto snapshot = db.begin_read();
  if (!shows(snapshot, expected)) return "the rows are not those of the commit that the file says it holds";
  if (!answers(snapshot, expected)) return "rows are not found as they are listed";
  for (const auto& finding : db.check().findings) return finding.to_text();
  return "";
}

template <class Config>
void judge_with(const std::string& path, life_states& states, std::uint64_t lowest, std::uint64_t highest, bool goes_on,
                judgement& found) {
  auto db = macaw::basic_database<Config>::open(path, {.cache_size = 1 << 16});
  found.number = number_of(db.begin_read());
  if (found.number < lowest || found.number > highest) {
    found.fault = "the file holds commit " + std::to_string(found.number);
    return;
  }
  found.left = states.after(found.number);
  found.fault = find_fault(db, found.left);
  if (!found.fault.empty() || !goes_on) return;
  db.put(numbers, number_key, found.number + 1);
  found.left.numbers[number_key] = found.number + 1;
  found.fault = find_fault(db, found.left);
  if (!found.fault.empty()) found.fault = "after a commit: " + found.fault;
  db.close();
}

inline constexpr macaw::table<std::uint64_t, std::string> stored_lines{"lines"};

template <class Config>
class store_of final : public tested_store {
 public:
  store_of(const std::string& path, std::size_t dirty_size)
      : db_(macaw::basic_database<Config>::open(path, {.cache_size = 1 << 16, .dirty_size = dirty_size})) {}

  void put(const stored_rows& rows, const macaw::commit_options& how) override {
    auto txn = db_.begin_write();
    for (const auto& [key, value] : rows) txn[stored_lines].put(key, value);
    txn.commit(how);
  }
  void erase(std::uint64_t from, std::uint64_t up_to) override {
    auto txn = db_.begin_write();
    txn[stored_lines].erase(txn[stored_lines].range(from, up_to));
    txn.commit();
  }
  void sync() override { db_.sync(); }
  void close() override { db_.close(); }
  [[nodiscard]] bool shows(const stored_rows& rows) const override {
    const auto snapshot = db_.begin_read();
    return holds(snapshot[stored_lines], rows) && holds_backwards(snapshot[stored_lines], rows);
  }
  [[nodiscard]] std::string find_fault() const override {
    for (const auto& finding : db_.check().findings) return finding.to_text();
    return "";
  }

 private:
  macaw::basic_database<Config> db_;
};

}  // namespace

std::unique_ptr<tested_store> open_store(pager_kind pager, const std::string& path, std::size_t dirty_size) {
  std::unique_ptr<tested_store> store;
  with_config(pager,
              [&]<class Config>(const Config&) { store = std::make_unique<store_of<Config>>(path, dirty_size); });
  return store;
}

void live_in_child(const life_plan& plan, const std::string& path, const life_states& states, int pipe) {
  ::_exit(with_config(plan.pager,
                      [&]<class Config>(const Config&) { return live_with<Config>(plan, path, states, pipe); }));
}

judgement judge_database(pager_kind pager, const std::string& path, life_states& states, std::uint64_t lowest,
                         std::uint64_t highest, bool goes_on) {
  judgement found;
  try {
    with_config(
        pager, [&]<class Config>(const Config&) { judge_with<Config>(path, states, lowest, highest, goes_on, found); });
  } catch (const std::exception& failure) {
    found.fault = failure.what();
  }
  return found;
}

}  // namespace macaw_test
