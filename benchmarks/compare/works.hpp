// SPDX-License-Identifier: MIT
//
// The list of works. An engine takes part by a file of its own that calls `add_works`, see engines/.

#pragma once

#include "engine.hpp"
#include "subject.hpp"
#include "suite.hpp"
#include "works/committing.hpp"
#include "works/loading.hpp"
#include "works/reading.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace macaw_benchmark {

/// The rows that all engines share, each kind made when the first one asks.
template <class Rows>
[[nodiscard]] std::shared_ptr<const row_set<Rows>> shared_rows(std::size_t count) {
  static std::weak_ptr<const row_set<Rows>> made;
  std::shared_ptr<const row_set<Rows>> result = made.lock();
  if (result == nullptr || result->size() != count) {
    result = std::make_shared<const row_set<Rows>>(count);
    made = result;
  }
  return result;
}

/// Adds works of one kind of rows.
template <engine E>
class work_list {
 public:
  work_list(suite& to, std::size_t rows, const char* kind)
      : suite_(to), subject_(std::make_shared<subject<E>>(to, shared_rows<typename E::rows>(rows), kind)) {}

  /// `bound`: nanoseconds, or what the unit is, that the machine allows.
  template <class Run>
  void add(std::string_view work, double bound, Run run, unit in = unit::nanoseconds) {
    suite_.add(E::name, work, in, bound, [subject = subject_, run = std::move(run)] { return run(*subject); });
  }

  /// A row is read or written at least once.
  [[nodiscard]] double row_copied() const noexcept {
    return suite_.machine().byte_copied * static_cast<double>(E::rows::raw_size);
  }

 private:
  suite& suite_;
  std::shared_ptr<subject<E>> subject_;
};

template <engine E>
void add_number_works(suite& to) {
  using with = subject<E>;
  work_list<E> works(to, to.size().rows, "numbers");
  const yardsticks& machine = to.machine();
  const double access = machine.memory_access;
  const double row = works.row_copied();
  works.add("ascending load, synced", row, [](with& of) { return ascending_load(of); });
  if constexpr (appends<E>) works.add("ascending appends", row, [](with& of) { return ascending_appends(of); });
  works.add("random load, transactions of 1", access,
            [](with& of) { return random_load(of, of.size().small_rows(), 1); });
  works.add("random load, transactions of 100", access,
            [](with& of) { return random_load(of, of.size().small_rows(), 100); });
  works.add("random load, transactions of 10,000", access,
            [](with& of) { return random_load(of, of.rows().size(), usual_batch); });
  works.add("random erase", access, [](with& of) { return random_erase(of); });
  if constexpr (erases_ranges<E>) works.add("erase of half of the keys", row, [](with& of) { return range_erase(of); });
  works.add("random get", access, [](with& of) { return random_get(of); });
  works.add("missing get", access, [](with& of) { return missing_get(of); });
  works.add("get of 16 keys at once, per key", access, [](with& of) { return grouped_get(of); });
  works.add("full scan, per row", row, [](with& of) { return full_scan(of); });
  works.add("range of 100 rows", access + 100 * row, [](with& of) { return short_ranges(of); });
  if constexpr (begins_readers<E>) {
    works.add("begin and end of a read transaction", machine.exchange, [](with& of) { return begin_and_end(of); });
  }
  works.add("read transaction of one get", access, [](with& of) { return single_gets(of); });
  works.add(
      "gets on two threads, share of one", 0.5, [](with& of) { return two_readers(of); }, unit::share);
  if constexpr (E::has_file) {
    const double raw = E::rows::raw_size;
    works.add(
        "file after random load, per row", raw, [](with& of) { return file_size(of); }, unit::bytes);
    works.add("open to first get", 0, [](with& of) { return open_to_first_get(of); });
    works.add("open after a kill", 0, [](with& of) { return open_after_kill(of); });
    for (const std::size_t batch : {std::size_t{1}, std::size_t{10}, std::size_t{100}, std::size_t{1000}}) {
      works.add("synced transaction of " + std::to_string(batch) + (batch == 1 ? " put" : " puts"),
                machine.write_in_place, [batch](with& of) { return synced_commits(of, batch); });
    }
  }
}

/// The works of rows that are texts and bytes; `label` ends their names.
template <engine E>
void add_text_works(suite& to, std::size_t rows, const char* kind, const std::string& label) {
  using with = subject<E>;
  work_list<E> works(to, rows, kind);
  const double row = works.row_copied();
  works.add("random load, " + label, row, [](with& of) { return random_load(of, of.rows().size(), usual_batch / 10); });
  works.add("random get, " + label, to.machine().memory_access + row, [](with& of) { return random_get(of); });
  works.add("full scan per row, " + label, row, [](with& of) { return full_scan(of); });
  if constexpr (E::has_file) {
    works.add(
        "file per row, " + label, E::rows::raw_size, [](with& of) { return file_size(of); }, unit::bytes);
  }
}

/// All works that this engine can do. Engines must have names of their own: to GCC alias templates of one name in
/// unnamed namespaces of several files are the same argument.
template <template <class> class Engine>
void add_works(suite& to) {
  const scale& size = to.size();
  add_number_works<Engine<number_rows>>(to);
  add_text_works<Engine<text_rows<150>>>(to, size.text_rows, "texts", "texts");
  add_text_works<Engine<text_rows<1024>>>(to, size.records(), "records", "1 KiB values");
  add_text_works<Engine<text_rows<65'536>>>(to, size.large_values(), "large", "64 KiB values");
}

// Each defined in engines/.
void add_file_pager(suite& to);
void add_mmap_pager(suite& to);
void add_memory_pager(suite& to);
void add_lmdb(suite& to);
void add_sqlite(suite& to);
void add_leveldb(suite& to);
void add_rocksdb(suite& to);
void add_std_map(suite& to);
void add_btree_map(suite& to);

}  // namespace macaw_benchmark
