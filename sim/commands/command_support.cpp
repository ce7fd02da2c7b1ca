#include "sim/commands/command_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <exception>

#include "sim/errors.h"

namespace paystress::commands {

int guarded(const std::function<ExitCode()>& body) {
  const auto say = [](const std::exception& e) {
    if (*e.what() != '\0') fmt::print(stderr, "paystress: {}\n", e.what());
  };
  try {
    return static_cast<int>(body());
  } catch (const InputError& e) {
    say(e);
    return static_cast<int>(ExitCode::bad_input);
  } catch (const Interrupted& e) {
    say(e);
    return static_cast<int>(ExitCode::interrupted);
  } catch (const std::exception& e) {
    say(e);
    return static_cast<int>(ExitCode::failure);
  }
}

std::string seed_problem(const std::string& text) {
  std::uint64_t seed = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, seed);
  if (code == std::errc() && stop == end) return {};
  return fmt::format("{} is not a whole number from 0 to 18446744073709551615", text);
}

ExitCode worse(ExitCode a, ExitCode b) {
  constexpr std::array<ExitCode, 6> ranked{ExitCode::interrupted,      ExitCode::bad_input, ExitCode::failure,
                                           ExitCode::some_rows_failed, ExitCode::imprecise, ExitCode::done};
  return *std::ranges::find_if(ranked, [&](ExitCode c) { return c == a || c == b; });
}

}  // namespace paystress::commands
