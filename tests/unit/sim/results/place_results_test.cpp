#include "sim/results/place_results.h"

#include <catch2/catch.hpp>
#include <map>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace place_results_test {

using namespace paystress;
using testing::read_text;
using testing::TemporaryDirectory;
using testing::write_text;
namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> contents(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory))
    files[entry.path().filename().string()] = read_text(entry.path());
  return files;
}

// An earlier result with a letter of the user's among it, and a new result that waits.
struct Scene {
  TemporaryDirectory dir;
  fs::path target = dir.path() / "out";
  results::WorkingDirectory work;
  Scene() : work((fs::create_directory(dir.path() / "out"), dir.path() / "out")) {
    write_text(target / "manifest.json", "old");
    write_text(target / "ranking.csv", "old");
    write_text(target / "letter.txt", "mine");
    work.start_fresh();
    write_text(work.fresh() / "manifest.json", "new");
    write_text(work.fresh() / "summary.csv", "new");
  }
  void end() const {
    results::recover_results(work, target);
    CHECK_FALSE(results::is_halfway(work, target));
    work.remove();
    CHECK(results::WorkingDirectory::left_behind(target).empty());
  }
};
const std::map<std::string, std::string> placed{
    {"letter.txt", "mine"}, {"manifest.json", "new"}, {"summary.csv", "new"}};

}  // namespace

TEST_CASE("files of another origin do not move when results are exchanged", "[unit][place_results]") {
  const Scene scene;
  results::place_results(scene.work, scene.target);
  CHECK(contents(scene.target) == placed);
  scene.end();
}

TEST_CASE("an exchange that ended anywhere is finished by the next run", "[unit][place_results]") {
  // After so many moves: two leave (manifest first), two come (manifest last).
  for (int moves = 0; moves <= 4; ++moves) {
    INFO(moves << " moves");
    const Scene scene;
    write_text(scene.work.moving(), "summary.csv\nmanifest.json\nend of the list\n");
    fs::create_directory(scene.work.replaced());
    const auto old = scene.work.replaced(), fresh = scene.work.fresh();
    if (moves > 0) fs::rename(scene.target / "manifest.json", old / "manifest.json");
    if (moves > 1) fs::rename(scene.target / "ranking.csv", old / "ranking.csv");
    if (moves > 2) fs::rename(fresh / "summary.csv", scene.target / "summary.csv");
    if (moves > 3) fs::rename(fresh / "manifest.json", scene.target / "manifest.json");
    CHECK(results::is_halfway(scene.work, scene.target));
    scene.end();
    CHECK(contents(scene.target) == placed);
  }
}

TEST_CASE("a list that was not finished moves nothing", "[unit][place_results]") {
  const Scene scene;
  const auto before = contents(scene.target);
  write_text(scene.work.moving(), "summary.csv\nmanif");
  results::recover_results(scene.work, scene.target);
  CHECK(contents(scene.target) == before);
  scene.work.remove();
}

TEST_CASE("what came along in an exchange of directories goes back", "[unit][place_results]") {
  const Scene scene;
  // The two directories changed places; then the program was ended.
  const auto aside = scene.dir.path() / "aside";
  fs::rename(scene.target, aside);
  fs::rename(scene.work.fresh(), scene.target);
  fs::rename(aside, scene.work.fresh());
  scene.end();
  CHECK(contents(scene.target) == placed);
}

TEST_CASE("a result that was moved away and not replaced comes back", "[unit][place_results]") {
  const Scene scene;
  const auto before = contents(scene.target);
  fs::rename(scene.target, scene.work.replaced());
  CHECK(results::is_halfway(scene.work, scene.target));
  scene.end();
  CHECK(contents(scene.target) == before);
}

TEST_CASE("a file that cannot go back is named and kept", "[unit][place_results]") {
  const Scene scene;
  write_text(scene.work.fresh() / "letter.txt", "another");
  CHECK_THROWS_WITH(results::recover_results(scene.work, scene.target),
                    Catch::Contains("letter.txt: belongs in " + scene.target.string()));
  CHECK_THROWS_AS(scene.work.remove(), OutputError);
  CHECK(read_text(scene.work.fresh() / "letter.txt") == "another");
}

TEST_CASE("a table's name that is taken by something else is not overwritten", "[unit][place_results]") {
  const Scene scene;
  fs::create_symlink("letter.txt", scene.target / "summary.csv");
  CHECK_THROWS_WITH(results::place_results(scene.work, scene.target), Catch::Contains("is in the way"));
  CHECK(read_text(scene.target / "manifest.json") == "old");
  CHECK(read_text(scene.target / "letter.txt") == "mine");
}

}  // namespace place_results_test
