// SPDX-License-Identifier: MIT
//
// Every codec that comes with the library. Layer 1.

#pragma once

#include <macaw/codec/array.hpp>
#include <macaw/codec/byte_string.hpp>
#include <macaw/codec/codec.hpp>
#include <macaw/codec/concepts.hpp>
#include <macaw/codec/descending.hpp>
#include <macaw/codec/enumeration.hpp>
#include <macaw/codec/exact.hpp>
#include <macaw/codec/floating.hpp>
#include <macaw/codec/integer.hpp>
#include <macaw/codec/optional.hpp>
#include <macaw/codec/raw.hpp>
#include <macaw/codec/struct.hpp>
#include <macaw/codec/text.hpp>
#include <macaw/codec/tuple.hpp>
#include <macaw/codec/variant.hpp>
