#include "analysis/column_memo.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace paystress {
namespace {

// A figure takes some 3 kB, so that no more than some 25 MB are kept.
constexpr std::size_t most_known = 8'192;

std::pair<std::uint64_t, std::uint64_t> hash_of(std::span<const double> values) {
  const auto hash = XXH3_128bits(values.data(), values.size_bytes());
  return {hash.high64, hash.low64};
}

}  // namespace

ColumnMemo::Key ColumnMemo::key_of(std::span<const double> column, std::span<const double> lines) {
  return {hash_of(column), hash_of(lines)};
}

std::shared_ptr<const ColumnFigures> ColumnMemo::find(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto it = known_.find(key);
  if (it == known_.end()) return nullptr;
  ++found_;
  return it->second;
}

void ColumnMemo::keep(const Key& key, std::shared_ptr<const ColumnFigures> figures) {
  const std::lock_guard lock(mutex_);
  if (known_.size() < most_known) known_.emplace(key, std::move(figures));
}

}  // namespace paystress
