// SPDX-License-Identifier: MIT
//
// A picture of a file as one HTML document, which needs nothing else.

#pragma once

#include "formats/text_output.hpp"
#include "inspect/file_picture.hpp"

namespace macaw_shell {

/// Writes the document. Its size does not grow with the file's.
void write_report(const file_picture& picture, text_output& out);

}  // namespace macaw_shell
