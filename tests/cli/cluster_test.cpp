// The shipped scripts for clusters, with commands in the place of Slurm's that do at once what it would
// queue, and with Snakemake where it is installed.

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/support/paths.h"
#include "tests/support/small_study.h"

namespace cluster_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const fs::path cluster = fs::path(test::source_path()) / "scenarios/cluster";

void command(const fs::path& file, const std::string& text) {
  write_text(file, "#!/bin/sh\n" + text);
  fs::permissions(file, fs::perms::owner_all);
}

class Batch {
 public:
  Batch() {
    write_small_study(path());
    std::string rows =
        "scenario,practice,offer,stress,practices.clinic.no_show.rate\nwrong,clinic,hybrid,base,2\n";
    for (int i = 1; i <= 8; ++i)
      rows += "row" + std::to_string(i) + ",clinic,hybrid,base,0.0" + std::to_string(i) + "\n";
    write_text(path() / "rows.csv", rows);
    CHECK(run_shell("./paystress run small.toml --batch rows.csv --paths 300 -o whole", path()).exit_code ==
          4);
  }
  [[nodiscard]] const fs::path& path() const { return dir_.path(); }
  [[nodiscard]] ProgramResult run(const std::string& line) const {
    return run_shell("PATH=\"$PWD/bin:$PATH\" PAYSTRESS=./paystress " + line, path());
  }
  void check(const ProgramResult& ran) const {
    INFO(ran.output);
    REQUIRE(ran.exit_code == 0);
    CHECK(csv_files(path() / "out/merged") == csv_files(path() / "whole"));
  }

 private:
  TemporaryDirectory dir_;
};

}  // namespace

TEST_CASE("the Slurm scripts run every shard, go on with one that was ended, and merge", "[cli][cluster]") {
  const Batch batch;
  fs::create_directory(batch.path() / "bin");
  command(batch.path() / "bin/srun",
          "[ \"$SLURM_ARRAY_TASK_ID\" = 3 ] && [ ! -e ended ] && touch ended && exit 130\nexec \"$@\"\n");
  command(batch.path() / "bin/scontrol", "[ \"$1 $2\" = \"requeue 7\" ] && touch requeued\n");
  command(batch.path() / "bin/sbatch", R"(
tasks=0
while :; do
  case $1 in
    --array=1-*) tasks=${1##*-} ;;
    --dependency=*) echo "$1" >> dependencies ;;
    --parsable | --output=*) ;;
    *) break ;;
  esac
  shift
done
script=$1
shift
export SLURM_JOB_ID=7 SLURM_ARRAY_TASK_COUNT=$tasks
[ $tasks = 0 ] && { sh "$script" "$@" > log || exit; }
for k in $(seq $tasks); do
  export SLURM_ARRAY_TASK_ID=$k
  sh "$script" "$@" > log || exit
  if [ -e requeued ]; then
    rm requeued
    sh "$script" "$@" > log || exit
  fi
done
echo 42
)");
  batch.check(batch.run("'" + cluster.string() + "/submit' 4 small.toml rows.csv out --paths 300"));
  CHECK(fs::exists(batch.path() / "ended"));
  CHECK(read_text(batch.path() / "dependencies") == "--dependency=afterok:42\n");
}

TEST_CASE("the Snakefile runs every shard and merges", "[cli][cluster]") {
  if (run_shell("command -v snakemake", "/").exit_code != 0) {
    WARN("there is no snakemake here: the Snakefile is not run");
    return;
  }
  const Batch batch;
  const std::string snakemake = "snakemake --snakefile '" + cluster.string() +
                                "/Snakefile' --cores 2 --config study=small.toml rows=rows.csv shards=4 "
                                "directory=out program=./paystress 'options=--paths 300'";
  batch.check(batch.run(snakemake));
}

}  // namespace cluster_test
