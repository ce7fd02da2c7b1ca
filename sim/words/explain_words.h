#pragma once

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/contract.h"

// Words for the pieces of a contract. Internal to explain_contract.
namespace paystress::words {

[[nodiscard]] std::string quantity(const Amount& amount);  ///< "120", or the expression
[[nodiscard]] std::string money(const Amount& amount);     ///< "$20", "$0.0006", "(expression) dollars"
[[nodiscard]] bool is_zero(const Amount& amount);
[[nodiscard]] std::string_view span(Span span);  ///< "month", ..., "whole contract"
[[nodiscard]] std::string whole(Span span);      ///< "whole year", "whole contract"
[[nodiscard]] std::string each(Span span);       ///< "each month", "over the whole contract"
/// "months 7 to 18"; of days with their dates, where month 1 is that of `start`.
[[nodiscard]] std::string months(const MonthRange& range, std::chrono::year_month_day start);
[[nodiscard]] std::string rounding(const Rounding& rounding);
/// Of max(0, floor - brought) in dollars: what a span is topped up to, which no day changes, and what its
/// days bring; nothing where the value has another form.
[[nodiscard]] std::optional<std::pair<Amount, Amount>> floor_of(const SpanColumn& column,
                                                                const Contract& contract);
[[nodiscard]] std::string ordinal(long long n);                         ///< "121st"
[[nodiscard]] std::string list(const std::vector<std::string>& names);  ///< "a, b and c"

/// A text that grows by lines and by items of a list.
struct Page {
  std::string text;
  template <class... Args>
  void line(fmt::format_string<Args...> sentence, Args&&... args) {
    text += fmt::format(sentence, std::forward<Args>(args)...) + '\n';
  }
  template <class... Args>
  void item(fmt::format_string<Args...> sentence, Args&&... args) {
    text += "  - " + fmt::format(sentence, std::forward<Args>(args)...) + '\n';
  }
};

/// One sentence for every function of time that the amounts use (annualised, to_date, ...).
class Glossary {
 public:
  void note(const Amount& amount);
  void note(const Condition& condition);
  void note(const std::optional<Amount>& amount);
  void note(const std::optional<Condition>& condition);
  [[nodiscard]] std::vector<std::string> sentences() const;

 private:
  bool trailing_ = false, last_year_ = false;
  bool this_month_ = false, to_date_ = false, annualised_ = false, earned_ = false, month_ = false,
       ratio_ = false;
};

}  // namespace paystress::words
