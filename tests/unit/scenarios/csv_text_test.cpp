#include "scenarios/csv_text.h"

#include <catch2/catch.hpp>

namespace paystress::csv_text_test {
namespace {

std::vector<std::string> faults_of(std::string_view text) {
  Faults faults;
  CHECK(!parse_csv_text(text, "ledger.csv", faults));
  std::vector<std::string> lines;
  for (const auto& f : faults.sorted()) lines.push_back(to_string(f));
  return lines;
}

TEST_CASE("csv cells keep their text and their place", "[csv_text]") {
  Faults faults;
  const auto csv =
      parse_csv_text("\xEF\xBB\xBFperiod, visits ,\"a, \"\"b\"\"\"\r\n\r\n1,,  3.50\n2,x,y", "l.csv", faults);
  REQUIRE(csv);
  CHECK(!faults.has_errors());
  REQUIRE(csv->header.cells.size() == 3);
  CHECK(csv->header.cells[1].text == "visits");
  CHECK(csv->header.cells[2].text == "a, \"b\"");
  REQUIRE(csv->rows.size() == 2);
  CHECK(csv->rows[0].line == 3);
  CHECK(csv->rows[0].cells[1].text.empty());
  CHECK(csv->rows[0].cells[2].text == "3.50");
  CHECK(csv->place(csv->rows[0], 2).column == 6);
  CHECK(csv->rows[1].line == 4);
  CHECK(csv->rows[1].cells[2].text == "y");
  CHECK(csv->find_column("visits") == 1U);
  CHECK(!csv->find_column("Visits"));
}

TEST_CASE("every fault of the form of a csv is collected", "[csv_text]") {
  CHECK(faults_of("") ==
        std::vector<std::string>{"ledger.csv: is empty. Write the names of the columns on line 1."});
  CHECK(
      faults_of("a,,a\n1,2\n\"3,4,5\n1,2,3\n") ==
      std::vector<std::string>{
          "ledger.csv:1:3: column 2: has no name. Name every column on the first line.",
          "ledger.csv:1:4: a: is named twice. Give every column its own name.",
          "ledger.csv:2: has 2 cells where the header has 3. Write one cell for every column; a cell may be "
          "empty.",
          "ledger.csv:3: a quotation mark is not closed on its line. Close it; a quotation mark inside a "
          "quoted cell is written twice."});
  CHECK(faults_of(std::string_view("a\n1\0\n", 5)) ==
        std::vector<std::string>{"ledger.csv:2:2: holds a zero byte (this is not a text file of today)."});
  Faults faults;
  CHECK(!read_csv_text("no/such/file.csv", faults));
  CHECK(to_string(faults.sorted().at(0)) ==
        "no/such/file.csv: cannot be read (there is no such file, or it may not be opened).");
}

TEST_CASE("rows beyond those that a kind of file may have end the reading", "[csv_text]") {
  Faults faults;
  CsvForm form;
  form.most_rows = 2;
  CHECK(parse_csv_text("a\n1\n\n2\n", "l.csv", faults, nullptr, form));
  CHECK_FALSE(parse_csv_text("a\n1\n2\n3\n\"not closed\n", "l.csv", faults, nullptr, form));
  REQUIRE(faults.sorted().size() == 1);
  CHECK(to_string(faults.sorted()[0]) == "l.csv:4: has more than 2 rows. Split the file.");
}

TEST_CASE("a semicolon or a tab separates where the header has it", "[csv_text]") {
  for (const std::string header : {"period;visits;note\n", "sep=;\nperiod;visits;note\n"}) {
    CAPTURE(header);
    Faults faults;
    const auto csv = parse_csv_text(header + "1;20;\"a; b, c\"\n", "l.csv", faults);
    REQUIRE(csv);
    CHECK(csv->separator == ';');
    CHECK(csv->rows.at(0).cells.at(2).text == "a; b, c");
  }
  Faults faults;
  const auto csv = parse_csv_text("period\tvisits\n1\t\n2\t 3\n", "l.tsv", faults);
  REQUIRE(csv);
  CHECK(csv->rows.at(0).cells.at(1).text.empty());
  CHECK(csv->rows.at(1).cells.at(1).text == "3");
}

TEST_CASE("blank rows and empty columns of a spreadsheet are nothing", "[csv_text]") {
  Faults faults;
  const auto csv = parse_csv_text("a,b,,\r\n1,2,,\r\n,,,\r\n3,,,,,\r\n4,5\r\n,,,\r\n", "l.csv", faults);
  REQUIRE(csv);
  CHECK(csv->header.cells.size() == 2);
  REQUIRE(csv->rows.size() == 3);
  CHECK(csv->rows[1].line == 4);
  CHECK(csv->rows[1].cells.size() == 2);
  CHECK(csv->rows[2].cells[1].text == "5");
  CHECK(faults_of("a,b,,\n1,2,,9\n") ==
        std::vector<std::string>{
            "ledger.csv:1:5: column 3: has no name. Name every column on the first line.",
            "ledger.csv:1:6: column 4: has no name. Name every column on the first line."});
}

TEST_CASE("a file of many columns, cells or bytes a line is refused", "[csv_text]") {
  CHECK(faults_of(std::string("a") + std::string(most_csv_columns, ',') + "b\n") ==
        std::vector<std::string>{"ledger.csv:1: has more than 2000 columns."});
  CHECK(faults_of("a,b\n1," + std::string(most_csv_line_bytes, 'x') + "\n") ==
        std::vector<std::string>{"ledger.csv: a line has more than 1048576 bytes."});
}

TEST_CASE("a comma in a number is told once for the file", "[csv_text]") {
  Faults faults;
  const auto csv = parse_csv_text("a;b;c\n1;45,5;x,1\n2;1,234.50;1,5\n", "l.csv", faults);
  REQUIRE(csv);
  const std::vector<std::size_t> read{0, 1};
  CHECK(report_number_commas(*csv, read, faults));
  REQUIRE(faults.sorted().size() == 1);
  CHECK(to_string(faults.sorted()[0]) ==
        "l.csv:2:3: \"45,5\" has a comma in a number, as have 1 more cells (it may stand for a point or for "
        "nothing). Write numbers with a point and without marks between thousands: 45.5, 1234.5.");
  const std::vector<std::size_t> whole{0};
  CHECK_FALSE(report_number_commas(*csv, whole, faults));
}

TEST_CASE("a sign that says what a number is tells what to write", "[csv_text]") {
  CHECK(read_number("31%").fix == "Write 0.31.");
  CHECK(read_number("2.5 %").fix == "Write 0.025.");
  CHECK(read_number("$45").fix == "Write 45.");
  CHECK(read_number("x%").fix.empty());
}

TEST_CASE("a column that somebody meant is found whatever its capitals and blanks", "[csv_text]") {
  Faults faults;
  const auto csv = parse_csv_text("Month,Completed Visits,work_rvus\n1,2,3\n", "l.csv", faults);
  REQUIRE(csv);
  CHECK(csv->near_column("completed_visits") == "Completed Visits");
  CHECK(csv->near_column("work_rvu") == "work_rvus");
  CHECK(csv->near_column("period").empty());
  const std::vector<std::string> others{"month"};
  CHECK(csv->near_column("period", others) == "Month");
}

TEST_CASE("a cell is a number as a whole or not at all", "[csv_text]") {
  for (const auto* good : {"0", "-1.5", "1e3", "1E-2", "12.50", "1e+2"}) {
    CAPTURE(good);
    CHECK(read_number(good).problem.empty());
  }
  CHECK(read_number("12.50").value == 12.5);
  CHECK(read_number("12.50").decimals == 2);
  CHECK(read_number("12").decimals == 0);
  CHECK(read_number("1.25e1").decimals == 1);
  CHECK(read_number("1e+2").decimals == 0);
  CHECK(read_number("5e-3").decimals == 3);
  CHECK(read_number("").problem == "is empty");
  for (const auto* bad :
       {"nan", "inf", "-inf", "infinity", "1,5", "1.5x", "+1", "0x10", "1_000", "$5", "1 2", "-", "."}) {
    CAPTURE(bad);
    CHECK(read_number(bad).problem == "\"" + std::string(bad) + "\" is not a number");
  }
  CHECK(read_number("1e400").problem == "1e400 is beyond what a number can hold");
}

TEST_CASE("columns that a reader does not keep are left out, and named", "[csv_text]") {
  Faults faults;
  CsvForm form;
  form.keeps = [](const std::string& name) { return name == "b" || name == "d"; };
  const auto csv = parse_csv_text("a,b,c,d,\n1,2,3,4,\n,,,5,x\n6,7\n", "t.csv", faults, nullptr, form);
  CHECK_FALSE(csv);  // the last row has too few cells, kept or not
  Faults none;
  const auto kept = parse_csv_text("a,b,c,d,\n1,2,3,4,\n,,,5,\n", "t.csv", none, nullptr, form);
  REQUIRE(kept);
  CHECK(kept->left_out == std::vector<std::string>{"a", "c"});
  REQUIRE(kept->rows.size() == 2);
  CHECK(kept->find_column("d") == 1U);
  CHECK(kept->rows[1].cells[1].text == "5");
  CHECK(kept->place(kept->rows[0], 1).column == 7);
  CHECK(kept->header.cells[1].column == 7);
}

}  // namespace
}  // namespace paystress::csv_text_test
