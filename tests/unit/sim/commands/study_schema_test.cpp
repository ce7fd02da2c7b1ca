#include "sim/commands/study_schema.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "model/practice.h"

namespace paystress::study_schema_test {
namespace {

using Json = nlohmann::json;

// A schema in which what is shared stands in each of its places.
Json whole(const Json& schema, const Json& definitions) {
  if (schema.is_object() && schema.contains("$ref")) {
    const auto name = schema.at("$ref").get<std::string>().substr(std::string("#/definitions/").size());
    return whole(definitions.at(name), definitions);
  }
  Json out = schema;
  for (auto& below : out)
    if (below.is_structured()) below = whole(below, definitions);
  return out;
}

Json whole_schema() {
  auto schema = Json::parse(commands::study_schema());
  const auto definitions = schema.at("definitions");
  schema.erase("definitions");
  return whole(schema, definitions);
}

// What a key may be as a table.
const Json* as_table(const Json& schema) {
  if (schema.contains("properties")) return &schema;
  if (schema.contains("items")) return as_table(schema.at("items"));
  if (schema.contains("anyOf"))
    for (const auto& one : schema.at("anyOf"))
      if (const auto* table = as_table(one);
          table != nullptr && !table->at("properties").contains("readings"))
        return table;
  return nullptr;
}

const Json& at(const Json& schema, const std::string& key) {
  const auto* table = as_table(schema);
  REQUIRE(table != nullptr);
  INFO(key);
  if (table->at("properties").contains(key)) return table->at("properties").at(key);
  REQUIRE(table->at("additionalProperties").is_object());
  return table->at("additionalProperties");
}

TEST_CASE("the schema knows every number of a practice, and no other", "[unit][schema]") {
  const auto schema = whole_schema();
  const auto& practice = at(at(schema, "practices"), "any");
  CHECK(as_table(practice)->at("additionalProperties") == false);
  for (const auto& info : parameter_infos()) {
    INFO(info.key);
    const Json* table = &practice;
    std::string_view key = info.key;
    for (auto dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
      table = &at(*table, std::string(key.substr(0, dot)));
      key.remove_prefix(dot + 1);
    }
    CHECK(as_table(*table)->at("properties").contains(std::string(key)));
    CHECK(as_table(*table)->at("additionalProperties") == false);
  }
}

TEST_CASE("the schema knows choices, ranges, lists of tables and readings", "[unit][schema]") {
  const auto schema = whole_schema();
  const auto& months = at(at(schema, "study"), "months");
  CHECK(months.at("type") == "integer");
  CHECK(months.at("minimum") == 1);
  const auto& offer = at(at(schema, "offers"), "any");
  const auto& line = at(offer, "pay");
  for (const auto* key : {"name", "measure", "usd", "mode", "reset", "tiers", "fixed_usd", "when", "round"})
    CHECK(as_table(line)->at("properties").contains(key));
  const auto mode = at(line, "mode").dump();
  CHECK(mode.find("\"retroactive\"") != std::string::npos);
  CHECK(mode.find("\"readings\"") != std::string::npos);
  for (const auto* key : {"above", "at_least", "usd", "flat_usd"})
    CHECK(as_table(at(line, "tiers"))->at("properties").contains(key));
  for (const auto* key : {"guarantee_usd", "cap_usd", "add_usd", "draw", "withhold", "carry", "gate"})
    CHECK(as_table(at(offer, "adjust"))->at("properties").contains(key));
  CHECK(months.dump().find("readings") == std::string::npos);
}

}  // namespace
}  // namespace paystress::study_schema_test
