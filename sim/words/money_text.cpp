#include "sim/words/money_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace paystress::words {

std::string money_text(double usd, int decimals) {
  auto text = fmt::format("{:.{}f}", usd, std::max(2, decimals));
  const auto point = text.find('.');
  while (text.size() - point > 3 && text.back() == '0') text.pop_back();
  if (text[0] == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string number_text(double x) {
  auto text = fmt::format("{}", x);
  const std::size_t start = x < 0 ? 1 : 0;
  auto end = text.find_first_of(".e");
  if (end == std::string::npos) end = text.size();
  for (std::size_t at = end; at > start + 3;) text.insert(at -= 3, ",");
  return text;
}

}  // namespace paystress::words
