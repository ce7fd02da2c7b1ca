#include "sim/commands/offer_options.h"

#include "model/calendar.h"
#include "sim/commands/command_support.h"
#include "sim/commands/load_study.h"

namespace paystress::commands {

void add_offer_options(CLI::App& command, OfferOptions& options) {
  command.add_option("study", options.study, "TOML file with the contract under [offers.NAME]")->required();
  command.add_option("--offer", options.choice.name, "name of the offer; may be left out when there is one");
  command
      .add_option("--reading", options.choice.readings,
                  "KEY=N: read a vague clause in its N-th way instead of its first")
      ->take_all()
      ->expected(1);
}

void add_leaving_options(CLI::App& command, LeavingOptions& options) {
  auto* leaves =
      command
          .add_option("--leaves", options.month, "month at whose end the clinician leaves; left out: stays")
          ->check(whole_number(1, most_months));
  command.add_flag("--by-employer", options.by_employer, "with --leaves: the employer decides it")
      ->needs(leaves);
}

std::optional<OfferText> load_offer(const OfferOptions& options, Faults& faults) {
  return read_offer(find_input(options.study), options.choice, faults);
}

}  // namespace paystress::commands
