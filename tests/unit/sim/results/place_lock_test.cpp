#include "sim/results/place_lock.h"

#include <catch2/catch.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace place_lock_test {

using namespace paystress;
using testing::read_text;
using testing::TemporaryDirectory;
using testing::write_text;
namespace fs = std::filesystem;

TEST_CASE("a place has one owner at a time, and the second is told", "[unit][place_lock]") {
  const TemporaryDirectory dir;
  const auto target = dir.path() / "out";
  {
    const results::PlaceLock first(target);
    CHECK_THROWS_WITH(
        results::PlaceLock(target),
        target.string() + ": another run is writing there. Wait for it, or give another place with -o DIR");
    // The lock stays where it is when the target comes, goes or changes places.
    fs::create_directory(target);
    fs::rename(target, dir.path() / "elsewhere");
    CHECK_THROWS_AS(results::PlaceLock(target), InputError);
    const results::PlaceLock neighbour(dir.path() / "out2");
  }
  CHECK_NOTHROW(results::PlaceLock(target));
  CHECK_FALSE(fs::exists(dir.path() / ".out.lock"));
}

TEST_CASE("a lock that was left behind is taken over and removed; another's file stays as it is",
          "[unit][place_lock]") {
  const TemporaryDirectory dir;
  const auto target = dir.path() / "out";
  std::string left;
  {
    const results::PlaceLock lock(target);
    left = read_text(dir.path() / ".out.lock");
  }
  write_text(dir.path() / ".out.lock", left);
  { const results::PlaceLock lock(target); }
  CHECK_FALSE(fs::exists(dir.path() / ".out.lock"));
  for (const std::string text : {"", "mine"}) {
    write_text(dir.path() / ".out.lock", text);
    { const results::PlaceLock lock(target); }
    CHECK(read_text(dir.path() / ".out.lock") == text);
  }
}

TEST_CASE("a link, a folder or a pipe in the place of a lock is refused", "[unit][place_lock]") {
  const TemporaryDirectory dir;
  write_text(dir.path() / "letter.txt", "mine");
  fs::create_symlink(dir.path() / "letter.txt", dir.path() / ".a.lock");
  fs::create_symlink(dir.path() / "nowhere", dir.path() / ".b.lock");
  CHECK_THROWS_AS(results::PlaceLock(dir.path() / "a"), InputError);
  CHECK_THROWS_AS(results::PlaceLock(dir.path() / "b"), InputError);
  CHECK(read_text(dir.path() / "letter.txt") == "mine");
  CHECK_FALSE(fs::exists(dir.path() / "nowhere"));
  REQUIRE(testing::run_shell("mkfifo .c.lock; mkdir .d.lock", dir.path()).exit_code == 0);
  CHECK_THROWS_AS(results::PlaceLock(dir.path() / "c"), InputError);
  CHECK_THROWS_AS(results::PlaceLock(dir.path() / "d"), std::runtime_error);
}

}  // namespace place_lock_test
