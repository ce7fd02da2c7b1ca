#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "analysis/csv_rows.h"
#include "model/settle.h"
#include "scenarios/check_scenario.h"
#include "scenarios/csv_text.h"
#include "scenarios/day_months.h"
#include "scenarios/pay_slips.h"
#include "scenarios/read_periods.h"
#include "scenarios/typed_ledger.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/offer_options.h"
#include "sim/questions/compare_slips.h"
#include "sim/words/money_text.h"
#include "sim/words/text_table.h"

namespace paystress::commands {
namespace {

struct PriceOptions {
  OfferOptions offer;
  std::string ledger, format = "table", rows = "period";
  std::optional<std::string> against;
  int audit_lag_months = 0;
  LeavingOptions leaving;
};

// Cents, unless the contract itself does not round to cents or coarser.
int money_decimals(const Contract& contract) {
  const bool cents = contract.round.unit_usd && *contract.round.unit_usd >= 0.01;
  constexpr int finest = 6;
  return cents ? 2 : finest;
}

// An average over tiers is a quotient whose last digits say nothing.
std::optional<double> rate_of(const StatementLine& line) {
  constexpr int digits = 10;
  return line.rate_usd ? std::optional(round_to_digits(*line.rate_usd, digits)) : std::nullopt;
}
std::string rate_text(const StatementLine& line) {
  constexpr int decimals = 6;
  return line.rate_usd ? words::money_text(*line.rate_usd, decimals) : std::string();
}

std::string csv_of(std::span<const StatementLine> lines, int decimals) {
  CsvRows rows;
  for (const auto name :
       {"period", "name", "kind", "tier", "quantity", "rate_usd", "amount_usd", "balance_usd"})
    rows.text(name);
  rows.end();
  const auto number = [](std::optional<double> x) { return x ? fmt::format("{}", *x) : std::string(); };
  const auto money = [&](std::optional<double> usd) {
    return usd ? words::money_text(*usd, decimals) : std::string();
  };
  for (const auto& line : lines)
    rows.text(line.period)
        .text(line.name)
        .text(line.kind)
        .text(line.tier)
        .text(number(line.quantity))
        .text(number(rate_of(line)))
        .text(money(line.amount_usd))
        .text(money(line.balance_usd))
        .end();
  return rows.take();
}

std::string table_of(std::span<const StatementLine> lines, int decimals) {
  words::TextTable rows({"period", "name", "kind", "tier", "quantity", "rate", "amount", "balance"});
  const auto number = [](std::optional<double> x) { return x ? words::number_text(*x) : std::string(); };
  const auto money = [&](std::optional<double> usd) {
    return usd ? words::money_text(*usd, decimals) : std::string();
  };
  for (const auto& line : lines)
    rows.add({line.period, line.name, line.kind, line.tier, number(line.quantity), rate_text(line),
              money(line.amount_usd), money(line.balance_usd)});
  return rows.text();
}

std::string csv_of(const questions::SlipComparison& compared, const PeriodGrid& grid, int decimals) {
  CsvRows rows;
  for (const auto name : {"period", "name", "slip_usd", "contract_usd", "difference_usd", "explanation"})
    rows.text(name);
  rows.end();
  for (const auto& d : compared.differences)
    rows.text(grid[d.period].label)
        .text(d.name)
        .text(words::money_text(d.slip_usd, decimals))
        .text(words::money_text(d.contract_usd, decimals))
        .text(words::money_text(d.slip_usd - d.contract_usd, decimals))
        .text(fmt::format("{}", fmt::join(d.explanations, "; or ")))
        .end();
  return rows.take();
}

std::string table_of(const questions::SlipComparison& compared, const PeriodGrid& grid, int decimals) {
  auto text =
      fmt::format("{} of {} slips agree with the contract to the cent.\n", compared.agreeing, compared.slips);
  if (compared.differences.empty()) return text;
  words::TextTable rows({"period", "name", "slip", "contract", "difference"});
  std::string questions;
  for (std::size_t i = 0; i < compared.differences.size(); ++i) {
    const auto& d = compared.differences[i];
    const auto& label = grid[d.period].label;
    rows.add({label, d.name, words::money_text(d.slip_usd, decimals),
              words::money_text(d.contract_usd, decimals),
              words::money_text(d.slip_usd - d.contract_usd, decimals)});
    // All sums of one slip have the same explanations.
    if (i > 0 && compared.differences[i - 1].period == d.period) continue;
    questions += d.explanations.empty() ? fmt::format("{}: no single change explains it.\n", label)
                                        : fmt::format("{} would be right with\n", label);
    for (const auto& e : d.explanations) questions += "  - " + e + "\n";
  }
  return text + "\n" + rows.text() + "\n" + questions;
}

ExitCode price(const PriceOptions& options) {
  Notice reading(fmt::format("reading {}", options.ledger));
  Faults faults;
  CsvForm form;
  form.most_rows = most_ledger_rows;
  const auto csv = read_csv_text(find_input(options.ledger), faults, form);
  auto choice = options.offer.choice;
  if (csv) choice.first_month = first_month_of(*csv);
  const auto offer = draft_offer(find_input(options.offer.study), choice, faults);
  const bool by_day = options.rows == "day";
  std::optional<TypedLedger> ledger;
  if (offer && csv)
    ledger = (by_day ? read_typed_days : read_typed_ledger)(*csv, offer->contract, offer->user_columns,
                                                            offer->start, options.audit_lag_months, faults);
  if (ledger) {
    const auto leaves = checked_leaving(options.leaving.month, options.leaving.by_employer, offer->contract,
                                        ledger->grid, faults, month_of_leaving(*ledger));
    if (offer->contract.ends_by_leaving) ledger = with_leaving(*ledger, leaves);
    offer->warn_typed(faults);
    offer->check(ledger->layout, by_day ? months_of_days(ledger->grid) : ledger->grid, faults,
                 month_of_leaving(*ledger));
    if (by_day && holidays_of(offer->calendar, std::chrono::year(ledger->grid.front().calendar_year),
                              std::chrono::year(ledger->grid.back().calendar_year))
                      .empty())
      warn_no_holidays(offer->contract, offer->table, faults);
    if (offer->table.find("opening") == nullptr) check_first_months(*csv, *ledger, offer->contract, faults);
    warn_early_changes(*csv, *ledger, offer->contract, faults);
  } else if (offer) {
    offer->check_alone(faults);
  }
  std::optional<PaySlips> slips;
  if (options.against && ledger) {
    const auto written = read_csv_text(find_input(*options.against), faults, form);
    if (written)
      slips = read_pay_slips(*written, offer->contract, by_day ? months_of_days(ledger->grid) : ledger->grid,
                             faults);
  }
  reading.done();
  print_faults(faults, stderr);
  if (faults.has_errors()) return ExitCode::bad_input;
  Notice pricing(fmt::format("pricing {}", options.ledger));
  if (by_day) ledger = months_of_days(*ledger, offer->contract, offer->calendar);
  const int decimals = money_decimals(offer->contract);
  if (slips) {
    const auto compared =
        questions::compare_slips(offer->contract, ledger->layout, ledger->grid, ledger->block, *slips);
    const auto text = options.format == "csv" ? csv_of(compared, ledger->grid, decimals)
                                              : table_of(compared, ledger->grid, decimals);
    pricing.done();
    std::fputs(text.c_str(), stdout);
    return ExitCode::done;
  }
  const PayPlan plan(offer->contract, ledger->layout, ledger->grid);
  const auto lines = plan.statement(ledger->block, 0);
  const auto text = options.format == "csv" ? csv_of(lines, decimals) : table_of(lines, decimals);
  pricing.done();
  std::fputs(text.c_str(), stdout);
  return ExitCode::done;
}

}  // namespace

void add_price_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("price", "Price a ledger that you typed and print the pay statement");
  const auto options = std::make_shared<PriceOptions>();
  add_offer_options(*command, options->offer);
  command->add_option("ledger", options->ledger, "CSV: a row per month or pay period, first column period")
      ->required();
  command
      ->add_option("--rows", options->rows,
                   "day: every row is a day worked, and what is counted by day, week or fortnight is made")
      ->check(CLI::IsMember({"period", "day"}));
  command->add_option("--against", options->against,
                      "CSV of pay slips (period, paid_usd or names of components): print what differs");
  command->add_option("--format", options->format, "table or csv")->check(CLI::IsMember({"table", "csv"}));
  command
      ->add_option("--audit-lag", options->audit_lag_months,
                   "months from a visit to the row in which its code_change stands")
      ->check(whole_number(0, 60));
  add_leaving_options(*command, options->leaving);
  command->callback([options, &exit_code] { exit_code = guarded([&] { return price(*options); }); });
}

}  // namespace paystress::commands
