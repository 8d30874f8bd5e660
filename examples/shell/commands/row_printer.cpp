// SPDX-License-Identifier: MIT

#include "commands/row_printer.hpp"

#include "formats/hex.hpp"
#include "values/value_json.hpp"
#include "values/value_text.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace macaw_shell {

std::string row_printer::text(const codec_type& type, codec_role role, macaw::bytes_view stored) const {
  const settings& how = shell_.how();
  if (how.hex) return hex_text(stored);
  return how.for_people ? show(type, role, stored) : show_raw(type, role, stored);
}

void row_printer::row(macaw::bytes_view key, macaw::bytes_view value, bool keys_only) {
  output& out = shell_.out();
  if (shell_.how().json) {
    nlohmann::ordered_json object;
    object["key"] =
        shell_.how().hex ? nlohmann::ordered_json(hex_text(key)) : to_json(table_.key, codec_role::key, key);
    if (!keys_only) {
      object["value"] =
          shell_.how().hex ? nlohmann::ordered_json(hex_text(value)) : to_json(table_.value, codec_role::value, value);
    }
    return out.json(object);
  }
  out.write(out.paint(text(table_.key, codec_role::key, key), color::cyan));
  if (!keys_only) {
    out.write(shell_.how().for_people ? "  " : "\t");
    out.write(text(table_.value, codec_role::value, value));
  }
  out.write("\n");
}

void row_printer::value(macaw::bytes_view stored) {
  if (!shell_.how().json) return shell_.out().line(text(table_.value, codec_role::value, stored));
  if (shell_.how().hex) return shell_.out().json(hex_text(stored));
  shell_.out().json(to_json(table_.value, codec_role::value, stored));
}

}  // namespace macaw_shell
