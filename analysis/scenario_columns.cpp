#include "analysis/scenario_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <limits>
#include <stdexcept>

#include "model/calendar.h"

namespace paystress {
namespace {

constexpr std::size_t session = 0, after = 1, meeting = 2;
constexpr double wrvu_scale = 100.0, cents = 100.0, hundredths_of_an_hour = 100.0;

int days_of(const LedgerPeriod& p) {
  using namespace std::chrono;
  const auto last =
      year(p.calendar_year) / month(static_cast<unsigned>(p.calendar_month)) / std::chrono::last;
  return static_cast<int>(static_cast<unsigned>(year_month_day(last).day()));
}

std::size_t year_count(int months) { return static_cast<std::size_t>(Calendar::year_of(months)); }

void divide(std::vector<double>& values, std::span<const double> by) {
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = by[i] > 0.0 ? values[i] / by[i] : std::numeric_limits<double>::quiet_NaN();
}

void add(std::vector<double>& values, std::span<const double> more) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] += more[i];
}

}  // namespace

std::vector<ReportPeriod> report_periods(const PeriodGrid& grid) {
  if (grid.empty()) throw std::invalid_argument("report_periods: no months");
  const int months = static_cast<int>(grid.size());
  const auto make = [&](ReportPeriod::Kind kind, std::string label, int first, int last) {
    int days = 0;
    for (int m = first; m <= last; ++m) days += days_of(grid[static_cast<std::size_t>(m - 1)]);
    return ReportPeriod{std::move(label), first, last, days / 7.0, kind};
  };
  using Kind = ReportPeriod::Kind;
  std::vector<ReportPeriod> periods{make(Kind::horizon, "horizon", 1, months)};
  for (int first = 1; first <= months; first += 12)
    periods.push_back(make(Kind::year, fmt::format("year_{}", Calendar::year_of(first)), first,
                           std::min(first + 11, months)));
  for (int m = 1; m <= months; ++m) periods.push_back(make(Kind::month, fmt::format("month_{:02}", m), m, m));
  return periods;
}

PracticeColumns::PracticeColumns(PathShape shape, const PeriodGrid& grid)
    : months_(static_cast<int>(grid.size())),
      periods_(report_periods(grid)),
      hours_(shape, 3 * grid.size(), hundredths_of_an_hour, PathStore::Precision::float32),
      visits_(shape, grid.size(), 1.0, PathStore::Precision::exact),
      wrvu_(shape, year_count(months_), wrvu_scale, PathStore::Precision::exact) {
  for (const auto& p : grid) calendar_months_.push_back(p.label);
}

void PracticeColumns::write(std::size_t block, const LedgerBlock& ledger) {
  const auto months = static_cast<std::size_t>(months_);
  assert(ledger.periods() == months && ledger.paths() == shape().paths_in(block));
  std::vector<const double*> hours(3 * months), visits(months);
  std::vector<double> wrvu(wrvu_.runs() * ledger.paths(), 0.0);
  for (std::size_t m = 0; m < months; ++m) {
    hours[session * months + m] = ledger.at(m, LedgerColumn::session_hours);
    hours[after * months + m] = ledger.at(m, LedgerColumn::after_hours);
    hours[meeting * months + m] = ledger.at(m, LedgerColumn::meeting_hours);
    visits[m] = ledger.at(m, LedgerColumn::completed_visits);
    // The ledger holds hundredths of a wRVU; the sum of a year is exact.
    const double* generated = ledger.at(m, LedgerColumn::generated_wrvu);
    double* year = &wrvu[m / 12 * ledger.paths()];
    for (std::size_t i = 0; i < ledger.paths(); ++i) year[i] += generated[i];
  }
  for (double& w : wrvu) w /= wrvu_scale;
  std::vector<const double*> years(wrvu_.runs());
  for (std::size_t y = 0; y < years.size(); ++y) years[y] = &wrvu[y * ledger.paths()];
  hours_.write(block, hours);
  visits_.write(block, visits);
  wrvu_.write(block, years);
}

