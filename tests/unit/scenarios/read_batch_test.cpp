#include "scenarios/read_batch.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress::read_batch_test {
namespace {

using Lines = std::vector<std::string>;

StudyText study() {
  Faults faults;
  auto text =
      parse_study(std::string(small_study) +
                      "[stresses.calm]\nno_show.rate = { set = 0.02 }\n[stresses.both]\ncombine = ['dip', "
                      "'calm']\n",
                  "s.toml", test::source_path("scenarios"), faults);
  REQUIRE(text);
  return std::move(*text);
}

Batch whole(const StudyText& text, const std::string& csv) {
  Faults faults;
  auto batch = parse_batch(text, csv, "rows.csv", faults);
  CHECK(messages(faults) == Lines{});
  REQUIRE(batch);
  return std::move(*batch);
}

Lines refused(const std::string& csv) {
  Faults faults;
  CHECK_FALSE(parse_batch(study(), csv, "rows.csv", faults));
  return messages(faults);
}

Lines bad_rows(const std::string& csv) {
  Lines all;
  for (const auto& bad : whole(study(), csv).bad_rows)
    for (const auto& f : bad.faults) all.push_back(to_string(f));
  return all;
}

TEST_CASE("an empty cell keeps the study's value, another replaces it", "[unit][batch]") {
  const auto text = study();
  const auto batch =
      whole(text,
            "scenario,practice,offer,stress,practices.clinic.no_show.rate,offers.visit.pay.visits.usd\n"
            "a,clinic,visit,base,,\n"
            "b,clinic,visit,dip,0.12,\n"
            "c,,,,\"{ low = 0.03, likely = 0.08, high = 0.18 }\",45\n");
  REQUIRE(batch.rows.size() == 3);
  CHECK(batch.columns.size() == 2);
  const auto rate = [&](std::size_t row) {
    return (*batch.rows[row].what.practice)[Parameter::no_show_rate];
  };
  CHECK(std::get<Known>(rate(0)).value == 0.08);
  CHECK(std::get<Known>(rate(1)).value == 0.12);
  CHECK(std::get<Pert>(rate(2)).likely == 0.08);
  const auto usd = [&](std::size_t row) {
    return std::get<SingleRate>(std::get<MeasuredPay>(batch.rows[row].what.contract->pay.at(0).pays).schedule)
        .usd.constant();
  };
  CHECK(usd(1) == 40.0);
  CHECK(usd(2) == 45.0);
  CHECK(batch.rows[2].scenario.stress == "base");
  CHECK(batch.rows[1].scenario.columns ==
        std::vector<std::pair<std::string, std::string>>{{"practices.clinic.no_show.rate", "0.12"},
                                                         {"offers.visit.pay.visits.usd", ""}});
}

TEST_CASE("rows that write the same share what is read", "[unit][batch]") {
  const auto text = study();
  const auto batch = whole(text,
                           "practice,practices.clinic.no_show.rate,stress\n"
                           "clinic,0.10,base\nclinic,0.1,dip\nclinic,0.08,dip\nclinic,,base\n");
  REQUIRE(batch.rows.size() == 4);
  CHECK(batch.rows[0].what.practice == batch.rows[1].what.practice);
  CHECK(batch.rows[2].what.practice == batch.rows[3].what.practice);
  CHECK(batch.rows[0].what.practice != batch.rows[2].what.practice);
  CHECK(batch.rows[1].what.stress == batch.rows[2].what.stress);
  CHECK(batch.rows[0].what.contract == batch.rows[3].what.contract);
  CHECK(batch.rows[0].scenario.id == "clinic/visit/base#2");
}

TEST_CASE("a stress is read again with the stresses behind it", "[unit][batch]") {
  const auto text = study();
  const auto batch = whole(text, "stress,stresses.dip.booked_visits.multiply\nboth,0.5\nboth,\ndip,0.5\n");
  REQUIRE(batch.rows.size() == 3);
  CHECK(batch.rows[0].what.stress->parts.at(0).counts.at(0).factor == 0.5);
  CHECK(batch.rows[0].what.stress != batch.rows[1].what.stress);
  CHECK(batch.rows[2].what.stress->parts.size() == 1);
}

TEST_CASE("columns that the study cannot have are refused with the nearest key", "[unit][batch]") {
  CHECK(refused("practice,practices.clinic.no_show.rat\nclinic,0.1\n") ==
        Lines{"rows.csv:1:10: practices.clinic.no_show.rat: unknown column. Did you mean rate?"});
  CHECK(refused("practise\nclinic\n") ==
        Lines{"rows.csv:1:1: practise: unknown column (it is no dotted key). Did you mean practice?"});
  CHECK(refused("practices.clinik.no_show.rate\n0.1\n") ==
        Lines{"rows.csv:1:1: practices.clinik.no_show.rate: unknown column (the study has no "
              "practices.clinik). Did "
              "you mean clinic?"});
  CHECK(
      refused("practice.clinic.no_show.rate\n0.1\n") ==
      Lines{
          "rows.csv:1:1: practice.clinic.no_show.rate: unknown column (only numbers of practices, offers and "
          "stresses vary by row). Did you mean practices?"});
  CHECK(refused("offers.visit.pay.bonus.usd\n0.1\n") ==
        Lines{"rows.csv:1:1: offers.visit.pay.bonus.usd: unknown column (the list has no item bonus). "
              "Known here: visits."});
  CHECK(refused("practices.clinic.no_show.rate.x.y\n0.1\n").size() == 1);
  CHECK(refused("practice\n") == Lines{"rows.csv:1: has no rows (there is nothing to run)."});
}

TEST_CASE("a batch beyond its limits is refused with the limit", "[unit][batch]") {
  std::string rows = "scenario\n";
  for (std::size_t i = 0; i <= most_batch_rows; ++i) rows += std::to_string(i) + "\n";
  CHECK(refused(rows) == Lines{"rows.csv:200002: has more than 200000 rows. Split the file."});
  // Each row a practice of its own.
  rows = "practice,offer,practices.clinic.no_show.rate\n";
  for (std::size_t i = 0; i < most_batch_parts; ++i)
    rows += "clinic,visit,0.1" + std::to_string(100'000 + i) + "\n";
  CHECK(refused(rows) ==
        Lines{"rows.csv:40000: the rows so far have more than 40000 different practices, offers and "
              "stresses (a batch holds them in memory). Split the file."});
}

TEST_CASE("a bad row is named and keeps only itself out", "[unit][batch]") {
  const std::string csv =
      "scenario,practices.clinic.no_show.rate,stress\n"
      "a,1.3,base\nb,0.1,base\nc,nan,base\nd,1e400,base\ne,12 %,base\nf,0.1,dipp\nb,0.1,base\ng,0.1\n";
  CHECK(whole(study(), csv).rows.size() == 1);
  CHECK(bad_rows(csv) ==
        Lines{"rows.csv:2: practices.clinic.no_show.rate: 1.3 is above 1 (share of booked "
              "visits lost to no-shows). Write a number from 0 to 1.",
              "rows.csv:4: practices.clinic.no_show.rate: \"nan\" is text, not a number.",
              "rows.csv:5: practices.clinic.no_show.rate: \"1e400\" is text, not a number.",
              "rows.csv:6: practices.clinic.no_show.rate: \"12 %\" is text, not a number. Write 0.12.",
              "rows.csv:7: stress: there is no stress \"dipp\". Did you mean dip?",
              "rows.csv:8: scenario: b stands in two rows.",
              "rows.csv:9: has 2 cells where the header has 3. Write one cell for every "
              "column; a cell may be empty."});
}

TEST_CASE("an override of what a row does not use is a fault of the row", "[unit][batch]") {
  CHECK(bad_rows("stress,stresses.calm.no_show.rate.set\ndip,0.3\n") ==
        Lines{"rows.csv:2: stresses.calm.no_show.rate.set: is not used by clinic/visit/dip."});
}

TEST_CASE("faults that a value makes with others stand at the row", "[unit][batch]") {
  CHECK(
      bad_rows("practices.clinic.codes.mix.99213\n0.5\n") ==
      Lines{
          "rows.csv:2: practices.clinic.codes.mix: the shares sum to 0.9, not 1 (every completed visit has a "
          "code). Make them sum to 1."});
}

TEST_CASE("blank rows of a spreadsheet are no scenarios", "[unit][batch]") {
  const auto batch =
      whole(study(),
            "scenario;practice;offer;practices.clinic.no_show.rate;\r\na;clinic;visit;0.10;\r\n"
            ";;;;\r\n;;;;\r\nb;clinic;visit;0.2;\r\n");
  CHECK(batch.bad_rows.empty());
  REQUIRE(batch.rows.size() == 2);
  CHECK(batch.columns == Lines{"practices.clinic.no_show.rate"});
  CHECK(batch.rows[1].scenario.id == "b");
}

TEST_CASE("a comma-decimal spreadsheet gets one sentence", "[unit][batch]") {
  CHECK(refused("scenario;practices.clinic.no_show.rate\na;0,10\nb;0,2\n") ==
        Lines{"rows.csv:2:3: \"0,10\" has a comma in a number, as have 1 more cells (it may stand for a "
              "point or for "
              "nothing). Write numbers with a point and without marks between thousands: 45.5, 1234.5."});
}

TEST_CASE("ids of scenarios are labels", "[unit][batch]") {
  CHECK(
      bad_rows("scenario\n=cmd()\n") ==
      Lines{
          "rows.csv:2: scenario: begins with = (it stands in tables that spreadsheets open). Choose another "
          "name."});
}

TEST_CASE("Windows-1252 names become UTF-8 and are told", "[unit][batch]") {
  Faults faults;
  const auto batch = parse_batch(study(), "scenario\nCl\xE9ment\n", "rows.csv", faults);
  REQUIRE(batch);
  CHECK(batch->rows.at(0).scenario.id == "Cl\xC3\xA9ment");
  CHECK(messages(faults) ==
        Lines{"rows.csv:2:3: warning: is read as Windows-1252 (byte 0xE9 is not UTF-8). Check "
              "the letters beyond ASCII, or save it as UTF-8."});
}

}  // namespace
}  // namespace paystress::read_batch_test
