#include "sim/questions/ask_before_signing.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <set>
#include <utility>
#include <variant>

#include "analysis/ask_table.h"
#include "analysis/clause_worth.h"
#include "analysis/paired_change.h"
#include "model/levers.h"
#include "model/lognormal.h"
#include "scenarios/published_ranges.h"
#include "sim/questions/paid_work.h"
#include "sim/questions/price_readings.h"
#include "sim/questions/remedies.h"
#include "sim/questions/what_if.h"
#include "sim/random/trait_quantile.h"
#include "sim/words/scenario_titles.h"
#include "sim/words/text_table.h"

namespace paystress::questions {
namespace {

constexpr std::string_view kind_reading = "reading", kind_grant = "grant";
constexpr double minutes_an_hour = 60.0, cents = 100.0;
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

/// A number of a practice that one can ask for, and both practices that its answers describe.
struct AskedNumber {
  std::string_view kind;
  std::string key, source;
  std::array<double, 2> values;
  std::array<Practice, 2> practices;
};

// A number of what the practice does not have has no range.
bool matters(const Practice& practice, Parameter parameter) {
  if (parameter == Parameter::panel_mature) return !is_known_as(practice, Parameter::panel_mature, 0.0);
  return parameter != Parameter::ramp_months_to_95 || !is_known_as(practice, Parameter::ramp_start, 1.0);
}

// 10th and 90th percentile of an uncertain number, kept within its range.
std::array<double, 2> likely_ends(const Quantity& number, double least, double most) {
  const auto at = [&](double z) { return std::clamp(random::trait_quantile(number, z), least, most); };
  return {at(-z90), at(z90)};
}

// Both ends of the published range; where the study's own number lies outside of it, that number and the
// nearer end.
std::array<double, 2> published_ends(const PublishedRange& range, const Quantity& number) {
  const double own = random::trait_quantile(number, 0.0);
  if (own < range.low) return {own, range.low};
  if (own > range.high) return {range.high, own};
  return {range.low, range.high};
}

std::vector<AskedNumber> asked_numbers(const Practice& practice) {
  std::vector<AskedNumber> asked;
  const auto add = [&](std::string_view kind, const ParameterInfo& info, double low, double high,
                       std::string_view source) {
    asked.push_back(
        {kind,
         std::string(info.key),
         std::string(source),
         {low, high},
         {with_number(practice, info.parameter, low), with_number(practice, info.parameter, high)}});
  };
  for (const auto& info : parameter_infos()) {
    const auto& number = practice[info.parameter];
    if (is_known(number)) continue;
    const auto [low, high] = likely_ends(number, info.low, info.high);
    add("uncertain", info, low, high, "");
  }
  for (const auto& range : published_ranges())
    if (is_known(practice[range.parameter]) && matters(practice, range.parameter)) {
      const auto [low, high] = published_ends(range, practice[range.parameter]);
      add("published", parameter_info(range.parameter), low, high, range.source);
    }
  for (std::size_t e = 0; e < practice.events.size(); ++e)
    for (const auto member : {&PracticeEvent::per_year, &PracticeEvent::days}) {
      const auto& number = practice.events[e].*member;
      if (is_known(number)) continue;
      const auto [low, high] = likely_ends(number, 0.0, most_event_days);
      asked.push_back({"uncertain",
                       event_key(practice.events[e], member),
                       "",
                       {low, high},
                       {with_number(practice, e, member, low), with_number(practice, e, member, high)}});
    }
  return asked;
}

/// The questions of one offer on one practice. Changed practices and contracts live as long as this does.
class Questions {
 public:
  Questions(const StudyText& text, const DescribedOffer& described)
      : text_(text),
        input_(*described.input),
        scenario_(described.scenario),
        numbers_(asked_numbers(*input_.practice)) {
    add_readings();
    add_numbers();
    const Sample paid(described.paid_hourly_usd);
    add_grants(paid.size() > 0 ? paid.quantile(0.5) : 0.0);
  }
  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;
  ~Questions() = default;

  [[nodiscard]] const RowScenario& scenario() const { return scenario_; }
  [[nodiscard]] engine::ScenarioInput input(const Answer& answer) const {
    auto answered = input_;
    answered.practice = answer.practice;
    answered.offer = answer.offer;
    return answered;
  }
  [[nodiscard]] const std::vector<Question>& all() const { return questions_; }

