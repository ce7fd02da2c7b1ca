#include "analysis/fit/write_practice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "analysis/csv_rows.h"
#include "model/calendar.h"

namespace paystress::fit {
namespace {

constexpr std::size_t comment_at = 64;

std::string number(double x) {
  constexpr int digits = 5;
  return fmt::format("{}", round_to_digits(x, digits));
}
std::string short_number(double x) {
  constexpr int digits = 3;
  return fmt::format("{}", round_to_digits(x, digits));
}

void add_line(std::string& out, const std::string& text, const std::string& comment) {
  out += fmt::format("{:<{}}  # {}\n", text, comment_at, comment);
}

std::string_view weight_of(Basis basis) { return basis == Basis::little_data ? ", which weighs most" : ""; }

std::string comment_of(const FittedNumber& n) {
  const auto interval = n.low < n.high
                            ? fmt::format("90 %: {} to {}; ", short_number(n.low), short_number(n.high))
                            : std::string();
  const auto prior = n.prior.empty() ? std::string() : "; prior: " + n.prior;
  if (n.basis == Basis::prior)
    return fmt::format("{}not told: {}; {} ({})", interval, n.data, n.method, n.prior);
  return fmt::format("{}{}; {}{}{}", interval, n.data, n.method, prior, weight_of(n.basis));
}

std::string shrunk(std::string_view prior, Basis basis) {
  return fmt::format("; shrunk: prior {}{}", prior, weight_of(basis));
}

/// Shares in hundred-thousandths that sum to 1 to the last digit: what rounding leaves goes to the largest.
std::vector<double> whole_shares(const std::vector<VisitCode>& codes) {
  constexpr double parts = 1e5;
  std::vector<double> shares;
  double sum = 0;
  std::size_t largest = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    shares.push_back(std::round(codes[i].share * parts));
    sum += shares.back();
    if (shares[i] > shares[largest]) largest = i;
  }
  shares[largest] += parts - sum;
  for (auto& share : shares) share /= parts;
  return shares;
}

template <std::size_t N>
std::string factors_text(const std::array<KnownEstimate, N>& factors, const std::array<bool, N>& used) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < N; ++i)
    if (used[i]) texts.push_back(fmt::format("{:.4f}", factors[i].value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}
template <std::size_t N>
std::string intervals_text(const std::array<KnownEstimate, N>& factors, const std::array<bool, N>& used) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < N; ++i)
    if (used[i]) texts.push_back(fmt::format("{:.2f} to {:.2f}", factors[i].low, factors[i].high));
  return fmt::format("90 %: {}", fmt::join(texts, ", "));
}

}  // namespace

std::string study_text(const Quantity& law) {
  if (const auto* known = std::get_if<Known>(&law)) return number(known->value);
  if (const auto* l = std::get_if<Lognormal>(&law))
    return fmt::format("{{ median = {}, cv = {} }}", number(l->median),
                       number(std::max(std::sqrt(std::expm1(l->sigma * l->sigma)), 1e-6)));
  if (const auto* l = std::get_if<BetaMeanSd>(&law))
    return fmt::format("{{ mean = {}, sd = {} }}", number(l->mean), number(l->sd));
  const auto& l = std::get<GammaMeanSd>(law);
  return fmt::format("{{ mean = {}, sd = {} }}", number(l.mean), number(l.sd));
}

std::string practice_toml(const FittedPractice& fitted, std::string_view schedule, std::string_view heading) {
  std::string out;
  for (std::size_t at = 0; at < heading.size();) {
    const auto end = std::min(heading.find('\n', at), heading.size());
    out += fmt::format("# {}\n", heading.substr(at, end - at));
    at = end + 1;
  }
  for (const auto& warning : fitted.warnings) out += fmt::format("# Warning: {}\n", warning);
  out += fmt::format("\n[practices.{}]\n", fitted.practice.name);
  const auto& works = fitted.practice.works;
  std::vector<std::string> days;
  for (std::size_t d = 0; d < 7; ++d)
    if (works[d]) days.push_back(fmt::format("\"{}\"", weekday_names[d]));
  out += fmt::format("sessions.weekdays = [{}]\n", fmt::join(days, ", "));
  std::array<bool, 12> all{};
  all.fill(true);
  bool lists = false;
  for (const auto& n : fitted.numbers) {
    if (n.parameter == Parameter::codes_concentration) continue;
    if (!lists && n.parameter > Parameter::visits_per_day) {
      lists = true;
      if (fitted.weekday_basis != Basis::prior)
        add_line(out, "demand.weekday = " + factors_text(fitted.weekday, works),
                 intervals_text(fitted.weekday, works) + shrunk("V6", fitted.weekday_basis));
      if (fitted.season_basis != Basis::prior)
        add_line(out, "season = " + factors_text(fitted.season, all),
                 intervals_text(fitted.season, all) + shrunk("V7, V8", fitted.season_basis));
      else
        out += "# season: not told, takes 24 months; 1 in each month\n";
    }
    add_line(out, fmt::format("{} = {}", parameter_info(n.parameter).key, study_text(n.law)), comment_of(n));
  }
  std::vector<std::string> mix;
  const auto shares = whole_shares(fitted.practice.codes);
  for (std::size_t i = 0; i < shares.size(); ++i)
    mix.push_back(fmt::format("\"{}\" = {}", fitted.practice.codes[i].code, shares[i]));
  for (const auto& n : fitted.numbers)
    if (n.parameter == Parameter::codes_concentration)
      add_line(out,
               fmt::format("codes = {{ schedule = \"{}\", mix = {{ {} }}, concentration = {} }}", schedule,
                           fmt::join(mix, ", "), study_text(n.law)),
               comment_of(n));
  std::vector<std::string> pairs;
  for (const auto& c : fitted.practice.correlation)
    pairs.push_back(fmt::format("[\"{}\", \"{}\", {}]", c.a, c.b, short_number(c.rho)));
  if (!pairs.empty()) out += fmt::format("correlation = [{}]\n", fmt::join(pairs, ", "));
  return out;
}

}  // namespace paystress::fit
