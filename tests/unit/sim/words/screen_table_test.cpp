#include "sim/words/screen_table.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

namespace screen_table_test {

using namespace paystress;
using words::Screen;

namespace {

words::ScreenTable table() {
  words::ScreenTable t({{"median", "$", 0}, {"bad year", "$", 2}, {"paid", "$/h", 1}});
  t.title("The first offer of two, with a title that takes more than the sixty columns of its screen");
  t.remark("a remark");
  t.row("as described", {"1,234,567", "-", "95"});
  t.row("a long name of a stress that wraps", {"2", "1", "7"});
  t.title("b");
  t.row("an_unbroken_name_that_is_longer_than_labels", {"3", "1", "7"});
  return t;
}

}  // namespace

TEST_CASE("a table for a screen, as text", "[unit][screen_table]") {
  CHECK(table().text({60, false}) ==
        "                                      median  bad year  paid\n"
        "                                           $         $   $/h\n"
        "The first offer of two, with a title that takes more than\n"
        "the sixty columns of its screen\n"
        "  a remark\n"
        "  as described                     1,234,567         -    95\n"
        "  a long name of a stress that             2         1     7\n"
        "  wraps\n"
        "b\n"
        "                                           3         1     7\n"
        "  an_unbroken_name_that_is_longer_than_labels\n");
}

TEST_CASE("the least wanted column goes first where all do not fit", "[unit][screen_table]") {
  const auto t = table();
  CHECK(t.shown({60, false}) == std::vector<bool>{true, true, true});
  CHECK(t.shown({50, false}) == std::vector<bool>{true, false, true});
  CHECK(t.shown({40, false}) == std::vector<bool>{true, false, false});
  CHECK(t.text({50, false}).find("bad year") == std::string::npos);
}

TEST_CASE("styles stand around whole lines, and only where they are shown", "[unit][screen_table]") {
  CHECK(table().text({60, false}).find('\033') == std::string::npos);
  const auto styled = table().text({60, true});
  CHECK(styled.find("\033[1mb\033[0m\n") != std::string::npos);
  CHECK(styled.find("\033[2m  a remark\033[0m\n") != std::string::npos);
}

TEST_CASE("text is broken between words, below the words of its line", "[unit][screen_table]") {
  CHECK(
      words::wrapped("one two three four\n\n  1. five six seven\n  - eight nine ten eleven\n", {14, false}) ==
      "one two three\nfour\n\n  1. five six\n     seven\n  - eight nine\n    ten eleven\n");
  CHECK(words::wrapped("a_word_that_is_longer_than_lines x", {10, false}) ==
        "a_word_that_is_longer_than_lines\nx\n");
  // A figure keeps its unit; a sign that begins a figure is no unit.
  CHECK(words::wrapped("worth 20,456 $ a year", {14, false}) == "worth 20,456 $\na year\n");
  CHECK(words::wrapped("is worth 20,456 $, 4.3 % of", {14, false}) == "is worth\n20,456 $,\n4.3 % of\n");
  CHECK(words::wrapped("a rate of $30 each", {9, false}) == "a rate of\n$30 each\n");
  // Eight letters of two bytes each are eight columns.
  CHECK(words::wrapped("\u00e4\u00e4\u00e4\u00e4 \u00f6\u00f6\u00f6", {8, false}) ==
        "\u00e4\u00e4\u00e4\u00e4 \u00f6\u00f6\u00f6\n");
}

}  // namespace screen_table_test
