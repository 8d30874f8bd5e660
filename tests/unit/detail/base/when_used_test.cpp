// SPDX-License-Identifier: MIT

#include "support/catch.hpp"

#include <macaw/detail/base/when_used.hpp>

#include <span>
#include <type_traits>
#include <vector>

using macaw::detail::when_used;

namespace {

/// Would not compile where its members were instantiated together with it: there is no such function.
template <class When>
class never_used {
 public:
  template <class T>
  using vector = typename When::template vector<T>;

  void fail() { numbers_.push_back_twice(1); }

 private:
  vector<int> numbers_;
};

}  // namespace

TEST_CASE("containers named by way of `When` are those of std, and are looked into when used") {
  CHECK(std::is_same_v<when_used::vector<int>, std::vector<int>>);
  CHECK(std::is_same_v<when_used::span<const int>, std::span<const int>>);
  const never_used<when_used> unused;
  static_cast<void>(unused);
}
