// SPDX-License-Identifier: MIT
//
// A unit that changes and reads tables, and opens no database, instantiates nothing of what reads or writes the file:
// here every such function of the pager is refused as soon as it is instantiated.

#include <macaw/macaw.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace elsewhere {

template <class Pager>
inline constexpr bool opened_elsewhere = false;

template <std::size_t PageSize, class Files>
class cold_pager : public macaw::file_pager<PageSize, Files> {
  using base = macaw::file_pager<PageSize, Files>;

 public:
  using typename base::file_type;
  using typename base::pins;

  cold_pager(file_type, std::size_t) { static_assert(opened_elsewhere<base>); }
  const std::byte* fetch(macaw::page_ref, const macaw::page_check&, pins&) const {
    static_assert(opened_elsewhere<base>);
    return nullptr;
  }
  macaw::bytes_view fetch_piece(macaw::page_ref, std::size_t, const macaw::page_check&, macaw::piece_buffer&) const {
    static_assert(opened_elsewhere<base>);
    return {};
  }
  void grow(std::uint32_t) { static_assert(opened_elsewhere<base>); }
  void claim(std::uint32_t, std::uint32_t) { static_assert(opened_elsewhere<base>); }
  void store(std::uint32_t, std::span<const macaw::bytes_view>) { static_assert(opened_elsewhere<base>); }
  void adopt(std::uint32_t, std::uint32_t, const std::byte*) noexcept { static_assert(opened_elsewhere<base>); }
  void forget(std::uint32_t, std::uint32_t) noexcept { static_assert(opened_elsewhere<base>); }
  void sync(macaw::sync_scope) { static_assert(opened_elsewhere<base>); }
};

struct cold_config : macaw::file_config<4096> {
  template <class C>
  using pager = cold_pager<C::page_size, typename C::file_system>;
};

using database = macaw::basic_database<cold_config>;

constexpr macaw::table<std::uint64_t, std::string> lines{"lines"};

std::string change(database& db) {
  auto txn = db.begin_write();
  txn[lines].put(1, "one");
  txn[lines].erase(2);
  txn[lines].clear();
  txn.drop(lines);
  auto nested = txn.nested();
  nested.rollback();
  txn.commit();
  db.put(lines, 3, "three");
  std::string text;
  const auto snapshot = db.begin_read();
  for (const auto& row : snapshot[lines].range()) text += row.value();
  db.sync();
  db.close();
  return text + db.get(lines, 1).value_or("");
}

}  // namespace elsewhere
