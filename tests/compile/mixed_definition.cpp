// SPDX-License-Identifier: MIT
//
// The unit that defines.

#include "mixed.hpp"

bool is_corruption(const macaw::error& error) { return error.kind() == macaw::errc::corrupt; }
