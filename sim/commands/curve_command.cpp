#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include "analysis/csv_rows.h"
#include "model/calendar.h"
#include "model/study.h"
#include "scenarios/contract_columns.h"
#include "scenarios/toml_reader.h"
#include "scenarios/typed_ledger.h"
#include "scenarios/typed_number.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/offer_options.h"
#include "sim/questions/pay_curve.h"
#include "sim/words/money_text.h"
#include "sim/words/text_table.h"

namespace paystress::commands {
namespace {

struct CurveOptions {
  OfferOptions offer;
  std::string measure, from, to, step, format = "table";
  std::vector<std::string> with;
  int months = 0;
  LeavingOptions leaving;
};

constexpr int real_decimals = 4;  // of hours and ratios, which have no smallest unit of their own
constexpr double most_points = 100'000;

// Reads one number of the command line; its decimals make the column's unit finer where they must.
std::optional<double> read_value(const std::string& text, const std::string& option, ColumnInfo& column,
                                 Faults& faults) {
  const auto number = typed_number(text, column, {option, 0, 0}, faults);
  if (!number) return std::nullopt;
  constexpr int most_decimals = 9;
  column.scale =
      std::max(column.scale, std::round(std::pow(10.0, std::min(number->decimals, most_decimals))));
  if (std::abs(number->value) * column.scale < exact_integers) return number->value;
  faults.error({option}, column.name, fmt::format("{} is too large", text),
               fmt::format("quantities are exact up to {}", exact_integers / column.scale));
  return std::nullopt;
}

class CurveBuilder {
 public:
  CurveBuilder(const OfferText& offer, const CurveOptions& options, Faults& faults)
      : offer_(offer), options_(options), faults_(faults) {}

  questions::CurveInput build() {
    collect_columns();
    questions::CurveInput input{
        &offer_.contract, LedgerLayout::typed({}, 0), grid(), options_.measure, {}, 0.0, 0.0, 1.0, {}};
    input.leaves = checked_leaving(options_.leaving.month, options_.leaving.by_employer, offer_.contract,
                                   input.grid, faults_);
    if (auto* column = find(options_.measure)) {
      input.from = read_value(options_.from, "--from", *column, faults_).value_or(0.0);
      input.to = read_value(options_.to, "--to", *column, faults_).value_or(0.0);
      input.step = read_value(options_.step, "--step", *column, faults_).value_or(1.0);
      check_range(input);
    } else {
      faults_.error({"--measure"}, options_.measure, "the contract does not read this column", "",
                    suggestion(options_.measure, names()));
    }
    for (const auto& with : options_.with) read_fixed(with, input);
    for (const auto& column : columns_) {
      const bool given =
          std::ranges::any_of(input.others, [&](const auto& o) { return o.first == column.name; });
      if (column.name != options_.measure && !given && !faulty(column.name))
        faults_.error({"--with"}, column.name, "missing", "the contract reads this column too",
                      column.join == ColumnJoin::sum
                          ? fmt::format("Add --with {}=... (its total over {} month{}).", column.name,
                                        input.grid.size(), input.grid.size() == 1 ? "" : "s")
                          : fmt::format("Add --with {}=... (what it is in every month).", column.name));
    }
    input.layout = LedgerLayout::typed(columns_, 0);
    if (offer_.contract.ends_by_leaving)
      input.layout = input.layout.followed_by(leaving_columns_beside(input.layout));
    return input;
  }

 private:
  void collect_columns() {
    const auto layout = layout_of(offer_.contract, offer_.user_columns);
    for (std::size_t c = 0; c < layout.size(); ++c)
      if (!find_leaving_column(layout[c].name)) columns_.push_back(layout[c]);
    // Codes are named on the command line when the contract names none itself.
    if (counts_by_code(offer_.contract)) {
      for (const auto& with : options_.with) add_code(with.substr(0, with.find('=')));
      add_code(options_.measure);
    }
    for (auto& column : columns_)
      if (column.unit != ColumnUnit::count)
        column.scale = std::max(column.scale, column.scale == 0.0 ? std::pow(10.0, real_decimals) : 100.0);
  }
  void add_code(const std::string& name) {
    if (name.starts_with("visits.") && find(name) == nullptr)
      columns_.push_back(*known_column(name, offer_.user_columns));
  }
  [[nodiscard]] ColumnInfo* find(const std::string& name) {
    const auto it = std::ranges::find(columns_, name, &ColumnInfo::name);
    return it == columns_.end() ? nullptr : &*it;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& column : columns_) names.push_back(column.name);
    return names;
  }
  [[nodiscard]] bool faulty(const std::string& name) const { return std::ranges::count(faulty_, name) > 0; }

