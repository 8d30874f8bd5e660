// SPDX-License-Identifier: MIT
//
// What the two shared libraries offer: the same functions, each with its library's name before it.

#pragma once

#include <cstdint>

#define EMBEDDING_EXPORT __attribute__((visibility("default")))
#define EMBEDDING_JOIN_(a, b) a##_##b
#define EMBEDDING_JOIN(a, b) EMBEDDING_JOIN_(a, b)
#define EMBEDDING_FUNCTION(name) EMBEDDING_JOIN(EMBEDDING_NAME, name)

enum embedding_result : int { embedding_done, embedding_taken, embedding_failed };

extern "C" {
int first_open(const char* path);
int first_add(std::uint64_t key);
std::uint64_t first_size();
void first_close();
int second_open(const char* path);
int second_add(std::uint64_t key);
std::uint64_t second_size();
void second_close();
}
