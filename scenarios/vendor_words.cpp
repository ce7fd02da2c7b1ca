#include "scenarios/vendor_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/csv_text.h"

namespace paystress {
namespace {

// A word without capitals and signs, the word here that must be among the known, and what to write.
struct VendorWord {
  std::string_view word, ours, answer;
};

constexpr std::string_view marginal = "marginal: each unit earns the rate of the tier it falls in";
constexpr std::string_view retroactive = "retroactive: every unit earns the rate of the tier reached";
constexpr std::string_view lump_sum = "lump_sum: reaching a tier pays its sum";
constexpr std::string_view blocks = "blocks = { size = 10 }: whole blocks of units are paid";
constexpr std::string_view fixed = "fixed_usd = its dollars, with per";

constexpr std::array<VendorWord, 23> words{{{"graduated", "marginal", marginal},
                                            {"slice", "marginal", marginal},
                                            {"slices", "marginal", marginal},
                                            {"progressive", "marginal", marginal},
                                            {"incremental", "marginal", marginal},
                                            {"volume", "retroactive", retroactive},
                                            {"slab", "retroactive", retroactive},
                                            {"slabs", "retroactive", retroactive},
                                            {"allunits", "retroactive", retroactive},
                                            {"firstdollar", "retroactive", retroactive},
                                            {"stairstep", "lump_sum", lump_sum},
                                            {"stairsteps", "lump_sum", lump_sum},
                                            {"step", "lump_sum", lump_sum},
                                            {"package", "marginal", blocks},
                                            {"package", "blocks", blocks},
                                            {"bundle", "blocks", blocks},
                                            {"salary", "fixed_usd", fixed},
                                            {"salaryusd", "fixed_usd", fixed},
                                            {"base", "fixed_usd", fixed},
                                            {"basesalary", "fixed_usd", fixed},
                                            {"basepay", "fixed_usd", fixed},
                                            {"stipend", "fixed_usd", fixed},
                                            {"amount", "fixed_usd", fixed}}};

}  // namespace

std::string answer_to_vendor_word(std::string_view word, std::span<const std::string> known) {
  const auto plain = plain_name(word);
  for (const auto& w : words)
    if (w.word == plain && std::ranges::find(known, w.ours) != known.end())
      return fmt::format("Write {}.", w.answer);
  return {};
}

}  // namespace paystress
