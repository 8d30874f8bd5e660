// SPDX-License-Identifier: MIT

#include "results.hpp"

#include "bars.hpp"
#include "ratios.hpp"

#include <macaw/version.hpp>

#include <sys/utsname.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <thread>
#if defined(MACAW_BENCHMARK_HAVE_LMDB)
#include <lmdb.h>
#endif
#if defined(MACAW_BENCHMARK_HAVE_SQLITE)
#include <sqlite3.h>
#endif
#if defined(MACAW_BENCHMARK_HAVE_LEVELDB)
#include <leveldb/db.h>
#endif
#if defined(MACAW_BENCHMARK_HAVE_ROCKSDB)
#include <rocksdb/version.h>
#endif

namespace macaw_benchmark {

namespace {

using nlohmann::json;

std::string processor() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown processor";
}

std::string system_text() {
  utsname names{};
  ::uname(&names);
  return std::string(names.sysname) + " " + names.release + " " + names.machine + ", " + processor() + ", " +
         std::to_string(std::thread::hardware_concurrency()) + " threads";
}

std::string version_text(int major, int minor, int patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

std::string engine_versions() {
  std::string text = "macaw " + version_text(MACAW_VERSION_MAJOR, MACAW_VERSION_MINOR, MACAW_VERSION_PATCH);
#if defined(MACAW_BENCHMARK_HAVE_LMDB)
  text += ", LMDB " + version_text(MDB_VERSION_MAJOR, MDB_VERSION_MINOR, MDB_VERSION_PATCH);
#endif
#if defined(MACAW_BENCHMARK_HAVE_SQLITE)
  text += std::string(", SQLite ") + sqlite3_libversion();
#endif
#if defined(MACAW_BENCHMARK_HAVE_LEVELDB)
  text += ", LevelDB " + version_text(leveldb::kMajorVersion, leveldb::kMinorVersion, 0);
#endif
#if defined(MACAW_BENCHMARK_HAVE_ROCKSDB)
  text += ", RocksDB " + version_text(ROCKSDB_MAJOR, ROCKSDB_MINOR, ROCKSDB_PATCH);
#endif
  return text;
}

const char* unit_text(unit in) {
  switch (in) {
    case unit::nanoseconds: return "ns";
    case unit::bytes: return "bytes";
    case unit::share: return "share";
  }
  return "";
}

json spread_json(const spread& of) {
  return {
      {"median", of.median}, {"lower_quartile", of.lower_quartile}, {"minimum", of.minimum}, {"maximum", of.maximum}};
}

json work_json(const work& of) {
  json engines = json::object();
  for (const auto& [engine, found] : of.found) {
    const spread amounts = spread_of(found);
    json& entry = engines[engine] = spread_json(amounts);
    for (const auto& [round, amount] : found) entry["samples"].push_back(amount);
    const auto better = ratio(of, engine);
    if (better && engine != yardstick_engine) entry["ratio"] = spread_json(*better);
    if (of.bound > 0) entry["part_of_bound"] = of.bound / amounts.median;
  }
  return {{"name", of.name}, {"unit", unit_text(of.unit)}, {"bound", of.bound}, {"engines", engines}};
}

json bars_json(const suite& of) {
  json result = json::array();
  for (const bar_result& each : judge_bars(of)) {
    if (!each.ratio) continue;
    result.push_back({{"work", each.of.work},
                      {"engine", each.engine},
                      {"to", each.of.to},
                      {"at_least", each.of.at_least},
                      {"ratio", spread_json(*each.ratio)},
                      {"reached", each.reached()}});
  }
  return result;
}

json run_json(const suite& of) {
  json works = json::array();
  for (const work& each : of.works()) {
    if (!each.found.empty()) works.push_back(work_json(each));
  }
  return {{"rows", of.size().rows},         {"text_rows", of.size().text_rows},
          {"records", of.size().records()}, {"large_values", of.size().large_values()},
          {"rounds", of.size().rounds},     {"engines", of.engines()},
          {"failures", of.failures()},      {"works", works},
          {"bars", bars_json(of)}};
}

}  // namespace

machine_facts machine_facts::here() {
  return {system_text(), std::string(MACAW_BENCHMARK_COMPILER), engine_versions(), {}};
}

json to_json(const machine_facts& facts, const std::vector<suite>& runs) {
  const yardsticks& machine = facts.machine;
  json result{{"machine",
               {{"system", facts.system},
                {"compiler", facts.compiler},
                {"engines", facts.engines},
                {"yardsticks_ns",
                 {{"memory_access", machine.memory_access},
                  {"byte_copied", machine.byte_copied},
                  {"exchange", machine.exchange},
                  {"linear_row", machine.linear_row},
                  {"write_in_place", machine.write_in_place},
                  {"write_scattered", machine.write_scattered}}}}},
              {"runs", json::array()}};
  for (const suite& run : runs) result["runs"].push_back(run_json(run));
  return result;
}

}  // namespace macaw_benchmark
