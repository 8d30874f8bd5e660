// SPDX-License-Identifier: MIT

#include "base/numbers.hpp"
#include "formats/hex.hpp"
#include "inspect/text_table.hpp"
#include "inspect/views.hpp"

#include <macaw/bytes.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace macaw_shell {

namespace {

using macaw::inspected_meta;
using json = nlohmann::ordered_json;

std::string_view state_of(const inspected_meta& meta) {
  switch (meta.found) {
    case inspected_meta::state::good:
      return meta.beyond_end ? "beyond the end" : meta.complete ? "complete" : "incomplete";
    case inspected_meta::state::blank: return "blank";
    case inspected_meta::state::not_a_meta: return "no meta page";
    case inspected_meta::state::damaged: return "damaged";
    case inspected_meta::state::newer_format: return "of a newer format";
  }
  return "damaged";
}

std::string digest_text(std::uint64_t digest) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(digest));
  return digits.data();
}

json json_of(const inspected_meta& meta, bool lives) {
  json row = {{"state", state_of(meta)}, {"lives", lives}};
  if (meta.found != inspected_meta::state::good) return row;
  row["commit"] = meta.durable;
  row["base"] = meta.base;
  row["version"] = meta.version;
  row["page_size"] = meta.page_size;
  row["checksum"] = meta.checksum_id;
  row["uuid"] = uuid_text(meta.uuid);
  row["two_phase"] = meta.two_phase;
  row["mark"] = meta.mark;
  row["digest"] = digest_text(meta.digest);
  row["catalog"] = {{"page", to_number(meta.catalog)}, {"birth", meta.catalog_birth}, {"height", meta.catalog_height}};
  row["tables"] = meta.tables;
  row["rejected"] = meta.rejected;
  row["space_log"] = {
      {"newest", to_number(meta.log_head)}, {"tail", meta.log_tail}, {"sweep", to_number(meta.sweep_address)}};
  row["manifest"] = {{"runs", meta.manifest_runs}, {"pages", meta.manifest_pages}};
  row["statement_words"] = meta.statement_words;
  return row;
}

// What is said of one meta page, by name, in the order of both columns.
std::vector<std::pair<std::string, std::string>> facts_of(const inspected_meta& meta) {
  const std::string none = "none";
  return {
      {"commit", grouped(meta.durable)},
      {"upon commit", grouped(meta.base)},
      {"format version", std::to_string(meta.version)},
      {"page size", byte_size(meta.page_size)},
      {"checksum", meta.checksum_id == 1   ? "XXH3-64"
                   : meta.checksum_id == 2 ? "CRC-32C"
                                           : std::to_string(meta.checksum_id)},
      {"UUID", uuid_text(meta.uuid)},
      {"phases", meta.two_phase ? "two" : "one"},
      {"mark", grouped(meta.mark)},
      {"digest", digest_text(meta.digest)},
      {"catalog", to_number(meta.catalog) == 0
                      ? none
                      : "page " + grouped(to_number(meta.catalog)) + ", height " + std::to_string(meta.catalog_height)},
      {"tables", grouped(meta.tables)},
      {"space log", to_number(meta.log_head) == 0 ? none : "page " + grouped(to_number(meta.log_head))},
      {"sweep at page", grouped(to_number(meta.sweep_address))},
      {"manifest", counted(meta.manifest_pages, "page") + " in " + counted(meta.manifest_runs, "run")},
      {"statements", counted(meta.statement_words, "word")},
      {"rejected commit", meta.rejected == 0 ? none : grouped(meta.rejected)},
  };
}

}  // namespace

void show_metas(const macaw::inspected_metas& metas, const view_target& to) {
  const auto lives = [&](unsigned slot) { return metas.living == slot; };
  if (to.how.json) {
    json row = {{"living", metas.living ? json(*metas.living) : json()}};
    if (!metas.refusal.empty()) row["refusal"] = plain_reason(metas.refusal, {});
    row["slots"] = {json_of(metas.slots[0], lives(0)), json_of(metas.slots[1], lives(1))};
    return to.out.json(row);
  }
  const auto title = [&](unsigned slot) { return "slot " + std::to_string(slot) + (lives(slot) ? " (lives)" : ""); };
  text_table table({"", title(0), title(1)}, "lll");
  table.add({"state", std::string(state_of(metas.slots[0])), std::string(state_of(metas.slots[1]))});
  const auto first = facts_of(metas.slots[0]);
  const auto second = facts_of(metas.slots[1]);
  const auto cell = [&](unsigned slot, const std::string& text) {
    return metas.slots[slot].found == inspected_meta::state::good ? text : std::string();
  };
  const bool any =
      metas.slots[0].found == inspected_meta::state::good || metas.slots[1].found == inspected_meta::state::good;
  for (std::size_t i = 0; any && i < first.size(); ++i) {
    table.add({first[i].first, cell(0, first[i].second), cell(1, second[i].second)});
  }
  table.write(to.out);
  if (!metas.refusal.empty())
    to.out.line(to.out.paint("no meta page lives: " + plain_reason(metas.refusal, {}), color::red));
}

}  // namespace macaw_shell
