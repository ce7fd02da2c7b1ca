#include "analysis/fit/read_log.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"

namespace paystress::fit::read_log_test {
namespace {

struct Outcome {
  std::optional<Log> log;
  LogReport report;
  std::vector<std::string> said;
};

Outcome read(const std::string& text, const LogOptions& options = {}) {
  Outcome out;
  Faults faults;
  out.log = read_log(text, "log.csv", options, out.report, faults);
  out.said = messages(faults);
  return out;
}

std::string all(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

LogOptions closed() {
  LogOptions options;
  options.missing = MissingDays::closed;
  return options;
}

const std::string appointments =
    "Patient,Appt Date,Appt Status,CPT Code,Duration (min)\n"
    "\"Doe, Jane\",2025-03-03 09:00,Completed,99213,12\n"
    "\"Roe, Ann\",2025-03-03 09:20,No Show,,\n"
    "\"Poe, Ed\",2025-03-03 09:40,Arrived,99214,20\n"
    "\"Loe, Al\",2025-03-04 09:00,Cancelled,,\n"
    "\"Moe, Bo\",2025-03-04 09:20,Completed,99213,8\n";

TEST_CASE("appointments are summed to days by the usual names of an export", "[fit][log]") {
  const auto out = read(appointments);
  REQUIRE(out.log);
  CHECK(out.said.empty());
  const auto& log = *out.log;
  CHECK(log.grain == Grain::appointment);
  REQUIRE(log.records.size() == 2);
  CHECK(log.records[0][Count::booked] == 3);
  CHECK(log.records[0][Count::completed] == 2);
  CHECK(log.records[0][Count::no_shows] == 1);
  CHECK(log.records[1][Count::booked] == 1);
  CHECK(log.records[1][Count::no_shows] == 0);
  CHECK_FALSE(log.tells(Count::late_cancels));  // a status that the log never uses is not recorded
  CHECK(log.codes == std::map<std::string, long>{{"99213", 2}, {"99214", 1}});
  CHECK(log.timed.at(1).times == 3);
  CHECK(log.timed.at(1).minutes == 40);
  CHECK(out.report.left_out == 1);
  CHECK(out.report.unused == std::vector<std::string>{"Patient"});
}

TEST_CASE("a visit of more than a day is left out", "[fit][log]") {
  const auto out = read(
      "date,status,code,minutes\n"
      "2025-03-03,completed,99213,15\n"
      "2025-03-03,completed,99213,1e300\n"
      "2025-03-04,completed,99213,1441\n"
      "2025-03-05,completed,99213,1440\n");
  REQUIRE(out.log);
  CHECK(out.log->timed.at(1).times == 2);
  CHECK(out.log->timed.at(1).minutes == 1455);
  CHECK(out.log->records.size() == 3);  // the visits count
}

TEST_CASE("columns and statuses are told where their names are unusual", "[fit][log]") {
  const std::string text = "when,how,who\n03.03.2025,ok,a\n04.03.2025,absent,b\n";
  const auto asked = read(text);
  CHECK(asked.said ==
        std::vector<std::string>{
            "log.csv: date: no column is known as the date or the month (the columns are when, how, "
            "who). Write --column date=\"HEADING\".",
            "log.csv: status: neither a status of appointments nor counts of days are known (the "
            "columns are when, how, who). Write --column status=\"HEADING\" for a row an appointment, "
            "--column booked=\"HEADING\" or --column completed=\"HEADING\" for a row a day or a "
            "month."});
  LogOptions options;
  options.columns = {{"date", "when"}, {"status", "how"}};
  options.statuses = {{"completed", "OK"}, {"no_show", "absent,gone"}};
  const auto told = read(text, options);
  REQUIRE(told.log);
  CHECK(told.log->total(Count::no_shows) == 1);
  options.columns = {{"date", "wen"}, {"state", "how"}};
  CHECK(all(read(text, options).said)
            .find("the log has no column \"wen\" (when, how, who). Did you mean when?") != std::string::npos);
}

TEST_CASE("a status that is not understood is asked for; what may be a name is never shown", "[fit][log]") {
  std::string text = "date,status\n";
  for (int i = 0; i < 4; ++i) text += "2025-03-03,Walked\n";
  text += "2025-03-03,Jane Doe\n";
  const auto out = read(text);
  CHECK_FALSE(out.log);
  REQUIRE(out.said.size() == 1);
  CHECK(out.said[0].find("\"Walked\" (4 rows), 1 rows with rare values, not shown") != std::string::npos);
  CHECK(out.said[0].find("Jane") == std::string::npos);
}

TEST_CASE("dates in three orders; the order is told by the whole column or asked for", "[fit][log]") {
  const auto day = [](const std::string& a, const std::string& b, const LogOptions& options = closed()) {
    return read("date,booked,completed\n" + a + ",3,3\n" + b + ",4,4\n", options);
  };
  using namespace std::chrono;
  const sys_days third(2025y / March / 3), fourth(2025y / March / 14);
  for (const auto& [a, b] :
       std::vector<std::pair<std::string, std::string>>{{"2025-03-03", "2025-03-14"},
                                                        {"3/3/2025", "3/14/2025"},
                                                        {"03/03/2025", "14/03/2025"},
                                                        {"3.3.25", "14.3.25"},
                                                        {"20250303", "20250314"},
                                                        {"3 March 2025", "14 March 2025"},
                                                        {"Mon Mar 3 2025", "Mar 14 2025 10:30"},
                                                        {"2025-03-03T08:00:00Z", "2025-03-14T08:00:00Z"}}) {
    const auto out = day(a, b);
    REQUIRE(out.log);
    CHECK(out.log->records.front().date == third);
    CHECK(out.log->records.back().date == fourth);
  }
  const auto ambiguous = day("3/4/2025", "3/5/2025");
  CHECK(ambiguous.said ==
        std::vector<std::string>{
            "log.csv: date: can be read in two ways (3/4/2025 is 2025-03-04 with the month first, "
            "2025-04-03 with the day first). Write --dates us or --dates european."});
  auto european = closed();
  european.dates = DateOrder::european;
  CHECK(day("3/4/2025", "3/5/2025", european).log->records.front().date == sys_days(2025y / April / 3));
  CHECK(all(day("13/4/2025", "4/13/2025").said).find("the day first and dates with the month first") !=
        std::string::npos);
}

TEST_CASE("malformed rows are counted and shown by their shape", "[fit][log]") {
  std::string text = "date,booked,no_shows\n";
  for (int d = 10; d < 29; ++d) text += "2025-03-" + std::to_string(d) + ",5,1\n";
  const auto out = read(text + "Jane Doe 123,5,1\n2025-03-31,five,1\n2025-04-01,5\n", closed());
  // Three of 22 are more than a tenth.
  CHECK_FALSE(out.log);
  const auto said = all(out.said);
  CHECK(said.find("\"aaaa aaa 999\" is no date") != std::string::npos);
  CHECK(said.find("\"aaaa\" is no count") != std::string::npos);
  CHECK(said.find("has 2 cells where the header has 3") != std::string::npos);
  CHECK(said.find("3 of 22 rows are malformed and left out (so many are no slips)") != std::string::npos);
  CHECK(said.find("Jane") == std::string::npos);
  const auto one = read(text + "2025-03-31,five,1\n", closed());
  REQUIRE(one.log);
  CHECK(one.report.malformed == 1);
}

TEST_CASE("a first line of data is not shown as headings", "[fit][log]") {
  const auto out = read("Jane Doe,2025-03-03,Completed\nAnn Roe,2025-03-04,Completed\n");
  CHECK(out.said ==
        std::vector<std::string>{"log.csv:1: the first line holds no headings (a date or a number stands "
                                 "there). Write the names of the columns on line 1."});
}

TEST_CASE("scheduled weekdays without a row are asked for", "[fit][log]") {
  std::string text = "date,booked,completed,slots\n";
  for (const auto* day : {"03", "04", "05", "06", "07", "10", "11", "13", "14"})
    text += std::string("2025-03-") + day + ",5,5,8\n";
  const auto asked = read(text);
  CHECK(asked.said == std::vector<std::string>{
                          "log.csv: date: 1 scheduled weekdays have no row, the first 2025-03-12 (days off, "
                          "days on which the clinic was closed, and days worked with nobody booked differ). "
                          "Write --missing off, --missing closed or --missing empty."});
  LogOptions options;
  options.missing = MissingDays::empty;
  const auto empty = read(text, options);
  REQUIRE(empty.log);
  CHECK(empty.log->records.size() == 10);
  CHECK(empty.log->records[7][Count::booked] == 0);
  CHECK(empty.log->records[7][Count::slots] == 8);
  options.missing = MissingDays::off;
  CHECK(read(text, options).log->absent.size() == 1);
}

TEST_CASE("two rows of one day are refused, and one clinic is chosen", "[fit][log]") {
  const std::string text = "clinic,date,appointments,no_shows\nc1,2025-03-03,5,1\nc2,2025-03-03,7,2\n";
  CHECK(read(text).said ==
        std::vector<std::string>{"log.csv:3:4: date: 2025-03-03 stands in line 2 too (a day has one row; "
                                 "those of several clinics or "
                                 "people are fitted one by one). Leave one of them out, or write --only "
                                 "HEADING=VALUE for the rows of "
                                 "one clinic; where a row is an appointment, --column status=\"HEADING\"."});
  LogOptions options;
  options.only = {{"clinic", "c2"}};
  const auto out = read(text, options);
  REQUIRE(out.log);
  CHECK(out.log->total(Count::booked) == 7);
  CHECK(out.log->total(Count::completed) == 5);
}

TEST_CASE("a row a month", "[fit][log]") {
  const auto out =
      read("month,workdays,completed,no_shows,slots\n2025-01,20,300,30,480\nFeb 2025,19,290,25,456\n");
  REQUIRE(out.log);
  CHECK(out.log->grain == Grain::month);
  CHECK(out.log->months() == 2);
  CHECK(out.log->records[0][Count::booked] == 330);
}

TEST_CASE("each row of a month that stands twice is refused with the line of the first", "[fit][log]") {
  const auto out = read(
      "month,completed,no_shows\n2025-01,300,30\nFeb 2025,290,25\nJan 2025,300,30\n2025-02,1,1\n"
      "2025-01,2,2\n");
  CHECK_FALSE(out.log);
  const std::string rest =
      " too (a month has one row; those of several clinics or people are fitted one by one). Leave one of "
      "them "
      "out, or write --only HEADING=VALUE for the rows of one clinic; where a row is a day, --column "
      "date=\"month\".";
  CHECK(out.said == std::vector<std::string>{"log.csv:4:1: month: 2025-01 stands in line 2" + rest,
                                             "log.csv:5:1: month: 2025-02 stands in line 3" + rest,
                                             "log.csv:6:1: month: 2025-01 stands in line 2" + rest});
}

TEST_CASE("dates in a column of months are months", "[fit][log]") {
  const auto out = read("month,completed,no_shows\n2025-01-01,300,30\n2025-02-01,290,25\n");
  REQUIRE(out.log);
  CHECK(out.log->grain == Grain::month);
  const auto days = read("month,completed,no_shows\n2025-01-07,30,3\n2025-01-08,29,2\n");
  REQUIRE(days.said.size() == 1);
  CHECK(days.said[0].find("where a row is a day, --column date=\"month\".") != std::string::npos);
}

TEST_CASE("counts that cannot all be are malformed rows", "[fit][log]") {
  std::string text = "date,booked,completed,no_shows,late_cancels,lost_calls,moved_calls,slots\n";
  // At the edge: all booked accounted for, more of them than slots, all completed by telephone.
  for (int d = 10; d < 31; ++d) text += "2025-03-" + std::to_string(d) + ",10,6,2,1,1,6,9\n";
  REQUIRE(read(text, closed()).log);
  const auto said_of = [&](const std::string& row) {
    const auto out = read(text + "2025-03-31," + row + "\n", closed());
    REQUIRE(out.log);
    CHECK(out.log->records.size() == 21);
    CHECK(out.report.malformed == 1);
    return all(out.said);
  };
  const std::string left_out = " (the row is left out).\n", place = "log.csv:23:1: warning: ";
  CHECK(
      said_of("10,6,3,1,1,0,12").starts_with("log.csv: warning: 1 of 22 rows are malformed and left out.\n"));
  CHECK(said_of("10,6,3,1,1,0,12")
            .ends_with(place +
                       "6 completed + 3 no_shows + 1 late_cancels + 1 lost_calls are more than 10 booked" +
                       left_out));
  CHECK(said_of("10,,11,,,,").ends_with(place + "11 no_shows are more than 10 booked" + left_out));
  CHECK(said_of("10,6,3,1,0,7,12").ends_with(place + "7 moved_calls are more than 6 completed" + left_out));
  CHECK(said_of("10,10,,,,,9").ends_with(place + "10 completed are more than 9 slots" + left_out));
}

TEST_CASE("cells of hours and of codes that are no numbers are shown, not dropped in silence", "[fit][log]") {
  const auto out = read(
      "date,completed,no_shows,hours,visits.99213\n2025-03-03,5,1,eight,5\n2025-03-04,5,1,8,1.5\n"
      "2025-03-05,5,1,8,-1\n2025-03-06,5,1,8,4\n",
      closed());
  REQUIRE(out.log);
  CHECK(out.said.size() == 3);
  CHECK(out.said[0] ==
        "log.csv:2:16: warning: hours: \"aaaaa\" is no number of hours (letters are shown as a, digits as 9) "
        "(the cell is left out).");
  CHECK(out.said[1] ==
        "log.csv:3:18: warning: visits.99213: \"9.9\" is no number of visits (letters are shown as a, digits "
        "as "
        "9) (the cell is left out).");
  CHECK(out.log->codes.at("99213") == 9);
}

}  // namespace
}  // namespace paystress::fit::read_log_test
