// SPDX-License-Identifier: MIT
//
// The program around two units that include every header; that it links is the test.

int main() {}
