// SPDX-License-Identifier: MIT
//
// The laws of key codecs and of components, tried on every codec of the library.

#include "conformance/codec_subjects.hpp"
#include "support/catch.hpp"

#include <tuple>

using namespace codec_conformance;

namespace {

using keys = joined_lists<simple_subjects<key_subject>, composite_subjects<key_subject>, only_keys>;

}  // namespace

TEST_CASE("every key codec writes exactly the size it announces, and the same bytes each time") {
  for_each_subject<keys>([]<class S>(random_source& generator) { writes_exactly_its_size<S>(generator); });
}

TEST_CASE("every key codec gives back what it encoded") {
  for_each_subject<keys>([]<class S>(random_source& generator) { decodes_what_it_encoded<S>(generator); });
}

TEST_CASE("every key codec refuses bytes that it would not have written") {
  for_each_subject<keys>([]<class S>(random_source& generator) { refuses_what_is_no_encoding<S>(generator); });
}

TEST_CASE("the bytes of every key codec are ordered as the keys are") {
  for_each_subject<keys>([]<class S>(random_source& generator) { orders_bytes_as_values<S>(generator); });
}

TEST_CASE("components are prefix-free and keep their order in front of anything") {
  for_each_subject<keys>([]<class S>(random_source& generator) {
    if constexpr (macaw::component_key_codec<typename S::codec>) {
      components_keep_their_order_before_anything<S>(generator);
    }
  });
}

TEST_CASE("decoding a component eats exactly what was written") {
  for_each_subject<keys>([]<class S>(random_source& generator) {
    if constexpr (macaw::component_key_codec<typename S::codec>) {
      components_eat_what_was_written<S>(generator);
    }
  });
}

TEST_CASE("components refuse bytes that they would not have written") {
  for_each_subject<keys>([]<class S>(random_source& generator) {
    if constexpr (macaw::component_key_codec<typename S::codec>) {
      components_refuse_what_is_none<S>(generator);
    }
  });
}

TEST_CASE("borrowed components are what owned ones are, complemented too") {
  for_each_subject<keys>([]<class S>(random_source& generator) {
    if constexpr (macaw::borrowing_component_key_codec<typename S::codec>) {
      components_borrow_alike<S>(generator);
    }
  });
}
