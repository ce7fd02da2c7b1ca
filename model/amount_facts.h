#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/contract.h"
#include "model/ledger.h"

namespace paystress {

/// The amount with every named term written out. A name that is both a term and a column is the term.
/// A circle of terms, nesting beyond 60 terms, or more than `most_written_out` parts give nothing.
inline constexpr std::size_t most_written_out = 100'000;
/// What is nested deeper with its terms written out is no contract: it would not fit onto a stack.
inline constexpr int deepest_written_out = 1'000;
[[nodiscard]] std::optional<Amount> expand_terms(const Amount& amount, const Contract& contract);
[[nodiscard]] std::optional<Condition> expand_terms(const Condition& condition, const Contract& contract);

/// Names that an amount (with terms written out) reads.
struct AmountNames {
  std::vector<std::string> columns, earned;  ///< in order of first use, each once
  bool month = false;
  [[nodiscard]] bool reads_ledger() const { return !columns.empty() || !earned.empty(); }
};
void collect_names(const Amount& amount, AmountNames& names);
void collect_names(const Condition& condition, AmountNames& names);
[[nodiscard]] AmountNames names_of(const Amount& amount);

/// Names that the amounts and conditions of a line, or of a whole contract, read, with terms written out;
/// those of a circle of terms are left out.
[[nodiscard]] AmountNames names_of(const PayLine& line, const Contract& contract);
[[nodiscard]] AmountNames names_of(const Contract& contract);

/// Calls one function with every amount and one with every condition of a line (terms not written out).
void visit_amounts(const PayLine& line, const std::function<void(const Amount&)>& amount,
                   const std::function<void(const Condition&)>& condition);
/// The same for a whole contract, without the definitions of its terms.
void visit_amounts(const Contract& contract, const std::function<void(const Amount&)>& amount,
                   const std::function<void(const Condition&)>& condition);

/// Of amounts and conditions with their terms written out: parts (numbers, names, operations; terms that name
/// terms may double them at every step) and the levels of the deepest amount. A circle counts as one part.
struct WrittenOut {
  double parts = 1.0;
  int depth = 1;
  void join(const WrittenOut& other) {
    parts += other.parts;
    depth = depth > other.depth ? depth : other.depth;
  }
};
[[nodiscard]] WrittenOut written_out_size(const Contract& contract);

/// Does any amount or condition of the contract, terms included, hold to_date() or annualised()?
[[nodiscard]] bool reads_year_to_date(const Contract& contract);

/// Holds earned pay, this_month(), to_date() or annualised(): what the days of a span do not tell.
[[nodiscard]] bool reads_other_times(const Amount& amount);

/// Names `month` or this_month(), so that it has a value for each month of a longer period.
[[nodiscard]] bool changes_by_month(const Amount& amount);
[[nodiscard]] bool changes_by_month(const Condition& condition);

/// Grows with the length of the window: a sum over months 1, a ratio of sums 0. Bounds of a measure that
/// does not grow are never prorated, nor are amounts that grow by themselves.
[[nodiscard]] int growth(const Amount& amount, const LedgerLayout& layout);
/// Whole numbers only: counts, their sums and differences, their whole multiples.
[[nodiscard]] bool is_count(const Amount& amount, const LedgerLayout& layout);
/// A quotient whose denominator is read from the ledger: a ratio of period sums.
[[nodiscard]] bool is_ledger_ratio(const Amount& amount);
/// Holds a division anywhere, so that it may be undefined.
[[nodiscard]] bool may_be_undefined(const Amount& amount);

}  // namespace paystress
