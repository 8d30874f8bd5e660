// SPDX-License-Identifier: MIT
//
// Two shared libraries, each with a macaw of its own inside, take turns with one file: the second is
// refused while the first has it open, by the lock alone, since they share no variable.

#include "embedding.hpp"

#include <cstdio>

namespace {

int failures = 0;

void expect(bool condition, const char* what) {
  if (condition) return;
  std::printf("failed: %s\n", what);
  ++failures;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const char* path = argv[1];
  std::remove(path);

  expect(first_open(path) == embedding_done, "the first library opens a new file");
  expect(first_add(1) == embedding_done, "and adds a row");
  expect(second_open(path) == embedding_taken, "the second library is refused");
  expect(first_add(2) == embedding_done, "which takes nothing from the first");
  expect(second_open(path) == embedding_taken, "the second library is still refused");
  first_close();

  expect(second_open(path) == embedding_done, "the second library opens the file after the first has closed it");
  expect(second_size() == 2, "and sees both rows");
  expect(second_add(3) == embedding_done, "and adds one");
  expect(first_open(path) == embedding_taken, "the first library is refused now");
  second_close();

  expect(first_open(path) == embedding_done, "the first library opens the file again");
  expect(first_size() == 3, "and sees all three rows");
  first_close();
  return failures == 0 ? 0 : 1;
}