 private:
  void add_readings() {
    const auto vague = vague_offer(text_, input_.scenario->offer);
    for (std::size_t c = 0; c < vague.clauses.size(); ++c) {
      Question question{kind_reading, vague.clauses[c].key, "", {}};
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
    for (const auto& number : numbers_) {
      Question question{number.kind, number.key, number.source, {}};
      for (std::size_t i = 0; i < number.values.size(); ++i)
        question.answers.push_back(
            {fmt::format("{:.4g}", number.values.at(i)), &number.practices.at(i), input_.offer});
      questions_.push_back(std::move(question));
    }
  }

  // `hour_usd`: what an hour of session is paid.
  void add_grants(double hour_usd) {
    const auto middle = [&](Parameter p) { return random::trait_quantile((*input_.practice)[p], 0.0); };
    add_grant("no_shows", Work::no_shows, hour_usd / slots_per_hour_worked(*input_.practice), "each");
    add_grant("messages", Work::messages, hour_usd * middle(Parameter::messages_minutes) / minutes_an_hour,
              "each");
    add_grant("late_charting", Work::late_charting, hour_usd, "an hour");
  }

  // Work that has a price is no question; what an hour or a salary covers may be paid on top.
  void add_grant(const char* name, Work work, double usd, const char* unit) {
    const auto as_offered = paid_as_offered(work, *input_.offer, *input_.practice);
    usd = std::floor(usd * cents + 0.5) / cents;
    if (!(usd > 0.0) || !as_offered) return;
    const bool is_paid = *as_offered != unpaid_work;
    auto contract = *input_.offer;
    MeasuredPay pays;
    pays.measure = Amount::name(Amount::Op::column, std::string(column_of(work)));
    pays.schedule = SingleRate{usd};
    contract.pay.push_back({fmt::format("granted_{}", name), true, {}, {}, std::move(pays), {}});
    contracts_.push_back(std::move(contract));
    questions_.push_back({kind_grant,
                          fmt::format("pay for {}", name),
                          "",
                          {{std::string(*as_offered), input_.practice, input_.offer},
                           {fmt::format("{:.2f} $ {}{}", usd, unit, is_paid ? " on top" : ""),
                            input_.practice, &contracts_.back()}}});
  }

  const StudyText& text_;
  const engine::ScenarioInput& input_;
  RowScenario scenario_;
  std::vector<AskedNumber> numbers_;
  std::deque<Contract> contracts_;
  std::vector<Question> questions_;
};

double median_of(const std::vector<double>& values) { return Sample(values).quantile(0.5); }

/// Yearly pay by path, by answer, by question of each offer.
using AnswerPay = std::vector<std::vector<std::vector<double>>>;

std::vector<AnswerPay> price(const std::deque<Questions>& offers, const engine::RunRequest& request,
                             const engine::Execution& how) {
  std::vector<AnswerPay> pay(offers.size());
  std::vector<engine::ScenarioInput> inputs;
  for (std::size_t o = 0; o < offers.size(); ++o) {
    for (const auto& question : offers[o].all()) pay[o].emplace_back(question.answers.size());
    for (std::size_t q = 0; q < pay[o].size(); ++q)
      for (std::size_t a = 0; a < pay[o][q].size(); ++a) {
        inputs.push_back(offers[o].input(offers[o].all()[q].answers[a]));
      }
  }
  auto by_input = yearly_pay(request, inputs, how);
  auto next = by_input.begin();
  for (auto& of_offer : pay)
    for (auto& of_question : of_offer)
      for (auto& of_answer : of_question) of_answer = std::move(*next++);
  return pay;
}

/// Of a question: its number, and both answers that are compared.
struct Compared {
  std::size_t question = 0, worse = 0, better = 0;
  AskedClause asked;
};

std::vector<Compared> compared(const Questions& questions, const AnswerPay& pay,
                               const TableOptions& options) {
  std::vector<Compared> all;
  for (std::size_t q = 0; q < pay.size(); ++q) {
    std::vector<double> medians;
    for (const auto& of_answer : pay[q]) medians.push_back(median_of(of_answer));
    const auto [low, high] = std::ranges::minmax_element(medians);
    auto a = static_cast<std::size_t>(low - medians.begin()),
         b = static_cast<std::size_t>(high - medians.begin());
    if (*low == *high) a = 0, b = 1;
    const auto& question = questions.all()[q];
    all.push_back({q,
                   a,
                   b,
                   {question.kind, question.key, question.answers[a].text, question.answers[b].text,
                    question.source, median_change(pay[q][a], pay[q][b], options.ci_level, options.design)}});
  }
  std::ranges::stable_sort(all, std::greater{},
                           [](const Compared& c) { return c.asked.worth_usd.value.value_or(0.0); });
  return all;
}

// How many of the dearest are told: as far as they are worth a notable change.
std::size_t number_told(std::span<const AskedClause> ranked) {
  std::size_t n = 0;
  while (n < std::min(most_told, ranked.size()) &&
         ranked[n].worth_usd.value.value_or(0.0) >= notable_change_usd)
    ++n;
  return n;
}

std::vector<AskedClause> asked_of(const Questions& questions, const AnswerPay& pay,
                                  const engine::RunRequest& request, const TableOptions& options,
                                  const engine::Execution& how) {
  const auto ranked = compared(questions, pay, options);
  std::vector<AskedClause> asked;
  for (const auto& one : ranked) asked.push_back(one.asked);
  for (std::size_t k = 0, told = number_told(asked); k < told; ++k) {
    const auto& dear = ranked[k];
    asked[k].remedy =
        find_remedy(request, questions.input(questions.all()[dear.question].answers[dear.worse]),
                    pay[dear.question][dear.better], options, how);
  }
  return asked;
}

// Keys as --vary and --set take them.
std::string key_of_offer(const Scenario& scenario, std::string_view key) {
  return fmt::format("offers.{}.{}", scenario.offer, key);
}
std::string told_key(const Scenario& scenario, const AskedClause& asked) {
  if (asked.kind == kind_grant) return asked.key;
  if (asked.kind == kind_reading) return key_of_offer(scenario, asked.key);
  return fmt::format("practices.{}.{}", scenario.practice, asked.key);
}

std::string told_remedy(const Scenario& scenario, const Remedy& remedy) {
  // Digits that the search tells apart.
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(remedy.from))), 0, 4);
  return fmt::format("or {} = {:.{}f} instead of {:.{}f}", key_of_offer(scenario, remedy.key),
                     *remedy.to.value, decimals, remedy.from, decimals);
}

