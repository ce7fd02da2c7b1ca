#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "analysis/tables.h"

namespace paystress {

/// What is known of columns already: months that a stress leaves as they are need not be estimated again. A
/// column is found by a hash of 128 bits of its bytes (XXH3), so that two columns share what is known only
/// where all paths have the same numbers.   May be used from many threads. \test
/// tests/unit/analysis/column_memo_test.cpp
class ColumnMemo {
 public:
  struct Key {
    std::pair<std::uint64_t, std::uint64_t> column, lines;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  [[nodiscard]] static Key key_of(std::span<const double> column, std::span<const double> lines);
  /// Null where nothing is known.
  [[nodiscard]] std::shared_ptr<const ColumnFigures> find(const Key& key) const;
  void keep(const Key& key, std::shared_ptr<const ColumnFigures> figures);
  [[nodiscard]] std::size_t found() const { return found_; }

 private:
  mutable std::mutex mutex_;
  mutable std::size_t found_ = 0;
  std::map<Key, std::shared_ptr<const ColumnFigures>> known_;
};

}  // namespace paystress
