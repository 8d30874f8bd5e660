// SPDX-License-Identifier: MIT
//
// Catch2's main function. Version 3 brings its own in a library; version 2 makes it here.

#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
