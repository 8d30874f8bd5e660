// SPDX-License-Identifier: MIT
//
// All of macaw but the mapped pager (`<macaw/mmap.hpp>`), files in memory (`<macaw/storage/memory_files.hpp>`), and
// the tools on whole databases (`<macaw/ops/...>`). Layer 6 (API).

#pragma once

#include <macaw/bytes.hpp>
#include <macaw/checksum/crc32c.hpp>
#include <macaw/codec/standard.hpp>
#include <macaw/cursor.hpp>
#include <macaw/database.hpp>
#include <macaw/entry.hpp>
#include <macaw/error.hpp>
#include <macaw/fwd.hpp>
#include <macaw/ids.hpp>
#include <macaw/key_range.hpp>
#include <macaw/options.hpp>
#include <macaw/range.hpp>
#include <macaw/raw_table.hpp>
#include <macaw/read_table.hpp>
#include <macaw/read_txn.hpp>
#include <macaw/savepoint.hpp>
#include <macaw/stats.hpp>
#include <macaw/storage/configs.hpp>
#include <macaw/table.hpp>
#include <macaw/txn.hpp>
#include <macaw/value_stream.hpp>
#include <macaw/write_table.hpp>
#include <macaw/write_txn.hpp>
