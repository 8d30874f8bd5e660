// SPDX-License-Identifier: MIT
//
// Everything that makes sense of single bytes: codecs, pages, meta pages, catalog records, statements and pages of the
// space map, the records and index pages of large values. The first byte of an input chooses; a second one chooses a
// codec, or draws what is done with a page.

#include "fuzz/target.hpp"
#include "support/page_use.hpp"

#include <macaw/codec/standard.hpp>
#include <macaw/detail/format/catalog_record.hpp>
#include <macaw/detail/format/meta_page.hpp>
#include <macaw/detail/format/space_page.hpp>
#include <macaw/detail/format/validate.hpp>
#include <macaw/detail/space/space_map.hpp>
#include <macaw/detail/space/space_plan.hpp>
#include <macaw/detail/tree/large_value.hpp>
#include <macaw/error.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

using macaw::bytes_view;
using macaw_test::must;
using namespace macaw::detail;

constexpr std::size_t page_size = 512;

struct person {
  std::string name;
  std::uint32_t age = 0;
};
struct visit {
  person who;
  std::optional<std::string> note;
  std::array<std::uint16_t, 3> marks{};
};
enum class color : std::uint8_t { red, green };

}  // namespace

template <>
struct macaw::codec<person> : macaw::struct_codec<&person::name, &person::age> {};
template <>
struct macaw::codec<visit> : macaw::struct_codec<&visit::who, &visit::note, &visit::marks> {};
template <>
struct macaw::codec<color> : macaw::enum_codec<color::red, color::green> {};

