#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <optional>
#include <random>
#include <sstream>

#include "tests/support/small_study.h"

namespace batch_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const std::string header =
    "scenario,practice,offer,stress,practices.clinic.no_show.rate,offers.hybrid.pay.base.fixed_usd\n";

std::vector<std::string> batch_rows() {
  std::vector<std::string> rows;
  for (int i = 1; i <= 12; ++i) {
    const auto rate = i % 4 == 0 ? std::string() : "0.0" + std::to_string(i % 4);
    const auto base = i % 3 == 0 ? std::string() : std::to_string(140000 + 5000 * (i % 3));
    rows.push_back("row" + std::to_string(i) + ",clinic,hybrid," + (i % 2 == 0 ? "base" : "volume_dip") +
                   "," + rate + "," + base + "\n");
  }
  return rows;
}

std::string joined(const std::vector<std::string>& rows) {
  auto text = header;
  for (const auto& r : rows) text += r;
  return text;
}

ProgramResult run_rows(const fs::path& dir, const std::string& out, const std::string& options = "",
                       const std::string& file = "rows.csv") {
  return run_shell("./paystress run small.toml --batch " + file + " --threads 2 -o " + out + " " + options,
                   dir);
}

std::map<std::string, std::string> results(const fs::path& dir, const std::string& out,
                                           const std::string& options = "",
                                           const std::string& file = "rows.csv") {
  const auto ran = run_rows(dir, out, options, file);
  INFO(ran.output);
  REQUIRE(ran.exit_code == 0);
  return csv_files(dir / out);
}

void write_batch(const fs::path& dir) {
  write_small_study(dir);
  write_text(dir / "rows.csv", joined(batch_rows()));
}

}  // namespace

TEST_CASE("rows of a batch do not depend on each other", "[reproducibility][batch]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  auto rows = batch_rows();
  const auto whole = results(dir.path(), "whole");
  // Rows come in the order of the file and carry its columns.
  const auto& summary = whole.at("summary.csv");
  CHECK(summary.find(",practices.clinic.no_show.rate,offers.hybrid.pay.base.fixed_usd\n") !=
        std::string::npos);
  CHECK(summary.find("\nrow1,") < summary.find("\nrow2,"));
  CHECK(summary.find("\nrow9,") < summary.find("\nrow10,"));

  const auto shuffled = [&] {
    auto other = rows;
    std::ranges::reverse(other);
    std::swap(other[2], other[7]);
    write_text(dir.path() / "shuffled.csv", joined(other));
    return results(dir.path(), "shuffled", "", "shuffled.csv");
  }();
  write_text(dir.path() / "a.csv", joined({rows.begin(), rows.begin() + 5}));
  write_text(dir.path() / "b.csv", joined({rows.begin() + 5, rows.end()}));
  const auto a = results(dir.path(), "a", "", "a.csv"), b = results(dir.path(), "b", "", "b.csv");
  write_text(dir.path() / "one.csv", joined({rows[6]}));
  const auto one = results(dir.path(), "one", "", "one.csv");
  for (const auto& [name, text] : whole) {
    INFO(name);
    const auto all = sorted_rows(text);
    CHECK(sorted_rows(shuffled.at(name)) == all);
    auto parts = sorted_rows(a.at(name));
    const auto rest = sorted_rows(b.at(name));
    parts.insert(parts.end(), rest.begin(), rest.end());
    std::ranges::sort(parts);
    CHECK(parts == all);
    for (const auto& row : sorted_rows(one.at(name))) CHECK(std::ranges::binary_search(all, row));
  }
}

TEST_CASE("one bad row does not stop the others", "[reproducibility][batch]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  auto rows = batch_rows();
  const auto good = results(dir.path(), "good");
  rows.insert(rows.begin() + 3, "bad,clinic,hybrid,base,1.3,\n");
  write_text(dir.path() / "rows.csv", joined(rows));
  const auto ran = run_rows(dir.path(), "out");
  CHECK(ran.exit_code == 4);
  CHECK(ran.output.find("rows.csv:5:") != std::string::npos);
  CHECK(ran.output.find("practices.clinic.no_show.rate: 1.3") != std::string::npos);
  auto out = csv_files(dir.path() / "out");
  const auto& errors = out.at("errors.csv");
  CHECK(errors.starts_with("line,scenario,practice,offer,stress,error,practices.clinic.no_show.rate,"));
  CHECK(errors.find("\n5,bad,clinic,hybrid,base,") != std::string::npos);
  CHECK(errors.find(",1.3,\n") != std::string::npos);
  out.erase("errors.csv");
  CHECK(out == good);
  const auto fast = run_rows(dir.path(), "fast", "--fail-fast");
  CHECK(fast.exit_code == 2);
  CHECK_FALSE(fs::exists(dir.path() / "fast"));
  // A column that the study cannot have stops everything, with the nearest key.
  write_text(dir.path() / "rows.csv", "scenario,practices.clinic.no_show.rat\nx,0.1\n");
  const auto unknown = run_rows(dir.path(), "unknown");
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.output.find("no_show.rat: unknown column. Did you mean rate?") != std::string::npos);
}

