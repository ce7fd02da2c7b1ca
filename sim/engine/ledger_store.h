#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "model/ledger.h"

namespace paystress::engine {

/// Ledgers that no walk uses any more, for the next one of their shape: a ledger takes a megabyte, and to be
/// given that by the machine costs as much as some hundred paths in it.
/// \test tests/unit/sim/engine/ledger_store_test.cpp
class LedgerStore {
 public:
  /// What it holds is stale.
  [[nodiscard]] std::unique_ptr<LedgerBlock> take(std::size_t periods, std::size_t columns,
                                                  std::size_t paths);
  void give(std::unique_ptr<LedgerBlock> ledger);
  [[nodiscard]] std::size_t bytes() const;

  /// More is given back to the machine.
  static constexpr std::size_t most_bytes = std::size_t{32} << 20;

 private:
  mutable std::mutex guard_;
  std::vector<std::unique_ptr<LedgerBlock>> idle_;
  std::size_t bytes_ = 0;
};

/// A ledger of a store, which has it back in the end.
class StoredLedger {
 public:
  StoredLedger() = default;
  StoredLedger(StoredLedger&&) = default;
  StoredLedger(const StoredLedger&) = delete;
  StoredLedger& operator=(StoredLedger&&) = delete;
  StoredLedger& operator=(const StoredLedger&) = delete;
  ~StoredLedger() { give_back(); }

  /// What it holds is stale: a sampler writes every column of its layout, span columns are made anew.
  [[nodiscard]] LedgerBlock& of(const std::shared_ptr<LedgerStore>& store, std::size_t periods,
                                std::size_t columns, std::size_t paths);
  /// \pre of() was called
  [[nodiscard]] LedgerBlock& operator*() { return *ledger_; }

 private:
  void give_back();
  std::shared_ptr<LedgerStore> store_;
  std::unique_ptr<LedgerBlock> ledger_;
};

/// Calls use(place) for the `months` of every scenario of a walk that was sampled into. A ledger lends rows
/// to later ones alone: from the last to the first, none changes what another still reads.
template <class Ledgers, class Use>
void use_walked(Ledgers& ledgers, Use use) {
  for (std::size_t place = ledgers.size(); place-- > 0;) {
    (*ledgers[place].months).end_of_loans();
    use(place);
  }
}

}  // namespace paystress::engine
