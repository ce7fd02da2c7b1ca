#include "scenarios/toml_reader.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/messages.h"

namespace toml_reader_test {

using namespace paystress;

namespace {

struct Read {
  Faults faults;
  std::optional<TomlValue> root;
  std::unique_ptr<TableReader> reader;
  explicit Read(std::string_view text) : root(parse_toml(text, "s.toml", faults)) {
    if (root) reader = std::make_unique<TableReader>(*root, "", faults);
  }
};

}  // namespace

TEST_CASE("a table keeps the order of the file and the place of every value", "[unit][toml]") {
  Read r("zebra = 1\n[b]\ny = 'x'\n  a = [1, 2.5]\n[a]\nn = 2026-01-31\n");
  REQUIRE(r.root);
  REQUIRE(r.root->entries.size() == 3);
  CHECK(r.root->entries[0].key == "zebra");
  CHECK(r.root->entries[1].key == "b");
  CHECK(r.root->entries[2].key == "a");
  const auto* b = r.root->find("b");
  CHECK(b->entries[0].key == "y");
  CHECK(b->entries[1].place.line == 4);
  CHECK(b->entries[1].place.column == 3);
  CHECK(b->entries[1].value.column == 7);
  CHECK(b->entries[1].value.items[1].column == 11);
  CHECK(text_of(*r.root->find("a")) == "{ n = 2026-01-31 }");
}

TEST_CASE("getters check kind, range and finiteness", "[unit][toml]") {
  Read r(
      "p = 1.3\nq = nan\nr = -inf\ns = 'abc'\nt = ''\nu = 1.5\nv = 4\nw = [1, 'x']\nmode = 'margnal'\n"
      "x = 3\nl = { a = 1 }\n");
  REQUIRE(r.reader);
  auto& t = *r.reader;
  CHECK_FALSE(t.number("p", {0, 1, "a share of booked visits"}));
  CHECK_FALSE(t.number("q"));
  CHECK_FALSE(t.number("r"));
  CHECK_FALSE(t.number("s"));
  CHECK_FALSE(t.text("t"));
  CHECK_FALSE(t.integer("u", 0, 9));
  CHECK_FALSE(t.integer("v", 5, 9, "months"));
  CHECK_FALSE(t.numbers("w"));
  const std::pair<std::string_view, int> modes[] = {{"marginal", 1}, {"retroactive", 2}};
  CHECK_FALSE(t.choice<int>("mode", modes));
  CHECK(t.sub("x") == nullptr);
  CHECK_FALSE(t.number("l"));
  CHECK_FALSE(t.number("absent"));
  t.finish();
  CHECK(messages(r.faults) ==
        std::vector<std::string>{
            "s.toml:1:5: p: 1.3 is above 1 (a share of booked visits). Write a number from 0 to 1.",
            "s.toml:2:5: q: nan is not a number that can be used. Write a finite number.",
            "s.toml:3:5: r: -inf is not a number that can be used. Write a finite number.",
            "s.toml:4:5: s: \"abc\" is text, not a number.", "s.toml:5:5: t: is empty.",
            "s.toml:6:5: u: 1.5 is a number, not a whole number.",
            "s.toml:7:5: v: 4 is below 5 (months). Write a whole number "
            "from 5 to 9.",
            "s.toml:8:9: w.2: \"x\" is text, not a number.",
            "s.toml:9:8: mode: \"margnal\" is not one of the choices. Did you mean marginal?",
            "s.toml:10:5: x: 3 is a whole number, not a table.",
            "s.toml:11:5: l: { a = 1 } is a table, not a number."});
}

TEST_CASE("keys nobody asked for are reported with the nearest name, at any depth", "[unit][toml]") {
  Read r("[a.b]\nrat = 1\n'' = 2\n[[c]]\nz = 1\n[[c]]\nzz = 1\n");
  auto* b = r.reader->sub("a")->sub("b");
  CHECK_FALSE(b->number("rate"));
  CHECK(r.reader->sub("a")->sub("b") == b);
  const auto rows = r.reader->subs("c");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0]->number("z") == 1.0);
  rows[1]->know("quite_another");
  r.reader->finish();
  CHECK(messages(r.faults) ==
        std::vector<std::string>{"s.toml:2:1: a.b.rat: unknown key. Did you mean rate?",
                                 "s.toml:3:1: a.b: has a key without a name.",
                                 "s.toml:7:1: c.2.zz: unknown key. Known here: quite_another."});
}

TEST_CASE("syntax errors and keys given twice are reported alone", "[unit][toml]") {
  Read twice("[a]\nx = 1\nx = 2\ny = nope\n");
  CHECK_FALSE(twice.root);
  REQUIRE(messages(twice.faults).size() == 1);
  CHECK(
      messages(twice.faults)[0] ==
      "s.toml:3:5: Error while parsing key-value pair: cannot redefine existing integer 'x' (the file is not "
      "valid TOML from here on, so nothing after it was read). Correct this line first.");
  // A number that nothing can hold does not hide what stands behind it.
  Read huge("x = 1e400\ny = [1, -1e999]\nz = 'e'\n");
  REQUIRE(huge.root);
  CHECK(messages(huge.faults).empty());
  CHECK(text_of(*huge.root->find("x")) == "1e400");
  CHECK(std::isinf(huge.root->find("x")->number()));
  CHECK(text_of(*huge.root->find("y")) == "[1, -1e999]");
  CHECK(huge.root->find("z")->text == "e");
  Read open("x = [1, 2\n");
  CHECK_FALSE(open.root);
}