void PracticeColumns::grow(std::size_t paths) {
  hours_.grow(paths);
  visits_.grow(paths);
  wrvu_.grow(paths);
}

std::vector<double> PracticeColumns::read(std::size_t kind, const ReportPeriod& p) const {
  std::vector<double> out(shape().paths);
  const std::size_t offset = kind * static_cast<std::size_t>(months_);
  hours_.read_sum(offset + static_cast<std::size_t>(p.first - 1),
                  offset + static_cast<std::size_t>(p.last - 1), out);
  return out;
}

std::vector<double> PracticeColumns::session_hours(const ReportPeriod& p) const { return read(session, p); }
std::vector<double> PracticeColumns::after_hours(const ReportPeriod& p) const { return read(after, p); }
std::vector<double> PracticeColumns::meeting_hours(const ReportPeriod& p) const { return read(meeting, p); }

std::vector<double> PracticeColumns::completed_visits(const ReportPeriod& p) const {
  std::vector<double> out(shape().paths);
  visits_.read_sum(static_cast<std::size_t>(p.first - 1), static_cast<std::size_t>(p.last - 1), out);
  return out;
}

std::vector<double> PracticeColumns::generated_wrvu(const ReportPeriod& p) const {
  std::vector<double> out(shape().paths);
  wrvu_.read_sum(static_cast<std::size_t>((p.first - 1) / 12), static_cast<std::size_t>((p.last - 1) / 12),
                 out);
  return out;
}

std::size_t PracticeColumns::bytes() const { return hours_.bytes() + visits_.bytes() + wrvu_.bytes(); }

IncomeColumns::IncomeColumns(PathShape shape, int months, ContractEnd end)
    : pay_(shape, static_cast<std::size_t>(months), cents, PathStore::Precision::exact),
      last_in_force_(last_in_force(end.known, months)),
      leaving_(shape, end.may_leave == MayLeave::yes ? 1 : 0, 1.0, PathStore::Precision::exact),
      stayed_(shape, leaving_.runs() * pay_.runs(), cents, PathStore::Precision::exact) {}

void IncomeColumns::grow(std::size_t paths) {
  for (auto* store : {&pay_, &leaving_, &stayed_}) store->grow(paths);
}

void IncomeColumns::write(std::size_t block, const Settlement& pay) {
  assert(pay.periods == pay_.runs() && pay.paths == shape().paths_in(block));
  std::vector<const double*> paid(pay.periods);
  for (std::size_t m = 0; m < pay.periods; ++m) paid[m] = pay.paid(m);
  pay_.write(block, paid);
  if (!may_leave()) return;
  const std::array leaving{pay.leaving_month()};
  leaving_.write(block, leaving);
  for (std::size_t m = 0; m < pay.periods; ++m) paid[m] = pay.paid_if_stayed(m);
  stayed_.write(block, paid);
}

void IncomeColumns::write(std::size_t block, std::span<const double* const> paid) { pay_.write(block, paid); }

std::vector<double> IncomeColumns::income(const ReportPeriod& p) const {
  std::vector<double> out(shape().paths);
  pay_.read_sum(static_cast<std::size_t>(p.first - 1), static_cast<std::size_t>(p.last - 1), out);
  return out;
}

void IncomeColumns::income(int first, int last, std::size_t block, std::span<double> out) const {
  pay_.read_sum(static_cast<std::size_t>(first - 1), static_cast<std::size_t>(last - 1), block, out);
}

std::vector<double> IncomeColumns::leaving_month() const {
  std::vector<double> out(shape().paths);
  leaving_.read_sum(0, 0, out);
  return out;
}

std::optional<double> IncomeColumns::left_prob() const {
  if (!may_leave()) return std::nullopt;
  const auto month = leaving_month();
  const auto leave = std::ranges::count_if(month, [](double m) { return m > 0.0; });
  return static_cast<double>(leave) / static_cast<double>(month.size());
}

