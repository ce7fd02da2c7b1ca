#include "analysis/debt.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <variant>

#include "analysis/path_sample.h"
#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

constexpr double cents = 100.0;
constexpr std::array<double, 5> balance_levels{0.50, 0.75, 0.90, 0.95, 0.99};

struct DebtRow {
  RowScenario scenario;
  std::string_view adjustment;
  int month;
  std::string_view statistic;
  std::optional<double> level;
  Estimate estimate;
  double ci_level;
};

const RowTable<DebtRow>& debt_table() {
  using C = Columns<DebtRow>;
  constexpr std::string_view unit = "usd or 1";
  static const RowTable<DebtRow> table{
      C::scenario(),
      C::text(
          "adjustment",
          "draw, withhold or carry whose balance is shown; component with money that is not due after the "
          "last month; pay: monthly pay itself",
          [](const DebtRow& r) { return r.adjustment; }),
      C::whole("month", "months", "month of the study, from 1: the balance after it",
               [](const DebtRow& r) { return static_cast<std::size_t>(r.month); }),
      C::text(
          "statistic",
          "owing_prob, mean, mean_given_owing, quantile; not_due_mean, not_due_quantile; negative_pay_prob",
          [](const DebtRow& r) { return r.statistic; }),
      C::exact("level", "", "share for quantile", [](const DebtRow& r) { return r.level; }),
      C::computed("value", unit,
                  "balance in dollars, or a probability; what one owes on leaving after the month",
                  [](const DebtRow& r) { return r.estimate.value; }),
      C::error("std_error", unit, "standard error; empty where it has no meaning",
               [](const DebtRow& r) { return r.estimate.std_error; }),
      C::interval("", unit, [](const DebtRow& r) { return r.estimate; }),
      C::ci_level([](const DebtRow& r) { return r.ci_level; }),
      C::n_paths([](const DebtRow& r) { return r.estimate.paths; }),
      C::method([](const DebtRow& r) { return method_name(r.estimate.method); })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& debt_columns() { return debt_table().heads(); }

std::vector<BalanceColumns::Account> BalanceColumns::accounts_of(const Contract& contract) {
  std::vector<Account> accounts;
  for (std::size_t i = 0; i < contract.adjust.size(); ++i) {
    const auto& does = contract.adjust[i].does;
    if (std::holds_alternative<Draw>(does) || std::holds_alternative<Withhold>(does) ||
        std::holds_alternative<Carry>(does))
      accounts.push_back({contract.adjust[i].name, i, std::holds_alternative<Draw>(does)});
  }
  return accounts;
}

BalanceColumns::BalanceColumns(PathShape shape, int months, const Contract& contract)
    : months_(months),
      accounts_(accounts_of(contract)),
      paid_later_(paid_later_of(contract)),
      store_(shape, accounts_.size() * static_cast<std::size_t>(months) + paid_later_.size(), cents,
             PathStore::Precision::exact) {}

std::vector<BalanceColumns::Component> BalanceColumns::paid_later_of(const Contract& contract) {
  std::vector<Component> components;
  for (std::size_t i = 0; i < contract.pay.size(); ++i) {
    const auto paid = std::visit([](const auto& pays) { return pays.paid; }, contract.pay[i].pays);
    if (paid != PaidWhen::running) components.push_back({contract.pay[i].name, i});
  }
  return components;
}

void BalanceColumns::write(std::size_t block, const Settlement& pay) {
  std::vector<const double*> runs;
  for (const auto& account : accounts_)
    for (std::size_t m = 0; m < static_cast<std::size_t>(months_); ++m)
      runs.push_back(pay.balance(account.adjustment, m));
  for (const auto& component : paid_later_) runs.push_back(pay.not_due(component.line));
  store_.write(block, runs);
}

bool BalanceColumns::may_owe() const { return std::ranges::any_of(accounts_, &Account::is_owed); }

std::vector<double> BalanceColumns::owed(int month) const {
  std::vector<double> sum(shape().paths, 0.0);
  for (std::size_t a = 0; a < accounts_.size(); ++a) {
    if (!accounts_[a].is_owed) continue;
    const auto of_account = balance(a, month);
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += of_account[i];
  }
  return sum;
}

std::vector<double> BalanceColumns::balance(std::size_t account, int month) const {
  std::vector<double> out(shape().paths);
  const std::size_t run = account * static_cast<std::size_t>(months_) + static_cast<std::size_t>(month - 1);
  store_.read_sum(run, run, out);
  return out;
}

std::vector<double> BalanceColumns::not_due(std::size_t component) const {
  std::vector<double> out(shape().paths);
  const std::size_t run = accounts_.size() * static_cast<std::size_t>(months_) + component;
  store_.read_sum(run, run, out);
  return out;
}

namespace {
// Components that leave money on any path, and how much by path.
std::vector<std::pair<std::string, std::vector<double>>> money_left(const BalanceColumns& balances) {
  std::vector<std::pair<std::string, std::vector<double>>> left;
  for (std::size_t c = 0; c < balances.paid_later().size(); ++c) {
    auto usd = balances.not_due(c);
    if (std::ranges::any_of(usd, [](double x) { return x != 0.0; }))
      left.emplace_back(balances.paid_later()[c].name, std::move(usd));
  }
  return left;
}
}  // namespace

std::string debt_rows(const RowScenario& scenario, const BalanceColumns& balances,
                      const IncomeColumns& income, double ci_level, PathDesign design) {
  CsvRows out;
  const auto left = money_left(balances);
  if (balances.accounts().empty() && left.empty()) return {};
  const std::string tail = batch_cells(*scenario);
  const auto row = [&](std::string_view name, int month, std::string_view statistic,
                       std::optional<double> level, const Estimate& e) {
    debt_table().write(out, {scenario, name, month, statistic, level, e, ci_level}, tail);
  };
  for (std::size_t a = 0; a < balances.accounts().size(); ++a) {
    const auto& name = balances.accounts()[a].name;
    for (int m = 1; m <= balances.months(); ++m) {
      auto owed = balances.balance(a, m);
      auto owed_where_any = owed;
      std::ranges::replace_if(
          owed_where_any, [](double b) { return b <= 0.0; }, std::numeric_limits<double>::quiet_NaN());
      const PathSample given(std::move(owed_where_any), design), all(std::move(owed), design);
      row(name, m, "owing_prob", {}, all.above(0.0, ci_level));
      row(name, m, "mean", {}, all.mean(ci_level));
      row(name, m, "mean_given_owing", {}, given.mean(ci_level));
      for (const double p : balance_levels) row(name, m, "quantile", p, all.quantile(p, ci_level));
    }
  }
  for (const auto& [name, usd] : left) {
    const PathSample earned(usd, design);
    row(name, balances.months(), "not_due_mean", {}, earned.mean(ci_level));
    for (const double p : balance_levels)
      row(name, balances.months(), "not_due_quantile", p, earned.quantile(p, ci_level));
  }
  for (int m = 1; m <= income.months(); ++m) {
    const PathSample pay(income.income({{}, m, m, 0.0}), design);
    row("pay", m, "negative_pay_prob", {}, pay.below(0.0, ci_level));
  }
  return out.take();
}

}  // namespace paystress
