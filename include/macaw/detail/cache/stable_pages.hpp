// SPDX-License-Identifier: MIT
//
// Operations and pins of pagers whose bytes stay where they are: nothing to count, nothing to end.
// Layer 2 (storage).

#pragma once

#include <macaw/macros.hpp>

namespace macaw::inline MACAW_ABI::detail {

/// What `pager` asks of a model, for models that need none of it.
struct stable_pages {
  class pins {};
  class pin {};

  class [[nodiscard]] operation {
   public:
    operation() = default;
    operation(operation&&) noexcept {}
    operation& operator=(operation&&) noexcept { return *this; }
    ~operation() {}  // not trivial, so that a variable that only bounds a scope counts as used
  };
};

}  // namespace macaw::inline MACAW_ABI::detail
