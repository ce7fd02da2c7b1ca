#include "sim/results/resume.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "sim/errors.h"
#include "sim/results/output_file.h"
#include "sim/results/packed_file.h"
#include "sim/results/run_manifest.h"
#include "sim/results/table_choice.h"
#include "sim/results/version.h"

namespace paystress::results {
namespace fs = std::filesystem;

Facts run_facts(const StudyText& text, const engine::RunRequest& request, const Manifest& about) {
  Facts facts{{"version", std::string(program_version())},
              {"the program's sources", std::string(source_digest())},
              {"seed", std::to_string(request.draws.seed)},
              {"sampler", sampler_name(request.draws.sampler)},
              {std::string(tables_fact), fmt::format("{}", fmt::join(about.tables, ","))},
              {"gzip", about.packing == Packing::gzip ? "yes" : "no"}};
  for (std::size_t i = 0; i < text.input_files.size(); ++i)
    facts.emplace_back(text.input_files[i].filename().string(), about.inputs.at(i).sha256);
  return facts;
}

bool has_more_tables(const Facts& now, const Facts& before) {
  if (now.size() != before.size()) return false;
  bool more = false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] == before[i]) continue;
    if (now[i].first != tables_fact || before[i].first != tables_fact) return false;
    more = has_more_tables(now[i].second, before[i].second);
    if (!more) return false;
  }
  return more;
}

void refuse_resume(const std::string& obstacle, const fs::path& target) {
  throw InputError(fmt::format("--resume: {} since {} was begun. Run without --resume to start anew",
                               obstacle, target.generic_string()));
}

namespace {

Journal checked_journal(const fs::path& file, const Facts& facts, const std::vector<PlannedRow>& planned,
                        const fs::path& target) {
  auto journal = Journal::read(file);
  if (journal.facts.empty())
    throw InputError(
        fmt::format("--resume: {}: its first line cannot be read, so what is finished is not known. Put the "
                    "file back, or run without --resume to start anew",
                    file.generic_string()));
  if (const auto obstacle = journal.obstacle(facts, planned); !obstacle.empty())
    refuse_resume(obstacle, target);
  return journal;
}

}  // namespace

Checkpoint open_checkpoint(ResultDirectory& directory, Start start, Finished finished,
                           std::vector<std::string> files, const Facts& facts,
                           const std::vector<PlannedRow>& planned, const fs::path& target) {
  const auto checkpoint = directory.checkpoint();
  const auto interrupted = Checkpoint::journal_file(checkpoint);
  const auto done = Checkpoint::journal_file(directory.target());
  if (start == Start::resume && fs::exists(interrupted) &&
      has_more_tables(facts, Journal::read(interrupted).facts)) {
    fs::remove_all(checkpoint);
  } else if (start == Start::resume && fs::exists(interrupted)) {
    // Starting anew would cut off the rows that the tables may still hold.
    directory.keep_aside();
    static_cast<void>(checked_journal(interrupted, facts, planned, target));
  } else if (start == Start::resume && finished == Finished::taken_up && fs::exists(done) &&
             !has_more_tables(facts, Journal::read(done).facts)) {
    const auto journal = checked_journal(done, facts, planned, target);
    // The journal comes last and whole: without it the copies count for nothing and are made again.
    fs::remove_all(checkpoint);
    fs::create_directory(checkpoint);
    for (const auto& file : files)
      if (const auto table = result_file(directory.target(), file); fs::exists(table))
        unpack(table, checkpoint / file);
    replace_file(interrupted, journal.text());
  }
  return {checkpoint, std::move(files), facts, planned};
}

}  // namespace paystress::results
