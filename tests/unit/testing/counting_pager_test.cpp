// SPDX-License-Identifier: MIT

#include <macaw/testing/counting_pager.hpp>

#include "conformance/pager_conformance.hpp"
#include "support/catch.hpp"

#include <macaw/storage/configs.hpp>
#include <macaw/storage/file_pager.hpp>
#include <macaw/storage/memory_files.hpp>
#include <macaw/storage/memory_pager.hpp>

namespace {

using namespace macaw;
using counted = counting_pager<file_pager<512, memory_files>>;

static_assert(durable_pager<counted>);
static_assert(pager<counting_pager<memory_pager<512>>>);

struct counted_config : file_config<512> {
  using file_system = memory_files;
  template <class C>
  using pager = counting_pager<file_pager<C::page_size, typename C::file_system>>;
};
static_assert(config<counted_config>);

}  // namespace

TEST_CASE("A counting pager obeys the laws of a pager", "[pager]") {
  macaw_test::durable_pager_conformance<counted>(memory_files());
}

TEST_CASE("A counting pager counts what its thread asks", "[pager]") {
  memory_files files;
  macaw_test::pager_bench<counted, memory_files> bench(files);
  const pager_counts before = counted::counts();
  bench.put(bench.ref(0));
  bench.put(bench.ref(1), macaw_test::sample_piece<512>(bench.ref(1), 3));
  CHECK(bench.reads_well(bench.ref(0)));
  CHECK(bench.reads_well(bench.ref(0)));
  CHECK(bench.piece_reads_well(bench.ref(1), 3));
  bench.pager->forget(to_number(bench.ref(1).id), 3);
  bench.pager->sync(sync_scope::data);
  const pager_counts counts = counted::counts().since(before);
  CHECK(counts.fetches == 2);
  CHECK(counts.piece_fetches == 1);
  CHECK(counts.stored_pages == 4);
  CHECK(counts.adopted_pages == 4);
  CHECK(counts.forgotten_pages == 3);
  CHECK(counts.syncs == 1);
}
