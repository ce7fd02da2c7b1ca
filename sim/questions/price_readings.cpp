#include "sim/questions/price_readings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "analysis/clause_worth.h"
#include "scenarios/fault.h"
#include "sim/words/explain_contract.h"
#include "sim/words/text_table.h"

namespace paystress::questions {
namespace {

// Contracts priced in one pass over the ledgers: bounds the memory of their pay by path and month.
constexpr std::size_t combinations_a_pass = 16;

}  // namespace

VagueOffer vague_offer(const StudyText& text, const std::string& name) {
  VagueOffer offer{name, {}, {}, {}, {}};
  for (const auto& clause : text.vague) {
    if (clause.offer != name) continue;
    offer.clauses.push_back(clause);
    offer.counts.push_back(clause.readings.size());
  }
  offer.readings = combinations_of(offer.clauses).value();
  const auto& table = *text.source->document.find("offers")->find(name);
  Faults faults;
  for (const auto& reading : offer.readings)
    offer.contracts.push_back(read_with(name, table, text.study.user_columns, text.study.shared_spans,
                                        text.study.start, offer.clauses, reading, faults)
                                  .value());
  return offer;
}

namespace {

std::vector<CombinationPay> price(const VagueOffer& offer, const engine::ScenarioInput& input,
                                  const engine::RunRequest& request, const engine::Execution& how) {
  std::vector<CombinationPay> pay(offer.readings.size());
  const double years = static_cast<double>(request.study->months) / 12.0;
  for (std::size_t first = 0; first < offer.readings.size(); first += combinations_a_pass) {
    const auto count = std::min(combinations_a_pass, offer.readings.size() - first);
    std::vector<engine::ScenarioInput> inputs(count, input);
    for (std::size_t i = 0; i < count; ++i) inputs[i].offer = &offer.contracts[first + i];
    for (const auto& group : engine::plan_run(inputs, request.study->months)) {
      engine::GroupRun run(group, *request.study, request.draws);
      run.extend_to(request.paths, how);
      for (std::size_t p = 0; p < group.prices.size(); ++p) {
        auto yearly = run.offers()[p].income.income(run.practice().periods().front());
        for (double& usd : yearly) usd /= years;
        for (const auto i : group.prices[p].scenarios) pay[first + i] = {offer.readings[first + i], yearly};
      }
    }
  }
  return pay;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string sentences(const StudyText& text, const VagueOffer& offer, std::size_t clause) {
  std::vector<std::string> explained;
  for (std::size_t r = 0; r < offer.counts[clause]; ++r) {
    std::vector<std::size_t> reading(offer.counts.size(), 0);
    reading[clause] = r;
    const auto at =
        static_cast<std::size_t>(std::ranges::find(offer.readings, reading) - offer.readings.begin());
    explained.push_back(
        words::explain_contract(offer.contracts[at], text.study.user_columns, text.study.start));
  }
  std::string out;
  for (std::size_t r = 0; r < explained.size(); ++r) {
    const auto own = own_sentences(explained[r], explained[r == 0 ? 1 : 0]);
    out += fmt::format("     {}) {}: {}\n", r + 1, offer.clauses[clause].reading_text(r),
                       own.empty() ? "the same sentences" : fmt::format("{}", fmt::join(own, " ")));
  }
  return out;
}

std::string advice(const StudyText& text, const VagueOffer& offer, const Scenario& scenario,
                   const std::vector<ClauseWorth>& ranked) {
  std::string out = fmt::format("Get in writing, dearest first ({}):\n", scenario.id);
  for (std::size_t k = 0; k < ranked.size(); ++k) {
    const auto& worth = ranked[k];
    out += fmt::format(
        "  {}. {}: worth {} $ a year in the median, {} $ in a bad year (5th percentile); changes the "
        "year's pay by more than {} $ with probability {}\n",
        k + 1, offer.clauses[worth.clause].key, words::dollars(*worth.spreads[0].value),
        words::dollars(*worth.spreads[1].value), words::dollars(notable_change_usd),
        words::percent(*worth.changes_pay_prob.value));
    out += sentences(text, offer, worth.clause);
  }
  return out;
}

}  // namespace

std::vector<std::string> own_sentences(const std::string& text, const std::string& other) {
  const auto a = lines_of(text), b = lines_of(other);
  std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;)
    for (std::size_t j = b.size(); j-- > 0;)
      common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<std::string> own;
  for (std::size_t i = 0, j = 0; i < a.size();) {
    if (j < b.size() && a[i] == b[j]) {
      ++i, ++j;
    } else if (j < b.size() && common[i][j + 1] >= common[i + 1][j]) {
      ++j;
    } else {
      own.push_back(a[i].substr(std::min(a[i].size(), a[i].find_first_not_of(" -"))));
      ++i;
    }
  }
  return own;
}

std::size_t passes_of_readings(const VagueOffer& offer) {
  return (offer.readings.size() + combinations_a_pass - 1) / combinations_a_pass;
}

ReadingsReport price_readings(const StudyText& text, const engine::RunRequest& request,
                              std::span<const RowScenario> named, const engine::Execution& how) {
  ReadingsReport report;
  std::vector<VagueOffer> offers;
  for (const auto& clause : text.vague)
    if (std::ranges::find(offers, clause.offer, &VagueOffer::name) == offers.end())
      offers.push_back(vague_offer(text, clause.offer));
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    const auto& input = request.inputs[i];
    const auto offer = std::ranges::find(offers, input.scenario->offer, &VagueOffer::name);
    if (offer == offers.end()) continue;
    const auto pay = price(*offer, input, request, how);
    const auto design = engine::path_design(request.draws.traits);
    const auto ranked = rank_clauses(offer->counts, pay, usual_ci_level, design);
    std::vector<std::string> keys;
    std::vector<std::vector<std::string>> texts;
    for (const auto& clause : offer->clauses) {
      keys.push_back(clause.key);
      texts.emplace_back();
      for (std::size_t r = 0; r < clause.readings.size(); ++r) texts.back().push_back(clause.reading_text(r));
    }
    report.rows += reading_rows(named[i], ranked, keys, texts, pay, usual_ci_level, design);
    if (input.scenario->stress != "base") continue;
    report.text += advice(text, *offer, *input.scenario, ranked);
    for (const auto& worth : ranked)
      report.told.push_back({input.scenario->id, offer->clauses[worth.clause].key, *worth.spreads[0].value});
  }
  return report;
}

}  // namespace paystress::questions
