#include "sim/engine/memory_check.h"

#include <fmt/format.h>
#include <unistd.h>

#include "sim/errors.h"

namespace paystress::engine {

// Refused before memory is taken: a run that is killed half-way says nothing to its user.
void check_memory(const RunRequest& request, std::size_t largest_group) {
  constexpr double bytes_a_month = 20.0, bytes_an_offer_month = 8.0, bytes_a_scenario = 16.0;
  const auto months = static_cast<double>(request.study->months);
  const double needed =
      static_cast<double>(request.paths) *
      (months * (bytes_a_month + bytes_an_offer_month * static_cast<double>(largest_group)) +
       bytes_a_scenario * static_cast<double>(request.inputs.size()));
  const double present =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  if (needed > present)
    throw InputError(
        fmt::format("{} paths of {} months need about {:.0f} GB of memory, and this machine has "
                    "{:.0f}. Ask for fewer with --paths N",
                    request.paths, request.study->months, needed / 1e9, present / 1e9));
}

}  // namespace paystress::engine
