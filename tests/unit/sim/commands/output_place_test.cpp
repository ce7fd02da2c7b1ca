#include "sim/commands/output_place.h"

#include <catch2/catch.hpp>

#include "sim/errors.h"
#include "tests/support/program.h"

namespace output_place_test {

using namespace paystress;
using commands::checked_output;
namespace fs = std::filesystem;

namespace {

const commands::Replaces any{{}, "", "Give another"},
    none{[](std::string_view) { return false; }, "is there", "Give another"},
    own{[](std::string_view text) { return text.starts_with("own"); }, "is another's", "Give another"};

}  // namespace

TEST_CASE("a file is replaced where it is the command's own, and no input is", "[unit][output_place]") {
  const testing::TemporaryDirectory dir;
  const auto file = dir.path() / "file", link = dir.path() / "link", name = dir.path() / "name";
  const auto refused = [&](const fs::path& output, const std::string& problem) {
    return output.string() + ": " + problem + ". Give another";
  };
  for (const auto* replaces : {&any, &none, &own}) CHECK(checked_output(file, {}, *replaces) == file);
  testing::write_text(file, "mine\n");
  CHECK(checked_output(file, {}, any) == fs::canonical(file));
  CHECK_THROWS_WITH(checked_output(file, {}, none), refused(file, "is there"));
  CHECK_THROWS_WITH(checked_output(file, {}, own), refused(file, "is another's"));
  testing::write_text(file, "own\n");
  CHECK(checked_output(file, {}, own) == fs::canonical(file));
  // Links and second names are the file that they stand for.
  fs::create_symlink("file", link);
  fs::create_hard_link(file, name);
  CHECK(checked_output(link, {}, own) == fs::canonical(file));
  for (const auto& output : {file, link, name})
    CHECK_THROWS_WITH(checked_output(output, {{file}, "is read"}, any),
                      refused(output, "is a file that is read"));
  for (const auto& output : {file, link, name})
    CHECK_THROWS_AS(commands::refuse_input(output, {{file}, "is read"}, ""), InputError);
  CHECK_NOTHROW(commands::refuse_input("/dev/null", {{file}, "is read"}, ""));
}

TEST_CASE("what is no file is never replaced", "[unit][output_place]") {
  const testing::TemporaryDirectory dir;
  REQUIRE(testing::run_shell("mkdir folder; mkfifo pipe; ln -s nowhere lost; ln -s two one; ln -s one two",
                             dir.path())
              .exit_code == 0);
  for (const std::string name : {"folder", "pipe", "lost", "one", "/dev/null"}) {
    INFO(name);
    CHECK_THROWS_AS(checked_output(dir.path() / name, {}, any), InputError);
  }
}

}  // namespace output_place_test
