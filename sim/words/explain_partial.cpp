#include "sim/words/explain_partial.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/amount_facts.h"
#include "sim/words/explain_words.h"

namespace paystress::words {
namespace {

// Totals of a longer period: those of a level are no totals, and are never scaled.
bool is_total(const MeasuredPay& pays, const Contract& contract, const LedgerLayout& layout) {
  const auto measure = expand_terms(pays.measure, contract);
  return pays.reset != Span::month && measure && growth(*measure, layout) > 0;
}

// Bounds, flat sums, lumps, guarantees and caps go without saying, the rest where the contract has it.
std::vector<std::string> totals_of(const Contract& contract, const LedgerLayout& layout) {
  const auto has = [&](auto has_it) {
    return std::ranges::any_of(contract.pay, [&](const PayLine& line) {
      const auto* pays = std::get_if<MeasuredPay>(&line.pays);
      return pays != nullptr && has_it(*pays) && is_total(*pays, contract, layout);
    });
  };
  std::vector<std::string> totals{"bounds", "flat sums", "lumps"};
  if (has([](const MeasuredPay& p) { return std::holds_alternative<Curve>(p.schedule); }))
    totals.emplace_back("curve points");
  if (has([](const MeasuredPay& p) { return p.blocks && !is_zero(p.blocks->free); }))
    totals.emplace_back("free units");
  if (has([](const MeasuredPay& p) { return p.blocks && !is_zero(p.blocks->min); }))
    totals.emplace_back("least blocks");
  if (has([](const MeasuredPay& p) { return p.corridor.has_value(); })) totals.emplace_back("corridors");
  totals.insert(totals.end(), {"guarantees", "caps"});
  return totals;
}

bool has_long_draw(const Contract& contract) {
  return std::ranges::any_of(contract.adjust, [](const Adjustment& a) {
    return std::holds_alternative<Draw>(a.does) && a.per != Span::month;
  });
}

}  // namespace

std::vector<std::string> explain_partial(const Contract& contract, const LedgerLayout& layout) {
  if (!contract.partial) return {};
  const bool draws = has_long_draw(contract);
  auto totals = totals_of(contract, layout);
  if (draws) totals.emplace_back("draws");
  switch (*contract.partial) {
    case Partial::prorate:
      return {fmt::format("A period that is cut short scales {} by its months; rates stay as they are.",
                          list(totals))};
    case Partial::full:
      return {fmt::format("A period that is cut short keeps its full {}.", list(totals))};
    case Partial::none:
      break;
  }
  std::vector<std::string> sentences{fmt::format(
      "A period that is cut short earns nothing under rules of that period, and no {} of such a period holds "
      "in it.",
      draws ? "guarantee, cap or draw" : "guarantee or cap")};
  for (const auto& a : contract.adjust) {
    const auto* withhold = std::get_if<Withhold>(&a.does);
    if (withhold != nullptr && withhold->in != Span::month)
      sentences.push_back(
          fmt::format("What {} holds back in a {} that is cut short is lost.", a.name, span(withhold->in)));
  }
  return sentences;
}

}  // namespace paystress::words
