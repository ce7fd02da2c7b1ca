#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "analysis/fit/fit_check.h"
#include "analysis/fit/fit_practice.h"
#include "analysis/fit/log_dates.h"
#include "analysis/fit/read_log.h"
#include "analysis/fit/write_practice.h"
#include "model/date_text.h"
#include "scenarios/fee_schedule.h"
#include "scenarios/input_files.h"
#include "scenarios/toml_value.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/output_place.h"
#include "sim/errors.h"
#include "sim/results/manifest.h"
#include "sim/results/output_file.h"

namespace paystress::commands {
namespace {

namespace fs = std::filesystem;

struct FitCommand {
  fs::path log, output;
  std::string name = "clinic", schedule = "builtin:cms", dates, missing;
  std::vector<std::string> columns, statuses, only;
  std::optional<long> slots;
  std::optional<std::string> opened;
  double hours = 0;
  bool force = false;
};

constexpr std::string_view fitted_by = "Fitted by paystress fit to ", built_in = "builtin:";

// Its second line tells what fit wrote from what somebody changed since.
std::string with_digest(std::string_view text) {
  constexpr std::size_t digits = 16;
  const auto second = std::min(text.find('\n'), text.size() - 1) + 1;
  return fmt::format("{}# As fit wrote it: {}; once changed, it is replaced with --force alone.\n{}",
                     text.substr(0, second), results::sha256(text).substr(0, digits), text.substr(second));
}

bool is_fitted_practice(std::string_view text) {
  if (!text.starts_with(fmt::format("# {}", fitted_by))) return false;
  const auto second = text.find('\n'), third = text.find('\n', second + 1);
  if (third == std::string_view::npos) return false;
  return text == with_digest(fmt::format("{}{}", text.substr(0, second), text.substr(third)));
}

struct FitPlaces {
  fs::path practice, check;
};

fs::path check_beside(const fs::path& practice) { return practice.parent_path() / "fit_check.csv"; }

FitPlaces checked_places(const FitCommand& options) {
  const auto check = check_beside(options.output);
  InputsOfCommand inputs{{options.log}, "the practice is fitted to"};
  if (!options.schedule.starts_with(built_in)) inputs.files.push_back(find_input(options.schedule));
  const auto place = [&](const fs::path& file, std::function<bool(std::string_view)> is_own) {
    if (options.force) is_own = {};
    return checked_output(file, inputs,
                          {.is_own = std::move(is_own),
                           .problem = "is there already, and is not as fit wrote it (--force replaces it)",
                           .fix = "Give another name with -o"});
  };
  if (options.output.filename() == check.filename())
    throw InputError(
        fmt::format("{}: is the name of the comparison that is written beside the practice. "
                    "Give another name with -o",
                    options.output.string()));
  return {
      place(options.output, [](std::string_view text) { return text.empty() || is_fitted_practice(text); }),
      place(check,
            [](std::string_view text) { return text.empty() || text.starts_with(fit::fit_check_csv({})); })};
}

std::vector<std::pair<std::string, std::string>> pairs_of(const char* option,
                                                          const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& text : texts) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      throw InputError(fmt::format("{} {}: write KEY=VALUE", option, text));
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

fit::LogOptions log_options(const FitCommand& options) {
  fit::LogOptions out;
  out.columns = pairs_of("--column", options.columns);
  out.statuses = pairs_of("--status", options.statuses);
  out.only = pairs_of("--only", options.only);
  for (const auto order : {fit::DateOrder::iso, fit::DateOrder::us, fit::DateOrder::european})
    if (options.dates == fit::name_of(order)) out.dates = order;
  if (options.missing == "off") out.missing = fit::MissingDays::off;
  if (options.missing == "closed") out.missing = fit::MissingDays::closed;
  if (options.missing == "empty") out.missing = fit::MissingDays::empty;
  out.slots = options.slots;
  return out;
}

std::string heading_of(const FitCommand& options, const fit::Log& log, const fit::LogReport& report) {
  constexpr std::array<const char*, 3> grains{"an appointment", "a day", "a month"};
  std::string text =
      fmt::format("{}{}: {} rows, one {}, {} to {}.", fitted_by, options.log.filename().string(), report.rows,
                  grains.at(static_cast<std::size_t>(log.grain)), date_text(log.records.front().date),
                  date_text(log.records.back().date));
  if (report.malformed > 0) text += fmt::format("\n{} malformed rows are left out.", report.malformed);
  if (report.left_out > 0)
    text += fmt::format("\n{} appointments were cancelled early, moved or are to come: left out.",
                        report.left_out);
  if (report.odd_days > 0)
    text += fmt::format("\n{} days on weekdays that are not worked as a rule: left out.", report.odd_days);
  return text +
         "\nBehind each number: its 90 % interval, the data it rests on, the method, the source of the "
         "prior.";
}

void print_columns(const fit::LogReport& report) {
  std::vector<std::string> used;
  for (const auto& [key, heading] : report.used) used.push_back(fmt::format("{} = \"{}\"", key, heading));
  fmt::print(stderr, "columns: {}\n", fmt::join(used, ", "));
  if (!report.unused.empty()) fmt::print(stderr, "not used: \"{}\"\n", fmt::join(report.unused, "\", \""));
}

/// The schedule as a study beside the output names it.
std::string schedule_name(const std::string& schedule, const fs::path& output) {
  if (schedule.starts_with(built_in)) return schedule;
  const auto folder = output.empty() ? fs::current_path() : fs::absolute(output).parent_path();
  const auto file = fs::absolute(find_input(schedule)).lexically_normal();
  return file.lexically_proximate(folder.lexically_normal()).generic_string();
}

/// The codes that a practice may have; empty, and a fault, where the schedule cannot be used.
std::vector<std::string> codes_of(const std::string& schedule, Faults& faults) {
  std::vector<std::string> codes;
  const auto add = [&](const FeeSchedule& used) {
    for (const auto& line : used.lines) codes.push_back(line.code);
  };
  if (schedule.starts_with(built_in)) {
    InputFiles files(fs::current_path());
    if (const auto* used = files.fee_schedule(schedule, {}, "--schedule", faults)) add(*used);
  } else if (const auto used = read_fee_schedule(find_input(schedule), faults)) {
    add(*used);
  }
  return codes;
}

/// The month in which the practice opened.
int opening_of(const std::string& text, const fit::Log& log) {
  const auto month = fit::read_date_text(text);
  const auto day = fit::date_of(month, fit::DateOrder::iso);
  if (month.kind != fit::DateText::Kind::month || !day)
    throw InputError(fmt::format("--opened {}: is no month. Write YYYY-MM", text));
  const int opened = fit::month_number(*day);
  if (opened > fit::month_number(log.records.front().date))
    throw InputError(
        fmt::format("--opened {}: the log begins before ({})", text, date_text(log.records.front().date)));
  return opened;
}

ExitCode fit_log(const FitCommand& options) {
  Faults faults;
  fit::LogReport report;
  fit::FitOptions how;
  const auto places = options.output.empty() ? FitPlaces{} : checked_places(options);
  how.known_codes = codes_of(options.schedule, faults);
  Notice reading(fmt::format("reading {}", options.log.string()));
  const auto log_text = read_text_file(options.log, faults);
  const auto log = log_text
                       ? fit::read_log(*log_text, options.log.string(), log_options(options), report, faults)
                       : std::nullopt;
  reading.done();
  print_faults(faults, stderr);
  if (!log || faults.has_errors()) return ExitCode::bad_input;
  how.name = options.name;
  how.session_hours = options.hours;
  if (options.opened) how.opened = opening_of(*options.opened, *log);
  Notice fitting("fitting");
  const auto fitted = fit::fit_practice(*log, how);
  const auto text = with_digest(fit::practice_toml(fitted, schedule_name(options.schedule, options.output),
                                                   heading_of(options, *log, report)));
  const auto check = fit::check_fit(*log, fitted);
  fitting.done();
  print_columns(report);
  for (const auto& warnings : {fitted.warnings, check.warnings()})
    for (const auto& warning : warnings) fmt::print(stderr, "warning: {}\n", warning);
  if (options.output.empty()) {
    fmt::print("{}", text);
    return ExitCode::done;
  }
  results::replace_file(places.check, fit::fit_check_csv(check));
  results::replace_file(places.practice, text);
  fmt::print("{}: practice {} from {} {}\n", options.output.string(), options.name, log->records.size(),
             log->grain == fit::Grain::month ? "months" : "days");
  fmt::print("{}: what it would show beside what was seen\n", check_beside(options.output).string());
  return ExitCode::done;
}

std::string name_problem(const std::string& name) {
  const bool good = !name.empty() && name.find_first_not_of(
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789_-") == std::string::npos;
  return good ? std::string() : name + ": a name has letters, digits, _ and - only";
}

}  // namespace

void add_fit_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("fit", "Turn a log of appointments, days or months into a practice");
  const auto options = std::make_shared<FitCommand>();
  command->add_option("LOG", options->log, "CSV: a row an appointment, a day or a month")->required();
  command->add_option("--name", options->name, "name of the practice")->check(name_problem);
  command->add_option("-o,--output", options->output,
                      "study file that is written; without it, to the screen");
  command->add_flag("--force", options->force,
                    "replace what is there in its place, unless the practice is fitted to it");
  command->add_option("--column", options->columns,
                      "KEY=HEADING: which column holds what, may be given again");
  command->add_option("--status", options->statuses,
                      "FATE=\"VALUE,VALUE\": what a status means, may be given again");
  command->add_option("--only", options->only, "HEADING=VALUE: these rows only, may be given again");
  command->add_option("--dates", options->dates, "order of dates that can be read in two ways")
      ->check(CLI::IsMember({"iso", "us", "european"}));
  command->add_option("--missing", options->missing, "what scheduled weekdays without a row were")
      ->check(CLI::IsMember({"off", "closed", "empty"}));
  command->add_option("--slots", options->slots, "slots of a day worked, where no column says")
      ->check(whole_number(1, 5000));
  command->add_option("--hours", options->hours, "session hours of a day worked, where no column says")
      ->check(CLI::Range(0.25, 24.0));
  command->add_option("--opened", options->opened,
                      "YYYY-MM in which a young practice opened: its filling is fitted too (mature)");
  command->add_option("--schedule", options->schedule, "fee schedule of the codes");
  command->callback([options, &exit_code] { exit_code = guarded([&] { return fit_log(*options); }); });
}

}  // namespace paystress::commands
