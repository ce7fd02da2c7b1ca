#include "sim/questions/paid_work.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenarios/contract_columns.h"
#include "sim/random/trait_quantile.h"

namespace paystress::questions {
namespace {

/// Which columns of the ledger hold a kind of work, that which counts it first.
struct WorkColumns {
  Work work;
  bool in_session;  ///< an hour of session pays for it
  std::array<std::string_view, 5> columns;
};

constexpr std::array<WorkColumns, static_cast<std::size_t>(Work::count_)> work_columns{{
    {Work::no_shows, true, {"no_shows", "booked_visits", "demand", "slots", "wrvu_lost_no_show"}},
    {Work::messages, false, {"messages", "inbox_hours", "after_hours"}},
    {Work::late_charting, false, {"late_charting_hours", "after_hours"}},
}};

constexpr bool works_in_order() {
  for (std::size_t i = 0; i < work_columns.size(); ++i)
    if (static_cast<std::size_t>(work_columns[i].work) != i || work_columns[i].columns[0].empty())
      return false;
  return true;
}
static_assert(works_in_order(), "the columns of a kind of work are indexed by it");

const WorkColumns& columns_of(Work work) { return work_columns.at(static_cast<std::size_t>(work)); }

// Every column that the offer reads, also through columns of its own and those drawn with the practice.
std::vector<std::string> columns_read(const Contract& offer, const Practice& practice) {
  std::vector<std::string> names;
  for (const auto& uses : {columns_used(offer), columns_of_spans(offer)})
    for (const auto& use : uses) names.push_back(use.column);
  for (const auto& drawn : practice.columns)
    if (!drawn.of.empty() && std::ranges::find(names, drawn.name) != names.end()) names.push_back(drawn.of);
  return names;
}

// Columns that components are measured by: not those of their lines and conditions.
std::vector<ColumnUse> measured_columns(const Contract& offer) {
  Contract measures;
  measures.terms = offer.terms;
  for (const auto& line : offer.pay) {
    const auto* pays = std::get_if<MeasuredPay>(&line.pays);
    if (pays == nullptr) continue;
    MeasuredPay measured;
    measured.measure = pays->measure;
    measured.schedule = SingleRate{1.0};
    measures.pay.push_back({line.name, true, {}, {}, std::move(measured), {}});
  }
  return columns_used(measures);
}

// A payment of one month is no salary.
bool is_salary(const PayLine& line) {
  return std::holds_alternative<FixedPay>(line.pays) &&
         (!line.months || line.months->first != line.months->last);
}

}  // namespace

std::string_view column_of(Work work) { return columns_of(work).columns.front(); }

std::optional<std::string_view> paid_as_offered(Work work, const Contract& offer, const Practice& practice) {
  const auto& of = columns_of(work);
  for (const auto& name : columns_read(offer, practice))
    if (std::ranges::find(of.columns, name) != of.columns.end()) return std::nullopt;
  if (of.in_session)
    for (const auto& use : measured_columns(offer)) {
      if (use.column == "session_hours") return "paid already by the hour";
      if (use.column == "workdays" || use.column.starts_with("shift.")) return "paid already by the day";
    }
  return std::ranges::any_of(offer.pay, is_salary) ? std::string_view("paid already by the salary")
                                                   : unpaid_work;
}

namespace {

/// Hours and slots of the days worked of a week.
class WorkedSlots {
 public:
  explicit WorkedSlots(const Practice& practice) : practice_(practice) {
    for (std::size_t day = 0; day < practice.works.size(); ++day)
      if (practice.works.at(day)) add_day(day);
  }
  [[nodiscard]] double per_hour() const { return slots_ / hours_; }

 private:
  void add_day(std::size_t day) {
    double rest = 1.0;
    for (const auto& kind : practice_.shifts) {
      if (!kind.has(ShiftNumber::share) && has_day(kind, day)) return add(1.0, &kind);
    }
    for (const auto& kind : practice_.shifts) {
      if (!kind.has(ShiftNumber::share) || !has_day(kind, day)) continue;
      const double share = number_of(&kind, ShiftNumber::share);
      rest -= share;
      add(share, &kind);
    }
    add(std::max(0.0, rest), nullptr);
  }
  static bool has_day(const ShiftKind& kind, std::size_t day) {
    return !kind.weekdays || kind.weekdays->at(day);
  }
  // Of a day of no kind, the practice's.
  [[nodiscard]] double number_of(const ShiftKind* kind, ShiftNumber number) const {
    const auto own = kind != nullptr ? kind->numbers.at(static_cast<std::size_t>(number)) : std::nullopt;
    const auto& quantity = own ? *own : practice_[replaced_by(number).value()];
    return random::trait_quantile(quantity, 0.0);
  }
  void add(double days, const ShiftKind* kind) {
    const double hours = days * number_of(kind, ShiftNumber::hours);
    hours_ += hours;
    slots_ += hours * number_of(kind, ShiftNumber::slots_per_hour);
  }

  const Practice& practice_;
  double hours_ = 0.0, slots_ = 0.0;
};

}  // namespace

double slots_per_hour_worked(const Practice& practice) {
  const bool differ = std::ranges::any_of(
      practice.shifts, [](const ShiftKind& kind) { return kind.has(ShiftNumber::slots_per_hour); });
  return differ ? WorkedSlots(practice).per_hour()
                : random::trait_quantile(practice[Parameter::slots_per_hour], 0.0);
}

}  // namespace paystress::questions
