#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "analysis/path_sample.h"
#include "analysis/path_store.h"
#include "analysis/scenario_cells.h"
#include "analysis/scenario_columns.h"
#include "model/settle.h"
#include "model/study.h"

namespace paystress {

/// Balances by path and month of the adjustments of a contract that keep one: draws (owed), withholds
/// (withheld) and carries; and what components paid later have earned and is not due when the months end.
/// Written block by block, from several threads at once.
/// \test tests/unit/analysis/debt_test.cpp
class BalanceColumns {
 public:
  /// \pre one ledger period a month
  BalanceColumns(PathShape shape, int months, const Contract& contract);
  void write(std::size_t block, const Settlement& pay);
  void grow(std::size_t paths) { store_.grow(paths); }

  struct Account {
    std::string name;
    std::size_t adjustment = 0;  ///< position in the contract
    bool is_owed = false;        ///< of a draw: other balances are the employer's to pay
  };
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  struct Component {
    std::string name;
    std::size_t line = 0;  ///< position in the contract
  };
  /// Components that are paid at a period's end, or made good then.
  [[nodiscard]] const std::vector<Component>& paid_later() const { return paid_later_; }
  /// What one of them has earned and is not due after the last month, by path, in dollars.
  [[nodiscard]] std::vector<double> not_due(std::size_t component) const;
  /// Does the contract pay money ahead of earnings, which is owed back?
  [[nodiscard]] bool may_owe() const;
  /// What is owed of it by path after month m (1-based), in dollars.
  [[nodiscard]] std::vector<double> owed(int month) const;
  /// Balance by path after month m (1-based), in dollars.
  [[nodiscard]] std::vector<double> balance(std::size_t account, int month) const;
  [[nodiscard]] const PathShape& shape() const { return store_.shape(); }
  [[nodiscard]] int months() const { return months_; }
  [[nodiscard]] std::size_t bytes() const { return store_.bytes(); }

  template <class Archive, class Self>
  static void state(Archive& archive, Self& self) {
    archive(self.store_);
  }

 private:
  static std::vector<Account> accounts_of(const Contract& contract);
  int months_;
  static std::vector<Component> paid_later_of(const Contract& contract);
  std::vector<Account> accounts_;
  std::vector<Component> paid_later_;
  PathStore store_;  ///< [account][month], then [component]
};

/// Rows of debt.csv: for every account and month, P(balance above 0), its mean, mean where above 0 and
/// quantiles (what one owes on leaving after that month); for pay itself, P(paid less than nothing) by month:
/// a true-up that takes money back; for every component with money that is not due after the last month the
/// mean and quantiles of it. Empty when the contract keeps no balance and leaves no money.
[[nodiscard]] std::string debt_rows(const RowScenario& scenario, const BalanceColumns& balances,
                                    const IncomeColumns& income, double ci_level,
                                    PathDesign design = PathDesign::independent);

}  // namespace paystress
