#include <cstdio>
#include <memory>

#include "sim/commands/command_support.h"
#include "sim/commands/commands.h"
#include "sim/commands/study_schema.h"

namespace paystress::commands {

void add_schema_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("schema", "Print the JSON schema of a study file, for editors");
  command->callback([&exit_code] {
    exit_code = guarded([] {
      std::fputs(study_schema().c_str(), stdout);
      return ExitCode::done;
    });
  });
}

}  // namespace paystress::commands
