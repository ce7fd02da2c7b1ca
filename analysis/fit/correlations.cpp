#include "analysis/fit/correlations.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "model/correlation.h"

namespace paystress::fit {
namespace {

bool has_joint_law(const std::vector<RankCorrelation>& pairs) {
  std::vector<std::string> names;
  const auto place = [&](const std::string& name) {
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) names.push_back(name);
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  for (const auto& pair : pairs) {
    static_cast<void>(place(pair.a));
    static_cast<void>(place(pair.b));
  }
  const auto n = names.size();
  std::vector<double> matrix(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] = 1;
  for (const auto& pair : pairs) {
    const auto a = place(pair.a), b = place(pair.b);
    matrix[a * n + b] = matrix[b * n + a] = gaussian_from_rank(pair.rho);
  }
  return is_positive_definite(std::move(matrix), n);
}

}  // namespace

std::vector<RankCorrelation> correlations_of(const std::vector<Joined>& pairs, const Practice& practice) {
  constexpr double kept = 0.95, smallest = 0.05;
  std::vector<RankCorrelation> out;
  for (const auto& [a, b, gaussian] : pairs) {
    if (std::holds_alternative<Known>(practice[a]) || std::holds_alternative<Known>(practice[b])) continue;
    const double rho = kept * 6 / std::numbers::pi * std::asin(std::clamp(gaussian, -1.0, 1.0) / 2);
    if (std::abs(rho) >= smallest)
      out.push_back({std::string(parameter_info(a).key), std::string(parameter_info(b).key), rho});
  }
  while (!has_joint_law(out))
    for (auto& pair : out) pair.rho *= kept;
  return out;
}

}  // namespace paystress::fit
