// SPDX-License-Identifier: MIT
//
// Databases in mapped files: `mmap_config`, `mmap_database`. Needs the headers of Boost.Interprocess. Layer 6 (API).

#pragma once

#include <macaw/macaw.hpp>
#include <macaw/storage/mmap_config.hpp>
