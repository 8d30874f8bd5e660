// SPDX-License-Identifier: MIT
//
// LevelDB, and RocksDB, whose interface is a child of it, as engines: batches for transactions, snapshots for read
// transactions. Keys that are numbers are stored as their bytes from the highest on.

#pragma once

#include "../engine.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace macaw_benchmark {

/// `Store` has types of the library (`database_type`, `status`, `slice`, `batch`, `read_options`, `write_options`,
/// `iterator`),
/// the constant `name`, a constructor of path and bytes of all rows, `database()`, and `sync()`.
template <class Store, class Rows>
class log_structured_engine {
 public:
  using rows = Rows;
  static constexpr std::string_view name = Store::name;
  static constexpr bool has_file = true;

  log_structured_engine(const std::string& path, const opening& how) : store_(path, how.data_size) {
    commits_.sync = how.commits == syncing::on;
  }

  void sync() { store_.sync(); }

  class reader;
  class writer;

 private:
  using key_type = typename Rows::key_type;
  using value_type = typename Rows::value_type;
  using slice = typename Store::slice;
  static constexpr bool has_numbers = std::same_as<key_type, std::uint64_t>;

  static void require(const typename Store::status& found) {
    if (!found.ok()) throw std::runtime_error(std::string(Store::name) + ": " + found.ToString());
  }

  /// The bytes of a key or a value while it lives.
  class key_bytes {
   public:
    explicit key_bytes(const key_type& key) {
      if constexpr (has_numbers) {
        number_ = __builtin_bswap64(key);
        bytes_ = {reinterpret_cast<const char*>(&number_), sizeof number_};
      } else {
        const std::string_view text = key;
        bytes_ = {text.data(), text.size()};
      }
    }
    key_bytes(const key_bytes&) = delete;
    key_bytes& operator=(const key_bytes&) = delete;
    [[nodiscard]] const slice& get() const noexcept { return bytes_; }

   private:
    std::uint64_t number_ = 0;
    slice bytes_;
  };
  [[nodiscard]] static slice value_bytes(const value_type& value) noexcept {
    if constexpr (has_numbers) {
      return {reinterpret_cast<const char*>(&value), sizeof value};
    } else {
      return {value.data(), value.size()};
    }
  }
  [[nodiscard]] static std::uint64_t number(const slice& bytes) {
    std::uint64_t result = 0;
    if (bytes.size() != sizeof result) throw std::runtime_error("a row of another size");
    std::memcpy(&result, bytes.data(), sizeof result);
    return result;
  }
  [[nodiscard]] static auto shown_key(const slice& bytes) {
    if constexpr (has_numbers) {
      return __builtin_bswap64(number(bytes));
    } else {
      return std::string_view(bytes.data(), bytes.size());
    }
  }
  [[nodiscard]] static value_type shown_value(const slice& bytes) {
    if constexpr (has_numbers) {
      return number(bytes);
    } else {
      return {bytes.data(), bytes.size()};
    }
  }

  Store store_;
  typename Store::write_options commits_;
};

template <class Store, class Rows>
class log_structured_engine<Store, Rows>::reader {
 public:
  explicit reader(log_structured_engine& engine) : database_(engine.store_.database()) {
    options_.snapshot = database_.GetSnapshot();
  }
  reader(const reader&) = delete;
  reader& operator=(const reader&) = delete;
  ~reader() {
    iterator_.reset();
    database_.ReleaseSnapshot(options_.snapshot);
  }

  template <class Use>
  [[nodiscard]] bool get(const key_type& key, Use&& use) const {
    const typename Store::status found = database_.Get(options_, key_bytes(key).get(), &value_);
    if (found.IsNotFound()) return false;
    require(found);
    use(shown_value(value_));
    return true;
  }
  template <class Use>
  void scan(Use&& use) const {
    walker().SeekToFirst();
    walk(SIZE_MAX, use);
  }
  template <class Use>
  void scan(const key_type& from, std::size_t rows_max, Use&& use) const {
    walker().Seek(key_bytes(from).get());
    walk(rows_max, use);
  }

 private:
  typename Store::iterator& walker() const {
    if (iterator_ == nullptr) iterator_.reset(database_.NewIterator(options_));
    return *iterator_;
  }
  template <class Use>
  void walk(std::size_t rows_max, Use& use) const {
    for (; rows_max > 0 && iterator_->Valid(); iterator_->Next(), --rows_max) {
      use(shown_key(iterator_->key()), shown_value(iterator_->value()));
    }
    require(iterator_->status());
  }

  typename Store::database_type& database_;
  typename Store::read_options options_;
  mutable std::unique_ptr<typename Store::iterator> iterator_;
  mutable std::string value_;
};

template <class Store, class Rows>
class log_structured_engine<Store, Rows>::writer {
 public:
  explicit writer(log_structured_engine& engine) : engine_(engine) {}

  void put(const key_type& key, const value_type& value) { batch_.Put(key_bytes(key).get(), value_bytes(value)); }
  /// Looks whether there is one, as the others say it.
  bool erase(const key_type& key) {
    const key_bytes bytes(key);
    std::string value;
    const typename Store::status found = engine_.store_.database().Get({}, bytes.get(), &value);
    if (found.IsNotFound()) return false;
    require(found);
    batch_.Delete(bytes.get());
    return true;
  }
  void commit() { require(engine_.store_.database().Write(engine_.commits_, &batch_)); }

 private:
  log_structured_engine& engine_;
  typename Store::batch batch_;
};

}  // namespace macaw_benchmark
