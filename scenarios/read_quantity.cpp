#include "scenarios/read_quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "model/lognormal.h"

namespace paystress {
namespace {

// The forms of a distribution by their keys.
constexpr std::array<std::array<std::string_view, 3>, 5> forms{{{"low", "likely", "high"},
                                                                {"median", "cv", ""},
                                                                {"p10", "p90", ""},
                                                                {"mean", "sd", ""},
                                                                {"values", "", ""}}};
constexpr std::string_view form_help =
    "Write a number, { low, likely, high }, { median, cv }, { p10, p90 }, { mean, sd } or { values = "
    "\"file.csv:column\" }.";

class DistributionReader {
 public:
  DistributionReader(TableReader& table, const QuantityRule& rule, InputFiles& files)
      : table_(table), rule_(rule), files_(files) {}

  std::optional<Quantity> read() {
    for (const auto& form : forms)
      for (const auto& key : form)
        if (!key.empty()) table_.know(key);
    const auto* chosen = choose();
    if (chosen == nullptr) return std::nullopt;
    if (chosen == &forms[0]) return pert();
    if (chosen == &forms[1]) return lognormal_cv();
    if (chosen == &forms[2]) return lognormal_p();
    if (chosen == &forms[3]) return mean_sd();
    return empirical();
  }

 private:
  // The form whose keys are exactly the known keys of the table.
  const std::array<std::string_view, 3>* choose() {
    const std::array<std::string_view, 3>* started = nullptr;
    for (const auto& form : forms) {
      const auto has = [&](std::string_view key) { return !key.empty() && table_.has(key); };
      if (!std::ranges::any_of(form, has)) continue;
      if (started != nullptr) {
        table_.error("", "mixes two forms of a distribution", {}, std::string(form_help));
        return nullptr;
      }
      started = &form;
    }
    if (started == nullptr) {
      table_.error("", "is no distribution", {}, std::string(form_help));
      return nullptr;
    }
    for (const auto& key : *started) {
      if (key.empty() || table_.has(key)) continue;
      table_.error(key, "missing", fmt::format("{} goes with {}", started->front(), (*started)[1]));
      return nullptr;
    }
    return started;
  }

  std::optional<Quantity> pert() {
    const auto low = table_.number("low", rule_.range);
    const auto likely = table_.number("likely", rule_.range);
    const auto high = table_.number("high", rule_.range);
    if (!low || !likely || !high) return std::nullopt;
    if (*low > *likely || *likely > *high || *low == *high) {
      table_.error("", fmt::format("low {}, likely {}, high {} do not rise", *low, *likely, *high),
                   "a PERT distribution needs low <= likely <= high and low < high");
      return std::nullopt;
    }
    return Pert{*low, *likely, *high};
  }

  NumberRange above_zero(std::string_view meaning) const {
    return {std::numeric_limits<double>::min(), rule_.range.high, meaning};
  }

  std::optional<Quantity> lognormal_cv() {
    const auto median = table_.number("median", above_zero("the median of a lognormal is above 0"));
    const auto cv = table_.number("cv", {1e-6, 10, "a coefficient of variation; a known number has none"});
    if (!median || !cv) return std::nullopt;
    return Lognormal{*median, std::sqrt(std::log1p(*cv * *cv))};
  }

  std::optional<Quantity> lognormal_p() {
    const auto p10 = table_.number("p10", above_zero("percentiles of a lognormal are above 0"));
    const auto p90 = table_.number("p90", above_zero("percentiles of a lognormal are above 0"));
    if (!p10 || !p90) return std::nullopt;
    if (*p10 >= *p90) {
      table_.error("", fmt::format("p10 {} is not below p90 {}", *p10, *p90));
      return std::nullopt;
    }
    return lognormal_between(*p10, *p90);
  }

  std::optional<Quantity> mean_sd() {
    const auto mean = table_.number("mean", above_zero("the mean of what is uncertain is above 0"));
    const auto sd = table_.number("sd", {1e-9, 1e9, "a standard deviation; a known number has none"});
    if (!mean || !sd) return std::nullopt;
    if (!rule_.is_probability) return GammaMeanSd{*mean, *sd};
    if (*mean >= 1 || *sd * *sd >= *mean * (1 - *mean)) {
      table_.error("", fmt::format("no probability has mean {} and standard deviation {}", *mean, *sd),
                   "the standard deviation of a number in [0, 1] is below sqrt(mean (1 - mean))");
      return std::nullopt;
    }
    return BetaMeanSd{*mean, *sd};
  }

  std::optional<Quantity> empirical() {
    const auto name = table_.text("values");
    if (!name) return std::nullopt;
    const auto colon = name->rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == name->size()) {
      table_.error("values", fmt::format("\"{}\" names no file and column", *name), {},
                   "Write values = \"file.csv:column\".");
      return std::nullopt;
    }
    const auto key = table_.key_of("values");
    const auto place = table_.place_of("values");
    const auto* csv = files_.csv(name->substr(0, colon), place, key, table_.faults());
    if (csv == nullptr) return std::nullopt;
    const auto column = csv->find_column(name->substr(colon + 1));
    if (!column) {
      std::vector<std::string> known;
      for (const auto& cell : csv->header.cells) known.push_back(cell.text);
      const auto word = name->substr(colon + 1);
      table_.error("values", fmt::format("{} has no column {}", csv->file, word), {},
                   suggestion(word, known));
      return std::nullopt;
    }
    return values_of(*csv, *column, *name);
  }

