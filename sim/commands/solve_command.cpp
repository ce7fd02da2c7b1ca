#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "analysis/format_number.h"
#include "model/practice.h"
#include "scenarios/override.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/interrupt.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/run_options.h"
#include "sim/errors.h"
#include "sim/questions/solve.h"
#include "sim/words/text_table.h"

namespace paystress::commands {
namespace {

struct SolveOptions {
  RunOptions run;
  std::string practice, offer, stress = "base", key, statement, format = "table";
  std::optional<double> from, to, tolerance;
};

Statement read_statement(const std::string& text) {
  auto read = parse_statement(text);
  if (const auto* fault = std::get_if<StatementFault>(&read))
    throw InputError(
        fmt::format("--for: {}\n       {}^ {}", text, std::string(fault->offset, ' '), fault->why));
  return std::get<Statement>(std::move(read));
}

std::string practice_of(const Study& study, const SolveOptions& options) {
  if (!options.practice.empty()) {
    if (study.find_practice(options.practice) == nullptr)
      throw InputError(fmt::format("--practice {}: no such practice in the study", options.practice));
    return options.practice;
  }
  for (const auto& s : study.scenarios)
    if (s.offer == options.offer) return s.practice;
  throw InputError(
      fmt::format("--offer {}: no scenario of the study has it. Name a --practice.", options.offer));
}

/// A key that the study can have, whether it is written there or left at its default.
void check_key(const StudyText& text, const std::string& key) {
  const auto unknown = ScenarioResolver(text).unknown_key({key, "1", {"--vary"}});
  if (!unknown) return;
  const auto why = unknown->why.empty() ? std::string() : fmt::format(" ({})", unknown->why);
  const auto fix = unknown->fix.empty() ? std::string() : " " + unknown->fix;
  throw InputError(fmt::format("--vary {}: no such key{}.{}", key, why, fix));
}

/// The legal range of the key where it is a practice number.
std::pair<double, double> legal_range(const std::string& key, const std::string& practice) {
  const auto prefix = fmt::format("practices.{}.", practice);
  if (key.starts_with(prefix))
    if (const auto p = find_parameter(std::string_view(key).substr(prefix.size())))
      return {parameter_info(*p).low, parameter_info(*p).high};
  if (key.starts_with(prefix))
    if (const auto* info = find_own_number(std::string_view(key).substr(prefix.size())))
      return {info->low, info->high};
  return {-HUGE_VAL, HUGE_VAL};
}

RootSearchSettings settings_of(const SolveOptions& options, const std::string& practice,
                               std::optional<double> current) {
  RootSearchSettings s;
  if ((!options.from || !options.to) && (!current || *current == 0))
    throw InputError(fmt::format("--vary {}: {}, so there is no range to search. Give --from and --to.",
                                 options.key,
                                 current ? "is 0 in the study" : "is no plain number in the study"));
  const auto [low, high] = legal_range(options.key, practice);
  // Three times what the study says, from nothing: wide enough for a haggle, narrow enough for the scan.
  s.from = options.from ? *options.from : std::max(low, std::min(0.0, 3 * *current));
  s.to = options.to ? *options.to : std::min(high, std::max(0.0, 3 * *current));
  if (!(s.from < s.to)) throw InputError(fmt::format("--from {} --to {}: the range is empty", s.from, s.to));
  s.tolerance = options.tolerance.value_or((s.to - s.from) * 1e-6);
  return s;
}

std::string shortest(double x) {
  std::string text;
  append_number(text, x);
  return text;
}
/// Digits that mean something at this tolerance.
std::string figure(double x, double tolerance) {
  const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(tolerance))), 0, 12);
  return fmt::format("{:.{}f}", x, decimals);
}

void print_table(const SolveOptions& options, const RootSearchSettings& s, const RootSearchResult& r) {
  fmt::print("{}\nvarying {} from {} to {}, {} paths\n\n", options.statement, options.key, shortest(s.from),
             shortest(s.to), *options.run.paths);
  // What the scan did not look at it cannot deny.
  const double apart = (s.to - s.from) / static_cast<double>(s.grid - 1);
  if (r.crossings.empty())
    fmt::print(
        "{} of the {} values tried, {} apart. A stretch between two of them would be missed: look closer "
        "with "
        "--from and --to.\n",
        r.holds_everywhere ? "Holds at all" : (r.holds_nowhere ? "Holds at none" : "Is undefined at some"),
        s.grid, shortest(apart));
  if (r.crossings.size() > 1)
    fmt::print(
        "{} crossings: the statement is not monotone in this number. It was tried {} apart first, so closer "
        "pairs may "
        "be missed.\n",
        r.crossings.size(), shortest(apart));
  for (const auto& c : r.crossings) {
    fmt::print("{} to hold at {} = {}, 95 % interval {}{} to {}{}\n", c.starts ? "Starts" : "Stops",
               options.key, figure(c.holds_at(), s.tolerance), c.open_low ? "below " : "",
               figure(c.ci_low, s.tolerance), c.open_high ? "above " : "", figure(c.ci_high, s.tolerance));
    if (c.jump)
      fmt::print("  a cliff: it jumps between {} and {}\n", figure(c.before, s.tolerance),
                 figure(c.after, s.tolerance));
  }
  for (const auto& f : r.flats)
    fmt::print("Flat from {} to {}: the statistic does not move there.\n", shortest(f.from), shortest(f.to));
  if (r.undefined_somewhere) fmt::print("Undefined at some values: a statistic has no value there.\n");
}

