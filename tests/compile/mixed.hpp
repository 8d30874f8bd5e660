// SPDX-License-Identifier: MIT
//
// A function of a user's, defined in one unit and called in another, with a type of macaw's in its signature.

#pragma once

#include <macaw/error.hpp>

bool is_corruption(const macaw::error& error);
