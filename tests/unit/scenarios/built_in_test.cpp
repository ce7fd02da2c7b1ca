#include "scenarios/built_in.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "scenarios/read_study.h"
#include "tests/support/program.h"

namespace built_in_test {

using namespace paystress;

TEST_CASE("every template is a short study that reads without a warning, from anywhere",
          "[unit][scenarios]") {
  REQUIRE(built_in_templates().size() >= 7);
  CHECK(std::ranges::is_sorted(built_in_templates(), {}, &BuiltIn::name));
  const testing::TemporaryDirectory place;  // no fee schedule lies here
  for (const auto& study : built_in_templates()) {
    INFO(study.name);
    CHECK(std::ranges::count(study.text, '\n') <= 60);
    const auto file = place.path() / (std::string(study.name) + ".toml");
    testing::write_text(file, std::string(study.text));
    Faults faults;
    const auto text = read_study(file, faults);
    std::string said;
    for (const auto& f : faults.sorted()) said += to_string(f) + "\n";
    CHECK(said.empty());
    REQUIRE(text);
    CHECK(text->study.scenarios.size() >= 2);
    CHECK(text->input_files.size() == 1);  // the study alone: what is built in is no file
    CHECK(text->study.offers.front().advertised_usd_per_year.has_value());
  }
}

TEST_CASE("a built-in schedule of another name is one fault that names those there are",
          "[unit][scenarios]") {
  const testing::TemporaryDirectory place;
  auto text = std::string(built_in_templates().front().text);
  for (auto at = text.find("builtin:cms"); at != std::string::npos; at = text.find("builtin:cms"))
    text.replace(at, 11, "builtin:cns");
  testing::write_text(place.path() / "s.toml", text);
  Faults faults;
  CHECK_FALSE(read_study(place.path() / "s.toml", faults));
  REQUIRE_FALSE(faults.sorted().empty());
  const auto said = to_string(faults.sorted().front());
  CHECK(said.find("there is no \"builtin:cns\" (the program carries builtin:cms)") != std::string::npos);
  CHECK_FALSE(find_built_in(built_in_schedules(), "cns"));
}

}  // namespace built_in_test
