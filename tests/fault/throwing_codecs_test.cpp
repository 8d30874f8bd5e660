// SPDX-License-Identifier: MIT
//
// Codecs of a user's that throw, at each of their calls in every operation that makes any. A row is found before a page
// is touched, so what fails at its first row changes nothing; what has changed rows already can only be rolled back.

#include "support/catch.hpp"

#include <macaw/macaw.hpp>
#include <macaw/ops/check.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_test {

struct codec_failure : std::runtime_error {
  codec_failure() : std::runtime_error("a codec fails") {}
};

/// Which call of a codec fails.
struct codec_calls {
  std::uint64_t until_failure = 0;  ///< 0: none fails
  bool persists = false;
  bool fired = false;

  void count() {
    if (until_failure == 0 || --until_failure > 0) return;
    until_failure = persists ? 1 : 0;
    fired = true;
    throw codec_failure();
  }
};

inline codec_calls codec_fault;

/// Texts whose encoding may throw, and owning them, too.
struct throwing_text {
  using value_type = std::string;
  using view_type = std::string_view;
  using argument_type = std::string_view;
  static constexpr std::string_view name = "throwing text";
  static constexpr std::size_t fixed_size = 0;
  static constexpr bool is_ordered = true;
  static bool reads(std::string_view stored) noexcept { return stored == name; }
  static std::size_t size(std::string_view text) {
    codec_fault.count();
    return text.size();
  }
  static std::byte* encode(std::string_view text, std::byte* out) {
    codec_fault.count();
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return out + text.size();
  }
  static std::optional<std::string_view> decode(macaw::bytes_view in) noexcept {
    return std::string_view(reinterpret_cast<const char*>(in.data()), in.size());
  }
  static std::string own(std::string_view text) {
    codec_fault.count();
    return std::string(text);
  }
};

static_assert(macaw::key_codec<throwing_text> && macaw::value_codec<throwing_text>);

}  // namespace macaw_test

namespace {

using macaw_test::codec_fault;
using macaw_test::throwing_text;
using database = macaw::memory_database;
using write_txn = database::write_txn;
using rows = std::map<std::string, std::string>;

constexpr macaw::table<throwing_text, throwing_text> words{"words"};

template <class Txn>
rows read_rows(const Txn& txn) {
  rows found;
  for (auto [key, value] : txn[words]) found.emplace(key, value);
  return found;
}

database make_database() {
  auto db = database::in_memory();
  db.write([](write_txn& txn) {
    for (int i = 10; i < 50; ++i)
      txn[words].put("word " + std::to_string(i), std::string(static_cast<std::size_t>(i), 'w'));
    txn[words].put("word 30", std::string(9000, 'W'));
  });
  return db;
}

/// Runs `f` with a call of the codec failing. Returns whether all went well.
bool succeeds(std::uint64_t nth, bool persists, const std::function<void()>& f) {
  codec_fault = {.until_failure = nth, .persists = persists, .fired = false};
  bool done = false;
  try {
    f();
    done = true;
  } catch (const macaw_test::codec_failure&) {
  }
  codec_fault.until_failure = 0;
  CHECK(done != codec_fault.fired);
  return done;
}

void require_sound(const database& db) {
  const macaw::check_report report = db.check();
  for (const auto& finding : report.findings) UNSCOPED_INFO(finding.to_text());
  REQUIRE(report.ok());
}

/// Fails every call of a change, once or from then on. `one_row`: a failure has changed nothing.
void fail_change(const char* name, bool persists, bool one_row, const std::function<void(write_txn&)>& change) {
  auto db = make_database();
  const rows before = read_rows(db.begin_read());
  bool done = false;
  std::uint64_t nth = 1;
  for (; !done; ++nth) {
    CAPTURE(name, persists, nth);
    auto txn = db.begin_write();
    const auto point = txn.savepoint();
    done = succeeds(nth, persists, [&] { change(txn); });
    if (!done) {
      bool usable = true;
      try {
        static_cast<void>(txn[words].contains("word 10"));
        txn[words].erase("no such word");
      } catch (const macaw::error& failure) {
        usable = false;
        CHECK(failure.kind() == macaw::errc::txn_failed);
      }
      if (one_row) CHECK(usable);
      if (usable) CHECK(read_rows(txn) == before);
      txn.rollback_to(point);
      CHECK(read_rows(txn) == before);
      txn[words].put("word 10", std::string(10, 'w'));
    }
    txn.rollback();
    CHECK(read_rows(db.begin_read()) == before);
    require_sound(db);
  }
  CHECK(nth > 2);
}

void fail_change(const char* name, bool one_row, const std::function<void(write_txn&)>& change) {
  for (const bool persists : {false, true}) fail_change(name, persists, one_row, change);
}

/// Fails every call of something that looks at rows, once or from then on.
void fail_look(const char* name, bool persists, const std::function<std::size_t(const database::read_txn&)>& look) {
  auto db = make_database();
  const auto snapshot = db.begin_read();
  const std::size_t expected = look(snapshot);
  bool done = false;
  std::uint64_t nth = 1;
  for (; !done; ++nth) {
    CAPTURE(name, persists, nth);
    std::size_t seen = 0;
    done = succeeds(nth, persists, [&] { seen = look(snapshot); });
    if (done) CHECK(seen == expected);
    CHECK(look(snapshot) == expected);
  }
  CHECK(nth > 2);
  require_sound(db);
}

void fail_look(const char* name, const std::function<std::size_t(const database::read_txn&)>& look) {
  for (const bool persists : {false, true}) fail_look(name, persists, look);
}

}  // namespace

