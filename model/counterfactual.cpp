#include "model/counterfactual.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <stdexcept>
#include <utility>

#include "model/code_values.h"
#include "model/settle.h"

namespace paystress {
namespace {

struct VisitLoss {
  LedgerColumn lost, wrvu;
};

VisitLoss columns_of(LossCause cause) {
  switch (cause) {
    case LossCause::unfilled_slots:
      return {LedgerColumn::unfilled_slots, LedgerColumn::wrvu_lost_unfilled};
    case LossCause::late_cancels:
      return {LedgerColumn::late_cancels, LedgerColumn::wrvu_lost_late_cancel};
    case LossCause::no_shows:
      return {LedgerColumn::no_shows, LedgerColumn::wrvu_lost_no_show};
    default:
      return {LedgerColumn::tech_failures, LedgerColumn::wrvu_lost_tech_failure};
  }
}

// Takes a column into others and leaves nothing behind, or what `kept` says.
void move_into(LedgerBlock& ledger, std::size_t month, LedgerColumn from,
               std::initializer_list<LedgerColumn> to, const double* kept = nullptr) {
  double* source = ledger.at(month, from);
  const auto stays = [&](std::size_t i) { return kept == nullptr ? 0.0 : kept[i]; };
  for (const auto column : to) {
    double* target = ledger.at(month, column);
    for (std::size_t i = 0; i < ledger.paths(); ++i) target[i] += source[i] - stays(i);
  }
  for (std::size_t i = 0; i < ledger.paths(); ++i) source[i] = stays(i);
}

void total(const Settlement& pay, std::size_t line, std::vector<double>& by_path) {
  by_path.assign(pay.paths, 0.0);
  for (std::size_t m = 0; m < pay.periods; ++m)
    for (std::size_t i = 0; i < pay.paths; ++i) by_path[i] += pay.earned(line, m)[i];
}

// What a line earns on a told path, paid evenly over the months in which it counts.
FixedPay evenly(double usd, const PayLine& line, std::size_t months_of_study) {
  const double months =
      line.months ? line.months->last - line.months->first + 1.0 : static_cast<double>(months_of_study);
  FixedPay pay;
  pay.usd = usd / months;
  return pay;
}

}  // namespace

std::string_view key_of(LossCause cause) {
  switch (cause) {
    case LossCause::unfilled_slots:
      return "unfilled_slots";
    case LossCause::late_cancels:
      return "late_cancels";
    case LossCause::no_shows:
      return "no_shows";
    case LossCause::failed_calls:
      return "failed_calls";
    case LossCause::recoding:
      return "recoding";
    case LossCause::review:
      return "review";
  }
  throw std::invalid_argument("unknown cause of loss");
}

LossReversal::LossReversal(const LedgerLayout& layout, const Practice& practice, const Stress& stress,
                           const Calendar& calendar)
    : layout_(layout),
      gains_(layout),
      codes_(practice.codes),
      moved_(static_cast<std::size_t>(calendar.months())) {
  const auto values = code_values(practice, stress, calendar);
  const auto position = [&](const std::string& code) {
    return static_cast<std::size_t>(std::ranges::find(codes_, code, &VisitCode::code) - codes_.begin());
  };
  for (const auto& part : stress.parts) {
    for (const auto& r : part.recodes) {
      const auto from = position(r.from), to = position(r.to);
      if (from == codes_.size() || to == codes_.size() || r.share == 0.0) continue;
      for (int m = std::max(1, part.first_month); m <= std::min(part.last_month, calendar.months()); ++m) {
        const auto& value = values[static_cast<std::size_t>(m - 1)];
        const auto wrvu =
            static_cast<double>(value[from].work_rvu_hundredths - value[to].work_rvu_hundredths);
        const auto cents =
            static_cast<double>(value[from].usd_cents.value_or(0) - value[to].usd_cents.value_or(0));
        moved_[static_cast<std::size_t>(m - 1)].push_back({from, to, wrvu, cents});
      }
    }
  }
}

void LossReversal::give_back(LossCause cause, LedgerBlock& ledger) const {
  gains_.followed(ledger, [&] { give_back_counts(cause, ledger); });
}

void LossReversal::give_back_counts(LossCause cause, LedgerBlock& ledger) const {
  switch (cause) {
    case LossCause::recoding:
      return give_back_codes(ledger);
    case LossCause::review:
      return undo_review(ledger);
    default: {
      const auto columns = columns_of(cause);
      return give_back_visits(columns.lost, columns.wrvu, ledger);
    }
  }
}

std::vector<std::size_t> LossReversal::columns_to_follow() {
  using enum LedgerColumn;
  std::vector<std::size_t> all;
  for (const auto c : {unfilled_slots, late_cancels, no_shows, tech_failures, completed_visits})
    all.push_back(static_cast<std::size_t>(c));
  return all;
}

void LossReversal::give_back(LossCause cause, LedgerBlock& ledger, DayLedger* days) const {
  if (days == nullptr) return give_back(cause, ledger);
  LedgerBlock before(ledger.periods(), ledger.columns(), ledger.paths());
  for (std::size_t m = 0; m < ledger.periods(); ++m)
    for (const std::size_t c : days->columns())
      std::copy_n(std::as_const(ledger).at(m, c), ledger.paths(), before.at(m, c));
  give_back(cause, ledger);
  if (cause == LossCause::unfilled_slots)
    for (std::size_t row = 0; row < days->grid().days.size(); ++row)
      if (double* idle = days->find(row, LedgerColumn::idle_hours))
        std::fill_n(idle, days->block().paths(), 0.0);
  // Review is found by the month, and its corrections are no day's.
  if (cause == LossCause::review) return;
  const bool recoded = cause == LossCause::recoding;
  days->follow(before, ledger,
               static_cast<std::size_t>(recoded ? LedgerColumn::completed_visits : columns_of(cause).lost));
}

bool LossReversal::may_give_back(LossCause cause) const {
  return cause != LossCause::recoding ||
         std::ranges::any_of(moved_, [](const auto& of_month) { return !of_month.empty(); });
}

void LossReversal::give_back_visits(LedgerColumn lost, LedgerColumn lost_wrvu, LedgerBlock& ledger) const {
  const std::size_t paths = ledger.paths();
  const bool unfilled = lost == LedgerColumn::unfilled_slots;
  auto brought = gains_.brought_by(ledger);
  // A late cancel whose place another patient took has lost no visit.
  const auto refilled = lost == LedgerColumn::late_cancels ? layout_.place_of_refilled() : std::nullopt;
  std::vector<double> given(paths);
  for (std::size_t m = 0; m < ledger.periods(); ++m) {
    const double* kept = refilled ? ledger.at(m, *refilled) : nullptr;
    std::copy_n(ledger.at(m, lost), paths, given.begin());
    for (std::size_t i = 0; refilled && i < paths; ++i) given[i] -= kept[i];
    gains_.code(given, brought, m, ledger);
    if (unfilled) std::fill_n(ledger.at(m, LedgerColumn::idle_hours), paths, 0.0);
    if (unfilled)
      move_into(ledger, m, lost, {LedgerColumn::completed_visits, LedgerColumn::booked_visits});
    else
      move_into(ledger, m, lost, {LedgerColumn::completed_visits}, kept);
    move_into(ledger, m, lost_wrvu, {LedgerColumn::generated_wrvu, LedgerColumn::credited_wrvu});
  }
}

void LossReversal::give_back_codes(LedgerBlock& ledger) const {
  for (std::size_t m = 0; m < ledger.periods(); ++m) {
    if (moved_[m].size() == 1 && moved_[m].front().wrvu != 0.0) {
      // One recoding: the wRVU lost say how many visits it moved.
      const auto& r = moved_[m].front();
      const double* lost = ledger.at(m, LedgerColumn::wrvu_lost_recode);
      double* from = ledger.at(m, layout_.visits_of(r.from));
      double* to = ledger.at(m, layout_.visits_of(r.to));
      double* usd = ledger.at(m, LedgerColumn::collections_usd);
      for (std::size_t i = 0; i < ledger.paths(); ++i) {
        const double visits = lost[i] / r.wrvu;
        from[i] += visits;
        to[i] -= visits;
        usd[i] += visits * r.usd_cents;
      }
    }
    move_into(ledger, m, LedgerColumn::wrvu_lost_recode,
              {LedgerColumn::generated_wrvu, LedgerColumn::credited_wrvu});
  }
}

void LossReversal::undo_review(LedgerBlock& ledger) const {
  for (std::size_t m = 0; m < ledger.periods(); ++m) {
    move_into(ledger, m, LedgerColumn::wrvu_lost_audit, {LedgerColumn::credited_wrvu});
    std::fill_n(ledger.at(m, LedgerColumn::wrvu_pending), ledger.paths(), 0.0);
    for (std::size_t c = 0; c < codes_.size(); ++c)
      std::fill_n(ledger.at(m, layout_.change_of(c)), ledger.paths(), 0.0);
  }
}

Contract uncapped(const Contract& contract) {
  auto result = contract;
  std::erase_if(result.adjust, [](const Adjustment& a) { return std::holds_alternative<Cap>(a.does); });
  result.push.reset();
  return result;
}

ToldLadders::ToldLadders(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid)
    : uncapped_(uncapped(contract)), months_(grid.size()) {
  // A probe that pays one dollar a unit shows the quantity that a ladder pays for.
  auto probe = uncapped_;
  bool any_counts = false;
  for (std::size_t i = 0; i < uncapped_.pay.size(); ++i) {
    auto* measured = std::get_if<MeasuredPay>(&uncapped_.pay[i].pays);
    if (measured == nullptr || !std::holds_alternative<TierLadder>(measured->schedule)) continue;
    ladders_.push_back(i);
    const bool counts = std::get<TierLadder>(measured->schedule).mode != TierMode::lump_sum;
    counts_units_.push_back(counts);
    if (!counts) continue;
    any_counts = true;
    std::get<MeasuredPay>(probe.pay[i].pays).schedule = SingleRate{};
    probe.pay[i].round.reset();
  }
  if (!ladders_.empty()) earned_.emplace(uncapped_, layout, grid);
  if (any_counts) units_.emplace(probe, layout, grid);
}

void ToldLadders::earn(const LedgerBlock& told, Settlement& scratch, std::vector<Earned>& out) const {
  out.resize(ladders_.size());
  if (ladders_.empty()) return;
  earned_->settle(told, scratch, SettleDetail::pay, Leavers::as_if_stayed);
  for (std::size_t l = 0; l < ladders_.size(); ++l) {
    total(scratch, ladders_[l], out[l].usd);
    out[l].units.assign(told.paths(), 0.0);
  }
  if (!units_) return;
  units_->settle(told, scratch, SettleDetail::pay, Leavers::as_if_stayed);
  for (std::size_t l = 0; l < ladders_.size(); ++l)
    if (counts_units_[l]) total(scratch, ladders_[l], out[l].units);
}

ToldRate ToldLadders::rate(double mean_usd, double mean_units) {
  return mean_units > 0.0 ? ToldRate{mean_usd / mean_units, true} : ToldRate{mean_usd, false};
}

Contract ToldLadders::told(std::span<const ToldRate> rates) const {
  auto result = uncapped_;
  for (std::size_t l = 0; l < ladders_.size(); ++l) {
    auto& line = result.pay[ladders_[l]];
    if (rates[l].a_unit)
      std::get<MeasuredPay>(line.pays).schedule = SingleRate{rates[l].usd};
    else
      line.pays = evenly(rates[l].usd, line, months_);
  }
  return result;
}

Contract told_contract(const Contract& contract, const LedgerLayout& layout, const PeriodGrid& grid,
                       const LedgerBlock& told) {
  const ToldLadders ladders(contract, layout, grid);
  Settlement scratch;
  std::vector<ToldLadders::Earned> earned;
  ladders.earn(told, scratch, earned);
  std::vector<ToldRate> rates;
  const auto mean = [](const std::vector<double>& of) {
    return std::accumulate(of.begin(), of.end(), 0.0) / static_cast<double>(of.size());
  };
  for (const auto& e : earned) rates.push_back(ToldLadders::rate(mean(e.usd), mean(e.units)));
  return ladders.told(rates);
}

}  // namespace paystress
