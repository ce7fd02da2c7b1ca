#include "sim/questions/ask_before_signing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>
#include <utility>
#include <variant>

#include "analysis/ask_table.h"
#include "analysis/clause_worth.h"
#include "analysis/paired_change.h"
#include "model/levers.h"
#include "scenarios/contract_columns.h"
#include "scenarios/published_ranges.h"
#include "sim/questions/price_readings.h"
#include "sim/questions/what_if.h"
#include "sim/random/trait_quantile.h"
#include "sim/words/scenario_titles.h"
#include "sim/words/text_table.h"

namespace paystress::questions {
namespace {

constexpr double z_of_p90 = 1.2815515655446004, minutes_an_hour = 60.0, cents = 100.0;
// On the screen: so many questions of an offer, each worth a notable change.
constexpr std::size_t most_told = 3;
// As the sampler bounds them.
constexpr double most_event_days = 366.0;

/// An answer: what stands in the table, and the offer on the practice that follows from it.
struct Answer {
  std::string text;
  const Practice* practice;
  const Contract* offer;
};
struct Question {
  std::string_view kind;
  std::string key, source;
  std::vector<Answer> answers;
};

/// The questions of one offer on one practice. Changed practices and contracts live as long as this does.
class Questions {
 public:
  /// `hour_usd`: what an hour of session is paid.
  Questions(const StudyText& text, const engine::ScenarioInput& input, double hour_usd)
      : text_(text), input_(input) {
    add_readings();
    add_numbers();
    add_event_numbers();
    add_grants(hour_usd);
  }
  [[nodiscard]] const std::vector<Question>& all() const { return questions_; }

 private:
  void add_readings() {
    const auto vague = vague_offer(text_, input_.scenario->offer);
    for (std::size_t c = 0; c < vague.clauses.size(); ++c) {
      Question question{"reading", vague.clauses[c].key, "", {}};
      for (std::size_t r = 0; r < vague.counts[c]; ++r) {
        std::vector<std::size_t> reading(vague.counts.size(), 0);
        reading[c] = r;
        const auto at = std::ranges::find(vague.readings, reading) - vague.readings.begin();
        contracts_.push_back(vague.contracts[static_cast<std::size_t>(at)]);
        question.answers.push_back({vague.clauses[c].reading_text(r), input_.practice, &contracts_.back()});
      }
      questions_.push_back(std::move(question));
    }
  }

  void add_numbers() {
    for (const auto& info : parameter_infos()) {
      const auto& number = (*input_.practice)[info.parameter];
      if (!is_known(number)) {
        const auto at = [&](double z) {
          return std::clamp(random::trait_quantile(number, z), info.low, info.high);
        };
        add_number("uncertain", info, at(-z_of_p90), at(z_of_p90), "");
      }
    }
    for (const auto& range : published_ranges()) {
      const auto* number = std::get_if<Known>(&(*input_.practice)[range.parameter]);
      if (number != nullptr && matters(range.parameter))
        add_number("published", parameter_info(range.parameter), range.low, range.high,
                   std::string(range.source));
    }
  }

  void add_event_numbers() {
    const auto& events = input_.practice->events;
    for (std::size_t e = 0; e < events.size(); ++e)
      for (const auto member : {&PracticeEvent::per_year, &PracticeEvent::days}) {
        const auto& number = events[e].*member;
        if (is_known(number)) continue;
        Question question{"uncertain", event_key(events[e], member), "", {}};
        for (const double z : {-z_of_p90, z_of_p90}) {
          const double value = std::clamp(random::trait_quantile(number, z), 0.0, most_event_days);
          practices_.push_back(with_number(*input_.practice, e, member, value));
          question.answers.push_back({fmt::format("{:.4g}", value), &practices_.back(), input_.offer});
        }
        questions_.push_back(std::move(question));
      }
  }

