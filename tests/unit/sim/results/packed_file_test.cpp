#include "sim/results/packed_file.h"

#include <catch2/catch.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

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
