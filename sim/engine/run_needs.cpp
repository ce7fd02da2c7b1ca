#include "sim/engine/run_needs.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "model/counterfactual.h"
#include "model/span_columns.h"
#include "sim/errors.h"

namespace paystress::engine {
namespace {

// Kept of a path of each scenario for comparisons.
constexpr double scenario_bytes = 16.0;
// Kept of a path of a changed practice until its question is answered: two measures.
constexpr double question_path_bytes = 16.0;
// Ledger and settlement of a block of paths by month, of one thread.
constexpr double workspace_month_bytes = 800.0;
// The same of each component or adjustment, where there are many.
constexpr double line_month_bytes = 48.0;
// Of each column made for an offer: by month, and over short horizons in the ledgers that are walked
// together.
constexpr double made_month_bytes = 20.0, made_bytes = 800.0;
// Text of the tables of one scenario over one period (month, year, horizon), while it is made and kept.
constexpr double period_text_bytes = 16e3;
// Of one path over one month, on a core of 2020: to sample, to price with a waterfall, to put into tables;
// and of the text of a period.
constexpr double sampling_s = 2.7e-6, pricing_s = 0.5e-6, table_s = 1.2e-6, period_text_s = 100e-6;

// Days on which work is scheduled in a month of five days a week.
constexpr double month_days = 21.8;
// Workspaces of a thread in which span columns are made: as described, with losses given back, at told rates.
constexpr double span_workspaces = 3.0;

// Of a path in the workspaces of a thread, where its offer is `contract`.
double path_bytes(const Contract& contract, double months) {
  const auto lines = static_cast<double>(contract.pay.size() + contract.adjust.size());
  // Offers with push have months of their own beside those that were sampled.
  double month =
      std::max(workspace_month_bytes, line_month_bytes * lines) * (contract.push.has_value() ? 2.0 : 1.0);
  if (!contract.ledger.empty()) {
    // Days are held as they are described and with losses given back.
    const auto days_read =
        2.0 * static_cast<double>(columns_fed(contract) + LossReversal::columns_to_follow().size());
    const auto days_kept = span_workspaces * static_cast<double>(kept_days_of(contract).places);
    month += sizeof(double) * month_days * (days_read + days_kept);
  }
  return months * month +
         (months * made_month_bytes + made_bytes) * static_cast<double>(contract.ledger.size());
}

constexpr double worth_telling_bytes = 500e6, worth_telling_s = 600.0;

}  // namespace

RunNeeds run_needs(const RunRequest& request, std::span<const SampleGroup> groups, std::size_t rows_kept,
                   int threads, double more_paths) {
  const auto months = static_cast<double>(request.study->months), paths = static_cast<double>(request.paths);
  const auto rows = static_cast<double>(request.inputs.size()), kept = static_cast<double>(rows_kept);
  const double periods = months + months / 12.0 + 1.0;
  double largest = 0.0, all = 0.0;
  std::size_t contracts = 0;
  double path = months * workspace_month_bytes;
  for (const auto& g : groups) {
    for (const auto& price : g.prices) path = std::max(path, path_bytes(*price.contract, months));
    const double bytes = column_bytes(g, request.paths, request.study->months);
    largest = std::max(largest, bytes);
    all += bytes;
    contracts += g.prices.size();
  }
  const double block = std::min(paths, static_cast<double>(samplers::block_paths));
  RunNeeds needs;
  needs.memory_bytes = std::max(largest, std::min(all, walk_budget_bytes)) + paths * kept * scenario_bytes +
                       more_paths * question_path_bytes + block * threads * path +
                       kept * periods * period_text_bytes;
  needs.thread_seconds = paths * months *
                             (sampling_s * static_cast<double>(groups.size()) +
                              pricing_s * static_cast<double>(contracts) + table_s * rows) +
                         more_paths * months * (sampling_s + pricing_s) + period_text_s * rows * periods;
  return needs;
}

void check_needs(const RunNeeds& needs, const RunRequest& request, double machine_bytes) {
  if (needs.memory_bytes <= machine_bytes) return;
  throw InputError(fmt::format(
      "{} paths of {} months in {} scenarios need about {:.1f} GB of memory, and there are {:.1f}. "
      "Ask for fewer paths (--paths N), scenarios or months",
      request.paths, request.study->months, request.inputs.size(), needs.memory_bytes / 1e9,
      machine_bytes / 1e9));
}

double machine_memory_bytes() {
  const double present =
      static_cast<double>(::sysconf(_SC_PHYS_PAGES)) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  rlimit granted{};
  if (::getrlimit(RLIMIT_AS, &granted) != 0 || granted.rlim_cur == RLIM_INFINITY) return present;
  return std::min(present, static_cast<double>(granted.rlim_cur));
}

std::string needs_text(const RunNeeds& needs, int threads) {
  const double seconds = needs.thread_seconds / threads;
  if (needs.memory_bytes < worth_telling_bytes && seconds < worth_telling_s) return {};
  const auto time = seconds < 2.0 * 60.0        ? fmt::format("{:.0f} seconds", seconds)
                    : seconds < 2.0 * 3600.0    ? fmt::format("{:.0f} minutes", seconds / 60.0)
                    : seconds < 3.0 * 24 * 3600 ? fmt::format("{:.0f} hours", seconds / 3600.0)
                                                : fmt::format("{:.0f} days", seconds / (24.0 * 3600.0));
  return fmt::format("about {:.1f} GB of memory and {} on {} threads", needs.memory_bytes / 1e9, time,
                     threads);
}

}  // namespace paystress::engine
