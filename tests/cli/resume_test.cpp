// What --resume makes of a finished result that is damaged, or another's.
#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/small_study.h"

namespace resume_test {

using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

struct Place {
  TemporaryDirectory directory;
  Place() {
    write_small_study(path());
    write_text(path() / "rows.csv",
               "scenario,practice,offer,stress,practices.clinic.no_show.rate\n"
               "a,clinic,hybrid,base,0.05\nb,clinic,hybrid,base,7\n");
  }
  [[nodiscard]] const fs::path& path() const { return directory.path(); }
  [[nodiscard]] ProgramResult run(const std::string& options) const {
    const std::string paths = options.find("--paths ") == std::string::npos ? "--paths 200 " : "";
    return run_shell("./paystress run small.toml --threads 2 -o out " + paths + options, path());
  }
};

void is_made_again(const std::string& options, const std::vector<std::string>& files, int exit_code) {
  const Place place;
  REQUIRE(place.run(options).exit_code == exit_code);
  const auto whole = csv_files(place.path() / "out");
  CHECK(place.run(options + " --resume").output.find("out: already finished, nothing to do\n") !=
        std::string::npos);
  for (const auto& file : files) {
    for (const bool is_there : {false, true}) {
      INFO(file << (is_there ? " changed" : " removed"));
      const auto damaged = place.path() / "out" / file;
      if (is_there)
        write_text(damaged, "{");
      else
        fs::remove(damaged);
      const auto again = place.run(options + " --resume");
      INFO(again.output);
      CHECK(again.exit_code == exit_code);
      CHECK(csv_files(place.path() / "out") == whole);
    }
  }
}

}  // namespace

TEST_CASE("a run that is resumed makes what its result lacks", "[cli][resume]") {
  is_made_again("--paths-csv", {"summary.csv", "waterfall.csv", "paths.csv", "datapackage.json"}, 0);
}

TEST_CASE("a batch that is resumed makes what its result lacks", "[cli][resume]") {
  is_made_again("--batch rows.csv", {"summary.csv", "tier_miss.csv", "errors.csv", "datapackage.json"}, 4);
}

TEST_CASE("a result without its manifest is not taken for one, and stays", "[cli][resume]") {
  const Place place;
  REQUIRE(place.run("").exit_code == 0);
  const auto whole = csv_files(place.path() / "out");
  fs::remove(place.path() / "out/manifest.json");
  const auto again = place.run("--resume");
  CHECK(again.exit_code == 2);
  CHECK(again.output.find("without a manifest.json") != std::string::npos);
  CHECK(csv_files(place.path() / "out") == whole);
}

TEST_CASE("a finished result of something else is not replaced by --resume", "[cli][resume]") {
  const Place place;
  REQUIRE(place.run("--seed 5").exit_code == 0);
  const auto whole = csv_files(place.path() / "out");
  const auto is_refused = [&](const std::string& options, const std::string& what) {
    const auto ran = place.run(options + " --resume");
    INFO(ran.output);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output.find("--resume: " + what) != std::string::npos);
    CHECK(csv_files(place.path() / "out") == whole);
  };
  is_refused("--seed 6", "seed changed (it was 5, and is 6) since out was begun. Run without --resume");
  is_refused("--seed 5 --paths 300", "paths changed (it was 200, and is 300)");
  is_refused("--seed 5 --gzip", "gzip changed (it was false, and is true)");
  is_refused("--seed 5 --batch rows.csv", "rows.csv was not part of it");
  const auto study = small_study_text();
  write_text(place.path() / "small.toml", study + "# another\n");
  is_refused("--seed 5", "small.toml changed");
  write_text(place.path() / "small.toml", study);
  CHECK(place.run("--seed 5 --resume").output == "out: already finished, nothing to do\n");
  // Tables may be more.
  is_refused("--seed 5 --tables summary", "tables changed (it was income_distribution,tier_miss,");
  // The study does not take the place of the batch either.
  REQUIRE(place.run("--seed 5 --batch rows.csv").exit_code == 4);
  const auto ran = place.run("--seed 5 --resume");
  CHECK(ran.exit_code == 2);
  CHECK(ran.output.find("rows.csv is no part of it any more") != std::string::npos);
}

TEST_CASE("a damaged shard is named, and nothing merged", "[cli][merge]") {
  const Place place;
  for (const std::string k : {"1", "2"})
    REQUIRE(run_shell("./paystress run small.toml --paths 200 --batch rows.csv --shard " + k + "/2 -o s" + k,
                      place.path())
                    .exit_code %
                4 ==
            0);
  const auto is_refused = [&](const std::string& file, const std::string& text, const std::string& why) {
    const auto damaged = place.path() / file;
    const auto was = read_text(damaged);
    if (text.empty())
      fs::remove(damaged);
    else
      write_text(damaged, text);
    const auto ran = run_shell("./paystress merge s1 s2 -o merged", place.path());
    INFO(file << " " << text << "\n" << ran.output);
    CHECK(ran.exit_code == 2);
    CHECK(ran.output.find(why) != std::string::npos);
    CHECK_FALSE(fs::exists(place.path() / "merged"));
    write_text(damaged, was);
  };
  is_refused("s1/manifest.json", "{", "s1: its manifest.json cannot be read");
  is_refused("s1/manifest.json", "{\"run\":{\"shard\":{\"number\":\"1\",\"of\":2}}}",
             "s1: its manifest.json or datapackage.json is damaged");
  is_refused("s2/datapackage.json", "{\"resources\":[7]}",
             "s2: its manifest.json or datapackage.json is damaged");
  is_refused("s1/tier_miss.csv", "", "s1: its tier_miss.csv is missing. Run its shard again, with --resume");
  CHECK(run_shell("./paystress merge s1 s2 -o merged", place.path()).exit_code == 4);
}

}  // namespace resume_test
