#include "scenarios/text_encoding.h"

#include <catch2/catch.hpp>

#include "tests/support/messages.h"

namespace paystress::text_encoding_test {
namespace {

using Lines = std::vector<std::string>;

Lines refused(std::string_view bytes) {
  Faults faults;
  CHECK_FALSE(decoded_text(bytes, "f.csv", faults));
  return messages(faults);
}

TEST_CASE("UTF-8 is kept, with and without its mark", "[unit][text_encoding]") {
  Faults faults;
  CHECK(decoded_text("a,\xC3\xA9\r\n\tb", "f.csv", faults) == "a,\xC3\xA9\r\n\tb");
  CHECK(decoded_text("\xEF\xBB\xBF\xE2\x82\xAC\xF0\x9F\x99\x82", "f.csv", faults) ==
        "\xE2\x82\xAC\xF0\x9F\x99\x82");
  CHECK(messages(faults) == Lines{});
}

TEST_CASE("Windows-1252 becomes UTF-8 and is told", "[unit][text_encoding]") {
  Faults faults;
  CHECK(decoded_text("a\n\x80 Cl\xE9ment", "f.csv", faults) == "a\n\xE2\x82\xAC Cl\xC3\xA9ment");
  CHECK(messages(faults) ==
        Lines{"f.csv:2:1: warning: is read as Windows-1252 (byte 0x80 is not UTF-8). Check the "
              "letters beyond ASCII, or save it as UTF-8."});
  // Overlong forms, surrogates and cut sequences are no UTF-8.
  for (const auto* bytes : {"\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xF4\x90\x80\x80"}) {
    Faults told;
    CHECK(decoded_text(bytes, "f.csv", told).value_or("") != bytes);
    CHECK_FALSE(told.sorted().empty());
  }
}

TEST_CASE("bytes that are no text are refused where they stand", "[unit][text_encoding]") {
  CHECK(refused(std::string_view("a\nb\0", 4)) ==
        Lines{"f.csv:2:2: holds a zero byte (this is not a text file of today)."});
  CHECK(refused("a\x1B[31m") ==
        Lines{"f.csv:1:2: holds the control character 27 (this is not a text file of today)."});
  CHECK(refused("a\rb\r") ==
        Lines{"f.csv:1:2: ends its line with a carriage return alone (this is not a text file "
              "of today). Save it with line feeds."});
  CHECK(refused("\xFF\xFE"
                "a") == Lines{"f.csv: is UTF-16 text. Save it as UTF-8."});
  CHECK(refused("ab\x81") == Lines{"f.csv:1:3: is neither UTF-8 nor Windows-1252 text. Save it as UTF-8."});
}

TEST_CASE("a name or title is one line and no formula", "[unit][text_encoding]") {
  CHECK(label_problem("Clinic = 2 - north @ 5").empty());
  CHECK(label_problem("Cl\xC3\xA9ment").empty());
  for (const auto* bad : {"=1+1", "+x", "-x", "@x"})
    CHECK(label_problem(bad) == std::string("begins with ") + bad[0]);
  CHECK(label_problem("a\nb") == "holds a line end");
  CHECK(label_problem("a\x07") == "holds the control character 7");
}

}  // namespace
}  // namespace paystress::text_encoding_test
