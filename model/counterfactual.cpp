#include "model/counterfactual.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
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

// The nearest whole number, halves up, of what is not negative: no branch, that luck would mispredict, and no
// call.
double rounded(double x) { return static_cast<double>(static_cast<std::int64_t>(x + 0.5)); }

// Of n visits a path, those of one code: whole visits, what the codes up to this one should have, less what
// those before it were given.
void place_visits(std::span<const double> n, std::span<const double> coded, std::span<const double> all,
                  std::span<double> share, std::span<double> placed, double* visits) {
  for (std::size_t i = 0; i < n.size(); ++i) {
    share[i] += coded[i];
    const double up_to_here = rounded(n[i] * share[i] / all[i]);
    visits[i] += up_to_here - placed[i];
    placed[i] = up_to_here;
  }
}

// Of what all visits of a path brought, the part of n visits.
void add_part(std::span<const double> n, std::span<const double> brought, std::span<const double> all,
              double* to) {
  for (std::size_t i = 0; i < n.size(); ++i) to[i] += rounded(n[i] * brought[i] / all[i]);
}

std::vector<double> sum_of_months(const LedgerBlock& ledger, std::size_t column) {
  std::vector<double> sum(ledger.paths(), 0.0);
  for (std::size_t m = 0; m < ledger.periods(); ++m)
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += ledger.at(m, column)[i];
  return sum;
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
    : layout_(layout), codes_(practice.codes), moved_(static_cast<std::size_t>(calendar.months())) {
  for (std::size_t c = 0; c < layout_.size(); ++c)
    if (layout_[c].dealt_by.size() == 1)
      drawn_.push_back({c, layout_.find(layout_[c].dealt_by.front()).value()});
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
  const std::size_t n = ledger.paths();
  std::vector<std::vector<double>> before;  // [drawn column], month after month
  for (const auto& drawn : drawn_) {
    auto& of = before.emplace_back();
    for (std::size_t m = 0; m < ledger.periods(); ++m)
      of.insert(of.end(), ledger.at(m, drawn.of), ledger.at(m, drawn.of) + n);
  }
  std::vector<double> charged;  // month after month
  if (layout_.place_of(CollectionColumn::collected_usd))
    for (std::size_t m = 0; m < ledger.periods(); ++m) {
      const double* of_month = ledger.at(m, LedgerColumn::collections_usd);
      charged.insert(charged.end(), of_month, of_month + n);
    }
  give_back_counts(cause, ledger);
  if (!charged.empty()) settle_gained(charged, ledger);
  for (std::size_t d = 0; d < drawn_.size(); ++d) {
    const auto drawn = sum_of_months(ledger, drawn_[d].column);
    std::vector<double> all(n, 0.0);
    for (std::size_t k = 0; k < before[d].size(); ++k) all[k % n] += before[d][k];
    for (std::size_t m = 0; m < ledger.periods(); ++m) {
      const double* of = ledger.at(m, drawn_[d].of);
      double* column = ledger.at(m, drawn_[d].column);
      for (std::size_t i = 0; i < n; ++i) {
        const double gained = of[i] - before[d][m * n + i];
        if (gained == 0.0 || all[i] == 0.0) continue;
        column[i] =
            of[i] == 0.0 ? 0.0 : std::max(0.0, column[i] + std::floor(gained * drawn[i] / all[i] + 0.5));
      }
    }
  }
}

void LossReversal::settle_gained(std::span<const double> charged, LedgerBlock& ledger) const {
  const std::size_t n = ledger.paths();
  const auto place = [&](CollectionColumn c) { return layout_.place_of(c).value(); };
  using enum CollectionColumn;
  const auto collected = sum_of_months(ledger, place(collected_usd));
  const auto denied = sum_of_months(ledger, place(denied_usd));
  const auto lag = layout_.collection_lag();
  for (std::size_t m = 0; m < ledger.periods(); ++m)
    for (std::size_t i = 0; i < n; ++i) {
      const double gained = ledger.at(m, LedgerColumn::collections_usd)[i] - charged[m * n + i];
      if (gained == 0.0) continue;
      const double settled = collected[i] + denied[i];
      const double of_denied = settled == 0.0 ? 0.0 : denied[i] / settled;
      double share = 0.0;
      double before = 0.0;
      for (std::size_t l = 0; l < lag.size(); ++l) {
        share += lag[l];
        const double up_to_here = l + 1 == lag.size() ? gained : std::floor(gained * share + 0.5);
        const double part = up_to_here - before;
        const double lost = std::floor(part * of_denied + 0.5);
        before = up_to_here;
        for (std::size_t k = m; k < std::min(m + l, ledger.periods()); ++k) {
          ledger.at(k, place(outstanding_usd))[i] += part;
          ledger.at(k, place(tail_usd))[i] += part - lost;
        }
        if (m + l >= ledger.periods()) continue;
        ledger.at(m + l, place(denied_usd))[i] += lost;
        ledger.at(m + l, place(collected_usd))[i] += part - lost;
      }
    }
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
    for (const std::size_t c : days->columns()) std::copy_n(ledger.at(m, c), ledger.paths(), before.at(m, c));
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
  const auto collected = sum_of_months(ledger, static_cast<std::size_t>(LedgerColumn::collections_usd));
  std::vector<std::vector<double>> coded;  // [code][path], over the horizon
  for (std::size_t c = 0; c < codes_.size(); ++c)
    coded.push_back(sum_of_months(ledger, layout_.visits_of(c)));
  std::vector<double> all(paths, 0.0);
  for (const auto& of_code : coded)
    for (std::size_t i = 0; i < paths; ++i) all[i] += of_code[i];
  std::vector<double> divisor(paths), placed(paths), share(paths);
  // A path without any visit has no code to give: all of its shares are 0, by whatever they are divided.
  std::ranges::transform(all, divisor.begin(), [](double visits) { return visits == 0.0 ? 1.0 : visits; });
  // A late cancel whose place another patient took has lost no visit.
  const auto refilled = lost == LedgerColumn::late_cancels ? layout_.place_of_refilled() : std::nullopt;
  std::vector<double> given(paths);
  for (std::size_t m = 0; m < ledger.periods(); ++m) {
    const double* kept = refilled ? ledger.at(m, *refilled) : nullptr;
    std::copy_n(ledger.at(m, lost), paths, given.begin());
    for (std::size_t i = 0; refilled && i < paths; ++i) given[i] -= kept[i];
    const double* n = given.data();
    std::ranges::fill(placed, 0.0);
    std::ranges::fill(share, 0.0);
    for (std::size_t c = 0; c < codes_.size(); ++c)
      place_visits({n, paths}, coded[c], divisor, share, placed, ledger.at(m, layout_.visits_of(c)));
    add_part({n, paths}, collected, divisor, ledger.at(m, LedgerColumn::collections_usd));
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
