#include "sim/exact/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "model/code_values.h"
#include "sim/exact/exact_practice.h"

namespace paystress::exact {
namespace {

// The rate of a line that pays so much per unit of one column whatever else happens; nothing for others.
struct LinearLine {
  std::string column;
  double usd = 0.0;
};
std::optional<LinearLine> linear(const MeasuredPay& pay) {
  const auto* rate = std::get_if<SingleRate>(&pay.schedule);
  if (rate == nullptr || pay.measure.op() != Amount::Op::column) return std::nullopt;
  if (pay.each_code || pay.blocks || pay.corridor || pay.pay_per || pay.restate) return std::nullopt;
  const auto usd = rate->usd.constant();
  return usd ? std::optional(LinearLine{pay.measure.name(), *usd}) : std::nullopt;
}

std::optional<double> fixed_usd(const FixedPay& pay, int months) {
  const auto usd = pay.usd.constant();
  if (!usd || pay.paid != PaidWhen::running) return std::nullopt;
  switch (pay.per) {
    case Span::month:
      return *usd * months;
    case Span::quarter:
      return *usd * months / 3.0;
    case Span::year:
      return *usd * months / 12.0;
    case Span::horizon:
      return *usd;
  }
  return std::nullopt;
}

}  // namespace

double PracticeControls::mean_charges(const samplers::PracticePlan& plan) const {
  double charges = 0.0;
  for (std::size_t c = 0; c < plan.codes.size(); ++c) {
    const auto visits = "visits." + plan.codes[c].code;
    const auto cents_in = [&](std::size_t m) {
      return static_cast<double>(*plan.months[m].values[c].usd_cents);
    };
    bool steady = true;
    for (std::size_t m = 1; m < plan.months.size(); ++m) steady = steady && cents_in(m) == cents_in(0);
    if (steady) {
      charges += cents_in(0) / 100 * horizon_mean(visits).value();
      continue;
    }
    const ExactMonths law(plan, visits);
    for (int m = 1; m <= months_; ++m)
      charges += cents_in(static_cast<std::size_t>(m - 1)) / 100 * law.month(m).mean();
  }
  return charges;
}

PracticeControls::PracticeControls(const Practice& practice, const Stress& stress, const Calendar& calendar)
    : months_(calendar.months()) {
  const auto plan = samplers::make_plan(practice, stress, calendar);
  if (!why_not_exact(plan).empty()) return;
  for (const auto& column : exact_columns(plan)) {
    const auto at = plan.layout.find(column);
    if (!at) continue;
    double horizon = 0.0;
    if (column == "collections_usd") {
      // Its law lives on a lattice of cents, gigabytes wide; its mean is that of the codes before it.
      means_.emplace_back(column, mean_charges(plan));
      continue;
    }
    const double scale = plan.layout[*at].scale;
    const ExactMonths law(plan, column);
    for (int m = 1; m <= months_; ++m) {
      const double mean = law.month(m).mean() / scale;
      horizon += mean;
      if (column == "completed_visits")
        visits_.push_back({Measure::completed_visits, fmt::format("month_{:02}", m), mean});
    }
    if (column == "completed_visits") visits_.push_back({Measure::completed_visits, "horizon", horizon});
    means_.emplace_back(column, horizon);
  }
}

std::optional<double> PracticeControls::horizon_mean(const std::string& column) const {
  const auto it = std::ranges::find(means_, column, &std::pair<std::string, double>::first);
  return it == means_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<Control> PracticeControls::of(const Contract& contract) const {
  if (contract.push) return {};  // its paths add visits of their own
  auto controls = visits_;
  if (has_own_work_rvus(contract)) return controls;
  if (controls.empty() || !contract.adjust.empty() || contract.may_end() || !contract.opening.to_date.empty())
    return controls;
  double usd = 0.0;
  bool measured = false;  // pay that never varies has no error to be judged by
  for (const auto& line : contract.pay) {
    if (!line.counts) continue;
    if (line.when || line.months) return controls;
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      const auto paid = fixed_usd(*fixed, months_);
      if (!paid) return controls;
      usd += *paid;
    } else {
      const auto rate = linear(std::get<MeasuredPay>(line.pays));
      const auto mean = rate ? horizon_mean(rate->column) : std::nullopt;
      if (!mean) return controls;
      usd += rate->usd * *mean;
      measured = true;
    }
  }
  if (measured) controls.push_back({Measure::income_usd, "horizon", usd});
  return controls;
}

}  // namespace paystress::exact