TEST_CASE("a row whose money is beyond the bound does not stop the others", "[reproducibility][batch]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  const auto good = results(dir.path(), "good");
  auto rows = batch_rows();
  // Both are sampled together with good rows of the same practice and stress.
  rows.insert(rows.begin() + 1, "much,clinic,hybrid,base,0.01,9e13\n");
  rows.push_back("more,clinic,hybrid,volume_dip,0.01,90000000000000\n");
  write_text(dir.path() / "rows.csv", joined(rows));
  const auto ran = run_rows(dir.path(), "out");
  INFO(ran.output);
  CHECK(ran.exit_code == 4);
  auto out = csv_files(dir.path() / "out");
  const auto errors = out.at("errors.csv");
  CHECK(errors.find("\n3,much,clinic,hybrid,base,") != std::string::npos);
  CHECK(errors.find("\n15,more,clinic,hybrid,volume_dip,") != std::string::npos);
  out.erase("errors.csv");
  CHECK(out == good);
  CHECK(run_rows(dir.path(), "again", "--fail-fast").exit_code == 2);
}

TEST_CASE("a batch killed at any moment goes on to the same bytes", "[reproducibility][batch][resume]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  const auto whole = results(dir.path(), "whole", "--paths 20000");
  // Delays are spread over the run; a kill before or after it is a legal case of its own.
  for (const std::string signal : {"KILL", "INT"}) {
    const auto out = "out" + signal;
    int killed = 0;
    for (const std::string delay : {"0.05", "0.2", "0.35", "0.5"}) {
      const auto ran = run_shell(
          "timeout --preserve-status -s " + signal + " " + delay +
              " ./paystress run small.toml --batch rows.csv --threads 2 --paths 20000 --resume -o " + out,
          dir.path());
      if (ran.exit_code == 137 || ran.exit_code == 130) ++killed;
      CHECK((ran.exit_code == 0 || ran.exit_code == 130 || ran.exit_code == 137));
    }
    CHECK(killed >= 1);
    CHECK(results(dir.path(), out, "--paths 20000 --resume") == whole);
    CHECK_FALSE(fs::exists(dir.path() / ("." + out + ".partial")));
    const auto again = run_rows(dir.path(), out, "--paths 20000 --resume");
    CHECK(again.exit_code == 0);
    CHECK(again.output == out + ": already finished, nothing to do\n");
  }
}

TEST_CASE("a full disk leaves a batch that can go on", "[reproducibility][batch][resume]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  const auto whole = results(dir.path(), "whole");
  const auto full =
      run_shell("trap '' XFSZ; ulimit -f 400; ./paystress run small.toml --batch rows.csv --threads 2 -o out",
                dir.path());
  CHECK(full.exit_code == 1);
  CHECK(full.output.find("cannot be written: File too large") != std::string::npos);
  CHECK(full.output.find("--resume goes on") != std::string::npos);
  CHECK_FALSE(fs::exists(dir.path() / "out"));
  CHECK(results(dir.path(), "out", "--resume") == whole);
}

TEST_CASE("a journal that cannot be read is not taken for an empty one", "[reproducibility][batch][resume]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  const auto whole = results(dir.path(), "out");
  const auto journal = dir.path() / "out" / "resume.txt";
  const auto good = read_text(journal);
  write_text(journal, (good.front() == '0' ? "1" : "0") + good.substr(1));
  const auto ran = run_rows(dir.path(), "out", "--resume");
  CHECK(ran.exit_code == 2);
  CHECK(ran.output.find("resume.txt: its first line cannot be read") != std::string::npos);
  CHECK(csv_files(dir.path() / "out") == whole);
  write_text(journal, good);
  CHECK(run_rows(dir.path(), "out", "--resume").exit_code == 0);
}

