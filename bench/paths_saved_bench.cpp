// Paths that spread draws save, at equal error: for the mean, median and 5th percentile of income and for one
// tier miss of every practice and offer of the shipped studies, the variance of independent paths over that
// of the replicates of each other way to draw. Beside it the bound: 1 / (1 - R2), at most 20, R2 the share of
// the variance of the statistic's value on a path (of a quantile and of a miss: of its indicator) that traits
// and innovations of monthly states explain one by one, by regression on five Hermite polynomials of each.
//
//     paths_saved_bench [STUDY.toml ...]       PAYSTRESS_REPLICATES=1024
#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "analysis/estimate.h"
#include "analysis/tier_misses.h"
#include "sim/commands/load_study.h"
#include "sim/engine/for_blocks.h"
#include "sim/engine/group_run.h"
#include "sim/engine/run_plan.h"
#include "sim/engine/span_ledger.h"
#include "sim/random/streams.h"
#include "sim/random/trait_quantile.h"
#include "sim/samplers/fast_variables.h"
#include "sim/samplers/trait_scores.h"

namespace {

using namespace paystress;

constexpr double most_saved = 20;
constexpr std::size_t fitted_paths = 1 << 17, degrees = 5;

/// A number of every path: income of the horizon, or 1 where a tier is missed in its last window.
struct Column {
  std::string name;
  std::vector<double> values;
};

/// What the offers of a group pay on `paths` paths: by offer its income, then each tier.
std::vector<std::vector<Column>> columns_of(const engine::SampleGroup& group, const Study& study,
                                            const engine::Draws& draws, std::size_t paths, int threads) {
  const auto input = engine::sampler_input(*group.practice, *group.stress, study, draws);
  const auto sampler = samplers::make_sampler(draws.sampler, input);
  const auto grid = study.grid();
  std::vector<const Contract*> contracts;
  std::vector<PayPlan> plans;
  std::vector<std::vector<Column>> out;
  std::vector<std::vector<std::optional<std::size_t>>> last_windows;  // by offer and tiered component: period
  for (const auto& price : group.prices) {
    contracts.push_back(price.contract.get());
    const auto& plan = plans.emplace_back(*price.contract, sampler->layout(), grid);
    auto& columns = out.emplace_back();
    columns.push_back({"income", std::vector<double>(paths)});
    auto& last = last_windows.emplace_back();
    for (const auto& tiered : plan.tiered()) {
      const auto windows = tier_windows(tiered, *price.contract, grid);
      last.push_back(windows.empty() ? std::nullopt : std::optional(windows.back().period));
      for (std::size_t k = 0; k < tiered.bounds.size(); ++k)
        columns.push_back({fmt::format("{} tier {}", tiered.name, k + 1), std::vector<double>(paths)});
    }
  }
  const engine::SpanLedger spans(contracts, sampler->layout(), sampler->days());
  engine::for_blocks(paths / samplers::block_paths, threads, [&](std::size_t block) {
    LedgerBlock months(grid.size(), spans.columns(), samplers::block_paths);
    std::unique_ptr<DayLedger> kept;
    DayLedger* days = spans.days_in(kept, samplers::block_paths);
    sampler->sample_days(block * samplers::block_paths, months, days);
    SpanColumns::Workspace work;
    Settlement pay;
    for (std::size_t o = 0; o < plans.size(); ++o) {
      spans.make(o, days, months, work);
      plans[o].settle(months, pay);
      for (std::size_t i = 0; i < samplers::block_paths; ++i) {
        const std::size_t path = block * samplers::block_paths + i;
        auto column = out[o].begin();
        for (std::size_t m = 0; m < grid.size(); ++m) column->values[path] += pay.paid(m)[i];
        for (std::size_t t = 0; t < plans[o].tiered().size(); ++t) {
          const auto& last = last_windows[o][t];
          for (std::size_t k = 0; k < plans[o].tiered()[t].bounds.size(); ++k) {
            ++column;
            if (last) column->values[path] = pay.tier_reached(t, k, *last)[i] == 0.0 ? 1.0 : 0.0;
          }
        }
      }
    }
  });
  return out;
}

/// Hermite polynomials of every trait and innovation of a path, orthonormal under independent paths.
Eigen::MatrixXd features_of(const engine::SampleGroup& group, const Study& study, const engine::Draws& draws,
                            std::size_t paths) {
  const auto input = engine::sampler_input(*group.practice, *group.stress, study, draws);
  const auto plan = samplers::make_plan(*input.practice, *input.stress, input.calendar);
  const auto scores = samplers::trait_scores(input, paths);
  const auto n = static_cast<Eigen::Index>(paths);
  Eigen::MatrixXd z(n, static_cast<Eigen::Index>(scores.size() + plan.months.size() * month_state_count));
  for (std::size_t t = 0; t < scores.size(); ++t)
    z.col(static_cast<Eigen::Index>(t)) = Eigen::Map<const Eigen::VectorXd>(scores[t].z.data(), n);
  const auto traits = static_cast<Eigen::Index>(scores.size());
  if (traits > 0)
    z.leftCols(traits) =
        plan.trait_factor.triangularView<Eigen::Lower>().solve(z.leftCols(traits).transpose()).transpose();
  const auto key = random::stream_key("fast.month", draws.seed);
  auto column = traits;
  for (std::size_t m = 0; m < plan.months.size(); ++m)
    for (std::size_t s = 0; s < month_state_count; ++s, ++column) {
      const auto at = samplers::month::state(s);
      for (std::size_t path = 0; path < paths; ++path) {
        random::Stream words(key, path, static_cast<std::uint32_t>(m + 1), at.block);
        std::uint32_t word = words();
        for (std::uint32_t w = 0; w < at.word; ++w) word = words();
        z(static_cast<Eigen::Index>(path), column) = random::gaussian_quantile((word + 0.5) * 0x1p-32);
      }
    }
  constexpr auto each = static_cast<Eigen::Index>(degrees);
  Eigen::MatrixXd features(n, 1 + each * z.cols());
  features.col(0).setOnes();
  for (Eigen::Index c = 0; c < z.cols(); ++c) {
    Eigen::ArrayXd before = Eigen::ArrayXd::Ones(n);
    Eigen::ArrayXd now = z.col(c).array();
    for (Eigen::Index k = 1; k <= each; ++k) {  // He_k / sqrt(k!)
      features.col(1 + each * c + k - 1) = now.matrix();
      const auto order = static_cast<double>(k);
      const Eigen::ArrayXd next = (z.col(c).array() * now - std::sqrt(order) * before) / std::sqrt(order + 1);
      before = now;
      now = next;
    }
  }
  return features;
}

/// 1 / (1 - R2), R2 corrected for the number of features.
class Bound {
 public:
  explicit Bound(Eigen::MatrixXd features) : features_(std::move(features)) {
    Eigen::MatrixXd products = Eigen::MatrixXd::Zero(features_.cols(), features_.cols());
    products.selfadjointView<Eigen::Lower>().rankUpdate(features_.transpose());
    solver_.compute(products.selfadjointView<Eigen::Lower>());
  }
  [[nodiscard]] double of(const std::vector<double>& values) const {
    const Eigen::Map<const Eigen::VectorXd> y(values.data(), features_.rows());
    const Eigen::VectorXd fitted = features_ * solver_.solve(features_.transpose() * y);
    const auto n = static_cast<double>(features_.rows());
    const double left = (y - fitted).squaredNorm() / (n - static_cast<double>(features_.cols()));
    const double all = (y.array() - y.mean()).square().sum() / (n - 1);
    return std::clamp(all / left, 1.0, most_saved);
  }