ReportPeriod IncomeColumns::in_force(ReportPeriod p) const {
  p.last = std::min(p.last, last_in_force_);
  return p;
}

std::vector<double> IncomeColumns::last_month() const {
  const double at_most = last_in_force_;
  if (!may_leave()) return std::vector<double>(shape().paths, at_most);
  auto months = leaving_month();
  for (double& m : months) m = m == 0.0 ? at_most : std::min(m, at_most);
  return months;
}

std::vector<double> IncomeColumns::months_employed(const ReportPeriod& p) const {
  auto months = last_month();
  const double all = p.last - p.first + 1;
  for (double& m : months) m = std::clamp(m - p.first + 1, 0.0, all);
  return months;
}

std::vector<double> IncomeColumns::income_if_stayed(const ReportPeriod& p) const {
  std::vector<double> out(shape().paths);
  stayed_.read_sum(static_cast<std::size_t>(p.first - 1), static_cast<std::size_t>(p.last - 1), out);
  return out;
}

std::vector<double> IncomeColumns::income_against_lines(const ReportPeriod& p) const {
  auto usd = income(p);
  if (!may_end()) return usd;
  const auto employed = months_employed(p);
  const double all = p.last - p.first + 1;
  for (std::size_t i = 0; i < usd.size(); ++i) {
    if (employed[i] == 0.0) usd[i] = std::numeric_limits<double>::quiet_NaN();
    if (employed[i] < all) usd[i] *= all / employed[i];
  }
  return usd;
}

namespace {

// Hours of a period, those in which a path is employed.
std::vector<double> hours_employed(std::vector<double> (PracticeColumns::*hours)(const ReportPeriod&) const,
                                   const ReportPeriod& p, const PracticeColumns& practice,
                                   const IncomeColumns& income) {
  if (!income.may_end()) return (practice.*hours)(p);
  const auto last = income.last_month();
  std::vector<double> sum(last.size(), 0.0);
  for (int m = p.first; m <= p.last; ++m) {
    const auto of_month = (practice.*hours)({{}, m, m, 0.0});
    for (std::size_t i = 0; i < sum.size(); ++i)
      if (m <= last[i]) sum[i] += of_month[i];
  }
  return sum;
}

}  // namespace

std::vector<double> measure_column(Measure m, const ReportPeriod& p, const PracticeColumns& practice,
                                   const IncomeColumns* income) {
  if (needs_pay(m) && income == nullptr) throw std::invalid_argument("measure_column: no pay");
  const auto employed = [&](auto hours) { return hours_employed(hours, p, practice, *income); };
  switch (m) {
    case Measure::income_usd:
      return income->income(p);
    case Measure::paid_hourly_usd: {
      auto pay = income->income(p);
      divide(pay, employed(&PracticeColumns::session_hours));
      return pay;
    }
    case Measure::effective_hourly_usd: {
      auto pay = income->income(p);
      auto hours = employed(&PracticeColumns::session_hours);
      add(hours, employed(&PracticeColumns::after_hours));
      add(hours, employed(&PracticeColumns::meeting_hours));
      divide(pay, hours);
      return pay;
    }
    case Measure::after_hours_per_week: {
      auto hours = practice.after_hours(p);
      for (double& h : hours) h /= p.weeks;
      return hours;
    }
    case Measure::wrvu_per_hour: {
      if (p.kind == ReportPeriod::Kind::month) return {};
      auto wrvu = practice.generated_wrvu(p);
      divide(wrvu, practice.session_hours(p));
      return wrvu;
    }
    case Measure::completed_visits:
      return practice.completed_visits(p);
  }
  return {};
}

std::vector<double> statistic_column(StatisticKind kind, Measure m, const ReportPeriod& p,
                                     const PracticeColumns& practice, const IncomeColumns& income) {
  const bool has_line = statistic_info(kind).argument == StatisticArgument::line;
  if (has_line && m == Measure::income_usd) return income.income_against_lines(p);
  return measure_column(m, p, practice, &income);
}

}  // namespace paystress
