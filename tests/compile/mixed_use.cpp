// SPDX-License-Identifier: MIT
//
// The unit that calls.

#include "mixed.hpp"

int main() { return is_corruption(macaw::error(macaw::errc::corrupt, "a page")) ? 0 : 1; }