namespace {

// Codecs.

template <class Codec, class Value>
std::vector<std::byte> encoded(const Value& value) {
  std::vector<std::byte> bytes(Codec::size(value) + 1);
  std::byte* const end = Codec::encode(value, bytes.data());
  must(end == bytes.data() + bytes.size() - 1, "an encoding has another size than it says");
  bytes.pop_back();
  return bytes;
}

template <class T>
void decode_key(bytes_view in) {
  using codec = macaw::key_codec_for<T>;
  if (const auto view = codec::decode(in)) {
    must(macaw::equal_bytes(encoded<codec>(codec::own(*view)), in), "a key was decoded from what is not its encoding");
  }
  if constexpr (macaw::component_key_codec<codec>) {
    bytes_view left = in;
    const auto value = codec::decode_component(left);
    if (!value) return;
    must(left.size() <= in.size(), "a component ate more than there was");
    std::vector<std::byte> again(codec::component_size(*value));
    static_cast<void>(codec::encode_component(*value, again.data()));
    must(macaw::equal_bytes(again, in.first(in.size() - left.size())), "a component ate something else");
  }
}

template <class T>
void decode_value(bytes_view in) {
  using codec = macaw::value_codec_for<T>;
  const auto view = codec::decode(in);
  if (!view) return;
  // Rows of fewer fields decode as well; so only what comes back must be what it is an encoding of.
  const auto once = encoded<codec>(codec::own(*view));
  const auto again = codec::decode(once);
  must(again && encoded<codec>(codec::own(*again)) == once, "a value does not come back");
}

template <class... Ts>
void decode_chosen(std::size_t choice, bytes_view in, bool keys) {
  std::size_t index = 0;
  ((index++ == choice % sizeof...(Ts) ? (keys ? decode_key<Ts>(in) : decode_value<Ts>(in)) : void()), ...);
}

void use_codec(bytes_view in, bool keys) {
  if (in.empty()) return;
  using namespace std;
  decode_chosen<uint8_t, uint16_t, uint32_t, uint64_t, int8_t, int64_t, float, double, bool, color, string,
                vector<byte>, array<uint16_t, 3>, array<string, 2>, tuple<string, uint32_t, vector<byte>>,
                pair<tuple<string, string>, tuple<int8_t, string>>, optional<uint16_t>, optional<string>,
                optional<optional<int8_t>>, variant<monostate, uint16_t, string>, person, visit, monostate>(
      to_integer<size_t>(in[0]), in.subspan(1), keys);
  if (!keys) return;
  const bytes_view rest = in.subspan(1);
  decode_key<macaw::descending<uint64_t>>(rest);
  decode_key<macaw::descending<string>>(rest);
  decode_key<macaw::descending<visit>>(rest);
  decode_key<tuple<string, macaw::descending<string>>>(rest);
}

// Pages.

/// As many bytes of a page as there are, zeros behind them.
macaw_test::page_bytes<page_size> page_of(bytes_view in) {
  macaw_test::page_bytes<page_size> page;
  std::memset(page.get(), 0, page_size);
  if (!in.empty()) std::memcpy(page.get(), in.data(), std::min(in.size(), page_size));
  return page;
}

void use_page(bytes_view in) {
  if (in.empty()) return;
  const auto seed = std::to_integer<std::uint64_t>(in[0]);
  const auto page = page_of(in.subspan(1));
  const page_shape shape = load_shape(page.get());
  if (validate_page<page_size>(page.get(), shape) != nullptr || shape.kind() == page_kind::large_index) return;
  with_layout<page_size>(shape.key_width(), shape.value_width(), [&](const auto& layout) {
    const std::string wrong = shape.kind() == page_kind::leaf ? macaw_test::use_leaf(layout, page, seed)
                                                              : macaw_test::use_branch(layout, page, seed);
    must(wrong.empty(), wrong.c_str());
  });
}

void use_meta(bytes_view in) {
  std::vector<std::byte> bytes(meta_size);
  if (!in.empty()) std::memcpy(bytes.data(), in.data(), std::min(in.size(), meta_size));
  const auto whole = std::span(bytes).first<meta_size>();
  store_le(bytes.data(), meta_checksum(whole));
  meta_page meta;
  if (decode_meta(whole, meta) != meta_finding::good) return;
  static_cast<void>(manifest_in_order(meta, 16));
  std::vector<std::byte> again(meta_size), last(meta_size);
  encode_meta(meta, std::span(again).first<meta_size>());
  meta_page same;
  must(decode_meta(std::span(again).first<meta_size>(), same) == meta_finding::good, "a meta page does not come back");
  encode_meta(same, std::span(last).first<meta_size>());
  must(again == last, "a meta page comes back as another one");
}

void use_record(bytes_view in) {
  catalog_record record;
  if (catalog_record::decode(in, record) != nullptr) return;
  std::vector<std::byte> again(record.encoded_size());
  record.encode(again.data());
  must(macaw::equal_bytes(again, in), "a catalog record comes back as another one");
}

// The space map.

/// The statements of a meta page, then pages of the log from the first page on.
void use_space(bytes_view in) {
  constexpr std::uint32_t first_page = 16;
  constexpr space_room room{12, space_page_words_max(page_size)};
  if (in.size() < 32) return;
  const auto word = [&](std::size_t at) { return load_le<std::uint32_t>(in.data() + at); };
  const space_root root{{macaw::page_id{word(0) & 0xFFU}, word(4)}, word(8), word(12), word(16), word(20) % 100'000};
  const std::size_t statements = std::min<std::size_t>(word(24) % 128, in.size() - 32);
  const bytes_view said = in.subspan(32, statements), pages = in.subspan(32 + statements);
  std::vector<std::byte> page;
  space_map map(first_page, room);
  try {
    map.restore(root, said, page_size, [&](macaw::page_ref ref) -> const std::byte* {
      const std::uint64_t offset = (std::uint64_t{to_number(ref.id)} - first_page) * page_size;
      if (to_number(ref.id) < first_page || offset >= pages.size()) throw_corrupt(ref.id, "not there");
      const bytes_view found = pages.subspan(static_cast<std::size_t>(offset));
      page.assign(page_size, std::byte{0});
      std::memcpy(page.data(), found.data(), std::min(found.size(), page_size));
      return page.data();
    });
    must(map.allocatable() + map.log_pages() == map.free().total(), "the free pages do not add up");
    std::uint64_t free = 0;
    map.for_each_free([&free](page_run run) { free += run.pages; });
    must(free == map.allocatable(), "other pages are free than can be allocated");
    for (std::uint64_t d = 1; d < 6; ++d) {
      const page_run used[] = {{map.allocate(2), 2}};
      must(used[0].first >= first_page, "a page of the meta pages is allocated");
      space_plan plan(map, d, {}, used);
      plan.adopt();
      map.release({});
    }
  } catch (const macaw::error& failure) {
    must(failure.kind() == macaw::errc::corrupt || failure.kind() == macaw::errc::no_space, failure.what());
  }
}

// Large values.

/// Pages out of an input; every piece is there, and all of them are the same.
class input_pages {
 public:
  static constexpr std::size_t page_size = ::page_size;

  explicit input_pages(bytes_view bytes) : bytes_(bytes) {}

  const std::byte* page(macaw::page_ref ref, page_shape shape, const page_bounds& bounds) const {
    must(++reads_ < 10'000, "a walk does not end");
    page_bounds within = bounds;
    within.id_end = 16 + static_cast<std::uint32_t>(bytes_.size() / page_size);
    const std::uint32_t id = to_number(ref.id);
    if (id < 16 || id >= within.id_end) throw_corrupt(ref.id, "not there");
    const std::byte* const found = bytes_.data() + (id - 16) * page_size;
    if (const char* const wrong = validate_page<page_size>(found, shape, within)) throw_corrupt(ref.id, wrong);
    return found;
  }
  void prefetch(macaw::page_ref, std::size_t) const noexcept {}
  bytes_view piece(macaw::page_ref, std::size_t payload, piece_buffer& buffer) const { return buffer.ensure(payload); }

 private:
  bytes_view bytes_;
  mutable std::size_t reads_ = 0;
};

void use_large(bytes_view in) {
  if (in.size() < large_record_size) return;
  const bytes_view cell = in.first(large_record_size);
  if (validate_large_record<page_size>(cell) != nullptr) return;
  const large_record record = load_large_record(cell);
  const input_pages pages(in.subspan(large_record_size));
  tree_root root;
  root.large_pages = 20'000;
  try {
    expect_claimed<page_size>(record, root);
    std::uint64_t counted = 0, payloads = 0;
    walk_large(pages, record, [&](macaw::page_ref, std::uint8_t, std::uint32_t run, std::size_t payload) {
      counted += run;
      payloads += payload;
    });
    must(payloads == record.size && counted == large_pages<page_size>(record.size), "the pieces do not add up");
    large_reader<input_pages> reader(pages, record);
    std::array<std::byte, 100> out;
    for (const std::uint64_t offset : {std::uint64_t{0}, record.size / 2, record.size}) {
      must(reader.read(offset, out) == std::min<std::uint64_t>(out.size(), record.size - offset), "a read is short");
    }
  } catch (const macaw::error& failure) {
    must(failure.kind() == macaw::errc::corrupt, failure.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bytes_view in = std::as_bytes(std::span(data, size)).subspan(1);
  switch (data[0] % 7) {
    case 0: use_codec(in, true); break;
    case 1: use_codec(in, false); break;
    case 2: use_page(in); break;
    case 3: use_meta(in); break;
    case 4: use_record(in); break;
    case 5: use_space(in); break;
    default: use_large(in);
  }
  return 0;
}
