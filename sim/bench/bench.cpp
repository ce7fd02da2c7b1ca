#include "sim/bench/bench.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <memory>
#include <numeric>
#include <utility>

#include "analysis/sort_values.h"
#include "model/settle.h"
#include "sim/engine/for_blocks.h"
#include "sim/engine/ledger_store.h"
#include "sim/engine/span_ledger.h"
#include "sim/pool.h"
#include "sim/samplers/practice_plan.h"

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

/// Ledgers of one block of paths of one group.
struct Ledgers {
  engine::StoredLedger months;
  std::unique_ptr<DayLedger> days;
  DayLedger* filled_days = nullptr;
};
struct Workspace {
  std::vector<Ledgers> ledgers;  // by group of the walk
  std::vector<samplers::SampleTarget> targets;
  Settlement pay;
  SpanColumns::Workspace made;
};

std::vector<const Contract*> contracts_of(const engine::SampleGroup& group) {
  std::vector<const Contract*> contracts;
  for (const auto& price : group.prices) contracts.push_back(price.contract.get());
  return contracts;
}

std::size_t block_count(std::size_t paths) {
  return (paths + samplers::block_paths - 1) / samplers::block_paths;
}

/// What is kept of a group: the first offer's income by path, and by block the sums of x and x^2 by column.
class Priced {
 public:
  Priced(const Study& study, const engine::SampleGroup& group, std::int64_t paths)
      : grid_(study.grid()),
        plan_(samplers::make_plan(*group.practice, *group.stress, study.calendar())),
        contracts_(contracts_of(group)),
        spans_(contracts_, plan_.layout, plan_.days),
        paths_(static_cast<std::size_t>(paths)),
        sums_(block_count(paths_)) {
    for (const auto* contract : contracts_) plans_.emplace_back(*contract, plan_.layout, grid_);
    income_usd_.resize(contracts_.empty() ? 0 : paths_);
  }

  [[nodiscard]] samplers::SampleTarget target(Ledgers& of, std::size_t here,
                                              const std::shared_ptr<engine::LedgerStore>& store) const {
    of.filled_days = spans_.days_in(of.days, here);
    return {&of.months.of(store, grid_.size(), spans_.columns(), here), of.filled_days};
  }

  void add_block(std::size_t block, Ledgers& of, Workspace& work) {
    LedgerBlock& ledger = *of.months;
    const std::size_t first = block * samplers::block_paths;
    const std::size_t here = std::min(samplers::block_paths, paths_ - first);
    for (std::size_t o = 0; o < plans_.size(); ++o) {
      spans_.make(o, of.filled_days, ledger, work.made);
      plans_[o].settle(ledger, work.pay);
      if (o > 0) continue;
      for (std::size_t i = 0; i < here; ++i) {
        double income = 0.0;
        for (std::size_t m = 0; m < grid_.size(); ++m) income += work.pay.paid(m)[i];
        income_usd_[first + i] = income;
      }
    }
    const LedgerLayout& layout = plan_.layout;
    auto& mine = sums_[block];
    mine.assign(2 * layout.size(), 0.0);
    std::array<double, samplers::block_paths> horizon{};
    for (std::size_t c = 0; c < layout.size(); ++c) {
      add_horizon(layout, ledger, c, std::span(horizon).first(here));
      for (std::size_t i = 0; i < here; ++i) {
        mine[2 * c] += horizon[i];
        mine[2 * c + 1] += horizon[i] * horizon[i];
      }
    }
  }

  [[nodiscard]] Simulation result(double seconds) {
    Simulation result;
    result.seconds = seconds;
    result.income_usd = std::move(income_usd_);
    const auto count = static_cast<double>(paths_);
    for (std::size_t c = 0; c < plan_.layout.size(); ++c) {
      double sum = 0.0;
      double squares = 0.0;
      for (const auto& block : sums_) {  // in block order
        sum += block[2 * c];
        squares += block[2 * c + 1];
      }
      const double mean = sum / count;
      result.names.push_back(plan_.layout[c].name);
      result.columns.push_back({mean, std::sqrt(std::max(0.0, (squares - sum * mean) / (count - 1)))});
    }
    return result;
  }

 private:
  PeriodGrid grid_;
  samplers::PracticePlan plan_;
  std::vector<const Contract*> contracts_;
  engine::SpanLedger spans_;
  std::vector<PayPlan> plans_;
  std::size_t paths_;
  std::vector<double> income_usd_;
  std::vector<std::vector<double>> sums_;
};

std::vector<std::unique_ptr<Priced>> price_all(const Study& study,
                                               std::span<const engine::SampleGroup> groups,
                                               std::int64_t paths, int threads) {
  std::vector<std::unique_ptr<Priced>> priced(groups.size());
  engine::for_blocks(groups.size(), threads,
                     [&](std::size_t g) { priced[g] = std::make_unique<Priced>(study, groups[g], paths); });
  return priced;
}

