// The program is killed, or a call fails, at each call that changes a file. The next command then ends in the
// same bytes, and no file that the program did not make has changed.

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <set>

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
  };
  return all;
}

std::string filled(std::string command, const std::string& program) {
  for (auto at = command.find('%'); at != std::string::npos; at = command.find('%', at + program.size()))
    command.replace(at, 1, program);
  return command;
}

std::map<std::string, std::string> outputs(const fs::path& dir) {
  if (fs::exists(dir / "out.csv")) return {{"out.csv", read_text(dir / "out.csv")}};
  return fs::exists(dir / "out") ? csv_files(dir / "out") : std::map<std::string, std::string>{};
}

class Disturbed {
 public:
  explicit Disturbed(const Case& tried) : case_(tried) {
    write_small_study(start_.path(), study());
    write_text(start_.path() / "rows.csv", batch_of(4));
    write_text(start_.path() / "letter.txt", "mine\n");
    if (!tried.before.empty()) run(start_.path(), tried.before, 0);
    const TemporaryDirectory whole;
    copy(whole.path());
    run(whole.path(), filled(case_.disturbed, fault(whole.path(), 0, "fail")), 0);
    calls_ = std::stol(read_text(whole.path() / "calls"));
    expected_ = outputs(whole.path());
    earlier_ = outputs(start_.path());
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
    const auto left = outputs(dir.path());
    CHECK((left == earlier_ || left == expected_ || !fs::exists(dir.path() / "out/manifest.json")));
    const auto next = run_shell(filled(case_.next, "./paystress"), dir.path());
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
      CHECK((!name.starts_with(".out.") || nobodys || idle || case_.name == "sweep"));
    }
  }

 private:
  static std::string fault(const fs::path& dir, long call, const std::string& kind) {
    return "env LD_PRELOAD=" PAYSTRESS_FILE_FAULTS " FILE_FAULT=" + kind +
           " FILE_FAULT_AT=" + std::to_string(call) + " FILE_FAULT_COUNT='" + (dir / "calls").string() +
           "' ./paystress";
  }
  static void run(const fs::path& dir, const std::string& command, int expected) {
    const auto ran = run_shell(filled(command, "./paystress"), dir);
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
  std::map<std::string, std::string> expected_, earlier_;
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