// What people read of a question: of a clause what its readings are worth on all paths, where that is told.
double told_worth(const Scenario& scenario, const AskedClause& asked, std::span<const ToldWorth> readings) {
  for (const auto& told : readings)
    if (told.scenario == scenario.id && told.clause == asked.key) return told.usd;
  return *asked.worth_usd.value;
}

std::string told(const Study& study, const Scenario& scenario, const std::vector<AskedClause>& ranked,
                 std::span<const ToldWorth> readings) {
  std::string text;
  for (std::size_t k = 0, n = number_told(ranked); k < n; ++k) {
    const auto& asked = ranked[k];
    text += fmt::format("    {}. {}: {} or {}? {} $\n", k + 1, told_key(scenario, asked), asked.answer_a,
                        asked.answer_b, words::dollars(told_worth(scenario, asked, readings)));
    if (asked.remedy) text += fmt::format("       {}\n", told_remedy(scenario, *asked.remedy));
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

}  // namespace

std::size_t samplings_of_answers(const Practice& practice) { return 2 * asked_numbers(practice).size() + 1; }
std::size_t samplings_of_remedies() { return most_told * samplings_of_a_remedy; }

AskReport ask_before_signing(const StudyText& text, const engine::RunRequest& request,
                             const std::vector<DescribedOffer>& described, const engine::Execution& how,
                             std::span<const ToldWorth> readings) {
  AskReport report;
  std::set<const Practice*> practices;
  std::deque<Questions> offers;
  for (const auto& offer : described) {
    // What the recruiter describes cannot be taken.
    if (offer.input->scenario->practice == offer.input->offer->advertised_practice) continue;
    offers.emplace_back(text, offer);
    practices.insert(offer.input->practice);
  }
  const auto options = engine::table_options(*request.study);
  const auto pay = price(offers, request, how);
  std::string questions_told;
  for (std::size_t o = 0; o < offers.size(); ++o) {
    const auto ranked = asked_of(offers[o], pay[o], request, options, how);
    const auto& scenario = offers[o].scenario();
    report.rows += ask_rows(scenario, ranked, options.ci_level);
    questions_told += told(*request.study, *scenario, ranked, readings);
  }
  if (!questions_told.empty())
    report.text =
        "Ask before you sign ($ a year that the better answer adds to the median;\n"
        "or: the number of the offer that makes up for the worse one)\n" +
        questions_told;
  report.text += taken_as_certain(text, practices);
  return report;
}

}  // namespace paystress::questions