  // A number of what the practice does not have has no range.
  [[nodiscard]] bool matters(Parameter parameter) const {
    const auto is = [&](Parameter p, double value) { return is_known_as(*input_.practice, p, value); };
    if (parameter == Parameter::panel_mature) return !is(Parameter::panel_mature, 0.0);
    return parameter != Parameter::ramp_months_to_95 || !is(Parameter::ramp_start, 1.0);
  }

  void add_number(std::string_view kind, const ParameterInfo& info, double low, double high,
                  std::string source) {
    Question question{kind, std::string(info.key), std::move(source), {}};
    for (const double value : {low, high}) {
      practices_.push_back(with_number(*input_.practice, info.parameter, value));
      question.answers.push_back({fmt::format("{:.4g}", value), &practices_.back(), input_.offer});
    }
    questions_.push_back(std::move(question));
  }

  void add_grants(double hour_usd) {
    const auto middle = [&](Parameter p) { return random::trait_quantile((*input_.practice)[p], 0.0); };
    add_grant("no_shows", "no_shows", hour_usd / middle(Parameter::slots_per_hour), "each");
    add_grant("messages", "messages", hour_usd * middle(Parameter::messages_minutes) / minutes_an_hour,
              "each");
    add_grant("late_charting", "late_charting_hours", hour_usd, "an hour");
  }

  // What the offer pays already is no question.
  void add_grant(const char* name, const char* column, double usd, const char* unit) {
    const auto used = columns_used(*input_.offer);
    usd = std::floor(usd * cents + 0.5) / cents;
    if (!(usd > 0.0) || std::ranges::find(used, column, &ColumnUse::column) != used.end()) return;
    auto contract = *input_.offer;
    MeasuredPay pays;
    pays.measure = Amount::name(Amount::Op::column, column);
    pays.schedule = SingleRate{usd};
    contract.pay.push_back({fmt::format("granted_{}", name), true, {}, {}, std::move(pays), {}});
    contracts_.push_back(std::move(contract));
    questions_.push_back({"grant",
                          fmt::format("pay for {}", name),
                          "",
                          {{"unpaid", input_.practice, input_.offer},
                           {fmt::format("{:.2f} $ {}", usd, unit), input_.practice, &contracts_.back()}}});
  }

