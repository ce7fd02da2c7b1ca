#include "sim/commands/output_place.h"

#include <fmt/format.h>

#include <fstream>
#include <system_error>

#include "sim/errors.h"

namespace paystress::commands {
namespace fs = std::filesystem;
namespace {

// Enough for all that stands before the results in a page.
std::string beginning_of(const fs::path& file) {
  constexpr std::size_t most = std::size_t{1} << 24;
  std::ifstream in(file, std::ios::binary);
  if (!in) throw InputError(fmt::format("{}: is there already and cannot be read", file.string()));
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

}  // namespace

void refuse_input(const fs::path& output, const InputsOfCommand& inputs, std::string_view fix) {
  std::error_code absent;
  for (const auto& input : inputs.files)
    if (fs::equivalent(input, output, absent))
      throw InputError(fmt::format("{}: is a file that {}. {}", output.string(), inputs.role, fix));
}

fs::path checked_output(const fs::path& output, const InputsOfCommand& inputs, const Replaces& replaces) {
  std::error_code error;
  const auto refuse = [&](std::string_view problem) {
    throw InputError(fmt::format("{}: {}. {}", output.string(), problem, replaces.fix));
  };
  const auto status = fs::status(output, error);
  if (!fs::exists(status)) {
    if (fs::is_symlink(fs::symlink_status(output, error))) refuse("is a link to a place that is not there");
    return output;
  }
  if (!fs::is_regular_file(status)) refuse("is not a file (one is written whole there)");
  refuse_input(output, inputs, replaces.fix);
  if (replaces.is_own && !replaces.is_own(beginning_of(output))) refuse(replaces.problem);
  return fs::canonical(output);
}

}  // namespace paystress::commands
