// SPDX-License-Identifier: MIT
//
// Keys and values as JSON, without loss.
//
//     text, bytes       a string; {"hex": "00ff"} where the bytes are not UTF-8, or not text
//     numbers, truth    a number, true or false; {"float": "nan"} and the like where JSON has no number
//     nothing           null
//     tuples, arrays    an array
//     variants          {"alternative": 1, "value": ...}
//     no encoding       {"stored": "00ff"}: of a program's own codec, or wrong

#pragma once

#include "values/codec_type.hpp"
#include "values/value.hpp"

#include <macaw/bytes.hpp>

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <vector>

namespace macaw_shell {

[[nodiscard]] nlohmann::ordered_json to_json(const codec_type& type, codec_role role, macaw::bytes_view encoded);

/// The encoding of what `to_json` gave, and of what fits the type. Errors: `usage_error`.
[[nodiscard]] std::vector<std::byte> encode_json(const codec_type& type, codec_role role,
                                                 const nlohmann::ordered_json& from);

}  // namespace macaw_shell