namespace {

// A small file system of its own, where this user may mount one.
class SmallDisk {
 public:
  SmallDisk(fs::path at, const std::string& size) : at_(std::move(at)) {
    fs::create_directory(at_);
    mounted_ =
        run_shell("mount -t tmpfs -o size=" + size + " tmpfs '" + at_.string() + "'", "/").exit_code == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) static_cast<void>(run_shell("umount '" + at_.string() + "'", "/"));
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  bool grow(const std::string& size) {
    return run_shell("mount -o remount,size=" + size + " '" + at_.string() + "'", "/").exit_code == 0;
  }

 private:
  fs::path at_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("a batch on a small file system goes on when there is room", "[reproducibility][batch][resume]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  const auto whole = results(dir.path(), "whole");
  SmallDisk disk(dir.path() / "disk", "1m");
  if (!disk.mounted()) {
    WARN("no small file system can be mounted here: only the file size limit above stands for a full disk");
    return;
  }
  const auto full = run_rows(dir.path(), "disk/out");
  INFO(full.output);
  CHECK(full.exit_code == 1);
  CHECK(full.output.find("cannot be written: No space left on device") != std::string::npos);
  CHECK(full.output.find("--resume goes on") != std::string::npos);
  CHECK_FALSE(fs::exists(dir.path() / "disk" / "out"));
  // Still full: the same words, nothing lost.
  const auto again = run_rows(dir.path(), "disk/out", "--resume");
  CHECK(again.exit_code == 1);
  CHECK(again.output.find("No space left on device") != std::string::npos);
  REQUIRE(disk.grow("64m"));
  CHECK(results(dir.path(), "disk/out", "--resume") == whole);
}

namespace {

struct KillTally {
  int killed = 0, finished = 0;
};

// Returns how long the run took to its end; none where it was killed.
std::optional<double> kill_and_resume(const fs::path& dir, const std::string& out,
                                      const std::map<std::string, std::string>& whole,
                                      const std::string& signal, double delay_s, const std::string& options,
                                      KillTally& tally) {
  const auto begin = std::chrono::steady_clock::now();
  const auto ran =
      run_shell("timeout --preserve-status -s " + signal + " " + std::to_string(delay_s) +
                    " ./paystress run small.toml --batch rows.csv --threads 2 -o " + out + " " + options,
                dir);
  INFO(signal << " after " << delay_s << " s\n" << ran.output);
  CHECK((ran.exit_code == 0 || ran.exit_code == 130 || ran.exit_code == 137 || ran.exit_code == 143));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  (ran.exit_code == 0 ? tally.finished : tally.killed) += 1;
  CHECK(results(dir, out, options + " --resume") == whole);
  CHECK_FALSE(fs::exists(dir / ("." + out + ".partial")));
  fs::remove_all(dir / out);
  return ran.exit_code == 0 ? std::optional(took.count()) : std::nullopt;
}

// Kills spread at random over one and a tenth of the time that a whole run takes, on a machine that may have
// had more to do while the first one was timed.
void kill_runs(int runs, const std::string& options) {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  const auto begin = std::chrono::steady_clock::now();
  const auto whole = results(dir.path(), "whole", options);
  double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::mt19937_64 engine(50);
  std::uniform_real_distribution<double> share(0.0, 1.1);
  KillTally tally;
  for (int i = 0; i < runs; ++i) {
    const auto whole_run = kill_and_resume(
        dir.path(), "out", whole, std::array{"KILL", "INT", "TERM"}.at(static_cast<std::size_t>(i % 3)),
        0.005 + share(engine) * took, options, tally);
    if (whole_run) took = std::min(took, *whole_run);
  }
  CHECK(tally.killed >= runs / 2);
  WARN(tally.killed << " of " << runs << " runs were killed before their end");
}

}  // namespace

TEST_CASE("runs killed at random moments and resumed end in the same bytes",
          "[reproducibility][batch][resume]") {
  kill_runs(6, "--paths 20000");
}

TEST_CASE("50 runs killed at random moments and resumed end in the same bytes",
          "[reproducibility][batch][resume][long]") {
  kill_runs(50, "--paths 20000");
}

TEST_CASE("a batch that a spreadsheet saved again is the same batch", "[reproducibility][batch][resume]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const std::string columns = "scenario,practice,offer,stress,practices.clinic.no_show.rate\n";
  write_text(dir.path() / "rows.csv", columns + "a,clinic,hybrid,base,0.10\nb,clinic,hybrid,base,0.050\n");
  const auto first = results(dir.path(), "out");
  write_text(
      dir.path() / "rows.csv",
      columns +
          "a,clinic,hybrid,base,0.1\n,,,,\nb,clinic,hybrid,base,0.05\nc,clinic,hybrid,base,0.2\n,,,,\n");
  const auto ran = run_rows(dir.path(), "out", "--resume");
  INFO(ran.output);
  CHECK(ran.exit_code == 0);
  CHECK(sorted_rows(csv_files(dir.path() / "out").at("summary.csv")).size() == 3);
  // Another value is another row, as before.
  write_text(dir.path() / "rows.csv",
             columns + "a,clinic,hybrid,base,0.11\nb,clinic,hybrid,base,0.05\nc,clinic,hybrid,base,0.2\n");
  CHECK(run_rows(dir.path(), "out", "--resume").exit_code == 2);
}

TEST_CASE("resume refuses what changed and runs what was added", "[reproducibility][batch][resume]") {
  const TemporaryDirectory dir;
  write_batch(dir.path());
  auto rows = batch_rows();
  results(dir.path(), "out", "--resume");  // nothing there: it starts
  const auto refused = [&](const std::string& options, const std::string& what) {
    const auto before = csv_files(dir.path() / "out");
    const auto ran = run_rows(dir.path(), "out", "--resume " + options);
    CHECK(ran.exit_code == 2);
    INFO(ran.output);
    CHECK(ran.output.find("--resume: " + what) != std::string::npos);
    CHECK(csv_files(dir.path() / "out") == before);
  };
  refused("--seed 8", "seed changed (it was 7, and is 8)");
  refused("--sampler reference", "sampler changed");
  rows[4] = "row5,clinic,hybrid,base,0.07,\n";
  write_text(dir.path() / "rows.csv", joined(rows));
  refused("", "row row5 changed");
  rows = batch_rows();
  rows.pop_back();
  write_text(dir.path() / "rows.csv", joined(rows));
  refused("", "row row12 is gone");
  rows = batch_rows();
  rows.insert(rows.begin(), "added,clinic,hybrid,base,0.09,\n");
  write_text(dir.path() / "rows.csv", joined(rows));
  const auto with_added = results(dir.path(), "out", "--resume");
  CHECK(with_added == results(dir.path(), "fresh"));
  CHECK(results(dir.path(), "out", "--resume --paths 700") == results(dir.path(), "fresh700", "--paths 700"));
  write_text(dir.path() / "small.toml", small_study_text() + "\n# a remark\n");
  refused("--paths 700", "small.toml changed");
}

TEST_CASE("a sweep writes a batch that runs", "[reproducibility][sweep]") {
  const TemporaryDirectory dir;
  write_small_study(dir.path());
  const auto made = run_shell(
      "./paystress sweep small.toml --offer hybrid --stress base --set "
      "practices.clinic.no_show.rate=0.05,0.1 --set "
      "offers.hybrid.pay.base.fixed_usd=140000..160000/3 -o rows.csv",
      dir.path());
  CHECK(made.output == "rows.csv: 6 rows\n");
  CHECK(read_text(dir.path() / "rows.csv") ==
        "scenario,practice,offer,stress,practices.clinic.no_show.rate,offers.hybrid.pay.base.fixed_usd\n"
        "clinic/hybrid/base#1,clinic,hybrid,base,0.05,140000\n"
        "clinic/hybrid/base#2,clinic,hybrid,base,0.05,150000\n"
        "clinic/hybrid/base#3,clinic,hybrid,base,0.05,160000\n"
        "clinic/hybrid/base#4,clinic,hybrid,base,0.1,140000\n"
        "clinic/hybrid/base#5,clinic,hybrid,base,0.1,150000\n"
        "clinic/hybrid/base#6,clinic,hybrid,base,0.1,160000\n");
  CHECK(sorted_rows(results(dir.path(), "out").at("summary.csv")).size() == 6);
  const auto wrong = run_shell(
      "./paystress sweep small.toml --set practices.clinic.no_show.rate=0.5,1.5 -o wrong.csv", dir.path());
  CHECK(wrong.exit_code == 2);
  CHECK_FALSE(fs::exists(dir.path() / "wrong.csv"));
}

}  // namespace batch_test
