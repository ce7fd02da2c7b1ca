#include <cstdio>
#include <memory>

#include "model/study.h"
#include "scenarios/read_offer.h"
#include "scenarios/typed_ledger.h"
#include "sim/command_support.h"
#include "sim/commands.h"
#include "sim/explain_contract.h"
#include "sim/load_study.h"
#include "sim/pay_curve.h"

namespace paystress {
namespace {

ExitCode explain(const std::string& study, const std::string& name) {
  Faults faults;
  const auto offer = read_offer(find_input(study), name, faults);
  if (offer) {
    Study months;
    if (offer->start) months.start = *offer->start;
    months.months = natural_months(offer->contract);
    offer->check(layout_of(offer->contract, offer->user_columns), months.grid(), faults);
  }
  print_faults(faults, stderr);
  if (faults.has_errors()) return ExitCode::bad_input;
  std::fputs(explain_contract(offer->contract, offer->user_columns).c_str(), stdout);
  return ExitCode::done;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("explain", "Say what a contract pays in plain sentences");
  struct Options {
    std::string study, offer;
  };
  const auto options = std::make_shared<Options>();
  command->add_option("study", options->study, "TOML file with the contract under [offers.NAME]")->required();
  command->add_option("--offer", options->offer, "name of the offer; may be left out when there is one");
  command->callback([options, &exit_code] {
    exit_code = guarded([&] { return explain(options->study, options->offer); });
  });
}

}  // namespace paystress
