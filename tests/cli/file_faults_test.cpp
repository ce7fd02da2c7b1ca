// The program is killed, or a call fails, at each call that changes a file. The next command then ends in the
// same bytes, and no file that the program did not make has changed.

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/small_study.h"
#include "tests/support/study_text.h"

namespace file_faults_test {

using namespace paystress;
using namespace paystress::testing;
namespace fs = std::filesystem;

namespace {

const std::string header = "scenario,practice,offer,stress,practices.clinic.no_show.rate\n";

const std::string& study() {
  static const auto text = with(with(small_study, "fee_schedules/", ""), "months = 12", "months = 6");
  return text;
}

std::string batch_of(int rows) {
  auto text = header;
  for (int i = 1; i <= rows; ++i)
    text += "row" + std::to_string(i) + ",clinic,visit," + (i % 2 == 0 ? "base" : "dip") + ",0.0" +
            std::to_string(i) + "\n";
  return text;
}

// The same until a target is met.
std::string precise_study() {
  return with(
      study(), "paths = 1000",
      "[study.precision]\nmin_paths = 512\nmax_paths = 1024\ncheckpoint = 512\ntargets = [ { measure = "
      "\"income_usd\", statistic = \"mean\", half_width = 1e6 } ]");
}

// Eight weeks of a practice, a row a day.
std::string log() {
  std::string text = "date,booked,completed,no_shows,late_cancels,slots\n";
  for (int week = 0; week < 8; ++week)
    for (int day = 0; day < 5; ++day) {
      const int lost = (week + day) % 3;
      const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::year(2025) / 3 / 3) +
                                             std::chrono::days(7 * week + day)};
      text += "2025-0" + std::to_string(unsigned(date.month())) + (unsigned(date.day()) < 10 ? "-0" : "-") +
              std::to_string(unsigned(date.day())) + ",18," + std::to_string(18 - lost) + "," +
              std::to_string(lost) + ",0,24\n";
    }
  return text;
}

// What is done before, what is disturbed, and what is done next; `%` stands for the program.
struct Case {
  std::string name, before, disturbed, next;
  std::vector<std::string> letters;  ///< files of the user's that stay, wherever it ends
};

const std::vector<Case>& cases() {
  static const std::string run = "% run small.toml --paths 64 --threads 1 -o out";
  static const std::string batch = run + " --batch rows.csv";
  static const std::string sweep =
      "% sweep small.toml --offer visit --stress base --set practices.clinic.no_show.rate=0.05,0.1 -o "
      "out.csv";
  static const std::string precise = "% run precise.toml --threads 1 -o out";
  static const std::vector<Case> all{
      {"run", "", run, run, {}},
      {"run over a result", run + " --seed 9", run, run, {}},
      {"run --force",
       run + " --seed 9 && echo mine > out/letter.txt && mkdir out/deep && echo mine > out/deep/letter.txt",
       run + " --force",
       run + " --force",
       {"out/letter.txt", "out/deep/letter.txt"}},
      {"batch", "", batch, batch + " --resume", {}},
      {"batch over a result", run, batch, batch + " --resume || " + batch, {}},
      {"batch --resume with rows added",
       "cp rows.csv all.csv && head -3 all.csv > rows.csv && " + batch + " && cp all.csv rows.csv",
       batch + " --resume",
       batch + " --resume",
       {}},
      {"batch --force --resume",
       "head -3 rows.csv > some.csv && % run small.toml --paths 64 --threads 1 -o out --batch some.csv && "
       "echo mine > out/letter.txt",
       batch + " --force --resume",
       batch + " --force --resume",
       {"out/letter.txt"}},
      {"shard", "", batch + " --shard 1/2", batch + " --shard 1/2 --resume", {}},
      {"merge",
       "% run small.toml --paths 64 --threads 1 --batch rows.csv --shard 1/2 -o one && "
       "% run small.toml --paths 64 --threads 1 --batch rows.csv --shard 2/2 -o two",
       "% merge one two -o out",
       "% merge one two -o out",
       {}},
      {"sweep", "echo mine > out.csv", sweep, sweep, {}},
      {"run --report", "", run + " --report", run + " --report", {}},
      {"run --xlsx", "", run + " --xlsx", run + " --xlsx", {}},
      {"report over a report", run + " --report", "% report out", "% report out", {}},
      {"run --resume with tables added",
       run + " --tables summary,tier_miss",
       run + " --resume",
       run + " --resume",
       {}},
      {"run --gzip", "", run + " --gzip", run + " --gzip", {}},
      {"run to targets of precision", "", precise, precise + " --resume || " + precise, {}},
      {"fit", "", "% fit log.csv -o out.toml", "% fit log.csv -o out.toml", {}},
      {"init",
       "",
       "% init tiered_hybrid -o out.toml",
       "test -s out.toml || % init tiered_hybrid -o out.toml",
       {}},
  };
  return all;
}

std::string filled(std::string command, const std::string& program) {
  for (auto at = command.find('%'); at != std::string::npos; at = command.find('%', at + program.size()))
    command.replace(at, 1, program);
  return command;
}

// Files that a command writes last, where what it made before them is whole by itself.
constexpr std::array followers{"out.csv", "out.toml", "fit_check.csv", "out/report.html", "out/results.xlsx"};

std::map<std::string, std::string> tables(const fs::path& dir) {
  auto files = fs::exists(dir / "out") ? csv_files(dir / "out") : std::map<std::string, std::string>{};
  if (!fs::exists(dir / "out")) return files;
  for (const auto& entry : fs::directory_iterator(dir / "out"))
    if (entry.path().extension() == ".gz") files[entry.path().filename().string()] = read_text(entry.path());
  return files;
}

