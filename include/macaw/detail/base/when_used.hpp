// SPDX-License-Identifier: MIT
//
// Why some classes are templates of `When`, for which there is one argument. Layer 0 (vocabulary).
//
// What the functions of an ordinary class call is instantiated by every unit that includes the class, even where nobody
// uses it; in C++20 that goes for the members of std::vector in particular. A class that few units use, such as those
// that only the opening of a database leads to, is a template therefore, has an alias for the one instance there is,
// and takes its containers from `When`, so that nothing is instantiated but by units that use it (decision 22).

#pragma once

#include <macaw/macros.hpp>

#include <span>
#include <vector>

namespace macaw::inline MACAW_ABI::detail {

struct when_used {
  template <class T>
  using vector = std::vector<T>;
  template <class T>
  using span = std::span<T>;
};

}  // namespace macaw::inline MACAW_ABI::detail
