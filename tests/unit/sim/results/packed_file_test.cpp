#include "sim/results/packed_file.h"

#include <catch2/catch.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace packed_file_test {

using namespace paystress;
using namespace paystress::testing;
using results::Packing;

TEST_CASE("a packed file holds what was written, and neither time nor name", "[unit][packed_file]") {
  const TemporaryDirectory dir;
  std::string text;
  for (int i = 0; text.size() < 3'000'000; ++i) text += std::to_string(i) + ",";
  const auto file = results::packed_name(dir.path() / "t.csv", Packing::gzip);
  CHECK(file.filename() == "t.csv.gz");
  {
    results::OutputFile out(file, Packing::gzip);
    out.write(text.substr(0, 7));
    out.write(text.substr(7));
    CHECK(out.size() == text.size());
    out.close();
  }
  const auto packed = read_text(file);
  CHECK(packed.size() < text.size() / 2);
  // RFC 1952: magic, deflate, no flags (so no name), time 0.
  CHECK(packed.substr(0, 8) == std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
  CHECK(results::unpacked_text(file, text.size()) == text);
  CHECK(results::PackedFile(file).read(5, 20) == text.substr(5, 20));
  CHECK(results::PackedFile(file).read(text.size() - 3, 20) == text.substr(text.size() - 3));
  CHECK_THROWS_AS(results::unpacked_text(file, text.size() - 1), InputError);
  CHECK_THROWS_AS(results::unpacked_text(dir.path() / "none.gz", 10), InputError);
  results::unpack(file, dir.path() / "plain");
  CHECK(read_text(dir.path() / "plain") == text);
  CHECK(run_shell("gzip -t t.csv.gz", dir.path()).exit_code == 0);
}

TEST_CASE("a table is found packed or plain", "[unit][packed_file]") {
  const TemporaryDirectory dir;
  CHECK(results::result_file(dir.path(), "a.csv") == dir.path() / "a.csv");
  write_text(dir.path() / "a.csv.gz", "x");
  CHECK(results::result_file(dir.path(), "a.csv") == dir.path() / "a.csv.gz");
  CHECK(results::packing_of(dir.path() / "a.csv.gz") == Packing::gzip);
  write_text(dir.path() / "a.csv", "x");
  CHECK(results::result_file(dir.path(), "a.csv") == dir.path() / "a.csv");
}

TEST_CASE("a table of any length is read row by row, packed or plain", "[unit][packed_file]") {
  const TemporaryDirectory dir;
  // Beyond what a CSV text may have, in some 35 pieces.
  constexpr std::size_t rows = 2'600'000;
  std::string text = "name,value\n";
  for (std::size_t i = 1; i <= rows; ++i)
    text += "row " + std::to_string(i) + "," + std::to_string(2 * i) + "\n";
  write_text(dir.path() / "t.csv", text);
  results::OutputFile packed(dir.path() / "t.csv.gz", Packing::gzip);
  packed.write(text);
  packed.close();
  for (const auto* name : {"t.csv", "t.csv.gz"}) {
    std::size_t seen = 0, wrong = 0;
    Faults faults;
    CHECK(results::read_rows(dir.path() / name, faults,
                             [&](const CsvText& csv, const CsvText::Row& row, std::size_t place) {
                               ++seen;
                               const bool right = place == seen && csv.find_column("value") == 1U &&
                                                  row.cells[1].text == std::to_string(2 * seen);
                               wrong += right ? 0U : 1U;
                             }));
    CHECK(seen == rows);
    CHECK(wrong == 0);
  }
}

TEST_CASE("a fault far down a long table has its line", "[unit][packed_file]") {
  const TemporaryDirectory dir;
  const auto file = dir.path() / "t.csv";
  std::string text = "name,value\n";
  for (int i = 2; i <= 300'000; ++i) text += i == 299'000 ? "short\n" : "row,1\n";
  write_text(file, text);
  const auto faults_of = [&] {
    Faults faults;
    CHECK_FALSE(results::read_rows(file, faults, [](const auto&, const auto&, std::size_t) {}));
    return faults.sorted();
  };
  auto found = faults_of();
  REQUIRE(found.size() == 1);
  CHECK(found[0].place.line == 299'000);
  CHECK(found[0].problem == "has 1 cells where the header has 2");
  write_text(file, "");
  found = faults_of();
  REQUIRE(found.size() == 1);
  CHECK(found[0].problem == "is empty");
  // The last row needs no line end; a header alone has no rows.
  std::size_t seen = 0;
  Faults none;
  const auto count = [&](const auto&, const auto&, std::size_t) { ++seen; };
  write_text(file, "name,value\na,1\nb,2");
  CHECK(results::read_rows(file, none, count));
  CHECK(seen == 2);
  write_text(file, "name,value");
  CHECK(results::read_rows(file, none, count));
  CHECK(seen == 2);
  CHECK_FALSE(none.has_errors());
}

}  // namespace packed_file_test
