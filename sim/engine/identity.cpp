#include "sim/engine/identity.h"

#include <array>
#include <concepts>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/format_number.h"

namespace paystress::engine {
namespace {

// Writes values so that different values give different texts: numbers in round-trip form, lists with their
// length, texts with theirs, alternatives with their index.
class Writer {
 public:
  std::string text;

  template <class... T>
  void put(const T&... values) {
    (one(values), ...);
  }

 private:
  void end() { text += ' '; }
  void one(const std::string& s) {
    text += std::to_string(s.size());
    text += ':';
    text += s;
    end();
  }
  void one(std::string_view s) { one(std::string(s)); }
  void one(double x) {
    append_number(text, x);
    end();
  }
  template <class T>
  requires std::integral<T> || std::is_enum_v<T>
  void one(T x) {
    text += std::to_string(static_cast<long long>(x));
    end();
  }
  template <class T>
  void one(const std::optional<T>& x) {
    put(x.has_value());
    if (x) put(*x);
  }
  template <class T>
  void one(const std::vector<T>& list) {
    put(list.size());
    for (const auto& x : list) put(x);
  }
  template <class T, std::size_t n>
  void one(const std::array<T, n>& list) {
    for (const auto& x : list) put(x);
  }
  template <class A, class B>
  void one(const std::pair<A, B>& x) {
    put(x.first, x.second);
  }
  template <class... T>
  void one(const std::variant<T...>& x) {
    put(x.index());
    std::visit([this](const auto& held) { this->put(held); }, x);  // clang 14 overlooks an implicit this
  }

