#include "scenarios/dotted_key.h"

#include <catch2/catch.hpp>

#include "model/contract_key.h"
#include "scenarios/read_batch.h"
#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::dotted_key_test {
namespace {

using Lines = std::vector<std::string>;

// Two adjustments whose names are each other's places.
const std::string crossed = std::string(small_study) +
                            "[[offers.visit.adjust]]\nname = \"2\"\nadd_usd = 100\nper = \"month\"\n"
                            "[[offers.visit.adjust]]\nname = \"1\"\nadd_usd = 200\nper = \"month\"\n";

StudyText read(const std::string& study) {
  Faults faults;
  auto text = parse_study(study, "s.toml", test::source_path("scenarios"), faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(text);
  return std::move(*text);
}

double added_usd(const Contract& contract, std::size_t adjustment) {
  return *std::get<AddMoney>(contract.adjust.at(adjustment).does).usd.constant();
}

TomlValue tree(const std::string& text) {
  Faults faults;
  auto root = parse_toml(text, "t.toml", faults);
  REQUIRE(root);
  return std::move(*root);
}

std::int64_t whole_at(const TomlValue& root, std::string_view key) {
  const auto* value = find_dotted(root, key);
  return value == nullptr ? -1 : value->integer;
}

TEST_CASE("a key means the same adjustment in a stress as in a batch", "[unit][dotted_key]") {
  const auto text = read(crossed +
                         "[stresses.more.offers.visit]\nadjust.2.add_usd = { set = 7 }\n[stresses.none]\n"
                         "no_show.rate = { set = 0.05 }\n");
  Faults faults;
  const auto batch = parse_batch(text,
                                 "practice,offer,stress,offers.visit.adjust.2.add_usd\nclinic,visit,more,\n"
                                 "clinic,visit,none,7\n",
                                 "rows.csv", faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(batch);
  REQUIRE(batch->rows.size() == 2);
  for (const auto& row : batch->rows) {
    CHECK(added_usd(*row.what.contract, 0) == 7);
    CHECK(added_usd(*row.what.contract, 1) == 200);
  }
}

TEST_CASE("a stress enters a part by its place where no part has that name", "[unit][dotted_key]") {
  const auto text =
      read(std::string(small_study) + "[stresses.more.offers.visit]\npay.1.usd = { set = 50 }\n");
  Faults faults;
  const auto batch = parse_batch(text, "practice,offer,stress\nclinic,visit,more\n", "rows.csv", faults);
  REQUIRE(batch);
  REQUIRE(batch->rows.size() == 1);
  auto contract = *batch->rows.front().what.contract;
  CHECK(find_amount(contract, "pay.visits.usd")->constant() == 50.0);
  CHECK(find_amount(contract, "pay.1.usd") == find_amount(contract, "pay.visits.usd"));
  CHECK(find_amount(contract, "pay.2.usd") == nullptr);
  CHECK(find_amount(contract, "pay.01.usd") == nullptr);
}

TEST_CASE("`check` lists numbers under keys that a batch can use", "[unit][dotted_key]") {
  const auto text = read(crossed);
  std::vector<std::string> keys;
  for (const auto& number : text.resolved)
    if (number.key.starts_with("offers.") && number.key.ends_with("add_usd")) keys.push_back(number.key);
  CHECK(keys == Lines{"offers.visit.adjust.2.add_usd", "offers.visit.adjust.1.add_usd"});
  CHECK(find_dotted(text.source->document, keys[0])->integer == 100);
  CHECK(find_dotted(text.source->document, keys[1])->integer == 200);
}

TEST_CASE("a name comes before a place, and the longest name is meant", "[unit][dotted_key]") {
  const auto root = tree(
      "list = [{ name = '2', x = 10 }, { name = '1', x = 20 }, { x = 30 }, { name = 'a.x', x = 40 }, "
      "{ name = 'a', x = 50 }]\nplain = [7, 8]\n[\"visits.99213\"]\nx = 60\n");
  CHECK(whole_at(root, "list.2.x") == 10);
  CHECK(whole_at(root, "list.1.x") == 20);
  CHECK(whole_at(root, "list.3.x") == 30);
  CHECK(whole_at(root, "list.03.x") == -1);
  CHECK(whole_at(root, "list.a.x.x") == 40);
  CHECK(whole_at(root, "list.6.x") == -1);
  CHECK(whole_at(root, "plain.2") == 8);
  CHECK(whole_at(root, "visits.99213.x") == 60);
  CHECK(deepest_value(root, "plain.9.b").kind == TomlValue::Kind::array);
  CHECK(nearest_item(root, "list.b.x") == nearest_item(root, "list.b"));
  CHECK(nearest_item(root, "list.a.x").empty());
}

TEST_CASE("a value is replaced or added where its key leads", "[unit][dotted_key]") {
  auto root = tree("list = [{ name = 'one', x = 1 }]\nn = 3\n");
  const Place cell{"c.csv", 2, 1};
  CHECK_FALSE(set_dotted(root, "list.one.x", value_of_cell("5", cell)));
  CHECK_FALSE(set_dotted(root, "new.deep.x", value_of_cell("6", cell)));
  CHECK(whole_at(root, "list.1.x") == 5);
  CHECK(whole_at(root, "new.deep.x") == 6);
  CHECK(set_dotted(root, "list.two.x", value_of_cell("5", cell)) == "the list has no item two");
  CHECK(set_dotted(root, "n.x", value_of_cell("5", cell)) == "3 has nothing below it");
  CHECK(canonical_text(tree("a = 1.0\nb = { y = 2, x = 1 }\n")) ==
        canonical_text(tree("b.x = 1\nb.y = 2\na = 1\n")));
}

}  // namespace
}  // namespace paystress::dotted_key_test
