#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "model/practice.h"

namespace paystress::samplers {

/// A variable of a day of the fast sampler: its place in the stream "fast.day" (block of four words, word),
/// and its number in "fast.day/more", where draws in doubt find further bits. A place never moves: it is
/// what the draws of a variable depend on.
struct DayVariable {
  std::uint32_t block, word, more;
};

namespace day {

inline constexpr DayVariable daily_shock{0, 0, 0}, demand{0, 1, 1}, no_shows{0, 2, 2}, other_losses{0, 3, 3},
    visit_time{1, 2, 6}, inbox_time{1, 3, 7};
inline constexpr std::array<DayVariable, inbox_kind_count> items{{{1, 0, 4}, {1, 1, 5}, {2, 0, 8}}};
// Of counts under a stress: raised demand and items, visits thinned by fate.
inline constexpr DayVariable stressed_demand{3, 0, 16}, thinned_no_shows{3, 1, 17}, thinned_losses{4, 1, 21},
    thinned_completed{4, 2, 22};
inline constexpr std::array<DayVariable, inbox_kind_count> stressed_items{
    {{3, 2, 18}, {3, 3, 19}, {4, 0, 20}}};
inline constexpr DayVariable returning{6, 0, 23}, overbooked{6, 1, 24};
/// Minutes of one inbox kind, where the kinds are too unlike for one draw.
inline constexpr std::array<DayVariable, inbox_kind_count> item_minutes{{{7, 0, 25}, {7, 1, 26}, {7, 2, 27}}};
// Of late cancels whose place is offered to the refused: how many of today's losses they are, how many are
// offered, and lost calls among the visits that come of it.
inline constexpr DayVariable cancels{8, 0, 28}, refilled{8, 1, 29}, refilled_losses{8, 2, 30};
// Block 5 of every fourth workday: half a word of each of its four days.
inline constexpr DayVariable day_off{5, 0, 9}, slots{5, 0, 10};

/// Blocks below are made for all paths when the day begins, the others when a law first asks for them.
inline constexpr std::uint32_t first_block_on_demand = 3, blocks_on_demand = 6;

}  // namespace day

/// A variable of a month: its place in "fast.month"; its number in "fast.month/more" is that of its word.
struct MonthVariable {
  std::uint32_t block, word;
  [[nodiscard]] constexpr std::uint32_t more() const { return 4 * block + word; }
};

namespace month {

[[nodiscard]] constexpr MonthVariable word_from(std::uint32_t block, std::size_t i) {
  return {block + static_cast<std::uint32_t>(i / 4), static_cast<std::uint32_t>(i % 4)};
}
inline constexpr MonthVariable late_cancels{1, 1};
/// The Gaussian states, around the word of the late cancels.
[[nodiscard]] constexpr MonthVariable state(std::size_t s) { return word_from(0, s < 5 ? s : s + 1); }
/// Codes one after the other; recoding steps in order; two words a code for reviews, used or not, so that a
/// code's luck does not depend on its place.
[[nodiscard]] constexpr MonthVariable code(std::size_t c) { return word_from(2, c); }
[[nodiscard]] constexpr MonthVariable recode(std::size_t step) { return word_from(1024, step); }
[[nodiscard]] constexpr MonthVariable review_down(std::size_t c) { return word_from(2048, 2 * c); }
[[nodiscard]] constexpr MonthVariable review_up(std::size_t c) { return word_from(2048, 2 * c + 1); }
/// How many are reviewed of those that no review changes, where a sample is extrapolated.
[[nodiscard]] constexpr MonthVariable reviewed(std::size_t c) { return word_from(3072, c); }
static_assert(state(month_state_count - 1).block < code(0).block, "the states leave the codes their words");

}  // namespace month

namespace day {

consteval bool all_apart() {
  constexpr std::size_t single = 15;
  std::array<DayVariable, single + 3 * inbox_kind_count> all{
      {daily_shock, demand, no_shows, other_losses, visit_time, inbox_time, stressed_demand, thinned_no_shows,
       thinned_losses, thinned_completed, returning, overbooked, cancels, refilled, refilled_losses}};
  std::copy(items.begin(), items.end(), all.begin() + single);
  std::copy(stressed_items.begin(), stressed_items.end(), all.begin() + single + inbox_kind_count);
  std::copy(item_minutes.begin(), item_minutes.end(), all.begin() + single + 2 * inbox_kind_count);
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if ((all[i].block == all[j].block && all[i].word == all[j].word) || all[i].more == all[j].more)
        return false;
  return true;
}
static_assert(all_apart(), "every variable of a day, and so every inbox kind, has words of its own");

}  // namespace day

}  // namespace paystress::samplers
