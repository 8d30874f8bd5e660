// SPDX-License-Identifier: MIT

#include <macaw/detail/api/leaf_hold.hpp>

#include "support/allocations.hpp"
#include "support/catch.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

using macaw::page_id;
using macaw::page_ref;
using macaw::detail::leaf_hold;

namespace {

using counted = std::shared_ptr<int>;
constexpr page_ref first{page_id{20}, 3}, second{page_id{21}, 3};
constexpr std::byte bytes[2] = {};

}  // namespace

TEST_CASE("a hold is of the leaf that it was moved to, and of none at first") {
  leaf_hold<counted> shown;
  CHECK_FALSE(shown.is_of(first));
  CHECK_FALSE(shown.is_of({}));
  shown.move_to(first, bytes, std::make_shared<int>());
  CHECK(shown.is_of(first));
  CHECK_FALSE(shown.is_of(second));
  CHECK_FALSE(shown.is_of({first.id, first.birth + 1}));
  CHECK(shown.bytes() == bytes);
  shown.reset();
  CHECK_FALSE(shown.is_of(first));
  CHECK_FALSE(shown.is_of({}));
}

TEST_CASE("a pin lives as long as a hold of its leaf") {
  const counted one = std::make_shared<int>(), two = std::make_shared<int>();
  std::optional<leaf_hold<counted>> shown(std::in_place);
  shown->move_to(first, bytes, one);
  leaf_hold<counted> row = *shown;
  leaf_hold<counted> copy = row;
  shown->move_to(second, bytes + 1, two);
  CHECK(one.use_count() == 2);
  CHECK(row.is_of(first));
  CHECK(row.bytes() == bytes);
  CHECK(shown->is_of(second));
  row = *shown;
  CHECK(one.use_count() == 2);
  leaf_hold<counted> moved = std::move(copy);
  copy = {};
  CHECK(one.use_count() == 2);
  moved = {};
  CHECK(one.use_count() == 1);
  shown->reset();
  CHECK(two.use_count() == 2);
  shown.reset();
  CHECK(two.use_count() == 2);
  CHECK(row.is_of(second));
  row = {};
  CHECK(two.use_count() == 1);
}

TEST_CASE("a leaf that nothing else holds is let go at once") {
  const counted pin = std::make_shared<int>();
  leaf_hold<counted> shown;
  shown.move_to(first, bytes, pin);
  shown.move_to(second, bytes, std::make_shared<int>());
  CHECK(pin.use_count() == 1);
  shown.move_to(first, bytes, pin);
  shown.reset();
  CHECK(pin.use_count() == 1);
}

TEST_CASE("going from leaf to leaf takes no memory unless a row stays") {
  if (!macaw_test::allocations_are_counted) return;
  leaf_hold<counted> shown;
  CHECK_FALSE(shown.is_prepared());
  shown.prepare();
  CHECK(shown.is_prepared());
  {
    const macaw_test::failing_allocation failing(1);
    shown.move_to(first, bytes, {});
    shown.reset();
    shown.move_to(second, bytes, {});
    CHECK_FALSE(failing.fired());
  }
  const leaf_hold<counted> row = shown;
  CHECK_FALSE(shown.is_prepared());
  {
    const macaw_test::failing_allocation failing(1);
    CHECK_THROWS_AS(shown.move_to(first, bytes, {}), std::bad_alloc);
  }
  CHECK(shown.is_of(second));
}