  [[nodiscard]] PeriodGrid grid() const {
    Study months;  // its calendar: one period a month from the start
    if (offer_.start) months.start = *offer_.start;
    months.months = options_.months > 0 ? options_.months
                                        : std::max(questions::natural_months(offer_.contract),
                                                   options_.leaving.month.value_or(1));
    return months.grid();
  }
  void check_range(const questions::CurveInput& input) {
    if (input.to < input.from) faults_.error({"--to"}, "", fmt::format("{} is below --from", input.to));
    if (input.step <= 0.0)
      faults_.error({"--step"}, "", fmt::format("{} is not above 0", input.step));
    else if ((input.to - input.from) / input.step > most_points)
      faults_.error({"--step"}, "", fmt::format("makes more than {} points", most_points));
  }
  void read_fixed(const std::string& with, questions::CurveInput& input) {
    const auto equals = with.find('=');
    const auto name = with.substr(0, equals);
    auto* column = find(name);
    if (equals == std::string::npos || column == nullptr || name == options_.measure) {
      faults_.error({"--with"}, name,
                    equals == std::string::npos ? "has no value"
                    : column == nullptr         ? "the contract does not read this column"
                                                : "is what --measure moves",
                    "",
                    equals == std::string::npos                      ? "Write --with " + name + "=NUMBER."
                    : column == nullptr && find_leaving_column(name) ? "Write --leaves MONTH."
                                                                     : "");
      return;
    }
    if (std::ranges::any_of(input.others, [&](const auto& o) { return o.first == name; })) {
      faults_.error({"--with"}, name, "is given twice");
      return;
    }
    if (const auto value = read_value(with.substr(equals + 1), "--with", *column, faults_))
      input.others.emplace_back(name, *value);
    else
      faulty_.push_back(name);
  }

  const OfferText& offer_;
  const CurveOptions& options_;
  Faults& faults_;
  std::vector<ColumnInfo> columns_;
  std::vector<std::string> faulty_;
};

std::optional<double> defined(double x) { return std::isnan(x) ? std::nullopt : std::optional(x); }

std::string csv_of(const questions::PayCurve& curve) {
  CsvRows rows;
  for (const auto name : {"kind", "quantity", "pay_usd", "average_usd", "marginal_usd", "jump_usd"})
    rows.text(name);
  rows.end();
  for (const auto& p : curve.points)
    rows.text("point")
        .exact(p.quantity)
        .text(words::money_text(p.pay_usd))
        .computed(defined(p.average_usd))
        .computed(p.marginal_usd)
        .empty()
        .end();
  for (const auto& c : curve.cliffs)
    rows.text("cliff").exact(c.from).empty().empty().empty().text(words::money_text(c.jump_usd)).end();
  return rows.take();
}

std::string table_of(const questions::CurveInput& input, const questions::PayCurve& curve) {
  const auto months = input.grid.size();
  std::string out = fmt::format("Pay over {} month{}", months, months == 1 ? "" : "s");
  for (const auto& [name, value] : input.others)
    out += fmt::format(", {} = {}", name, words::number_text(value));
  out += "; next = what one more unit adds.\n\n";
  words::TextTable rows({input.measure, "pay", "average", "next"});
  constexpr int rate_decimals = 4;
  for (const auto& p : curve.points)
    rows.add({words::number_text(p.quantity), words::money_text(p.pay_usd),
              std::isnan(p.average_usd) ? "" : words::money_text(p.average_usd, rate_decimals),
              words::money_text(p.marginal_usd, rate_decimals)});
  out += rows.text() + "\n";
  if (curve.cliffs.empty() && curve.all_cliffs) return out + "No cliffs: pay never jumps in this range.\n";
  for (const auto& c : curve.cliffs)
    out += fmt::format("Cliff: from {} to {} pay {} by {}.\n", words::number_text(c.below),
                       words::number_text(c.from), c.jump_usd > 0 ? "jumps up" : "drops",
                       words::money_text(std::abs(c.jump_usd)));
  if (!curve.all_cliffs) out += "There are more lines than can be followed: narrow the range.\n";
  return out;
}

ExitCode draw_curve(const CurveOptions& options) {
  Notice reading(fmt::format("reading {}", options.offer.study));
  Faults faults;
  const auto offer = load_offer(options.offer, faults);
  if (!offer) {
    reading.done();
    print_faults(faults, stderr);
    return ExitCode::bad_input;
  }
  offer->warn_typed(faults);
  const auto input = CurveBuilder(*offer, options, faults).build();
  if (!faults.has_errors())
    offer->check(input.layout, input.grid, faults,
                 input.leaves ? std::optional(input.leaves->month) : std::nullopt);
  reading.done();
  print_faults(faults, stderr);
  if (faults.has_errors()) return ExitCode::bad_input;
  Notice pricing(fmt::format("pricing {}", options.offer.study));
  const auto curve = questions::pay_curve(input);
  const auto text = options.format == "csv" ? csv_of(curve) : table_of(input, curve);
  pricing.done();
  std::fputs(text.c_str(), stdout);
  return ExitCode::done;
}

}  // namespace

void add_curve_command(CLI::App& app, int& exit_code) {
  auto* command =
      app.add_subcommand("curve", "Print pay, average and next-unit rate over a range, and cliffs");
  const auto options = std::make_shared<CurveOptions>();
  add_offer_options(*command, options->offer);
  command->add_option("--measure", options->measure, "ledger column that moves")->required();
  command->add_option("--from", options->from, "first quantity, over all months together")->required();
  command->add_option("--to", options->to, "last quantity")->required();
  command->add_option("--step", options->step, "from one quantity to the next")->required();
  command->add_option("--with", options->with, "COLUMN=NUMBER: another column that the contract reads")
      ->take_all();
  command
      ->add_option("--months", options->months, "months priced; default: the longest period of the contract")
      ->check(whole_number(1, most_months));
  command->add_option("--format", options->format, "table or csv")->check(CLI::IsMember({"table", "csv"}));
  add_leaving_options(*command, options->leaving);
  command->callback([options, &exit_code] { exit_code = guarded([&] { return draw_curve(*options); }); });
}

}  // namespace paystress::commands
