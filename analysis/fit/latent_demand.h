#pragma once

#include <Eigen/Sparse>
#include <array>
#include <vector>

#include "analysis/fit/log.h"
#include "analysis/fit/ramp.h"

namespace paystress::fit {

/// The spread and memory of the states of demand, and how it fills from the first month of the log on.
struct DemandStates {
  double monthly_cv, monthly_ar1, daily_cv, daily_ar1;
  Ramp ramp = {};
};

/// The Gaussian states behind the counts of a log, with Laplace's approximation of their posterior: the
/// logarithm of the mean, a factor a weekday and a calendar month, a state a month and a day.
class LatentDemand {
 public:
  explicit LatentDemand(const Log& log);

  /// The logarithm of the likelihood with the states integrated out, up to a constant.
  double log_likelihood(const DemandStates& states);
  struct Marginal {
    double mean, variance;
  };
  /// At the states of the last call of `log_likelihood`: logarithms of the mean demand, of the weekday
  /// factors (scheduled ones, which average 1) and of the season's (likewise).
  struct Summary {
    Marginal mean_demand;
    std::array<Marginal, 7> weekday;
    std::array<Marginal, 12> season;
  };
  [[nodiscard]] Summary summary() const;
  /// Likewise, of the logarithm of the mean demand of the day or month of one record; a record without a
  /// count of its own is one to predict.   \pre record < size()
  [[nodiscard]] Marginal record(std::size_t record) const;
  /// Holds the logarithm of the mean at a value from now on; the likelihood then includes its prior.
  void hold_level(double log_mean);
  [[nodiscard]] long full_days() const { return full_days_; }
  [[nodiscard]] std::size_t size() const { return observations_.size(); }

 private:
  struct Observation {
    double count = 0, log_exposure = 0;
    bool full = false, told = true;
    Eigen::Index weekday = -1, season = 0, month = 0, day = 0;  ///< places in the vector of states
    long gap = 0;     ///< scheduled days since the observation before
    double days = 1;  ///< days summed
    [[nodiscard]] std::size_t parts() const { return weekday >= 0 ? 5 : 4; }
    [[nodiscard]] std::array<Eigen::Index, 5> at() const;  ///< the states that it is a sum of, ascending
    std::array<Eigen::Index, 15> slots{};  ///< of the pairs of them in the values of the precision
  };
  [[nodiscard]] double predictor(const Observation& o) const;
  void lay_out();
  [[nodiscard]] Eigen::Index slot(Eigen::Index row, Eigen::Index column) const;
  void set_prior(const DemandStates& states);
  double set_chain(Eigen::Index first, const std::vector<double>& links, double variance);
  [[nodiscard]] Eigen::VectorXd prior_pull() const;
  bool newton_step();

  std::array<bool, 7> works_{};
  std::vector<Observation> observations_;
  long full_days_ = 0;
  bool monthly_ = false;
  Eigen::Index months_ = 0, states_ = 0;
  Eigen::VectorXd x_, prior_mean_;
  /// The prior's precision: its diagonal, and what ties a state to the one before it.
  Eigen::VectorXd prior_diagonal_, prior_link_;
  std::vector<Eigen::Index> diagonal_slots_, link_slots_;  ///< link: -1 where a state is tied to none
  std::vector<double> log_ramp_;                           ///< by month
  double offset_ = 0, prior_log_det_ = 0, log_det_ = 0;
  Eigen::SparseMatrix<double> precision_;  ///< its lower half, of a pattern that stays
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> solver_;
  bool held_ = false;
};

}  // namespace paystress::fit