TEST_CASE("a codec that throws while one row is changed has changed nothing") {
  fail_change("put", true, [](write_txn& txn) { txn[words].put("a word", "new"); });
  fail_change("put of a large value", true, [](write_txn& txn) { txn[words].put("a word", std::string(9000, 'n')); });
  fail_change("put over", true, [](write_txn& txn) { txn[words].put("word 30", "new"); });
  fail_change("insert", true, [](write_txn& txn) { txn[words].insert("a word", "new"); });
  fail_change("replace", true, [](write_txn& txn) { txn[words].replace("word 20", "new"); });
  fail_change("extract", true, [](write_txn& txn) { static_cast<void>(txn[words].extract("word 30")); });
  fail_change("update", true, [](write_txn& txn) {
    txn[words].update("word 30", [](std::optional<std::string> old) { return old.value_or("") + "new"; });
  });
  fail_change("update to nothing", true, [](write_txn& txn) {
    txn[words].update("word 30", [](const std::optional<std::string>&) { return std::optional<std::string>(); });
  });
  fail_change("erase", true, [](write_txn& txn) { txn[words].erase("word 20"); });
  fail_change("erase at an iterator", true, [](write_txn& txn) {
    auto table = txn[words];
    table.erase(table.find("word 20"));
  });
  fail_change("append", true, [](write_txn& txn) { txn[words].append("words", "new"); });
  fail_change("put by a cursor", true, [](write_txn& txn) {
    auto cursor = txn[words].cursor();
    if (cursor.find("word 20")) cursor.put("new");
  });
}

TEST_CASE("a codec that throws while many rows are changed leaves a level to be rolled back, or nothing changed") {
  fail_change("erase of a range", true, [](write_txn& txn) { txn[words].erase(txn[words].range("word 2", "word 4")); });
  fail_change("erase_if", false,
              [](write_txn& txn) { txn[words].erase_if([](const auto& row) { return row.own_key().back() == '3'; }); });
  fail_change("load", false, [](write_txn& txn) {
    const std::vector<std::pair<std::string, std::string>> more{{"x", "1"}, {"y", std::string(9000, '2')}, {"z", "3"}};
    txn[words].load(more);
  });
  fail_change("nested", true, [](write_txn& txn) {
    auto inner = txn.nested();
    inner[words].put("a word", "new");
    inner[words].put("b word", "new");
    inner.commit();
  });
}

TEST_CASE("a codec that throws while rows are read leaves the snapshot as it was") {
  fail_look("get", [](const auto& txn) { return txn[words].get("word 30")->size(); });
  fail_look("view", [](const auto& txn) {
    const auto view = txn[words].view("word 30");
    return view->size();
  });
  fail_look("contains", [](const auto& txn) { return std::size_t{txn[words].contains("word 20")}; });
  fail_look("find and bounds", [](const auto& txn) {
    const auto table = txn[words];
    return (*table.find("word 20")).own_value().size() + (*table.lower_bound("word 2")).own_key().size() +
           (*table.upper_bound("word 2")).own_key().size();
  });
  fail_look("multi_get", [](const auto& txn) {
    const std::vector<std::string> keys{"word 20", "no word", "word 30"};
    return txn[words].multi_get(keys)[2]->size();
  });
  fail_look("front and back", [](const auto& txn) {
    return txn[words].front()->own_value().size() + txn[words].back()->own_value().size();
  });
  fail_look("ranges", [](const auto& txn) {
    const auto table = txn[words];
    std::size_t sum = table.count(table.range("word 2", "word 3"));
    for (const auto& row : table.range("word 2", "word 4").reverse()) sum += row.own_value().size();
    return sum;
  });
  fail_look("cursor", [](const auto& txn) {
    auto cursor = txn[words].cursor();
    std::size_t sum = cursor.seek("word 2") ? cursor.key().size() : 0;
    if (cursor.next()) sum += cursor.value()->size();
    return sum;
  });
}
