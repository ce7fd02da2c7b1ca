#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paystress {

/// What an offer letter says, and what it leaves open: nothing where it is silent. Money in dollars.
struct OfferLetter {
  std::string title = "My offer";
  double salary_per_year = 0, per_hour = 0, per_visit = 0, per_wrvu = 0;
  std::vector<std::pair<double, double>> tiers;  ///< visits above which each visit earns so much, rising
  std::optional<std::string> tier_mode;          ///< "marginal", "retroactive"
  std::optional<std::string> tier_reset;         ///< "month", "quarter", "year"
  std::optional<bool> no_shows_count;            ///< whether a no-show counts as a visit
  double per_message = 0, messages_free = 0;     ///< a message beyond so many a month
  double quality_per_year = 0;                   ///< at a full score
  double guarantee_per_month = 0;                ///< not less than this
  int guarantee_months = 12;                     ///< first months that have the guarantee; 0: all
  double sign_on = 0;                            ///< outside of the guarantee
  std::optional<int> days_per_week;
  std::optional<double> hours, slots_per_hour, days_off;
  std::optional<double> told_visits;  ///< visits a day that the recruiter names
  std::optional<double> advertised_per_year, need_per_month, target_per_year;
};

/// The sessions that a study has where the letter does not say.
struct UsualSessions {
  static constexpr int days_per_week = 5;
  static constexpr double hours = 8, slots_per_hour = 3, days_off = 25;
};

/// What is wrong with a letter, "" when nothing: it pays nothing, or its tiers do not rise.
[[nodiscard]] std::string letter_problem(const OfferLetter& letter);

/// A complete study of the offer, commented, each number marked by where it comes from; what the letter
/// leaves open is written as readings. Of two years where the letter has a payment that the second does not
/// repeat, else of one.   \pre letter_problem is empty \test
/// tests/unit/scenarios/offer_letter_test.cpp
[[nodiscard]] std::string study_of(const OfferLetter& letter);

}  // namespace paystress
