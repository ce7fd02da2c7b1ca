// Prices a contract on a typed ledger: price CONTRACT.toml LEDGER.csv
#include <iostream>

#include "model/settle.h"
#include "scenarios/read_offer.h"
#include "scenarios/typed_ledger.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: price CONTRACT.toml LEDGER.csv\n";
    return 2;
  }
  paystress::Faults faults;
  const auto offer = paystress::read_offer(argv[1], {}, faults);
  const auto csv = paystress::read_csv_text(argv[2], faults);
  if (offer && csv) {
    const auto ledger =
        paystress::read_typed_ledger(*csv, offer->contract, offer->user_columns, offer->start, 0, faults);
    if (ledger && offer->check(ledger->layout, ledger->grid, faults)) {
      const paystress::PayPlan plan(offer->contract, ledger->layout, ledger->grid);
      paystress::Settlement pay;
      plan.settle(ledger->block, pay);
      for (std::size_t m = 0; m < pay.periods; ++m)
        std::cout << ledger->grid[m].label << ' ' << pay.paid(m)[0] << '\n';
    }
  }
  for (const auto& fault : faults.sorted()) std::cerr << to_string(fault) << '\n';
  return faults.has_errors() ? 2 : 0;
}
