#include "scenarios/reachable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "scenarios/read_quantity.h"

namespace paystress {
namespace {

int months_of(Span span, int horizon) {
  switch (span) {
    case Span::month:
      return 1;
    case Span::quarter:
      return std::min(3, horizon);
    case Span::year:
      return std::min(12, horizon);
    case Span::horizon:
      break;
  }
  return horizon;
}

// The most that one workday can give of each column; empty where a number of the practice has no upper end.
std::map<std::string, double, std::less<>> most_a_day(const Practice& practice) {
  auto hours = upper_end(practice[Parameter::session_hours]);
  auto pace = upper_end(practice[Parameter::slots_per_hour]);
  const auto raise = [](std::optional<double>& most, const ShiftKind& shift, ShiftNumber n) {
    if (!shift.has(n)) return;
    const auto end = upper_end(*shift.numbers[static_cast<std::size_t>(n)]);
    most = most && end ? std::optional(std::max(*most, *end)) : std::nullopt;
  };
  for (const auto& shift : practice.shifts) {
    raise(hours, shift, ShiftNumber::hours);
    raise(pace, shift, ShiftNumber::slots_per_hour);
  }
  std::map<std::string, double, std::less<>> most{{"workdays", 1.0}};
  if (!hours) return most;
  most["session_hours"] = *hours;
  if (!pace) return most;
  double slots_factor = 1.0;
  for (const auto& event : practice.events) slots_factor *= std::max(1.0, event.slots_factor);
  const double slots = std::ceil(*hours * *pace * slots_factor);
  most["slots"] = slots;
  const auto beyond = upper_end(practice[Parameter::overbooked]);
  const auto refilled = upper_end(practice[Parameter::late_cancel_refilled]);
  if (!beyond) return most;
  // Of places, each is booked once, and once more where a late cancel may be refilled.
  const double places = slots + std::ceil(*beyond * slots_factor);
  for (const auto* column : {"completed_visits", "no_shows", "late_cancels"}) most[column] = places;
  most["booked_visits"] = refilled && *refilled == 0.0 ? places : 2 * places;
  double wrvu = 0.0;
  const auto raise_to = [&](long hundredths) {
    wrvu = std::max(wrvu, static_cast<double>(hundredths) / 100);
  };
  for (const auto& code : practice.codes) {
    raise_to(code.work_rvu_hundredths);
    for (const auto& year : code.years) raise_to(year.work_rvu_hundredths);  // an offer may be pinned to it
  }
  most["generated_wrvu"] = places * wrvu;
  return most;
}

// The most of a measure in a window, nothing where it is not known.
std::optional<double> most_of(const Amount& measure, const Practice& practice, int months) {
  const auto a_day = most_a_day(practice);
  if (measure.op() == Amount::Op::column) {
    const auto found = a_day.find(measure.name());
    if (found == a_day.end()) return std::nullopt;
    const double a_month =
        std::min<double>(31, 5.0 * static_cast<double>(std::ranges::count(practice.works, true)));
    return found->second * a_month * months;
  }
  if (measure.op() != Amount::Op::divide) return std::nullopt;
  const auto& parts = measure.operands();
  if (parts.size() != 2 || parts[0].op() != Amount::Op::column || parts[1].op() != Amount::Op::column)
    return std::nullopt;
  const auto above = a_day.find(parts[0].name());
  // Session hours of a day are the same every day where they are known.
  if (parts[1].name() != "session_hours" || above == a_day.end() ||
      !is_known(practice[Parameter::session_hours]) || !practice.shifts.empty())
    return std::nullopt;
  return above->second / a_day.at("session_hours");
}

}  // namespace

std::vector<ContractFlaw> find_unreachable_tiers(const Contract& contract, const Practice& practice,
                                                 int months) {
  std::vector<ContractFlaw> found;
  for (const auto& line : contract.pay) {
    const auto* pay = std::get_if<MeasuredPay>(&line.pays);
    const auto* ladder = pay != nullptr ? std::get_if<TierLadder>(&pay->schedule) : nullptr;
    if (ladder == nullptr || pay->blocks) continue;
    const auto most = most_of(pay->measure, practice, months_of(pay->reset, months));
    if (!most) continue;
    for (std::size_t k = 0; k < ladder->tiers.size(); ++k) {
      const auto& from = ladder->tiers[k].from;
      const auto bound = from.at.constant();
      // The most is a product of decimals, so it may be off in its last digits.
      const double rounding = 1e-9 * *most;
      if (!bound || (from.included ? *bound <= *most + rounding : *bound < *most - rounding)) continue;
      found.push_back({FlawKind::own,
                       fmt::format("pay.{}.tiers.{}", line.name, k + 1),
                       fmt::format("can never be reached on practice {}", practice.name),
                       fmt::format("every slot filled gives at most {:.6g}", *most),
                       {}});
    }
  }
  return found;
}

}  // namespace paystress
