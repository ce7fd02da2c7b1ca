#include <catch2/catch.hpp>
#include <string>
#include <variant>

#include "model/contract.h"
#include "model/settle.h"
#include "tests/support/pay_support.h"

namespace paystress::expression_test {
namespace {

std::string printed(std::string_view text) {
  const auto a = parse_amount(text);
  if (const auto* fault = std::get_if<ExpressionFault>(&a)) {
    return std::to_string(fault->offset) + ": " + fault->why;
  }
  return std::get<Amount>(a).text();
}
std::string printed_condition(std::string_view text) {
  const auto c = parse_condition(text);
  if (const auto* fault = std::get_if<ExpressionFault>(&c)) {
    return std::to_string(fault->offset) + ": " + fault->why;
  }
  return std::get<Condition>(c).text();
}

TEST_CASE("an amount is read with the usual precedence", "[expression]") {
  CHECK(std::get<Amount>(parse_amount("2 + 3 * 4 - 6 / 2 / 3")).constant() == 13.0);
  CHECK(std::get<Amount>(parse_amount("(2 + 3) * -4")).constant() == -20.0);
  CHECK(std::get<Amount>(parse_amount("1/3")).constant() == 1.0 / 3.0);
  CHECK(std::get<Amount>(parse_amount("min(3, max(1, 2), 4)")).constant() == 2.0);
  CHECK(std::get<Amount>(parse_amount("10_000.5e-1")).constant() == 1000.05);
  CHECK_FALSE(std::get<Amount>(parse_amount("2 * completed_visits")).constant());
  CHECK_FALSE(std::get<Amount>(parse_amount("month")).constant());
}

TEST_CASE("a product has at most 200 factors, however long its text is", "[expression]") {
  const auto product = [](int factors) {
    std::string text = "a";
    for (int i = 1; i < factors; ++i) text += i % 2 == 0 ? "/a" : "*a";
    return text;
  };
  const auto longest = std::get<Amount>(parse_amount(product(200)));
  CHECK(longest.depth() == 200);
  CHECK_FALSE(longest.constant());
  for (const int factors : {201, 100'000})
    CHECK(printed(product(factors)) == "401: has too many factors (200 at most)");
  CHECK(printed("max(" + product(150) + ", 1) * (" + product(200) + ")") ==
        "711: has too many factors (200 at most)");
}

TEST_CASE("text of an expression reads back as the same expression", "[expression]") {
  for (const char* text :
       {"2 + 3 * 4", "(2 + 3) * 4", "1 - (2 - 3)", "1 - 2 - 3", "8 / (4 / 2)", "-5 * visits.99214", "-(5)",
        "-(a + b)", "a * (b / c)", "min(a, b, 3) + max(a, -1)", "to_date(completed_visits) * 12 / month",
        "annualised(this_month(earned.bonus))", "2 - -5", "1e-07 * a", "code_change.99213 + lab_fees"}) {
    INFO(text);
    CHECK(printed(text) == text);
  }
  for (const char* text :
       {"a > 1", "a >= 1 and b < 2", "(a > 1 or b > 2) and c == 3", "not (a != 1)", "(a + b) * 2 <= c",
        "a > 1 and (b > 2 or not (c > 3))", "a > 1 and b > 2 or c > 3"}) {
    INFO(text);
    const std::string once = printed_condition(text);
    CHECK(printed_condition(once) == once);
  }
  CHECK(printed_condition("((a)) > (1)") == "a > 1");
  CHECK(printed_condition("1 <= month <= 6") == "1 <= month and month <= 6");
}

TEST_CASE("a code may hold a hyphen, a difference of columns has spaces", "[expression]") {
  const auto code = std::get<Amount>(parse_amount("visits.99213-95"));
  CHECK(code.op() == Amount::Op::column);
  CHECK(code.name() == "visits.99213-95");
  CHECK(std::get<Amount>(parse_amount("2*code_change.A-1-b + 1")).text() == "2 * code_change.A-1-b + 1");
  CHECK(std::get<Amount>(parse_amount("visits.99213 - 95")).op() == Amount::Op::subtract);
  CHECK(std::get<Amount>(parse_amount("completed_visits-95")).op() == Amount::Op::subtract);
}

TEST_CASE("what a day is stands alone in a condition, and a kind of shift is named in quotes",
          "[expression]") {
  CHECK(printed_condition("weekday >= 6 or is_holiday") == "weekday >= 6 or is_holiday != 0");
  CHECK(printed_condition("not is_holiday") == "not (is_holiday != 0)");
  CHECK(printed_condition("shift == \"night\"") == "shift.night == 1");
  CHECK(printed_condition("shift != \"night\" and weekday == 7") == "shift.night == 0 and weekday == 7");
  CHECK(printed_condition("shift") ==
        "5: a kind of shift is written shift == \"night\" or shift != \"night\"");
  CHECK(printed_condition("shift > \"night\"") ==
        "8: a kind of shift is written shift == \"night\" or shift != \"night\"");
  CHECK(printed_condition("completed_visits") == "16: expected a comparison, found the end");
}

TEST_CASE("a fault of an expression says where and why", "[expression]") {
  CHECK(printed("") == "0: expected a number, a name or '(', found the end");
  CHECK(printed("2 +") == "3: expected a number, a name or '(', found the end");
  CHECK(printed("2 3") == "2: expected the end of one amount, found '3'");
  CHECK(printed("completed visits") ==
        "10: expected the end of one amount, found 'v'; in one it is completed_visits");
  CHECK(printed("2 * late charting hours + 1") ==
        "9: expected the end of one amount, found 'c'; in one it is late_charting_hours");
  CHECK(printed("my visits") == "3: expected the end of one amount, found 'v'");
  CHECK(printed("150,000") == "3: expected the end of one amount, found ','; in one it is 150_000");
  CHECK(printed("1,150,000 * slots").ends_with("in one it is 1_150_000"));
  CHECK(printed("1,15") == "1: expected the end of one amount, found ','");
  CHECK(printed("1500,000") == "4: expected the end of one amount, found ','");
  CHECK(printed("slots,000") == "5: expected the end of one amount, found ','");
  CHECK(printed("(2 + 3") == "6: expected ')', found the end");
  CHECK(printed("min(2)") == "0: min() takes two amounts or more");
  CHECK(printed("to_date(a, b)") == "0: to_date() takes one amount");
  CHECK(printed("mean(a, b)") ==
        "0: 'mean' is not a function (min, max, this_month, to_date, annualised, trailing, last_year, "
        "months_seen)");
  CHECK(printed("1.2.3") == "0: '1.2.3' is not a number");
  CHECK(printed("1e999") == "0: '1e999' is not a number");
  CHECK(printed("3x") == "1: expected an operator after the number, found 'x'");
  CHECK(printed("and") == "0: 'and' is a word of the grammar, not an amount");
  CHECK(printed_condition("a") == "1: expected a comparison, found the end");
  CHECK(printed_condition("a = 1") == "2: a comparison for equality is written ==");
  CHECK(printed_condition("(a > 1") == "6: expected ')', found the end");
  CHECK(printed(std::string(5000, '(')) == "60: is nested too deeply (60 levels at most)");
  CHECK(printed_condition(std::string(5000, '(')).ends_with("is nested too deeply (60 levels at most)"));
}

// The old reader nested a sum as deep as it is long and some walks took 2^n steps: this ends or it does not.
TEST_CASE("a sum of 10,000 terms is one list, read, checked and priced", "[unit][expression]") {
  std::string text = "n";
  for (int i = 1; i < 10'000; ++i) text += i % 3 == 0 ? " - 2 * n" : " + 3 * n";
  const auto sum = testing::amount(text);
  CHECK(sum.operands().size() == 10'000);
  CHECK(sum.text() == text);
  const auto ledger = testing::TypedLedger(2).add("n", {1, 2});
  const auto contract = testing::contract_of({testing::measured("sum", text, SingleRate{0.01})});
  CHECK(find_flaws(contract, ledger.layout(), ledger.grid).empty());
  // 1 + 6,666 * 3 - 3,333 * 2 = 13,333 cents for each unit.
  CHECK(testing::paid(contract, ledger) == std::vector<double>{133.33, 266.66});
}

TEST_CASE("what is taken away in a long sum is written as it was", "[unit][expression]") {
  for (const std::string text : {"a - b", "a - b + c", "a + b - 3 - c", "-a + b - c", "a + -b",
                                 "a - (b + c) - d", "a - (b - c) + 2", "a + -3 + b", "a - b * c / d - e"}) {
    const auto read = testing::amount(text);
    CHECK(read.text() == text);
    CHECK(testing::amount(read.text()).text() == text);
  }
  CHECK(testing::amount("(a - b) + c").text() == "a - b + c");
  CHECK(testing::amount("10 - 4 - 3").constant() == 3.0);
}

}  // namespace
}  // namespace paystress::expression_test
