#include "sim/engine/ledger_store.h"

#include <catch2/catch.hpp>

namespace paystress::ledger_store_test {

using engine::LedgerStore;
using engine::StoredLedger;

TEST_CASE("a ledger goes back to its store and comes out again", "[unit]") {
  const auto store = std::make_shared<LedgerStore>();
  const LedgerBlock* first = nullptr;
  {
    StoredLedger ledger;
    first = &ledger.of(store, 12, 3, 256);
    (*ledger).fill(7.0);
    CHECK(&ledger.of(store, 12, 3, 256) == first);  // as it was left
    CHECK((*ledger).at(11, std::size_t{2})[255] == 7.0);
    CHECK(store->bytes() == 0);
  }
  CHECK(store->bytes() == 12 * 3 * 256 * sizeof(double));
  StoredLedger other;
  CHECK(&other.of(store, 12, 3, 200) != first);  // another shape
  StoredLedger again;
  CHECK(&again.of(store, 12, 3, 256) == first);
  CHECK(store->bytes() == 0);
}

TEST_CASE("a store keeps what it may keep", "[unit]") {
  LedgerStore store;
  const std::size_t columns =
      LedgerStore::most_bytes / (1024 * 256 * sizeof(double)) / 2 + 1;  // a bit over half
  store.give(std::make_unique<LedgerBlock>(1024, columns, 256));
  const auto one = store.bytes();
  CHECK(one > LedgerStore::most_bytes / 2);
  store.give(std::make_unique<LedgerBlock>(1024, columns, 256));
  CHECK(store.bytes() == one);
}

}  // namespace paystress::ledger_store_test
