#include "sim/engine/ledger_store.h"

#include <algorithm>

namespace paystress::engine {
namespace {

std::size_t bytes_of(const LedgerBlock& ledger) {
  return ledger.periods() * ledger.columns() * ledger.stride() * sizeof(double);
}

}  // namespace

std::unique_ptr<LedgerBlock> LedgerStore::take(std::size_t periods, std::size_t columns, std::size_t paths) {
  std::unique_ptr<LedgerBlock> found;
  {
    const std::scoped_lock lock(guard_);
    const auto it = std::ranges::find_if(
        idle_, [&](const auto& ledger) { return ledger->has_shape(periods, columns, paths); });
    if (it != idle_.end()) {
      found = std::move(*it);
      idle_.erase(it);
      bytes_ -= bytes_of(*found);
    }
  }
  return found ? std::move(found) : std::make_unique<LedgerBlock>(periods, columns, paths);
}

void LedgerStore::give(std::unique_ptr<LedgerBlock> ledger) {
  ledger->forget_loans();  // the lender may be gone before it is used again
  const std::scoped_lock lock(guard_);
  if (bytes_ + bytes_of(*ledger) > most_bytes) return;
  bytes_ += bytes_of(*ledger);
  idle_.push_back(std::move(ledger));
}

std::size_t LedgerStore::bytes() const {
  const std::scoped_lock lock(guard_);
  return bytes_;
}

LedgerBlock& StoredLedger::of(const std::shared_ptr<LedgerStore>& store, std::size_t periods,
                              std::size_t columns, std::size_t paths) {
  if (!ledger_ || !ledger_->has_shape(periods, columns, paths)) {
    give_back();
    store_ = store;
    ledger_ = store->take(periods, columns, paths);
  }
  return *ledger_;
}

void StoredLedger::give_back() {
  if (ledger_) store_->give(std::move(ledger_));
}

}  // namespace paystress::engine
