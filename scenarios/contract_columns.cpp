#include "scenarios/contract_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/adjustment_fields.h"

namespace paystress {
namespace {

class Collector {
 public:
  explicit Collector(const Contract& contract) : contract_(contract) {}

  void add(const Amount& amount, const std::string& key) {
    if (amount.op() == Amount::Op::column || amount.op() == Amount::Op::term) {
      const auto term =
          std::ranges::find(contract_.terms, amount.name(), &std::pair<std::string, Amount>::first);
      if (term == contract_.terms.end()) {
        add_column(amount.name(), key);
      } else if (terms_.insert(term->first).second) {
        add(term->second, "terms." + term->first);
      }
    }
    for (const auto& operand : amount.operands()) add(operand, key);
  }
  void add(const std::optional<Amount>& amount, const std::string& key) {
    if (amount) add(*amount, key);
  }
  void add(const Condition& condition, const std::string& key) {
    for (const auto& amount : condition.amounts) add(amount, key);
    for (const auto& part : condition.parts) add(part, key);
  }
  void add(const std::optional<Condition>& condition, const std::string& key) {
    if (condition) add(*condition, key);
  }

  void add(const PayLine& line) {
    const auto key = "pay." + line.name;
    add(line.when, key + ".when");
    if (const auto* fixed = std::get_if<FixedPay>(&line.pays)) {
      add(fixed->usd, key + ".fixed_usd");
      return;
    }
    const auto& pays = std::get<MeasuredPay>(line.pays);
    each_code_ = pays.each_code;
    if (!std::holds_alternative<CodeTable>(pays.schedule)) add(pays.measure, key + ".measure");
    if (pays.blocks) {
      add(pays.blocks->free, key + ".blocks.free");
      add(pays.blocks->size, key + ".blocks.size");
      add(pays.blocks->min, key + ".blocks.min");
    }
    if (pays.corridor) {
      add(pays.corridor->target, key + ".corridor.target");
      add(pays.corridor->low, key + ".corridor.low");
      add(pays.corridor->high, key + ".corridor.high");
    }
    add(pays.pay_per, key + ".pay_per");
    add(pays.schedule, key);
    each_code_ = false;
  }

  void add(const Adjustment& adjust) {
    const auto key = "adjust." + adjust.name;
    add(adjust.when, key + ".when");
    visit_expressions(adjust.does, [&](const std::string& below, const auto& expression) {
      add(expression, key + "." + below);
    });
  }

  /// What is collected after the end counts in the last month with what is collected before.
  void add_tail() {
    if (contract_.may_end() && contract_.tail == Tail::paid &&
        seen_.contains(std::string(name_of(CollectionColumn::collected_usd))))
      add_column(std::string(name_of(CollectionColumn::tail_usd)), "tail");
  }

  [[nodiscard]] std::vector<ColumnUse> take() { return std::move(uses_); }

 private:
  void add_column(const std::string& column, const std::string& key) {
    if (each_code_ && column == "visits") return;
    if (seen_.insert(column).second) uses_.push_back({column, key});
  }
  void add(const Schedule& schedule, const std::string& key) {
    if (const auto* rate = std::get_if<SingleRate>(&schedule)) add(rate->usd, key + ".usd");
    if (const auto* table = std::get_if<CodeTable>(&schedule)) {
      for (const auto& [code, usd] : table->usd_by_code) {
        const auto at = fmt::format("{}.table_usd.{}", key, code);
        add_column("visits." + code, at);
        add(usd, at);
      }
    }
    if (const auto* ladder = std::get_if<TierLadder>(&schedule)) {
      for (std::size_t k = 0; k < ladder->tiers.size(); ++k) {
        const auto& tier = ladder->tiers[k];
        const auto at = fmt::format("{}.tiers.{}", key, k + 1);
        add(tier.from.at, fmt::format("{}.{}", at, tier.from.included ? "at_least" : "above"));
        add(tier.usd, at + ".usd");
        add(tier.flat_usd, at + ".flat_usd");
        add(tier.when, at + ".when");
      }
    }
  }
  const Contract& contract_;
  bool each_code_ = false;
  std::set<std::string> seen_, terms_;
  std::vector<ColumnUse> uses_;
};

}  // namespace

std::vector<ColumnUse> columns_used(const Contract& contract) {
  Collector collector(contract);
  for (const auto& line : contract.pay) collector.add(line);
  for (const auto& adjust : contract.adjust) collector.add(adjust);
  collector.add_tail();
  return collector.take();
}

std::vector<ColumnUse> columns_of_spans(const Contract& contract) {
  Collector collector(contract);
  for (const auto& column : contract.ledger) {
    collector.add(column.value, "ledger." + column.info.name + ".value");
    collector.add(column.when, "ledger." + column.info.name + ".when");
  }
  return collector.take();
}

bool counts_by_code(const Contract& contract) {
  return std::ranges::any_of(contract.pay, [](const PayLine& line) {
    const auto* pays = std::get_if<MeasuredPay>(&line.pays);
    return pays != nullptr && pays->each_code;
  });
}

}  // namespace paystress
