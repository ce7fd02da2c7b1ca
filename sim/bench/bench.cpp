#include "sim/bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "model/settle.h"
#include "sim/engine/for_blocks.h"
#include "sim/engine/pool.h"
#include "sim/engine/span_ledger.h"

namespace paystress::bench {
namespace {

constexpr double limit = 5.0;

/// The columns of a block over the horizon, by path.
void add_horizon(const LedgerLayout& layout, const LedgerBlock& block, std::size_t column,
                 std::span<double> to) {
  const std::size_t months = block.periods();
  const ColumnJoin join = layout[column].join;
  std::ranges::fill(to, 0.0);
  for (std::size_t m = join == ColumnJoin::last ? months - 1 : 0; m < months; ++m) {
    const double* month = block.at(m, column);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += month[i];
  }
  const double scale = layout[column].scale > 0 ? layout[column].scale : 1.0;
  const double divisor = join == ColumnJoin::mean ? scale * static_cast<double>(months) : scale;
  for (double& value : to) value /= divisor;
}

/// Sums over paths of the first four powers about a pivot: mean and sd, with the error of the sd.
struct Moments {
  double n = 0.0, mean = 0.0, sd = 0.0, sd_error = 0.0;
};

Moments moments(std::span<const double> x) {
  Moments m;
  m.n = static_cast<double>(x.size());
  m.mean = std::accumulate(x.begin(), x.end(), 0.0) / m.n;
  double second = 0.0;
  double fourth = 0.0;
  for (const double v : x) {
    const double square = (v - m.mean) * (v - m.mean);
    second += square;
    fourth += square * square;
  }
  m.sd = std::sqrt(second / (m.n - 1));
  const double variance = second / m.n;
  if (variance > 0)
    m.sd_error = std::sqrt(std::max(0.0, fourth / m.n - variance * variance) / m.n) / (2 * m.sd);
  return m;
}

double quantile(const std::vector<double>& sorted, double level) {
  const auto n = static_cast<double>(sorted.size());
  return sorted[static_cast<std::size_t>(std::ceil(level * n)) - 1];
}

bool far_apart(double a, double b, double error) {
  // Single precision adds hours with a relative error of 1e-6, which no Monte Carlo error need exceed.
  return std::abs(a - b) > limit * error + 2e-6 * std::max(std::abs(a), std::abs(b)) + 1e-9;
}

}  // namespace

Simulation simulate(samplers::SamplerKind kind, const Study& study, const Practice& practice,
                    const std::vector<Contract>& offers, std::int64_t paths, int threads,
                    std::uint64_t seed) {
  const Stress base{"base", {}};
  const PeriodGrid grid = study.grid();
  const auto sampler = samplers::make_sampler(kind, {&practice, &base, study.calendar(), seed, false});
  const LedgerLayout& layout = sampler->layout();
  std::vector<PayPlan> plans;
  std::vector<const Contract*> contracts;
  for (const auto& offer : offers) {
    plans.emplace_back(offer, layout, grid);
    contracts.push_back(&offer);
  }
  const engine::SpanLedger spans(contracts, layout, sampler->days());

  const auto n = static_cast<std::size_t>(paths);
  const std::size_t blocks = (n + samplers::block_paths - 1) / samplers::block_paths;
  // Sums by block, merged in block order: of x and x^2 by column.
  std::vector<std::vector<double>> sums(blocks);
  struct Workspace {
    std::unique_ptr<LedgerBlock> ledger;
    Settlement pay;
    std::unique_ptr<DayLedger> days;
    SpanColumns::Workspace made;
  };
  engine::Pool<Workspace> pool;
  Simulation result;
  result.income_usd.resize(offers.empty() ? 0 : n);
  const auto start = std::chrono::steady_clock::now();
  engine::for_blocks(blocks, threads, [&](std::size_t b) {
    const std::size_t first = b * samplers::block_paths;
    const std::size_t here = std::min(samplers::block_paths, n - first);
    auto work = pool.borrow();
    auto& [kept, pay, kept_days, made] = *work;
    LedgerBlock& ledger = engine::ledger_in(kept, grid.size(), spans.columns(), here);
    DayLedger* const days = spans.days_in(kept_days, here);
    sampler->sample_days(first, ledger, days);
    for (std::size_t o = 0; o < plans.size(); ++o) {
      spans.make(o, days, ledger, made);
      plans[o].settle(ledger, pay);
      if (o > 0) continue;
      for (std::size_t i = 0; i < here; ++i) {
        double income = 0.0;
        for (std::size_t m = 0; m < grid.size(); ++m) income += pay.paid(m)[i];
        result.income_usd[first + i] = income;
      }
    }
    auto& mine = sums[b];
    mine.assign(2 * layout.size(), 0.0);
    std::array<double, samplers::block_paths> horizon{};
    for (std::size_t c = 0; c < layout.size(); ++c) {
      add_horizon(layout, ledger, c, std::span(horizon).first(here));
      for (std::size_t i = 0; i < here; ++i) {
        mine[2 * c] += horizon[i];
        mine[2 * c + 1] += horizon[i] * horizon[i];
      }
    }
  });
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (std::size_t c = 0; c < layout.size(); ++c) {
    double sum = 0.0;
    double squares = 0.0;
    for (const auto& block : sums) {
      sum += block[2 * c];
      squares += block[2 * c + 1];
    }
    const auto count = static_cast<double>(n);
    const double mean = sum / count;
    result.names.push_back(layout[c].name);
    result.columns.push_back({mean, std::sqrt(std::max(0.0, (squares - sum * mean) / (count - 1)))});
  }
  return result;
}

std::string disagreement(const Simulation& ours, const PeerAnswer& peer) {
  std::string text;
  const auto differ = [&](const std::string& what, double a, double b) {
    if (!text.empty()) text += "; ";
    text += what + " " + std::to_string(a) + " against " + std::to_string(b);
  };
  auto sorted = ours.income_usd;
  std::ranges::sort(sorted);
  const Moments income = moments(sorted);
  const double both = std::sqrt(1 / income.n + 1 / peer.n);
  if (far_apart(income.mean, peer.mean, income.sd * both)) differ("mean income", income.mean, peer.mean);
  if (far_apart(income.sd, peer.sd, income.sd_error * std::sqrt(1 + income.n / peer.n)))
    differ("sd of income", income.sd, peer.sd);
  for (const auto& [level, value] : {std::pair{0.05, peer.q05}, {0.5, peer.q50}, {0.95, peer.q95}}) {
    // Where ties hold the quantile (a guarantee), any rank among them will do; money is compared to a cent.
    const double room = limit * std::sqrt(level * (1 - level)) * both + 1 / income.n;
    const auto rank = [&](double usd) {
      return static_cast<double>(std::ranges::upper_bound(sorted, usd) - sorted.begin()) / income.n;
    };
    if (rank(value - 0.01) > level + room || rank(value + 0.01) < level - room)
      differ("quantile of income", quantile(sorted, level), value);
  }
  for (std::size_t c = 0; c < ours.columns.size(); ++c) {
    const auto found = peer.columns.find(ours.names[c]);
    if (found == peer.columns.end()) {
      differ(ours.names[c] + " is missing:", 0, 0);
      continue;
    }
    const auto& [mean, sd] = ours.columns[c];
    if (far_apart(mean, found->second.mean, sd * both)) differ(ours.names[c], mean, found->second.mean);
    // A column's kurtosis is not known here: 9, that of an exponential, is more than any column has.
    if (far_apart(sd, found->second.sd, sd * std::sqrt(8.0 / 4.0) * both))
      differ("sd of " + ours.names[c], sd, found->second.sd);
  }
  return text;
}

PeerAnswer answer_of(const Simulation& simulation) {
  auto sorted = simulation.income_usd;
  std::ranges::sort(sorted);
  const Moments income = moments(sorted);
  PeerAnswer answer;
  answer.seconds = simulation.seconds;
  answer.n = income.n;
  answer.mean = income.mean;
  answer.sd = income.sd;
  answer.q05 = quantile(sorted, 0.05);
  answer.q50 = quantile(sorted, 0.5);
  answer.q95 = quantile(sorted, 0.95);
  for (std::size_t c = 0; c < simulation.columns.size(); ++c)
    answer.columns[simulation.names[c]] = simulation.columns[c];
  return answer;
}

}  // namespace paystress::bench
