#include "sim/questions/ask_before_signing.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <sstream>

#include "scenarios/override.h"
#include "sim/questions/price_readings.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace ask_before_signing_test {

namespace {

using namespace paystress;

struct Asked {
  StudyText text;
  questions::AskReport report;
  std::map<std::string, std::vector<std::string>> rows;  // cells by kind/key
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

engine::RunRequest request_of(const Study& study, const std::vector<engine::ScenarioInput>& inputs) {
  return {.study = &study,
          .inputs = inputs,
          .draws = {samplers::SamplerKind::fast, study.seed, study.traits},
          .paths = 512};
}

Asked ask(const std::filesystem::path& file) {
  Faults faults;
  auto text = read_study(std::filesystem::path(test::source_path()) / "scenarios" / file, faults);
  REQUIRE(text);
  Asked asked{std::move(*text), {}, {}};
  const auto inputs = engine::scenario_inputs(asked.text.study);
  const auto request = request_of(asked.text.study, inputs);
  const engine::Execution how;
  asked.report = questions::ask_before_signing(
      asked.text, request, questions::price_as_described(request, engine::row_scenarios(inputs, {}), how),
      how);
  std::istringstream lines(asked.report.rows);
  for (std::string line; std::getline(lines, line);) {
    const auto cells = cells_of(line);
    asked.rows[cells.at(2) + "/" + cells.at(5) + "/" + cells.at(6)] = cells;
  }
  return asked;
}

double worth(const Asked& asked, const std::string& key) { return std::stod(asked.rows.at(key).at(9)); }

}  // namespace

TEST_CASE("a reading is worth what readings.csv says of it on the same paths", "[unit][ask]") {
  const auto asked = ask("vague_contract.toml");
  const auto inputs = engine::scenario_inputs(asked.text.study);
  const auto readings = questions::price_readings(asked.text, request_of(asked.text.study, inputs),
                                                  engine::row_scenarios(inputs, {}), {});
  std::istringstream lines(readings.rows);
  std::size_t compared = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto cells = cells_of(line);
    if (cells.at(7) != "spread_of_quantile" && cells.at(8) != "spread_of_quantile") continue;
    const std::size_t at = cells.at(7) == "spread_of_quantile" ? 7 : 8;
    if (cells.at(at + 1) != "0.5") continue;
    CAPTURE(line);
    CHECK(worth(asked, "vague/reading/" + cells.at(at - 2)) == Approx(std::stod(cells.at(at + 2))));
    ++compared;
  }
  CHECK(compared == 4);
}

TEST_CASE("the text tells of a clause what its readings are worth on all paths", "[unit][ask]") {
  const auto asked = ask("vague_contract.toml");
  const auto inputs = engine::scenario_inputs(asked.text.study);
  const auto request = request_of(asked.text.study, inputs);
  const engine::Execution how;
  const auto described = questions::price_as_described(request, engine::row_scenarios(inputs, {}), how);
  const std::vector<questions::ToldWorth> told{{"clinic/vague/base", "pay.visit_bonus.mode", 85'220.0}};
  const auto report = questions::ask_before_signing(asked.text, request, described, how, told);
  CHECK(report.rows == asked.report.rows);
  const std::string question = "pay.visit_bonus.mode: \"marginal\" or \"retroactive\"? ";
  CHECK(report.text.find(question + "85,220 $") != std::string::npos);
}

TEST_CASE("keys of the text are whole: the study takes them as they are printed", "[unit][ask]") {
  for (const auto* file : {"telemedicine_offers.toml", "vague_contract.toml", "urgent_care_shifts.toml"}) {
    const auto asked = ask(file);
    ScenarioResolver resolver(asked.text);
    std::size_t offered = 0, practised = 0;
    std::istringstream words(asked.report.text.substr(0, asked.report.text.find("Taken as certain")));
    for (std::string word; words >> word;) {
      if (word.back() == ':') word.pop_back();
      const auto dot = word.find('.');
      if (dot == std::string::npos || dot + 1 == word.size() || word.front() < 'a' || word.front() > 'z')
        continue;
      CAPTURE(file, word);
      CHECK_FALSE(resolver.unknown_key({word, "1", {"--vary"}}));
      if (word.starts_with("offers.")) ++offered;
      if (word.starts_with("practices.")) ++practised;
    }
    CHECK(offered > 0);
    CHECK(practised > 0);
  }
}

TEST_CASE("a number outside the published range is one of its answers", "[unit][ask]") {
  const testing::TemporaryDirectory place;
  testing::write_text(place.path() / "s.toml", R"([study]
months = 12
[practices.clinic]
sessions.hours = 4
demand.visits_per_day = 9
no_show.rate = 0.25
codes = { schedule = "builtin:cms", mix = { "99213" = 0.57, "99214" = 0.43 } }
[offers.booked]
[[offers.booked.pay]]
name = "visits"
measure = "booked_visits"
usd = 60
reset = "month"
[offers.hourly]
[[offers.hourly.pay]]
name = "hours"
measure = "session_hours"
usd = 110
reset = "month"
)");
  const auto asked = ask(place.path() / "s.toml");
  const auto answers = [&](const std::string& key) {
    const auto& cells = asked.rows.at(key);
    return cells.at(7) + " or " + cells.at(8);
  };
  CHECK(answers("booked/published/demand.visits_per_day") == "9 or 16");
  CHECK(answers("booked/published/no_show.rate") == "0.18 or 0.25");  // each booked visit is paid, none over
  CHECK(answers("booked/published/sessions.slots_per_hour") == "3 or 4");
  // Paid by the booking already; by the hour, so that more would come on top.
  CHECK_FALSE(asked.rows.contains("booked/grant/pay for no_shows"));
  CHECK(answers("hourly/grant/pay for no_shows") == "paid already by the hour or 36.67 $ each on top");
  CHECK(answers("hourly/grant/pay for late_charting") == "unpaid or 110.00 $ an hour");
}

TEST_CASE("numbers are asked for at both ends, and paid work is no question", "[unit][ask]") {
  const auto asked = ask("telemedicine_offers.toml");
  const auto& visits = asked.rows.at("per_visit/uncertain/demand.visits_per_day");
  CHECK(std::stod(visits.at(7)) > 16.0);
  CHECK(std::stod(visits.at(8)) < 22.0);
  CHECK(worth(asked, "per_visit/uncertain/demand.visits_per_day") > 10'000.0);
  // More no-shows pay less: the answer that pays more comes second.
  const auto& missed = asked.rows.at("per_visit/uncertain/no_show.rate");
  CHECK(std::stod(missed.at(7)) > std::stod(missed.at(8)));
  CHECK(asked.rows.at("per_visit/published/tech_failure.rate").at(18) == "T1, T2");
  CHECK_FALSE(asked.rows.contains("per_visit/published/no_show.rate"));
  CHECK_FALSE(asked.rows.contains("per_visit/published/panel.mature"));
  // The per-visit offer pays for no-shows already, the salary for messages.
  CHECK_FALSE(asked.rows.contains("per_visit/grant/pay for no_shows"));
  CHECK(worth(asked, "per_visit/grant/pay for messages") > 0.0);
  CHECK_FALSE(asked.rows.contains("salary_panel/grant/pay for messages"));
  CHECK(asked.report.text.find("Ask before you sign") != std::string::npos);
  CHECK(asked.report.text.find("Taken as certain, given without a range: sessions.hours") !=
        std::string::npos);
  CHECK(asked.report.text.find("Taken as certain, given without a range: sessions.hours, "
                               "sessions.slots_per_hour, demand.visits_per_day") == std::string::npos);
}

}  // namespace ask_before_signing_test
