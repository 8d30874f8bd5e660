// SPDX-License-Identifier: MIT

#include <macaw/ops/progress.hpp>

#include "support/catch.hpp"

#include <chrono>
#include <thread>
#include <type_traits>

namespace {

static_assert(std::is_constructible_v<macaw::progress_callback, bool (&)(const macaw::progress&)>);
static_assert(!std::is_constructible_v<macaw::progress_callback, int>);
static_assert(!std::is_constructible_v<macaw::progress_callback, void (&)(const macaw::progress&)>);

}  // namespace

TEST_CASE("no callback lets work go on") {
  const macaw::progress_callback none;
  CHECK_FALSE(static_cast<bool>(none));
  CHECK(none({}));
  macaw::detail::progress_meter meter(none);
  for (int i = 0; i < 1000; ++i) meter.advance();
  meter.finish();
  CHECK(meter.done() == 1000);
}

TEST_CASE("the callback comes once at the end, and not oftener than once in 50 ms before") {
  int calls = 0;
  macaw::progress last;
  const auto callback = [&](const macaw::progress& state) {
    ++calls;
    last = state;
    return true;
  };
  macaw::detail::progress_meter meter(callback, 10'000);
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 5000; ++i) meter.advance();
  std::this_thread::sleep_for(macaw::detail::progress_meter::interval);
  for (int i = 0; i < 5000; ++i) meter.advance();
  CHECK(calls >= 1);
  meter.finish();
  const auto passed = std::chrono::steady_clock::now() - begin;
  CHECK(last.finished);
  CHECK(last.done == 10'000);
  CHECK(last.total == 10'000);
  CHECK(calls <= passed / macaw::detail::progress_meter::interval + 1);
}

TEST_CASE("a callback that returns false cancels") {
  const auto no = [](const macaw::progress&) { return false; };
  macaw::detail::progress_meter meter(no);
  try {
    meter.finish();
    FAIL("not cancelled");
  } catch (const macaw::error& error) {
    CHECK(error.kind() == macaw::errc::cancelled);
  }
}
