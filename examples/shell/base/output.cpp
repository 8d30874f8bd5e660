// SPDX-License-Identifier: MIT

#include "base/output.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

namespace macaw_shell {

namespace {

[[noreturn]] void throw_cannot_write() {
  throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
}

std::string_view code_of(color in) noexcept {
  switch (in) {
    case color::plain: return "\x1b[0m";
    case color::bold: return "\x1b[1m";
    case color::dim: return "\x1b[2m";
    case color::red: return "\x1b[31m";
    case color::green: return "\x1b[32m";
    case color::yellow: return "\x1b[33m";
    case color::blue: return "\x1b[34m";
    case color::magenta: return "\x1b[35m";
    case color::cyan: return "\x1b[36m";
  }
  return {};
}

}  // namespace

void output::write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) throw_cannot_write();
}

std::string output::paint(std::string_view text, color in) const {
  if (!how_.color || in == color::plain) return std::string(text);
  return std::string(code_of(in)).append(text).append(code_of(color::plain));
}

void output::json(const nlohmann::ordered_json& value) {
  line(value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void output::remark(std::string_view text) {
  if (how_.for_people && !how_.quiet && !how_.json) line(paint(text, color::dim));
}

void output::flush() {
  if (std::fflush(stdout) != 0) throw_cannot_write();
}

}  // namespace macaw_shell
