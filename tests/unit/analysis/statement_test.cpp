#include "analysis/statement.h"

#include <catch2/catch.hpp>

namespace statement_test {

namespace {

using namespace paystress;

Statement good(std::string_view text) {
  INFO(text);
  const auto read = parse_statement(text);
  REQUIRE(std::holds_alternative<Statement>(read));
  return std::get<Statement>(read);
}

const MeasureStatistic& asked(const StatementSide& side) { return std::get<MeasureStatistic>(side.what); }
double number(const StatementSide& side) { return std::get<double>(side.what); }

std::string fault(std::string_view text) {
  const auto read = parse_statement(text);
  if (std::holds_alternative<Statement>(read)) return "no fault";
  const auto& f = std::get<StatementFault>(read);
  return std::to_string(f.offset) + ": " + f.why;
}

}  // namespace

TEST_CASE("statements about pay are read as written", "[unit]") {
  const auto q = good("quantile(income_usd, 0.05) >= 180_000");
  CHECK(asked(q.left).statistic == Statistic{StatisticKind::quantile, 0.05});
  CHECK(asked(q.left).period == "horizon");
  CHECK(number(q.right) == 180000);
  CHECK(q.at_least);

  CHECK(number(good("median(income_usd) >= 1.8e5").right) == 180000);
  CHECK(number(good("median(income_usd) >= 2E+5").right) == 200000);
  CHECK(number(good("shortfall_prob(income_usd, 180000) <= 5e-2").right) == 0.05);
  CHECK(fault("median(income_usd) >= 1e") == "22: expected a number");

  const auto m = good("mean(income_usd.year_1) >= mean(income_usd) of current_job");
  CHECK(asked(m.left).period == "year_1");
  CHECK(asked(m.right).statistic.kind == StatisticKind::mean);
  CHECK(m.right.offer == "current_job");

  const auto miss = good("miss_prob(visit_bonus, 2, month_03) <= 0.5");
  const auto& tier = std::get<MissProb>(miss.left.what);
  CHECK(tier.component == "visit_bonus");
  CHECK(tier.tier == 2);
  CHECK(tier.period == "month_03");
  CHECK_FALSE(miss.at_least);
  CHECK(std::get<MissProb>(good("miss_prob(bonus, 1) < 0.5").left.what).period == "any");

  CHECK(asked(good("median(effective_hourly_usd) > 100").left).statistic ==
        Statistic{StatisticKind::quantile, 0.5});
  CHECK(asked(good("shortfall_prob(income_usd, 210000) <= 0.3").left).statistic.argument == 210000);
  CHECK(number(good("-5 <= tail_mean(income_usd, 0.1)").left) == -5);
}

TEST_CASE("a statement that cannot be read says where and why", "[unit]") {
  CHECK(fault("quantile(income_usd, 1.5) >= 1") == "20: expected a level between 0 and 1");
  CHECK(fault("mean(incom) >= 1") == "5: 'incom' is not a measure");
  CHECK(fault("mean(income_usd) = 1") == "17: expected >= or <=");
  CHECK(fault("mean(income_usd) >= ") == "20: expected a name");
  CHECK(fault("1 >= 2") ==
        "6: compares two numbers; one side must be a statistic, such as quantile(income_usd, 0.05)");
  CHECK(fault("miss_prob(bonus, 0) <= 1") == "16: expected the number of a tier, 1, 2, ...");
  CHECK(fault("mean(income_usd) >= 5 dollars") == "22: expected the end of the statement");
  CHECK(fault("best(income_usd) >= 5") ==
        "0: expected a number, median, miss_prob, mean, sd, quantile, tail_mean or shortfall_prob");
}

TEST_CASE("every statistic of the tables may be asked for", "[unit]") {
  for (const auto kind : statistic_kinds) {
    const auto info = statistic_info(kind);
    const std::string argument = info.argument == StatisticArgument::none ? "" : ", 0.25";
    const auto read = good(std::string(info.name) + "(income_usd" + argument + ") >= 1");
    CHECK(asked(read.left).statistic == Statistic{kind, argument.empty() ? 0.0 : 0.25});
  }
}

}  // namespace statement_test
