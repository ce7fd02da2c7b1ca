#include "sim/results/precise_rows.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "sim/errors.h"
#include "sim/results/taken_tables.h"

namespace paystress::results {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

/// The states of groups, kept in a checkpoint by the place of the group in the plan.
class KeptGroups {
 public:
  KeptGroups(ResultWriter& result, Start start, const StudyText& text, const engine::RunRequest& request,
             const fs::path& target, const std::string& taken, std::chrono::milliseconds kept_every)
      : directory_(result.directory()), target_(target), kept_every_(kept_every) {
    facts_ = run_facts(text, request, result.about());
    facts_.emplace_back("paths.csv", request.keep_paths == engine::KeepPaths::yes ? "yes" : "no");
    facts_.emplace_back("number of paths", "found by targets");
    if (!taken.empty()) facts_.emplace_back(taken_fact, taken);
    for (const auto& input : request.inputs) planned_.push_back({input.scenario->id, input.scenario->id});
    if (start == Start::resume && fs::exists(Checkpoint::journal_file(directory_.checkpoint()))) open(start);
  }

  [[nodiscard]] std::string kept(std::size_t group) const {
    const auto key = std::to_string(group);
    return checkpoint_ && checkpoint_->has(key) ? checkpoint_->text(key, 0) : std::string();
  }
  [[nodiscard]] bool is_due() const { return Clock::now() >= due_; }
  void keep(std::span<const std::size_t> groups, const std::function<std::string(std::size_t group)>& state) {
    constexpr int share = 20;  // of the time that may go into keeping: one in so many
    const auto begun = Clock::now();
    if (!checkpoint_) open(Start::anew);
    for (const auto group : groups)
      checkpoint_->add(std::to_string(group), std::array<std::string, 1>{state(group)});
    checkpoint_->commit();
    directory_.keep_aside();
    const auto now = Clock::now();
    due_ = now + std::max<Clock::duration>(kept_every_, share * (now - begun));
  }

 private:
  void open(Start start) {
    checkpoint_.emplace(
        open_checkpoint(directory_, start, Finished::ignored, {"groups.bin"}, facts_, planned_, target_));
  }

  ResultDirectory& directory_;
  const fs::path& target_;
  std::chrono::milliseconds kept_every_;
  Facts facts_;
  std::vector<PlannedRow> planned_;
  std::optional<Checkpoint> checkpoint_;
  Clock::time_point due_ = Clock::now() + kept_every_;
};

}  // namespace

engine::PreciseRun run_precisely(ResultWriter& result, Start start, const StudyText& text,
                                 const engine::RunRequest& request, const engine::Execution& how,
                                 const fs::path& target, const RowHooks& hooks, const std::string& taken,
                                 std::chrono::milliseconds kept_every) {
  KeptGroups groups(result, start, text, request, target, taken, kept_every);
  const auto stops = [&] { return hooks.stop && hooks.stop(); };
  const engine::PathKeeper keeper{.kept = [&](std::size_t group) { return groups.kept(group); },
                                  .is_due = [&] { return groups.is_due() || stops(); },
                                  .keep =
                                      [&](std::span<const std::size_t> changed, const auto& state) {
                                        groups.keep(changed, state);
                                        if (stops()) throw Interrupted();
                                      }};
  auto run = engine::run_to_precision(request, how, keeper);
  if (hooks.done) hooks.done(run.outcomes.size());
  return run;
}

}  // namespace paystress::results
