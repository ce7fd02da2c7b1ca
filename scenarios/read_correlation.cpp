#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/correlation.h"
#include "scenarios/read_practice.h"

namespace paystress {
namespace {

using enum Parameter;

const MonthStateInfo* find_state(std::string_view name) {
  const auto states = month_state_infos();
  const auto it = std::ranges::find(states, name, &MonthStateInfo::name);
  return it == states.end() ? nullptr : &*it;
}

// A correlation matrix over the names that occur.
class Matrix {
 public:
  void set(const std::string& a, const std::string& b, double r) {
    pairs_.push_back({index(a), index(b), r});
  }
  [[nodiscard]] bool is_legal() const {
    const auto n = names_.size();
    std::vector<double> m(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) m[i * n + i] = 1.0;
    for (const auto& p : pairs_) m[p.a * n + p.b] = m[p.b * n + p.a] = p.r;
    return is_positive_definite(std::move(m), n);
  }

 private:
  struct Pair {
    std::size_t a, b;
    double r;
  };
  std::size_t index(const std::string& name) {
    const auto it = std::ranges::find(names_, name);
    if (it != names_.end()) return static_cast<std::size_t>(it - names_.begin());
    names_.push_back(name);
    return names_.size() - 1;
  }
  std::vector<std::string> names_;
  std::vector<Pair> pairs_;
};

class CorrelationReader {
 public:
  CorrelationReader(TableReader& table, Practice& practice)
      : table_(table), practice_(practice), traits_(uncertain_keys(practice)) {}

  void read(const TomlValue& list) {
    for (std::size_t i = 0; i < list.items.size(); ++i)
      read_pair(list.items[i], fmt::format("{}.{}", table_.key_of("correlation"), i + 1));
    constexpr std::string_view why = "no joint law has these correlations";
    constexpr std::string_view fix = "Bring them closer to 0.";
    if (!trait_matrix_.is_legal())
      table_.error("correlation", "the matrix of the uncertain numbers is not positive definite",
                   std::string(why), std::string(fix));
    if (!state_matrix_.is_legal())
      table_.error("correlation", "the matrix of the monthly states is not positive definite",
                   "their months would need innovations that no joint law has", std::string(fix));
  }

 private:
  void read_pair(const TomlValue& item, const std::string& key) {
    using Kind = TomlValue::Kind;
    auto& faults = table_.faults();
    if (item.kind != Kind::array || item.items.size() != 3 || item.items[0].kind != Kind::string ||
        item.items[1].kind != Kind::string) {
      faults.error(item.place(), key, "is not two names and a number", {},
                   "Write [\"demand\", \"inbox.messages\", 0.3].");
      return;
    }
    const auto rho = checked_number(item.items[2], key, {-1, 1, "a rank correlation"}, faults);
    const auto& a = item.items[0].text;
    const auto& b = item.items[1].text;
    const bool known = check_name(item.items[0], key) && check_name(item.items[1], key);
    if (!rho || !known) return;
    if (a == b) {
      faults.error(item.place(), key, fmt::format("{} is correlated with itself", a));
      return;
    }
    const auto same = [&](const RankCorrelation& c) {
      return (c.a == a && c.b == b) || (c.a == b && c.b == a);
    };
    if (std::ranges::any_of(practice_.correlation, same)) {
      faults.error(item.place(), key, fmt::format("{} and {} are correlated twice", a, b));
      return;
    }
    const auto* state_a = find_state(a);
    const auto* state_b = find_state(b);
    if ((state_a == nullptr) != (state_b == nullptr)) {
      faults.error(item.place(), key, fmt::format("{} and {} are of two levels", a, b),
                   "an uncertain number is drawn once per path, a state once a month");
      return;
    }
    add(item, key, {a, b, *rho}, state_a, state_b);
  }

  void add(const TomlValue& item, const std::string& key, RankCorrelation pair, const MonthStateInfo* a,
           const MonthStateInfo* b) {
    const double gaussian = gaussian_from_rank(pair.rho);
    if (a == nullptr) {
      trait_matrix_.set(pair.a, pair.b, gaussian);
    } else {
      const auto ar1 = [&](const MonthStateInfo& s) { return std::get<Known>(practice_[s.ar1]).value; };
      state_matrix_.set(pair.a, pair.b, innovation_correlation(gaussian, ar1(*a), ar1(*b)));
      for (const auto* s : {a, b}) {
        const auto* cv = std::get_if<Known>(&practice_[s->cv]);
        if (cv != nullptr && cv->value == 0)
          table_.faults().warning(item.place(), key, fmt::format("{} does not vary by month", s->name),
                                  std::string(parameter_info(s->cv).key) + " is 0, so this has no effect");
      }
    }
    practice_.correlation.push_back(std::move(pair));
  }

  bool check_name(const TomlValue& name, const std::string& key) {
    if (find_state(name.text) != nullptr) return true;
    if (std::ranges::find(traits_, name.text) != traits_.end()) return true;
    if (find_parameter(name.text)) {
      table_.faults().error(name.place(), key, fmt::format("{} is a known number", name.text),
                            "only uncertain numbers and monthly states can be correlated",
                            "Give it a distribution, or drop the pair.");
      return false;
    }
    auto known = traits_;
    for (const auto& s : month_state_infos()) known.emplace_back(s.name);
    table_.faults().error(name.place(), key,
                          fmt::format("\"{}\" is neither an uncertain number nor a monthly state", name.text),
                          {}, suggestion(name.text, known));
    return false;
  }

  TableReader& table_;
  Practice& practice_;
  std::vector<std::string> traits_;
  Matrix trait_matrix_, state_matrix_;
};

}  // namespace

std::vector<std::string> uncertain_keys(const Practice& practice) {
  std::vector<std::string> keys;
  for (const auto& info : parameter_infos())
    if (!is_known(practice[info.parameter])) keys.emplace_back(info.key);
  for (const auto& event : practice.events) {
    if (!is_known(event.per_year)) keys.push_back("events." + event.name + ".per_year");
    if (!is_known(event.days)) keys.push_back("events." + event.name + ".days");
  }
  for (const auto& number : own_numbers(practice))
    if (*number.value && !is_known(**number.value)) keys.push_back(number.key);
  return keys;
}

void read_correlation(TableReader& table, Practice& practice) {
  const auto* list = table.find("correlation");
  if (list == nullptr) return;
  if (list->kind != TomlValue::Kind::array) {
    table.error("correlation", "is not a list of pairs", {},
                "Write [[\"demand\", \"inbox.messages\", 0.3]].");
    return;
  }
  CorrelationReader(table, practice).read(*list);
}

}  // namespace paystress
