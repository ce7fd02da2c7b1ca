// The numbers that stand below a name: of columns drawn with a practice, and of kinds of shift.
#include <algorithm>

#include "model/practice.h"

namespace paystress {
namespace {

using Kind = ParameterKind;

constexpr std::array<OwnNumberInfo, column_number_count> of_columns{{
    {"share", "1", 0, 1, Kind::probability, "share of the count `of`, each unit by itself"},
    {"per_month", "events", 0, 1e6, Kind::positive, "events a month"},
    {"per_workday", "events", 0, 1000, Kind::positive, "events a day worked"},
    {"per_visit", "events", 0, 1000, Kind::positive, "events a completed visit"},
    {"per_member", "events a month", 0, 1000, Kind::positive, "events a panel member and month"},
    {"monthly_cv", "1", 0, 2, Kind::positive, "coefficient of variation of the events' monthly state"},
    {"score.mean", "1", 0, 1, Kind::probability, "mean score of a study year"},
    {"score.concentration", "1", 0, 1e9, Kind::positive,
     "concentration of the yearly score (0: the mean exactly)"},
}};
static_assert(of_columns.back().key == "score.concentration", "one row for each ColumnNumber, in order");

constexpr std::array<OwnNumberInfo, shift_number_count> of_shifts{{
    {"share", "1", 0, 1, Kind::probability, "share of the days that are of this kind, each by itself"},
    {"hours", "hours a day", 0.25, 24, Kind::positive, "length of the shift"},
    {"slots_per_hour", "visits an hour", 0.05, 60, Kind::positive,
     "visits that can be booked per hour of the shift"},
    {"demand", "visits", 0, 5000, Kind::positive, "mean demand on such a day of the mature practice"},
    {"no_show", "1", 0, 1, Kind::probability, "share of booked visits lost to no-shows on such a day"},
}};
static_assert(of_shifts.back().key == "no_show", "one row for each ShiftNumber, in order");

constexpr std::string_view denied_key = "collections.denied.";
constexpr OwnNumberInfo of_denied{
    "denied", "1", 0, 1, Kind::probability, "share of the charges of a code that is denied"};

std::string shift_key(const ShiftKind& shift, std::size_t number) {
  return "shifts." + shift.name + "." + std::string(of_shifts[number].key);
}

}  // namespace

std::span<const OwnNumberInfo, column_number_count> column_number_infos() { return of_columns; }
std::span<const OwnNumberInfo, shift_number_count> shift_number_infos() { return of_shifts; }

std::optional<Parameter> replaced_by(ShiftNumber n) {
  switch (n) {
    case ShiftNumber::hours:
      return Parameter::session_hours;
    case ShiftNumber::slots_per_hour:
      return Parameter::slots_per_hour;
    case ShiftNumber::demand:
      return Parameter::visits_per_day;
    case ShiftNumber::no_show:
      return Parameter::no_show_rate;
    case ShiftNumber::share:
    case ShiftNumber::count_:
      break;
  }
  return std::nullopt;
}

bool DrawnColumn::has_days() const {
  return law == Law::share ||
         (law == Law::events && !has(ColumnNumber::per_month) && !has(ColumnNumber::per_member));
}

const OwnNumberInfo* find_own_number(std::string_view key) {
  if (key.starts_with(denied_key)) return &of_denied;
  const auto group = key.substr(0, key.find('.'));
  const auto last = key.find('.', std::min(key.size(), group.size() + 1));
  if (last == std::string_view::npos) return nullptr;
  key.remove_prefix(last + 1);
  const auto in = [&](const auto& infos) -> const OwnNumberInfo* {
    const auto it = std::ranges::find(infos, key, &OwnNumberInfo::key);
    return it == infos.end() ? nullptr : &*it;
  };
  if (group == "columns") return in(of_columns);
  return group == "shifts" ? in(of_shifts) : nullptr;
}

std::vector<OwnNumber> own_numbers(const Practice& practice) {
  std::vector<OwnNumber> all;
  for (const auto& column : practice.columns)
    for (std::size_t n = 0; n < column_number_count; ++n)
      all.push_back({"columns." + column.name + "." + std::string(of_columns[n].key), &of_columns[n],
                     &column.numbers[n]});
  for (const auto& shift : practice.shifts)
    for (std::size_t n = 0; n < shift_number_count; ++n)
      all.push_back({shift_key(shift, n), &of_shifts[n], &shift.numbers[n]});
  if (!has_denied_by_code(practice)) return all;
  for (const auto& code : practice.codes)
    all.push_back({std::string(denied_key) + code.code, &of_denied, &code.denied});
  return all;
}

std::vector<StandIn> stand_ins_of(const Practice& practice, Parameter parameter) {
  std::vector<StandIn> all;
  for (std::size_t s = 0; s < practice.shifts.size(); ++s)
    for (std::size_t n = 0; n < shift_number_count; ++n)
      if (practice.shifts[s].numbers[n] && replaced_by(static_cast<ShiftNumber>(n)) == parameter)
        all.push_back({s, n, shift_key(practice.shifts[s], n)});
  return all;
}

bool has_denied_by_code(const Practice& practice) {
  return std::ranges::any_of(practice.codes, [](const VisitCode& code) { return code.denied.has_value(); });
}

}  // namespace paystress