 private:
  Eigen::MatrixXd features_;
  Eigen::LDLT<Eigen::MatrixXd> solver_;
};

Moments moments_of(std::span<const double> values) {
  Moments moments;
  for (const double x : values) moments.add(x);
  return moments;
}

double variance(const Moments& m) { return m.m2 / (static_cast<double>(m.n) - 1); }

/// Variance of a path over 1,024 times that of a replicate's mean.
double saved(const std::vector<double>& values) {
  Moments means;
  for (std::size_t first = 0; first < values.size(); first += paths_of_replicate)
    means.add(moments_of(std::span(values).subspan(first, paths_of_replicate)).mean);
  return variance(moments_of(values)) / (static_cast<double>(paths_of_replicate) * variance(means));
}

std::vector<double> below(const std::vector<double>& values, double line) {
  std::vector<double> out;
  out.reserve(values.size());
  for (const double v : values) out.push_back(v <= line ? 1.0 : 0.0);
  return out;
}

class Report {
 public:
  Report(const Study& study, std::size_t paths, int threads)
      : study_(study), paths_(paths), threads_(threads) {}

  void tell(const std::string& name, const engine::SampleGroup& group) {
    engine::Draws draws;
    draws.seed = study_.seed;
    const auto independent = columns_of(group, study_, draws, fitted_paths, threads_);
    const Bound bound(features_of(group, study_, draws, fitted_paths));
    draws.traits = TraitSampling::latin_hypercube;
    const auto hypercube = columns_of(group, study_, draws, paths_, threads_);
    draws.traits = TraitSampling::sobol;
    const auto sobol = columns_of(group, study_, draws, paths_, threads_);
    for (std::size_t o = 0; o < group.prices.size(); ++o) {
      const auto row = [&](const std::string& statistic, const auto& of_path, std::size_t column) {
        line(fmt::format("{}/{}", name, group.prices[o].contract->name), statistic,
             bound.of(of_path(independent[o][column].values)), saved(of_path(hypercube[o][column].values)),
             saved(of_path(sobol[o][column].values)));
      };
      const auto& income = sobol[o].front().values;
      const Sample incomes(income);
      row(
          "mean", [](const auto& values) { return values; }, 0);
      for (const auto& [what, level] : {std::pair{"median", 0.5}, std::pair{"5th percentile", 0.05}}) {
        const double line = incomes.quantile(level);
        if (moments_of(below(income, line)).mean < 1.5 * level)  // no atom there
          row(
              what, [&](const auto& values) { return below(values, line); }, 0);
      }
      const auto tier = nearest_to_half(sobol[o]);
      if (tier > 0)
        row(
            sobol[o][tier].name, [](const auto& values) { return values; }, tier);
    }
  }