TEST_CASE("what beginners slip on in TOML is told", "[unit][toml]") {
  const auto said = [](const std::string& text) {
    Read r(text);
    CHECK_FALSE(r.root);
    const auto all = messages(r.faults);
    REQUIRE(all.size() == 1);
    return all[0];
  };
  CHECK(said("x = 1\nname = \xE2\x80\x9C"
             "clinic\xE2\x80\x9D\n")
            .ends_with("Write straight quotation marks (\") instead of curly ones."));
  CHECK(said("x = { a = 1,\n  b = 2 }\n")
            .ends_with("Write an inline table { ... } on one line, without a comma before its }; longer ones "
                       "as [tables]."));
  CHECK(said("x = { a = 1, }\n").ends_with("longer ones as [tables]."));
}

TEST_CASE("a list of tables written as one table says how it is written", "[unit][toml]") {
  Read r("[offers.a.adjust]\nname = 'x'\n[offers.a.pay.1]\ntiers = { above = 1 }\n");
  REQUIRE(r.reader);
  auto* offer = r.reader->sub("offers")->sub("a");
  CHECK(offer->subs("adjust").empty());
  CHECK(offer->sub("pay")->sub("1")->subs("tiers").empty());
  CHECK(messages(r.faults) == std::vector<std::string>{"s.toml:1:1: offers.a.adjust: is one table, not a "
                                                       "list of tables. Write [[offers.a.adjust]] instead "
                                                       "of [offers.a.adjust], once for each.",
                                                       "s.toml:4:9: offers.a.pay.1.tiers: is one table, not "
                                                       "a list of tables. Write tiers = [ { ... } ]."});
}

TEST_CASE("a file in another encoding is to be saved as UTF-8", "[unit][toml]") {
  using namespace std::string_literals;
  for (const auto& text : {"# caf\xE9\n[a]\n"s, "a = 'caf\xE9'\n"s, "\xFF\xFE[\0a\0]\0"s, "[\0a\0]\0\n\0"s}) {
    Read r(text);
    const auto told = messages(r.faults);
    REQUIRE(told.size() == 1);
    CHECK(told[0].ends_with("Save the file as UTF-8: its letters beyond ASCII are written otherwise."));
  }
}

TEST_CASE("a file beyond the limits is refused at once", "[unit][toml]") {
  const auto said = [](const std::string& text) {
    Read r(text);
    CHECK_FALSE(r.root);
    const auto all = messages(r.faults);
    REQUIRE(all.size() == 1);
    return all[0];
  };
  std::string keys, items = "x = [";
  for (int i = 0; i < 10'001; ++i) {
    keys += "k" + std::to_string(i) + " = 1\n";
    items += "1,";
  }
  CHECK(said(keys).find("has 10001 keys, more than 10000") != std::string::npos);
  CHECK(said(items + "]\n").find("has 10001 items, more than 10000") != std::string::npos);
  CHECK(said("#" + std::string(std::size_t{4} << 20U, 'x')).find("is larger than 4 MiB") !=
        std::string::npos);
  // Lists of numbers and text with many points are no deep keys.
  std::string numbers = "x = [";
  for (int i = 0; i < 200; ++i) numbers += "1.5, ";
  Read fine(numbers + "]\n");
  CHECK(fine.root);
}

TEST_CASE("names and titles are labels", "[unit][toml]") {
  Read r("a = '=1+1'\nb = \"x\\ny\"\nc = 'Clinic - north'\n");
  CHECK_FALSE(r.reader->label("a"));
  CHECK_FALSE(r.reader->label("b"));
  CHECK(r.reader->label("c") == "Clinic - north");
  CHECK(messages(r.faults) ==
        std::vector<std::string>{
            "s.toml:1:5: a: begins with = (names and titles stand in tables that spreadsheets "
            "open). Write it on one line, with a letter or figure first.",
            "s.toml:2:5: b: holds a line end (names and titles stand in tables that "
            "spreadsheets open). Write it on one line, with a letter or figure first."});
  for (const auto* bad : {"-x", "", "a.b", "=x"}) CHECK_FALSE(is_bare_name(bad));
  CHECK(is_bare_name("a-b"));
  CHECK_FALSE(is_bare_name(std::string(101, 'a')));
}

TEST_CASE("points in text and comments are no nesting", "[unit][toml]") {
  std::string sum = "0.5";
  for (int i = 0; i < 200; ++i) sum += " + 0.5 * a.b";
  for (const auto& text : {"a = \"" + sum + "\"\n", "a = '" + sum + "'\n", "# it's " + sum + "\na = 1\n",
                           "a = \"\"\"\n" + sum + "\n\"\"\"\n", "a = \"\\\"" + sum + "\"\n"}) {
    Read r(text);
    CHECK(r.root);
    CHECK(messages(r.faults).empty());
  }
  std::string key = "a";
  for (int i = 0; i < 100; ++i) key += ".\"a\"";
  for (const auto& before : {"", "# \"\"\"\n", "b = \"\"\"\nx\n\"\"\"\n"})
    CHECK_FALSE(Read(before + key + " = 1\n").root);
}

TEST_CASE("absurd nesting is refused", "[unit][toml]") {
  std::string key = "a";
  for (int i = 0; i < 5000; ++i) key += ".a";
  Read r(key + " = 1\n");
  CHECK_FALSE(r.root);
  REQUIRE(messages(r.faults).size() == 1);
  CHECK(messages(r.faults)[0].find("tables are nested more than 64 deep") != std::string::npos);
  Read values("a = " + std::string(5000, '[') + std::string(5000, ']') + "\n");
  CHECK_FALSE(values.root);
  REQUIRE(messages(values.faults).size() == 1);
  CHECK(messages(values.faults)[0].find("values are nested more than 64 deep") != std::string::npos);
}

}  // namespace toml_reader_test
