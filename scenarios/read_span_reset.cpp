// Components that start again each day, week or number of days: what a span earns is a column of the ledger.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "model/amount_facts.h"
#include "model/span_columns.h"
#include "scenarios/contract_values.h"
#include "scenarios/read_span_column.h"

namespace paystress {
namespace {

using Op = Amount::Op;

Amount sum(const Amount& a, const Amount& b) {
  return a.constant() == 0.0 ? b : Amount::apply(Op::add, {a, b});
}
Amount difference(const Amount& a, const Amount& b) {
  return b.constant() == 0.0 ? a : Amount::apply(Op::subtract, {a, b});
}
Amount product(const Amount& a, const Amount& b) { return Amount::apply(Op::multiply, {a, b}); }

Condition compared(Condition::Op op, const Amount& a, const Amount& b) { return {op, {a, b}, {}}; }

/// What a span earns: one amount, or one for each tier that it can reach, under conditions of which one
/// holds.
struct Piece {
  Amount usd;
  std::vector<Condition> when{};
};

/// A ladder whose bounds all leave their point out, or say that it is in.
struct Ladder {
  const TierLadder& tiers;
  const Amount& measure;
  std::vector<Bound> bounds;

  [[nodiscard]] Condition reaches(std::size_t k) const {
    using enum Condition::Op;
    return compared(bounds[k].included ? greater_equal : greater, measure, bounds[k].at);
  }
  [[nodiscard]] const Tier& operator[](std::size_t k) const { return tiers.tiers[k]; }

  // Each unit at its own rate: every line changes the rate of what lies above it.
  [[nodiscard]] Piece by_units() const {
    Piece piece;
    for (std::size_t k = 0; k < bounds.size(); ++k) {
      const Amount step = k == 0 ? (*this)[0].usd : difference((*this)[k].usd, (*this)[k - 1].usd);
      const Amount beyond = Amount::apply(Op::maximum, {0.0, difference(measure, bounds[k].at)});
      piece.usd = sum(piece.usd, product(step, beyond));
    }
    return piece;
  }

  // What a span earns whose measure lies in tier k.
  [[nodiscard]] Amount in_tier(std::size_t k) const {
    if (tiers.mode == TierMode::retroactive)
      return sum((*this)[k].flat_usd, product((*this)[k].usd, measure));
    Amount usd;
    if (tiers.mode == TierMode::lump_sum) {
      const std::size_t first = tiers.lump == LumpRule::accumulate ? 0 : k;
      for (std::size_t j = first; j <= k; ++j) usd = sum(usd, sum((*this)[j].flat_usd, (*this)[j].usd));
      return usd;
    }
    for (std::size_t j = 0; j <= k; ++j) {
      const Amount upto = j == k ? measure : bounds[j + 1].at;
      usd = sum(usd, sum((*this)[j].flat_usd, product((*this)[j].usd, difference(upto, bounds[j].at))));
    }
    return usd;
  }

  [[nodiscard]] std::vector<Piece> pieces() const {
    const bool has_flats =
        std::ranges::any_of(tiers.tiers, [](const Tier& tier) { return tier.flat_usd.constant() != 0.0; });
    if (tiers.mode == TierMode::marginal && !has_flats) return {by_units()};
    std::vector<Piece> all;
    for (std::size_t k = 0; k < bounds.size(); ++k) {
      Piece piece{in_tier(k), {reaches(k)}};
      if (k + 1 < bounds.size()) piece.when.push_back({Condition::Op::none_of, {}, {reaches(k + 1)}});
      all.push_back(std::move(piece));
    }
    return all;
  }
};

class ResetReader {
 public:
  ResetReader(TableReader& table, std::span<const ColumnInfo> columns, Contract& contract)
      : table_(table), columns_(columns), contract_(contract) {}

  void read(PayLine& line, bool is_whole) {
    const auto before = table_.faults().error_count();
    read_span_length(table_, "reset", span_);
    refuse_uncountable();
    static constexpr std::array<std::string_view, 2> unused{"pay_over", "restate"};
    refuse(table_, unused, "a reset of days");
    static constexpr std::array<std::string_view, 1> when_paid{"paid"};
    refuse(table_, when_paid, "a reset of days: a span is paid in the month of its last day");
    const auto* pay = std::get_if<MeasuredPay>(&line.pays);
    if (!is_whole || pay == nullptr) return;
    check_names("measure", names_of_terms(pay->measure));
    if (line.when) check_names("when", names_of_terms(*line.when));
    const auto pieces = pieces_of(*pay);
    if (table_.faults().error_count() != before) return;
    Amount usd;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const auto name = pieces.size() == 1 ? line.name + "_usd" : fmt::format("{}_{}_usd", line.name, i + 1);
      add_column(name, pieces[i], line.when);
      usd = sum(usd, Amount::name(Op::column, name));
    }
    line.when.reset();
    FixedPay fixed;
    fixed.usd = usd;
    line.pays = fixed;
  }

