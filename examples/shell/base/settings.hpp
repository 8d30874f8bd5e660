// SPDX-License-Identifier: MIT
//
// How the program shows things.

#pragma once

namespace macaw_shell {

struct settings {
  bool json = false;   ///< one JSON text a line
  bool hex = false;    ///< keys and values as the hexadecimal digits of what is stored
  bool quiet = false;  ///< no remarks, no progress
  bool color = false;  ///< standard output takes colours
  bool color_errors = false;
  bool for_people = false;  ///< standard output is a terminal: quoted and aligned, not raw
  bool progress = false;    ///< standard error is a terminal and not asked to be quiet
};

}  // namespace macaw_shell
