// SPDX-License-Identifier: MIT
//
// The laws of value codecs, tried on every codec of the library.

#include "conformance/codec_subjects.hpp"
#include "support/catch.hpp"

#include <tuple>

using namespace codec_conformance;

namespace {

using values = joined_lists<simple_subjects<value_subject>, composite_subjects<value_subject>, only_values>;

}  // namespace

TEST_CASE("every value codec writes exactly the size it announces, and the same bytes each time") {
  for_each_subject<values>([]<class S>(random_source& generator) { writes_exactly_its_size<S>(generator); });
}

TEST_CASE("every value codec gives back what it encoded") {
  for_each_subject<values>([]<class S>(random_source& generator) { decodes_what_it_encoded<S>(generator); });
}

TEST_CASE("every value codec refuses bytes that it would not have written") {
  for_each_subject<values>([]<class S>(random_source& generator) { refuses_what_is_no_encoding<S>(generator); });
}

TEST_CASE("every value codec reads its own name and none that is made up") {
  for_each_subject<values>([]<class S>(random_source& generator) { reads_its_own_name<S>(generator); });
}
