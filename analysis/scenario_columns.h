#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/path_store.h"
#include "model/ledger.h"
#include "model/measure.h"
#include "model/settle.h"
#include "model/statistic.h"

namespace paystress {

/// A stretch of study months over which a path is measured.
struct ReportPeriod {
  enum class Kind { horizon, year, month };
  std::string label;        ///< "horizon", "year_1", "month_03"
  int first = 1, last = 1;  ///< study months, 1-based, inclusive
  double weeks = 0.0;       ///< calendar days / 7
  Kind kind = Kind::horizon;
};
/// The horizon, each study year (the last may be cut), each month.   \pre one grid period a month
[[nodiscard]] std::vector<ReportPeriod> report_periods(const PeriodGrid& grid);

/// What is kept of each path of one ledger (one practice under one stress), shared by every offer priced on
/// it: session hours, after-hours, meetings and completed visits by month, generated wRVU by study year.
/// Hours that are not whole hundredths are kept as float (relative error below 6e-8).
class PracticeColumns {
 public:
  PracticeColumns(PathShape shape, const PeriodGrid& grid);
  /// Keeps block `block`; blocks may be written at once from several threads.
  /// \pre ledger has one period a month and the sampled layout
  void write(std::size_t block, const LedgerBlock& ledger);
  /// Makes room for more paths; what is written stays.   \pre every block so far is whole
  void grow(std::size_t paths);

  [[nodiscard]] const PathShape& shape() const { return hours_.shape(); }
  [[nodiscard]] const std::vector<ReportPeriod>& periods() const { return periods_; }
  [[nodiscard]] int months() const { return months_; }
  [[nodiscard]] const std::vector<std::string>& calendar_months() const { return calendar_months_; }
  [[nodiscard]] std::vector<double> session_hours(const ReportPeriod& p) const;
  [[nodiscard]] std::vector<double> after_hours(const ReportPeriod& p) const;
  [[nodiscard]] std::vector<double> meeting_hours(const ReportPeriod& p) const;
  [[nodiscard]] std::vector<double> completed_visits(const ReportPeriod& p) const;
  /// \pre p is the horizon or a study year
  [[nodiscard]] std::vector<double> generated_wrvu(const ReportPeriod& p) const;
  [[nodiscard]] std::size_t bytes() const;

  template <class Archive, class Self>
  static void state(Archive& archive, Self& self) {
    archive(self.hours_);
    archive(self.visits_);
    archive(self.wrvu_);
  }

 private:
  std::vector<double> read(std::size_t kind, const ReportPeriod& p) const;

  int months_;
  std::vector<ReportPeriod> periods_;
  std::vector<std::string> calendar_months_;  ///< "2026-01"
  PathStore hours_;                           ///< [session, after, meeting][month]
  PathStore visits_;                          ///< [month]
  PathStore wrvu_;                            ///< [study year]
};

/// May paths leave before the months of the study are over?
enum class MayLeave { no, yes };
/// Last month of the study in which a contract with this known end is in force.
[[nodiscard]] inline int last_in_force(std::optional<int> known_end, int months) {
  return std::min(known_end.value_or(months), months);
}
/// Where a contract ends.
struct ContractEnd {
  MayLeave may_leave = MayLeave::no;
  std::optional<int> known = std::nullopt;  ///< its last month on every path, whoever leaves
};

/// Pay of each path by month under one scenario. Whole cents are kept exactly in 4 bytes or fewer, other pay
/// as double. Of an offer that ends by leaving also when each path leaves, and its pay had it stayed.
class IncomeColumns {
 public:
  IncomeColumns(PathShape shape, int months, ContractEnd end = {});
  /// Keeps what block `block` was paid; blocks may be written at once from several threads.
  void write(std::size_t block, const Settlement& pay);
  /// The same from plain columns: paid[m] points at the pay of month m + 1.
  void write(std::size_t block, std::span<const double* const> paid);
  /// Makes room for more paths; what is written stays.   \pre every block so far is whole
  void grow(std::size_t paths);

  [[nodiscard]] const PathShape& shape() const { return pay_.shape(); }
  [[nodiscard]] int months() const { return static_cast<int>(pay_.runs()); }
  /// Pay by path over the period, in dollars.
  [[nodiscard]] std::vector<double> income(const ReportPeriod& p) const;
  /// Pay of one block by path in months first..last (1-based).
  void income(int first, int last, std::size_t block, std::span<double> out) const;

  [[nodiscard]] bool may_leave() const { return leaving_.runs() > 0; }
  /// Month at whose end each path leaves, 0 where it stays.   \pre may_leave()
  [[nodiscard]] std::vector<double> leaving_month() const;
  /// Share of the paths that leave within the months; nothing where nobody may.
  [[nodiscard]] std::optional<double> left_prob() const;
  /// May months of the study lie behind the end of the contract?
  [[nodiscard]] bool may_end() const { return may_leave() || last_in_force_ < months(); }
  /// The part of a period up to a known end; it has no months (last < first) where the end lies before it.
  [[nodiscard]] ReportPeriod in_force(ReportPeriod p) const;
  /// Last month in which each path is employed.
  [[nodiscard]] std::vector<double> last_month() const;
  /// Months of the period in which each path is employed.
  [[nodiscard]] std::vector<double> months_employed(const ReportPeriod& p) const;
  /// Pay by path over the period, had it stayed.   \pre may_leave()
  [[nodiscard]] std::vector<double> income_if_stayed(const ReportPeriod& p) const;
  /// What lines of the period are compared with: its pay, of paths that are employed in some of its months
  /// only at that rate for all of them; NaN on paths that left before it.
  [[nodiscard]] std::vector<double> income_against_lines(const ReportPeriod& p) const;
  [[nodiscard]] std::size_t bytes() const { return pay_.bytes() + leaving_.bytes() + stayed_.bytes(); }

  template <class Archive, class Self>
  static void state(Archive& archive, Self& self) {
    archive(self.pay_);
    archive(self.leaving_);
    archive(self.stayed_);
  }

 private:
  PathStore pay_;
  int last_in_force_;  ///< last month of the study up to a known end
  PathStore leaving_;  ///< [0]; nothing where nobody may leave
  PathStore stayed_;   ///< [month], likewise
};

/// A measure by path. NaN where undefined (no session hours); empty when the measure does not exist for the
/// period. `income` may be null for measures that need no pay.
[[nodiscard]] std::vector<double> measure_column(Measure m, const ReportPeriod& p,
                                                 const PracticeColumns& practice,
                                                 const IncomeColumns* income);
/// The same for a statistic: a shortfall of income is judged against its line.
[[nodiscard]] std::vector<double> statistic_column(StatisticKind kind, Measure m, const ReportPeriod& p,
                                                   const PracticeColumns& practice,
                                                   const IncomeColumns& income);

}  // namespace paystress