std::map<std::string, std::string> outputs(const fs::path& dir) {
  auto files = tables(dir);
  for (const auto* name : followers)
    if (fs::exists(dir / name)) files[name] = read_text(dir / name);
  return files;
}

const std::string undisturbed = "env PAYSTRESS_REPORT_PAGE=page.html ./paystress";

class Disturbed {
 public:
  explicit Disturbed(const Case& tried) : case_(tried) {
    write_small_study(start_.path(), study());
    write_text(start_.path() / "rows.csv", batch_of(4));
    write_text(start_.path() / "precise.toml", precise_study());
    write_text(start_.path() / "log.csv", log());
    write_text(start_.path() / "page.html",
               "<title><!--title--></title><script type=x><!--results--></script>");
    write_text(start_.path() / "letter.txt", "mine\n");
    if (!tried.before.empty()) run(start_.path(), tried.before, 0);
    const TemporaryDirectory whole;
    copy(whole.path());
    run(whole.path(), filled(case_.disturbed, fault(whole.path(), 0, "fail")), 0);
    calls_ = std::stol(read_text(whole.path() / "calls"));
    expected_ = outputs(whole.path());
    earlier_ = outputs(start_.path());
    tables_expected_ = tables(whole.path());
    tables_earlier_ = tables(start_.path());
  }
  [[nodiscard]] long calls() const { return calls_; }

  // Ends the command at a call, looks around, and lets the next command finish.
  void check(long call, const std::string& kind) const {
    const TemporaryDirectory dir;
    copy(dir.path());
    const auto ended = run_shell(filled(case_.disturbed, fault(dir.path(), call, kind)), dir.path());
    INFO(case_.name << ", " << kind << " at call " << call << " of " << calls_ << ": exit " << ended.exit_code
                    << "\n"
                    << ended.output);
    CHECK((ended.exit_code == (kind == "kill" ? 137 : 1) || ended.exit_code == 0));
    check_letters(dir.path());
    // What is there is one result or the other, whole, or plainly none.
    const auto left = tables(dir.path());
    CHECK((left == tables_earlier_ || left == tables_expected_ ||
           !fs::exists(dir.path() / "out/manifest.json")));
    for (const auto* name : followers)
      if (fs::exists(dir.path() / name)) {
        INFO(name);
        const auto text = read_text(dir.path() / name);
        CHECK((text == in(expected_, name) || text == in(earlier_, name)));
      }
    const auto next = run_shell(filled(case_.next, undisturbed), dir.path());
    INFO(next.output);
    CHECK(next.exit_code == 0);
    CHECK(outputs(dir.path()) == expected_);
    check_letters(dir.path());
    for (const auto& entry : fs::directory_iterator(dir.path())) {
      const auto name = entry.path().filename().string();
      // A folder or lock that was made and not yet marked is nobody's: it is empty and stays. The lock of a
      // run that was ended as its last act goes with the next run that writes.
      const bool nobodys = fs::is_directory(entry) ? fs::is_empty(entry) : fs::file_size(entry) == 0;
      const bool idle = name == ".out.lock" && next.output.find("already finished") != std::string::npos;
      INFO(entry.path());
      CHECK((!name.starts_with(".out.") || nobodys || idle || !fs::exists(dir.path() / "out")));
    }
  }

 private:
  static std::optional<std::string> in(const std::map<std::string, std::string>& files, const char* name) {
    const auto it = files.find(name);
    return it == files.end() ? std::nullopt : std::optional(it->second);
  }
  static std::string fault(const fs::path& dir, long call, const std::string& kind) {
    return "env PAYSTRESS_REPORT_PAGE=page.html LD_PRELOAD=" PAYSTRESS_FILE_FAULTS " FILE_FAULT=" + kind +
           " FILE_FAULT_AT=" + std::to_string(call) + " FILE_FAULT_COUNT='" + (dir / "calls").string() +
           "' ./paystress";
  }
  static void run(const fs::path& dir, const std::string& command, int expected) {
    const auto ran = run_shell(filled(command, undisturbed), dir);
    INFO(command << "\n" << ran.output);
    REQUIRE(ran.exit_code == expected);
  }
  void copy(const fs::path& to) const {
    fs::copy(start_.path(), to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
  void check_letters(const fs::path& dir) const {
    CHECK(read_text(dir / "letter.txt") == "mine\n");
    CHECK(read_text(dir / "small.toml") == study());
    for (const auto& letter : case_.letters) {
      INFO(letter);
      REQUIRE(fs::exists(dir / letter));
      CHECK(read_text(dir / letter) == "mine\n");
    }
  }

  const Case& case_;
  TemporaryDirectory start_;
  long calls_ = 0;
  std::map<std::string, std::string> expected_, earlier_, tables_expected_, tables_earlier_;
};

void disturb(long step) {
  long points = 0;
  for (const auto& tried : cases()) {
    const Disturbed disturbed(tried);
    REQUIRE(disturbed.calls() > 2);
    for (const std::string kind : {"kill", "fail"})
      for (long call = kind == "kill" ? 1 : 1 + step / 2; call <= disturbed.calls(); call += step, ++points)
        disturbed.check(call, kind);
    WARN(tried.name << ": " << disturbed.calls() << " calls change files");
  }
  WARN(points << " points tried");
}

}  // namespace

TEST_CASE("ended at a call that changes a file, the next command ends in the same bytes", "[cli][faults]") {
  disturb(11);
}

TEST_CASE("ended at every call that changes a file, the next command ends in the same bytes",
          "[cli][faults][long]") {
  disturb(1);
}

}  // namespace file_faults_test
