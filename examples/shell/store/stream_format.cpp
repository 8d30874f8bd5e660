// SPDX-License-Identifier: MIT

#include "store/stream_format.hpp"

#include <macaw/bytes.hpp>
#include <macaw/ops/probe.hpp>
#include <macaw/storage/memory_files.hpp>

#include <span>
#include <string>

namespace macaw_shell {

const file_tools& tools_for_stream(macaw::bytes_view head, const std::string& name) {
  macaw::memory_files files;
  auto file = files.open(name, macaw::open_mode::create_new);
  file.write(0, std::span(&head, 1));
  const macaw::probe_result probed = macaw::probe(name, files);
  return tools_for(probed.page_size, probed.checksum_id);
}

}  // namespace macaw_shell
