#include "scenarios/fault.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"

namespace paystress::fault_test {
namespace {

TEST_CASE("a list of faults ends where nobody reads on", "[unit][fault]") {
  Faults faults;
  faults.warning({"a", 1, 1}, "w", "is odd");
  for (int i = 1; i <= 250'000; ++i) faults.error({"a", i, 2}, "k", "is wrong");
  CHECK(faults.error_count() == 250'000);
  const auto all = messages(faults);
  REQUIRE(all.size() == most_faults_of_a_kind + 2);
  CHECK(all.front() == "a:1:1: warning: w: is odd.");
  CHECK(all.back() == "a: 249000 more faults are left out. Correct those above first.");
}

TEST_CASE("a fault is one line that steers no terminal", "[unit][fault]") {
  CHECK(to_string({{"a\nb", 1, 1}, "\x1B[31mk", "is\twrong", {}, {}, Fault::Severity::error}) ==
        "a\\nb:1:1: \\x1B[31mk: is\\x09wrong.");
}

TEST_CASE("the nearest name is looked for among names of a usual length", "[unit][fault]") {
  const std::vector<std::string> known{std::string(20'000, 'a'), "rate"};
  CHECK(nearest_name(std::string(20'000, 'b'), known).empty());
  CHECK(nearest_name("rat", known) == "rate");
}

TEST_CASE("a fault shows both ends of what is very long", "[fault]") {
  std::string name;
  for (int i = 0; i < 10'000; ++i) name += "\u00e9";  // two bytes each
  const Fault fault{{"s.toml", 1, 2}, "title", "\"" + name + "\" is no name", "why", "Do.", {}, {}};
  const auto text = to_string(fault);
  CHECK(text.size() < 700);
  CHECK(text.starts_with("s.toml:1:2: title: \"\u00e9"));
  CHECK(text.ends_with("\u00e9\" is no name (why). Do."));
  CHECK(text.find("\u00e9 ... \u00e9") != std::string::npos);
}

}  // namespace
}  // namespace paystress::fault_test