 private:
  // These have an effect over months, so that leaving one out would be another contract.
  void refuse_uncountable() {
    const auto* reset = table_.table().find("reset");
    for (const auto key : {"each", "blocks", "corridor", "curve", "pay_per"})
      if (table_.has(key))
        table_.error(key, fmt::format("cannot be counted by {}", reset->text),
                     "a span of days is priced at a rate, by a table of codes or on tiers",
                     "Write a longer reset, such as \"month\", or price the span without it.");
  }

  template <class What>
  [[nodiscard]] AmountNames names_of_terms(const What& what) const {
    AmountNames names;
    if (const auto written_out = expand_terms(what, contract_)) collect_names(*written_out, names);
    return names;
  }

  // A column of whole months, told at the key that reads it: what is made of it has no key of its own.
  void check_names(std::string_view key, const AmountNames& names) {
    for (const auto& name : names.columns) {
      const auto* known = find_ledger_column(name);
      if (known != nullptr && known->finest == ColumnFinest::month)
        table_.error(key, fmt::format("{} has no value for a {}", name, word()),
                     "it is a column of the whole month",
                     "Write reset = \"month\", or count what days have.");
    }
  }
  [[nodiscard]] std::string_view word() const {
    return span_.each == SpanColumn::Each::day    ? "day"
           : span_.each == SpanColumn::Each::week ? "week"
                                                  : "period";
  }

  std::vector<Piece> pieces_of(const MeasuredPay& pay) {
    if (const auto* rate = std::get_if<SingleRate>(&pay.schedule)) return {{product(pay.measure, rate->usd)}};
    if (const auto* table = std::get_if<CodeTable>(&pay.schedule)) {
      Piece piece;
      for (const auto& [code, usd] : table->usd_by_code)
        piece.usd = sum(piece.usd, product(Amount::name(Op::column, "visits." + code), usd));
      return {piece};
    }
    const auto* tiers = std::get_if<TierLadder>(&pay.schedule);
    if (tiers == nullptr) return {};  // a curve, which is refused
    Ladder ladder{*tiers, pay.measure, {}};
    for (std::size_t k = 0; k < tiers->tiers.size(); ++k) ladder.bounds.push_back(bound_of(pay, *tiers, k));
    return ladder.pieces();
  }

  // On a count the 121st unit is the first above 120, so that it lies in the tier from 121 on as a whole.
  Bound bound_of(const MeasuredPay& pay, const TierLadder& ladder, std::size_t k) {
    const auto& tier = ladder.tiers[k];
    const auto key = fmt::format("tiers.{}", k + 1);
    if (tier.when)
      table_.error("tiers", fmt::format("{} has a when", key), "a span looks at its own days only",
                   "Write the condition at the component, or a second component.");
    if (!tier.from.included || ladder.mode != TierMode::marginal || !counts(pay.measure)) return tier.from;
    const auto at = tier.from.at.constant();
    if (!at)
      table_.error("tiers", fmt::format("{} has an at_least that is an amount", key),
                   "of a count the unit before it is the bound, where it is whole", "Write above.");
    return {at ? Amount(*at == std::floor(*at) && *at > 0.0 ? *at - 1.0 : *at) : tier.from.at, false};
  }
  [[nodiscard]] bool counts(const Amount& measure) const {
    std::vector<ColumnInfo> read;
    for (const auto& name : names_of_terms(measure).columns) {
      const auto own = std::ranges::find(columns_, name, &ColumnInfo::name);
      if (const auto* known = find_ledger_column(name))
        read.push_back(*known);
      else if (own != columns_.end())
        read.push_back(*own);
      else if (name.starts_with("visits."))
        read.push_back({name, ColumnUnit::count, ColumnJoin::sum, 1.0, "visits"});
    }
    const auto written_out = expand_terms(measure, contract_);
    return written_out && is_count(*written_out, LedgerLayout::typed(std::move(read), 0));
  }

  void add_column(const std::string& name, const Piece& piece, const std::optional<Condition>& when) {
    SpanColumn column = span_;
    column.info = {name, ColumnUnit::usd, ColumnJoin::sum, 100.0, "what a component earns, by spans"};
    column.value = piece.usd;
    auto conditions = piece.when;
    if (when) conditions.push_back(*when);
    if (conditions.size() == 1)
      column.when = conditions.front();
    else if (!conditions.empty())
      column.when = Condition{Condition::Op::all_of, {}, std::move(conditions)};
    check_made_name(table_, name);
    if (std::ranges::find(columns_, name, &ColumnInfo::name) != columns_.end() ||
        find_span_column(contract_.ledger, name) != nullptr)
      table_.error("name", fmt::format("needs the column {}, which is written too", name),
                   "what its spans earn is kept there", "Rename the component or the column.");
    contract_.ledger.push_back(std::move(column));
  }

  TableReader& table_;
  std::span<const ColumnInfo> columns_;
  Contract& contract_;
  SpanColumn span_;
};

}  // namespace

void read_span_reset(TableReader& table, std::span<const ColumnInfo> columns, bool is_whole, PayLine& line,
                     Contract& contract) {
  ResetReader(table, columns, contract).read(line, is_whole);
}

}  // namespace paystress