  std::optional<Quantity> values_of(const CsvText& csv, std::size_t column, const std::string& name) {
    Empirical observed;
    observed.source = name;
    bool good = !csv.rows.empty();
    if (!good) table_.error("values", fmt::format("{} has no rows", csv.file));
    const std::array<std::size_t, 1> numbers{column};
    if (report_number_commas(csv, numbers, table_.faults())) return std::nullopt;
    for (const auto& row : csv.rows) {
      const auto number = read_number(row.cells[column].text);
      auto problem = number.problem;
      if (problem.empty()) problem = range_problem(number.value, rule_.range);
      if (!problem.empty()) {
        table_.faults().error(csv.place(row, column), csv.header.cells[column].text, std::move(problem),
                              std::string(rule_.range.meaning), number.fix);
        good = false;
      }
      observed.sorted.push_back(number.value);
    }
    if (!good) return std::nullopt;
    std::ranges::sort(observed.sorted);
    warn_of_days(observed, csv);
    return observed;
  }

  // One of the values holds for a whole path, so a day of no visits would be a practice without any.
  void warn_of_days(const Empirical& observed, const CsvText& csv) {
    constexpr std::size_t many = 60;
    if (rule_.is_probability || observed.sorted.size() < many) return;
    const auto zeros = std::ranges::count(observed.sorted, 0.0);
    const bool dated = has_dated_rows(csv);
    if (zeros == 0 && !dated) return;
    table_.warning(
        "values",
        zeros > 0 ? fmt::format("{} of {} values are 0", zeros, observed.sorted.size())
                  : fmt::format("{} values stand in rows of days", observed.sorted.size()),
        zeros > 0 ? "each path takes one value for its whole time, so these look like days and would "
                    "be years without any"
                  : "each path takes one value for its whole time, so a year would be as busy as one day",
        fmt::format("Turn the days into a practice with `paystress fit {}`, or write values of longer "
                    "spans (a mean of each month or year).",
                    observed.source.substr(0, observed.source.rfind(':'))));
  }

  // A row a day: a column called a date, with day, month and year in each cell.
  static bool has_dated_rows(const CsvText& csv) {
    for (std::size_t c = 0; c < csv.header.cells.size(); ++c) {
      if (!plain_name(csv.header.cells[c].text).ends_with("date")) continue;
      const auto is_day = [c](const CsvText::Row& row) {
        return std::ranges::count_if(row.cells[c].text,
                                     [](char x) { return x == '-' || x == '/' || x == '.'; }) == 2;
      };
      if (std::ranges::all_of(csv.rows, is_day)) return true;
    }
    return false;
  }

  TableReader& table_;
  const QuantityRule& rule_;
  InputFiles& files_;
};

struct Describe {
  std::string operator()(const Known& q) const { return fmt::format("{}", q.value); }
  std::string operator()(const Pert& q) const {
    return fmt::format("PERT({}, {}, {})", q.low, q.likely, q.high);
  }
  std::string operator()(const Lognormal& q) const {
    return fmt::format("lognormal(median {:.6g}, sigma {:.6g})", q.median, q.sigma);
  }
  std::string operator()(const BetaMeanSd& q) const {
    return fmt::format("beta(mean {}, sd {})", q.mean, q.sd);
  }
  std::string operator()(const GammaMeanSd& q) const {
    return fmt::format("gamma(mean {}, sd {})", q.mean, q.sd);
  }
  std::string operator()(const Empirical& q) const {
    return fmt::format("one of {} values of {}", q.sorted.size(), q.source);
  }
};

}  // namespace

std::optional<Quantity> read_quantity(TableReader& table, std::string_view name, const QuantityRule& rule,
                                      InputFiles& files) {
  const auto* value = table.find(name);
  if (value == nullptr) return std::nullopt;
  if (value->kind == TomlValue::Kind::table) {
    auto* distribution = table.sub(name);
    if (!rule.may_be_uncertain) {
      for (const auto& e : value->entries) distribution->know(e.key);
      table.error(name, "cannot be uncertain", std::string(rule.range.meaning), "Write a number.");
      return std::nullopt;
    }
    return DistributionReader(*distribution, rule, files).read();
  }
  const auto number = checked_number(*value, table.key_of(name), rule.range, table.faults());
  if (!number) return std::nullopt;
  if (rule.is_whole && std::floor(*number) != *number) {
    table.error(name, fmt::format("{} is not a whole number", *number), std::string(rule.range.meaning));
    return std::nullopt;
  }
  return Known{*number};
}

std::string text_of(const Quantity& quantity) { return std::visit(Describe{}, quantity); }

std::optional<double> upper_end(const Quantity& quantity) {
  if (const auto* known = std::get_if<Known>(&quantity)) return known->value;
  if (const auto* pert = std::get_if<Pert>(&quantity)) return pert->high;
  if (const auto* observed = std::get_if<Empirical>(&quantity)) return observed->sorted.back();
  return std::nullopt;
}

double typical(const Quantity& quantity) {
  if (const auto* known = std::get_if<Known>(&quantity)) return known->value;
  if (const auto* pert = std::get_if<Pert>(&quantity)) return pert->likely;
  if (const auto* lognormal = std::get_if<Lognormal>(&quantity)) return lognormal->median;
  if (const auto* beta = std::get_if<BetaMeanSd>(&quantity)) return beta->mean;
  if (const auto* gamma = std::get_if<GammaMeanSd>(&quantity)) return gamma->mean;
  const auto& values = std::get<Empirical>(quantity).sorted;
  return values[values.size() / 2];
}

}  // namespace paystress
