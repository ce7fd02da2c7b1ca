#include "sim/results/manifest.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "sim/errors.h"
#include "sim/results/version.h"
#include "tests/support/program.h"

namespace manifest_test {

using namespace paystress;

TEST_CASE("SHA-256 gives the published digests", "[unit][manifest]") {
  // FIPS 180-4 examples: "abc", and the empty text.
  CHECK(results::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(results::sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const testing::TemporaryDirectory dir;
  const std::string text(200'000, 'a');  // more than one buffer
  testing::write_text(dir.path() / "f", text);
  CHECK(results::sha256_of_file(dir.path() / "f") == results::sha256(text));
  CHECK_THROWS_AS(results::sha256_of_file(dir.path() / "missing"), InputError);
}

TEST_CASE("the manifest says what a run was", "[unit][manifest]") {
  results::Manifest m;
  m.command = "run";
  m.title = "Four offers";
  m.seed = 18446744073709551615ULL;  // beyond a signed integer and a double
  m.paths = 1000;
  m.inputs = {{"a\xff.toml", "00"}};  // a name that is no UTF-8
  m.convergence = {{"p/o/base", "mean(income_usd) +- 500", std::nullopt, 500, 2000.0, false}};
  m.converged = false;
  m.timings_s = {{"write", 0.5}};
  m.thread_seconds = {{"sampling", 1.5}};
  m.study.need_usd_per_month = 11000.0;
  m.study.offers = {{"o", "Salary + panel", 280000.0, {"salary", "stipend"}}};
  m.study.stresses = {{"dip", {{4, 6}}}};
  const auto json = nlohmann::json::parse(results::manifest_json(m));
  CHECK(json["version"] == results::program_version());
  CHECK(json["sources_sha256"] == results::source_digest());
  CHECK(results::source_digest().size() == 64);
  CHECK(json["seed"] == 18446744073709551615ULL);
  CHECK(json["settings"]["paths"] == 1000);
  CHECK(json["convergence"]["converged"] == false);
  CHECK(json["convergence"]["targets"][0]["half_width"].is_null());
  CHECK(json["convergence"]["targets"][0]["paths_needed"] == 2000.0);
  CHECK(json["run"]["wall_clock_seconds"]["write"] == 0.5);
  CHECK(json["run"]["thread_seconds"]["sampling"] == 1.5);
  CHECK_FALSE(json["run"].contains("shard"));
  m.shard = results::Shard{2, 4};
  const auto shard = nlohmann::json::parse(results::manifest_json(m))["run"]["shard"];
  CHECK(shard["number"] == 2);
  CHECK(shard["of"] == 4);
  CHECK(shard["dealt"] == results::dealing_rule());
  CHECK(json["inputs"][0]["sha256"] == "00");
  CHECK(json["study"]["need_usd_per_month"] == 11000.0);
  CHECK(json["study"]["target_usd_per_year"].is_null());
  CHECK(json["study"]["offers"][0]["title"] == "Salary + panel");
  CHECK(json["study"]["offers"][0]["components"] == nlohmann::json({"salary", "stipend"}));
  CHECK(json["study"]["stresses"][0]["months"][0] == nlohmann::json({4, 6}));
}

TEST_CASE("what decides the numbers of a result is named, two inputs of one name too", "[unit][manifest]") {
  results::Manifest m;
  m.command = "run";
  m.seed = 7;
  m.paths = 1000;
  m.scenarios = 5;
  m.tables = {"summary"};
  m.inputs = {{"a/rows.csv", "00"}, {"b/rows.csv", "11"}, {"seed", "22"}};
  const auto facts = results::deciding_facts(nlohmann::json::parse(results::manifest_json(m)));
  using All = std::vector<std::string>;
  CHECK(facts.at("rows.csv") == All{"00", "11"});
  CHECK(facts.at("seed") == All{"7", "22"});
  CHECK(facts.at("paths") == All{"1000"});
  CHECK(facts.at("gzip") == All{"false"});
  CHECK(facts.at("the program's sources") == All{std::string(results::source_digest())});
  CHECK_FALSE(facts.contains("scenarios"));  // grows with the rows of a batch
  CHECK(results::deciding_facts(nlohmann::json::object()).at("seed") == All{"null"});
}

}  // namespace manifest_test