  const StudyText& text_;
  const engine::ScenarioInput& input_;
  std::deque<Practice> practices_;
  std::deque<Contract> contracts_;
  std::vector<Question> questions_;
};

double median_of(const std::vector<double>& values) { return Sample(values).quantile(0.5); }

/// Yearly pay by path, by answer, of all questions of an offer.
std::vector<std::vector<std::vector<double>>> price(const Questions& questions,
                                                    const engine::ScenarioInput& input,
                                                    const engine::RunRequest& request,
                                                    const engine::Execution& how) {
  std::vector<std::vector<std::vector<double>>> pay;
  std::vector<engine::ScenarioInput> inputs;
  std::vector<std::vector<double>*> places;
  for (const auto& question : questions.all()) pay.emplace_back(question.answers.size());
  for (std::size_t q = 0; q < pay.size(); ++q)
    for (std::size_t a = 0; a < pay[q].size(); ++a) {
      const auto& answer = questions.all()[q].answers[a];
      inputs.push_back(input);
      inputs.back().practice = answer.practice;
      inputs.back().offer = answer.offer;
      places.push_back(&pay[q][a]);
    }
  const double years = request.study->months / 12.0;
  for_each_what_if(request, inputs, what_if_paths(request), how,
                   [&](std::size_t i, const engine::GroupRun& run, std::size_t offer) {
                     *places[i] = over_horizon(Measure::income_usd, run, offer);
                     for (double& usd : *places[i]) usd /= years;
                   });
  return pay;
}

std::vector<AskedClause> asked_of(const Questions& questions, const engine::ScenarioInput& input,
                                  const engine::RunRequest& request, const engine::Execution& how) {
  const auto options = engine::table_options(*request.study);
  const auto pay = price(questions, input, request, how);
  std::vector<AskedClause> asked;
  for (std::size_t q = 0; q < pay.size(); ++q) {
    std::vector<double> medians;
    for (const auto& of_answer : pay[q]) medians.push_back(median_of(of_answer));
    const auto [low, high] = std::ranges::minmax_element(medians);
    auto a = static_cast<std::size_t>(low - medians.begin()),
         b = static_cast<std::size_t>(high - medians.begin());
    if (*low == *high) a = 0, b = 1;
    const auto& question = questions.all()[q];
    asked.push_back({question.kind, question.key, question.answers[a].text, question.answers[b].text,
                     question.source, median_change(pay[q][a], pay[q][b], options.ci_level, options.design)});
  }
  rank_asked(asked);
  return asked;
}

std::string told(const Study& study, const Scenario& scenario, const std::vector<AskedClause>& ranked) {
  std::string text;
  for (std::size_t k = 0; k < std::min(most_told, ranked.size()); ++k) {
    const auto& asked = ranked[k];
    if (!(asked.worth_usd.value.value_or(0.0) >= notable_change_usd)) break;
    text += fmt::format("    {}. {}: {} or {}? {} $\n", k + 1, asked.key, asked.answer_a, asked.answer_b,
                        words::dollars(*asked.worth_usd.value));
  }
  return text.empty() ? text : fmt::format("  {}\n{}", words::offer_title(study, scenario), text);
}

// Numbers of a practice that the study gives without a distribution.
std::string taken_as_certain(const StudyText& text, const std::set<const Practice*>& practices) {
  std::vector<std::string_view> keys;
  for (const auto& info : parameter_infos()) {
    const bool is_certain = std::ranges::any_of(practices, [&](const Practice* practice) {
      const auto key = fmt::format("practices.{}.{}", practice->name, info.key);
      const auto at = std::ranges::find(text.resolved, key, &ResolvedNumber::key);
      return info.may_be_uncertain && is_known((*practice)[info.parameter]) && at != text.resolved.end() &&
             std::holds_alternative<Place>(at->origin);
    });
    if (is_certain) keys.push_back(info.key);
  }
  return keys.empty() ? std::string()
                      : fmt::format("Taken as certain, given without a range: {}.\n", fmt::join(keys, ", "));
}

double paid_hour(const engine::ScenarioInput& input, const engine::RunRequest& request,
                 const engine::Execution& how) {
  double usd = 0.0;
  const std::vector<engine::ScenarioInput> inputs{input};
  for_each_what_if(request, inputs, what_if_paths(request), how,
                   [&](std::size_t, const engine::GroupRun& run, std::size_t offer) {
                     const Sample paid(over_horizon(Measure::paid_hourly_usd, run, offer));
                     if (paid.size() > 0) usd = paid.quantile(0.5);
                   });
  return usd;
}

}  // namespace

AskReport ask_before_signing(const StudyText& text, const engine::RunRequest& request,
                             const engine::Execution& how) {
  AskReport report;
  std::set<const Practice*> practices;
  std::string questions_told;
  const auto options = engine::table_options(*request.study);
  for (const auto& input : request.inputs) {
    if (input.scenario->stress != "base") continue;
    // What the recruiter describes cannot be taken.
    if (input.scenario->practice == input.offer->advertised_practice) continue;
    const Questions questions(text, input, paid_hour(input, request, how));
    const auto ranked = asked_of(questions, input, request, how);
    report.rows += ask_rows(*input.scenario, ranked, options.ci_level);
    questions_told += told(*request.study, *input.scenario, ranked);
    practices.insert(input.practice);
  }
  if (!questions_told.empty())
    report.text =
        "Ask before you sign ($ a year that the better answer adds to the median)\n" + questions_told;
  report.text += taken_as_certain(text, practices);
  return report;
}

}  // namespace paystress::questions