/// Groups that are sampled together.
struct Walk {
  std::vector<std::size_t> groups;
  std::unique_ptr<samplers::Sampler> sampler;
};

std::vector<Walk> make_walks(samplers::SamplerKind kind, const Study& study,
                             std::span<const engine::SampleGroup> groups, std::int64_t paths, int threads,
                             std::uint64_t seed) {
  std::vector<Walk> walks;
  for (auto& members : engine::plan_walks(groups, static_cast<std::size_t>(paths), study.months, threads))
    walks.push_back({std::move(members), nullptr});
  engine::for_blocks(walks.size(), threads, [&](std::size_t w) {
    std::vector<samplers::SamplerInput> inputs;
    for (const std::size_t g : walks[w].groups)
      inputs.push_back({groups[g].practice, groups[g].stress, study.calendar(), seed});
    walks[w].sampler = samplers::make_sampler(kind, inputs);
  });
  return walks;
}

using OnBlock = std::function<void(std::size_t group, std::size_t block, Ledgers&, Workspace&)>;

void walk_paths(const Walk& walk, std::span<const std::unique_ptr<Priced>> priced, std::int64_t paths,
                int threads, const std::shared_ptr<engine::LedgerStore>& store, const OnBlock& on_block) {
  const auto n = static_cast<std::size_t>(paths);
  Pool<Workspace> pool;
  engine::for_blocks(block_count(n), threads, [&](std::size_t block) {
    const std::size_t first = block * samplers::block_paths;
    auto lease = pool.borrow();
    Workspace& work = *lease;
    work.ledgers.resize(walk.groups.size());
    work.targets.clear();
    for (std::size_t i = 0; i < walk.groups.size(); ++i)
      work.targets.push_back(
          priced[walk.groups[i]]->target(work.ledgers[i], std::min(samplers::block_paths, n - first), store));
    walk.sampler->sample(first, work.targets);
    engine::use_walked(work.ledgers,
                       [&](std::size_t i) { on_block(walk.groups[i], block, work.ledgers[i], work); });
  });
}

}  // namespace

engine::SampleGroup group_of(const Practice& practice, const Stress& stress,
                             std::span<const Contract> offers) {
  engine::SampleGroup group{&practice, &stress, {}};
  for (const auto& offer : offers) group.prices.push_back({{std::shared_ptr<void>(), &offer}, {}});
  return group;
}

std::vector<Simulation> simulate(samplers::SamplerKind kind, const Study& study,
                                 std::span<const engine::SampleGroup> groups, std::int64_t paths, int threads,
                                 std::uint64_t seed) {
  const auto priced = price_all(study, groups, paths, threads);
  const auto walks = make_walks(kind, study, groups, paths, threads, seed);
  const auto start = std::chrono::steady_clock::now();
  const auto store = std::make_shared<engine::LedgerStore>();
  for (const auto& walk : walks)
    walk_paths(walk, priced, paths, threads, store,
               [&](std::size_t group, std::size_t block, Ledgers& of, Workspace& work) {
                 priced[group]->add_block(block, of, work);
               });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::vector<Simulation> results;
  for (const auto& group : priced) results.push_back(group->result(seconds));
  return results;
}

Simulation simulate(samplers::SamplerKind kind, const Study& study, const Practice& practice,
                    const std::vector<Contract>& offers, std::int64_t paths, int threads,
                    std::uint64_t seed) {
  const Stress base{"base", {}};
  const auto group = group_of(practice, base, offers);
  return simulate(kind, study, {&group, 1}, paths, threads, seed).front();
}

double sampling_seconds(const Study& study, std::span<const engine::SampleGroup> groups, std::int64_t paths,
                        int threads, std::uint64_t seed) {
  const auto priced = price_all(study, groups, paths, threads);
  const auto walks = make_walks(samplers::SamplerKind::fast, study, groups, paths, threads, seed);
  const auto start = std::chrono::steady_clock::now();
  const auto store = std::make_shared<engine::LedgerStore>();
  for (const auto& walk : walks)
    walk_paths(walk, priced, paths, threads, store,
               [](std::size_t, std::size_t, const Ledgers&, const Workspace&) {});
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::string disagreement(const Simulation& ours, const PeerAnswer& peer) {
  std::string text;
  const auto differ = [&](const std::string& what, double a, double b) {
    if (!text.empty()) text += "; ";
    text += what + " " + std::to_string(a) + " against " + std::to_string(b);
  };
  auto sorted = ours.income_usd;
  sort_values(sorted);
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
  sort_values(sorted);
  const Moments income = moments(sorted);
  PeerAnswer answer;
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
