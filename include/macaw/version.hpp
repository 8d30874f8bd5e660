// SPDX-License-Identifier: MIT
//
// The version of the library. Layer 0 (vocabulary).

#pragma once

#define MACAW_VERSION_MAJOR 0
#define MACAW_VERSION_MINOR 1
#define MACAW_VERSION_PATCH 0