  void one(const Amount& x) { put(x.text()); }
  void one(const Condition& x) { put(x.text()); }
  void one(const Empirical& x) { put(x.sorted); }
  // Bindings name every member, so that a member added later does not compile until it is written too.
  void one(const Known& x) {
    const auto& [value] = x;
    put(value);
  }
  void one(const Pert& x) {
    const auto& [low, likely, high] = x;
    put(low, likely, high);
  }
  void one(const Lognormal& x) {
    const auto& [median, sigma] = x;
    put(median, sigma);
  }
  void one(const BetaMeanSd& x) {
    const auto& [mean, sd] = x;
    put(mean, sd);
  }
  void one(const GammaMeanSd& x) {
    const auto& [mean, sd] = x;
    put(mean, sd);
  }
  void one(const VisitCode& x) {
    const auto& [code, share, work_rvu, usd_cents, family, denied, years] = x;
    put(code, share, work_rvu, usd_cents, family, denied, years);
  }
  void one(const CodeYear& x) {
    const auto& [year, work_rvu, usd_cents] = x;
    put(year, work_rvu, usd_cents);
  }
  void one(const PracticeEvent& x) {
    const auto& [name, per_year, days, slots_factor, demand_factor] = x;
    put(name, per_year, days, slots_factor, demand_factor);
  }
  void one(const RankCorrelation& x) {
    const auto& [a, b, rho] = x;
    put(a, b, rho);
  }
  void one(const Change& x) {
    const auto& [multiply, add, set] = x;
    put(multiply, add, set);
  }
  void one(const CountStress& x) {
    const auto& [count, factor] = x;
    put(count, factor);
  }
  void one(const ParameterStress& x) {
    const auto& [parameter, change] = x;
    put(parameter, change);
  }
  void one(const OwnNumberStress& x) {
    const auto& [key, change] = x;
    put(key, change);
  }
  void one(const DrawnColumn& x) {
    const auto& [name, law, of, numbers] = x;
    put(name, law, of, numbers);
  }
  void one(const ShiftKind& x) {
    const auto& [name, weekdays, numbers] = x;
    put(name, weekdays, numbers);
  }
  void one(const SlotsStress& x) {
    const auto& [factor] = x;
    put(factor);
  }
  void one(const Recode& x) {
    const auto& [from, to, share] = x;
    put(from, to, share);
  }
  void one(const Revaluation& x) {
    const auto& [code, of, change] = x;
    put(code, of, change);
  }
  void one(const Bound& x) {
    const auto& [at, included] = x;
    put(at, included);
  }
  void one(const Tier& x) {
    const auto& [from, usd, flat_usd, when] = x;
    put(from, usd, flat_usd, when);
  }
  void one(const SingleRate& x) {
    const auto& [usd] = x;
    put(usd);
  }
  void one(const CodeTable& x) {
    const auto& [usd_by_code] = x;
    put(usd_by_code);
  }
  void one(const Curve& x) {
    const auto& [points] = x;
    put(points);
  }
  void one(const TierLadder& x) {
    const auto& [mode, lump, tiers, rate_change] = x;
    put(mode, lump, tiers, rate_change);
  }
  void one(const Blocks& x) {
    const auto& [free, size, min] = x;
    put(free, size, min);
  }
  void one(const Corridor& x) {
    const auto& [target, low, high, from_edge] = x;
    put(target, low, high, from_edge);
  }
  void one(const Rounding& x) {
    const auto& [unit_usd, how, at, each] = x;
    put(unit_usd, how, at, each);
  }
  void one(const MonthRange& x) {
    const auto& [first, last, first_part, last_part] = x;
    put(first, last, first_part, last_part);
  }
  void one(const FixedPay& x) {
    const auto& [usd, per, paid] = x;
    put(usd, per, paid);
  }
  void one(const MeasuredPay& x) {
    const auto& [measure, each_code, blocks, corridor, schedule, pay_per, pay_over, reset, paid, restate] = x;
    put(measure, each_code, blocks, corridor, schedule, pay_per, pay_over, reset, paid, restate);
  }
  void one(const PayLine& x) {
    const auto& [name, counts, months, when, pays, round] = x;
    put(name, counts, months, when, pays, round);
  }
  template <class Kind>
  requires std::is_class_v<decltype(Kind::traits)>
  void one(const Kind& x) {
    Kind::fields(x, [this](std::string_view, const auto& field) { this->put(field); });
  }
  void one(const Adjustment& x) {
    const auto& [name, on, per, months, when, paid, round, does] = x;
    put(name, on, per, months, when, paid, round, does);
  }
  void one(const SpanColumn& x) {
    const auto& [info, each, days, from, when, value, is_shared] = x;
    const auto& [name, unit, join, scale, meaning, finest, decimals, dealt_by] = info;
    static_cast<void>(meaning);
    static_cast<void>(dealt_by);  // of drawn columns
    static_cast<void>(is_shared);
    put(name, unit, join, scale, finest, decimals, each, days, when, value);
    put(from ? std::optional(from->time_since_epoch().count()) : std::nullopt);
  }
  void one(const Push& x) {
    const auto& [within, max_per_month] = x;
    put(within, max_per_month);
  }
  void one(const Opening& x) {
    const auto& [to_date, earned_usd, draw_balance_usd, withheld_usd, last_year] = x;
    put(to_date, earned_usd, draw_balance_usd, withheld_usd, last_year);
  }
};

}  // namespace

std::string sampling_identity(const Practice& practice) {
  const auto& [name, works, weekday_factor, season, no_show_weekday, no_show_season, inbox_follows, numbers,
               codes, follows_years, events, correlation, columns, shifts, collections, has_leaving] =
      practice;
  static_cast<void>(name);
  Writer w;
  w.put(works, weekday_factor, season, no_show_weekday, no_show_season, inbox_follows, numbers, codes,
        follows_years, events, correlation, columns, shifts);
  w.put(collections ? collections->lag_shares : std::vector<double>());
  w.put(has_leaving);
  return std::move(w.text);
}

std::string identity_but_numbers(const Practice& practice) {
  auto others = practice;
  others.numbers = {};
  return sampling_identity(others);
}

std::string sampling_identity(const Stress& stress) {
  Writer w;
  for (const auto& part : stress.parts) {
    const auto& [first, last, counts, parameters, own_numbers, slots, recodes, offers, revaluations] = part;
    static_cast<void>(offers);
    if (part.touches_practice())
      w.put(first, last, counts, parameters, own_numbers, slots, recodes, revaluations);
  }
  return std::move(w.text);
}

std::string pay_identity(const Contract& contract) {
  const auto& [name, title, advertised_usd, advertised_practice, employment, year, partial, ends,
               ends_by_leaving, push, tail, round, terms, schedule_year, work_rvu, opening, ledger, pay,
               adjust] = contract;
  static_cast<void>(name);
  static_cast<void>(title);
  static_cast<void>(employment);
  Writer w;
  w.put(advertised_usd, advertised_practice, year, partial, ends, ends_by_leaving, push, tail, round, terms,
        schedule_year, work_rvu, opening, ledger, pay, adjust);
  return std::move(w.text);
}

}  // namespace paystress::engine
