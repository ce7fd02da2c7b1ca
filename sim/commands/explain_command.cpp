#include "sim/commands/explain_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "model/study.h"
#include "scenarios/contract_columns.h"
#include "scenarios/typed_ledger.h"
#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/load_study.h"
#include "sim/commands/notice.h"
#include "sim/commands/offer_options.h"
#include "sim/questions/pay_curve.h"
#include "sim/words/explain_contract.h"

namespace paystress::commands {
namespace {

// Months in which every clause can act, in whole years: nothing is said about the length of a study here.
int months_told(const Contract& contract) {
  int months = questions::natural_months(contract);
  const auto take = [&](int month) { months = std::max(months, (month + 11) / 12 * 12); };
  if (contract.ends) take(*contract.ends);
  for (const auto& a : contract.adjust) {
    if (const auto* draw = std::get_if<Draw>(&a.does)) take(draw->recover_from > 1 ? draw->recover_from : 0);
  }
  return months;
}

}  // namespace

ExitCode explain_offer(const OfferOptions& options) {
  Notice notice(fmt::format("reading {}", options.study));
  Faults faults;
  const auto offer = load_offer(options, faults);
  Study months;
  if (offer) {
    if (offer->start) months.start = *offer->start;
    months.months = months_told(offer->contract);
    offer->check(layout_told(offer->contract, offer->user_columns), months.grid(), faults);
  }
  std::string told;
  if (!faults.has_errors())
    told = words::explain_contract(offer->contract, offer->user_columns, months.start) +
           words::explain_readings(*offer);
  notice.done();
  print_faults(faults, stderr);
  if (faults.has_errors()) return ExitCode::bad_input;
  std::fputs(told.c_str(), stdout);
  return ExitCode::done;
}

void add_explain_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("explain", "Say what a contract pays in plain sentences");
  const auto options = std::make_shared<OfferOptions>();
  add_offer_options(*command, *options);
  command->callback([options, &exit_code] { exit_code = guarded([&] { return explain_offer(*options); }); });
}

}  // namespace paystress::commands