 private:
  // The tier that is missed neither always nor never, most like a coin; 0 where there is none.
  static std::size_t nearest_to_half(const std::vector<Column>& columns) {
    std::size_t best = 0;
    double apart = 0.49;
    for (std::size_t c = 1; c < columns.size(); ++c)
      if (const double d = std::abs(moments_of(columns[c].values).mean - 0.5); d < apart) {
        apart = d;
        best = c;
      }
    return best;
  }

  void line(const std::string& scenario, const std::string& statistic, double bound, double hypercube,
            double sobol) const {
    fmt::print("| {} | {} | {:.2f} | {:.2f} | {:.2f} | {:.0f} % |\n", scenario, statistic, bound, hypercube,
               sobol, 100 * sobol / bound);
    std::fflush(stdout);
  }

  const Study& study_;
  std::size_t paths_;
  int threads_;
};

void tell_study(const std::filesystem::path& file, std::size_t paths, int threads) {
  const auto text = commands::load_study(file, {});
  auto inputs = engine::scenario_inputs(text.study);
  std::erase_if(inputs, [](const auto& input) { return input.stress->name != "base"; });
  Report report(text.study, paths, threads);
  for (const auto& group : engine::plan_run(inputs, text.study.months))
    report.tell(fmt::format("{}: {}", file.stem().string(), group.practice->name), group);
}

}  // namespace

int main(int argc, char** argv) {
  const char* replicates = std::getenv("PAYSTRESS_REPLICATES");
  const std::size_t paths = paths_of_replicate * (replicates == nullptr ? 1024 : std::stoul(replicates));
  const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::vector<std::filesystem::path> files(argv + 1, argv + argc);
  if (files.empty())
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(PAYSTRESS_SOURCE_DIR) + "/scenarios"))
      if (entry.path().extension() == ".toml") files.push_back(entry.path());
  std::ranges::sort(files);
  fmt::print(
      "| scenario | statistic | bound | latin_hypercube | sobol | of the bound "
      "|\n|---|---|---|---|---|---|\n");
  for (const auto& file : files) tell_study(file, paths, threads);
}