void print_csv(const RootSearchResult& r) {
  std::string out =
      "kind,x_before,x_after,holds_at,starts,jump,ci_low,ci_high,margin,margin_low,margin_high\n";
  const auto row = [&out](std::string_view kind, std::initializer_list<std::string> cells) {
    out += kind;
    for (const auto& cell : cells) out += "," + cell;
    out += "\n";
  };
  for (const auto& c : r.crossings)
    row("crossing",
        {shortest(c.before), shortest(c.after), shortest(c.holds_at()), c.starts ? "true" : "false",
         c.jump ? "true" : "false", c.open_low ? "" : shortest(c.ci_low),
         c.open_high ? "" : shortest(c.ci_high), "", "", ""});
  for (const auto& f : r.flats)
    row("flat", {shortest(f.from), shortest(f.to), "", "", "", "", "", shortest(f.margin), "", ""});
  for (const auto& p : r.points)
    row("point", {shortest(p.x), shortest(p.x), "", "", "", "", "", shortest(p.margin), shortest(p.low),
                  shortest(p.high)});
  fmt::print("{}", out);
}

ExitCode solve(SolveOptions options) {
  const auto text = load_study(options.run.study, options.run.allowed);
  const auto& study = text.study;
  if (study.find_offer(options.offer) == nullptr)
    throw InputError(fmt::format("--offer {}: no such offer in the study", options.offer));
  if (study.find_stress(options.stress) == nullptr)
    throw InputError(fmt::format("--stress {}: no such stress in the study", options.stress));
  if (!options.run.paths) options.run.paths = study.paths;
  check_key(text, options.key);
  const auto practice = practice_of(study, options);
  const InterruptGuard interrupts;
  questions::ReverseEvaluator evaluate(
      text,
      {read_statement(options.statement), practice, options.offer, options.stress, options.key,
       static_cast<std::size_t>(*options.run.paths)},
      {options.run.sampler, options.run.seed.value_or(study.seed), study.traits},
      {.threads = options.run.threads, .stop = InterruptGuard::requested, .done = {}});
  auto settings = settings_of(options, practice, evaluate.current());
  if (const auto p =
          find_parameter(std::string_view(options.key)
                             .substr(std::min(options.key.size(),
                                              practice.size() + std::string_view("practices..").size()))))
    settings.whole_numbers = parameter_info(*p).kind == ParameterKind::integer;
  RootSearchResult result;
  Notice notice(fmt::format("trying values of {}", options.key));
  try {
    result = find_crossings([&](std::span<const double> xs) { return evaluate(xs); }, settings);
  } catch (const InputError& e) {
    if (options.from && options.to) throw;
    throw InputError(fmt::format("{}\n{} was tried from {} to {}. Give --from and --to", e.what(),
                                 options.key, shortest(settings.from), shortest(settings.to)));
  }
  notice.done();
  if (options.format == "csv") {
    print_csv(result);
  } else {
    print_table(options, settings, result);
  }
  return ExitCode::done;
}

}  // namespace

void add_solve_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<SolveOptions>();
  auto* command = app.add_subcommand(
      "solve", "Find the value of a contract or practice number at which a statement starts to hold");
  command->add_option("--offer", options->offer, "the offer that is asked about")->required();
  command->add_option("--vary", options->key, "dotted key, e.g. offers.hybrid.adjust.floor.guarantee_usd")
      ->required();
  command->add_option("--for", options->statement, "e.g. \"quantile(income_usd, 0.05) >= 180000\"")
      ->required();
  command->add_option("--practice", options->practice, "default: the practice of the offer's first scenario");
  command->add_option("--stress", options->stress, "default: base");
  command->add_option("--from", options->from, "least value tried (default: 0)");
  command->add_option("--to", options->to, "largest value tried (default: three times the study's value)");
  command
      ->add_option("--tolerance", options->tolerance,
                   "width of the final bracket (default: a millionth of the range)")
      ->check(CLI::PositiveNumber);
  command->add_option("--format", options->format, "table, or csv with every value tried")
      ->check(CLI::IsMember({"table", "csv"}));
  add_threads_option(*command, options->run);
  add_draw_options(*command, options->run);
  command->callback([options, &exit_code] { exit_code = guarded([&] { return solve(*options); }); });
}

}  // namespace paystress::commands
