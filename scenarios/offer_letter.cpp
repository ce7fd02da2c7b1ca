#include "scenarios/offer_letter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "model/calendar.h"

namespace paystress {
namespace {

constexpr std::string_view mix = R"({ "99212" = 0.035, "99213" = 0.537, "99214" = 0.408, "99215" = 0.02 })";

// A title in TOML: quotes and backslashes escaped, other control characters left out.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out + "\"";
}

double hours_of(const OfferLetter& l) { return l.hours.value_or(UsualSessions::hours); }
double places_of(const OfferLetter& l) {
  return hours_of(l) * l.slots_per_hour.value_or(UsualSessions::slots_per_hour);
}

std::string sessions(const OfferLetter& letter) {
  std::string days;
  for (int d = 0; d < letter.days_per_week.value_or(UsualSessions::days_per_week); ++d)
    days += fmt::format("{}\"{}\"", d == 0 ? "" : ", ", weekday_names.at(static_cast<std::size_t>(d)));
  return fmt::format(
      "sessions = {{ weekdays = [{}], hours = {}, slots_per_hour = {}, days_off_per_year = {} }}", days,
      hours_of(letter), letter.slots_per_hour.value_or(UsualSessions::slots_per_hour),
      letter.days_off.value_or(UsualSessions::days_off));
}

// Where the numbers of the sessions come from.
std::string source_of_sessions(const OfferLetter& letter) {
  std::vector<std::string_view> usual;
  if (!letter.days_per_week) usual.emplace_back("weekdays");
  if (!letter.hours) usual.emplace_back("hours");
  if (!letter.slots_per_hour) usual.emplace_back("slots_per_hour");
  if (!letter.days_off) usual.emplace_back("days_off_per_year");
  if (usual.empty()) return "letter";
  constexpr std::size_t all = 4;
  return usual.size() == all ? "usual, accepted"
                             : fmt::format("letter; usual, accepted: {}", fmt::join(usual, ", "));
}

// Patients who ask on a workday: the published 16 to 22 are those of full days.
std::string demand(const OfferLetter& letter) {
  constexpr double places_of_range = UsualSessions::hours * UsualSessions::slots_per_hour;
  const double places = places_of(letter), part = places / places_of_range;
  const auto visits = [&](double of_range) { return std::round(of_range * part * 100) / 100; };
  return fmt::format("demand   = {{ visits_per_day = {{ low = {}, likely = {}, high = {} }} }}   # range{}\n",
                     visits(16), visits(18.5), visits(22),
                     places == places_of_range
                         ? ""
                         : fmt::format(": 16 to 22 on {} places a day, as many on each of these {}",
                                       places_of_range, places));
}

// Is there a payment that the second year does not repeat?
bool is_paid_once(const OfferLetter& letter) {
  return letter.sign_on > 0 || (letter.guarantee_per_month > 0 && letter.guarantee_months > 0);
}

// A value that the letter states, or all that it may mean.
std::string stated(const std::optional<std::string>& value, std::string_view readings) {
  return value ? fmt::format("\"{}\"", *value)
               : fmt::format("{{ readings = [{}] }}   # letter: not said", readings);
}

class StudyWriter {
 public:
  explicit StudyWriter(const OfferLetter& letter) : letter_(letter) {}

  std::string text() {
    head();
    practices();
    offer();
    text_ +=
        "\n[stresses.volume_dip]\nmonths = [4, 6]\nbooked_visits = { multiply = 0.8 }   # a fifth fewer "
        "visits\n"
        "\n[[scenarios]]\npractice = \"mine\"\noffer    = \"offer\"\n";
    return text_;
  }

 private:
  void line(std::string_view key, std::string_view value, std::string_view note = "") {
    text_ += fmt::format("{:<9} = {}{}{}\n", key, value, note.empty() ? "" : "   # ", note);
  }
  void money(std::string_view key, double usd, std::string_view note) {
    line(key, fmt::format("{}", usd), note);
  }
  void pay(std::string_view name) {
    components_.emplace_back(name);
    text_ += fmt::format("[[offers.offer.pay]]\nname      = \"{}\"\n", name);
  }

  void head() {
    text_ += fmt::format(
        "# letter: what the offer says. told: what the recruiter says. range: published "
        "(scenarios/SOURCES.md), put "
        "your own. usual: the letter does not say.\n\n[study]\ntitle  = {}\nstart  = 2026-01-01\nmonths = "
        "{}\npaths  = 20_000\n",
        quoted(letter_.title),
        is_paid_once(letter_) ? "24   # the first year has what the second does not repeat" : "12");
    if (letter_.need_per_month)
      text_ += fmt::format("need_usd_per_month  = {}   # yours\n", *letter_.need_per_month);
    if (letter_.target_per_year)
      text_ += fmt::format("target_usd_per_year = {}   # yours\n", *letter_.target_per_year);
  }

  void practices() {
    text_ += fmt::format(
        "\n# What to expect, until you know better.\n[practices.mine]\n{}   # {}\n{}"
        "no_show  = {{ rate = {{ low = 0.033, likely = 0.08, high = 0.18 }} }}   # range\n"
        "codes    = {{ schedule = \"builtin:cms\", mix = {}, concentration = 200 }}   # range\n"
        "time     = {{ visit_minutes = 15, charting_minutes = 6, late_charting_minutes = 5 }}   # range\n"
        "events.illness = {{ per_year = 0.5, days = 5, slots = {{ multiply = 0 }} }}   # a week every other "
        "year\n",
        sessions(letter_), source_of_sessions(letter_), demand(letter_), mix);
    if (!letter_.advertised_per_year) return;
    const double visits = letter_.told_visits.value_or(2 * places_of(letter_));
    text_ += fmt::format(
        "\n# What the recruiter describes.\n[practices.told]\n{0}   # {4}\n"
        "demand   = {{ visits_per_day = {1}, monthly_cv = 0, daily_cv = 0 }}   # {2}\n"
        "no_show  = {{ rate = 0 }}   # told: none is mentioned\nlate_cancel  = {{ rate = 0 }}\n"
        "tech_failure = {{ rate = 0 }}\naudit    = {{ reviewed = 0 }}\n"
        "codes    = {{ schedule = \"builtin:cms\", mix = {3} }}   # told\n",
        sessions(letter_), visits, letter_.told_visits ? "told" : "told: so many that every slot is filled",
        mix, source_of_sessions(letter_));
  }

  void offer() {
    text_ += fmt::format("\n[offers.offer]\ntitle = {}\n", quoted(letter_.title));
    if (letter_.advertised_per_year)
      text_ += fmt::format("advertised_usd_per_year = {}   # told\nadvertised_practice     = \"told\"\n",
                           *letter_.advertised_per_year);
    if (letter_.salary_per_year > 0) {
      pay("salary");
      money("fixed_usd", letter_.salary_per_year, "letter");
      line("per", "\"year\"");
    }
    rate("hours", "session_hours", letter_.per_hour);
    if (letter_.per_visit > 0) {
      pay("visits");
      line("measure", visits_measure());
      money("usd", letter_.per_visit, "letter");
      line("reset", "\"month\"");
    }
    rate("production", "credited_wrvu", letter_.per_wrvu);
    tiers();
    extras();
    adjustments();
  }

  void rate(std::string_view name, std::string_view measure, double usd) {
    if (usd <= 0) return;
    pay(name);
    line("measure", fmt::format("\"{}\"", measure));
    money("usd", usd, "letter");
    line("reset", "\"month\"");
    if (measure == "credited_wrvu")
      line("restate", "\"when_found\"", "what a review takes back is booked when found");
  }

  [[nodiscard]] std::string visits_measure() const {
    if (!letter_.no_shows_count)
      return stated(std::nullopt, R"("completed_visits", "completed_visits + no_shows")");
    return *letter_.no_shows_count ? "\"completed_visits + no_shows\"" : "\"completed_visits\"";
  }

  void tiers() {
    if (letter_.tiers.empty()) return;
    pay("visit_bonus");
    line("measure", visits_measure());
    line("mode", stated(letter_.tier_mode, R"("marginal", "retroactive")"));
    line("reset", stated(letter_.tier_reset, R"("month", "quarter", "year")"));
    std::string list;
    for (const auto& [above, usd] : letter_.tiers)
      list += fmt::format("{}{{ above = {}, usd = {} }}", list.empty() ? "" : ", ", above, usd);
    line("tiers", "[ " + list + " ]", "letter");
  }

  void extras() {
    if (letter_.per_message > 0) {
      pay("messages");
      line("measure", "\"messages\"");
      if (letter_.messages_free > 0) {
        line("mode", "\"marginal\"");
        line("tiers",
             fmt::format("[ {{ above = {}, usd = {} }} ]", letter_.messages_free, letter_.per_message),
             "letter");
      } else {
        money("usd", letter_.per_message, "letter");
      }
      line("reset", "\"month\"");
    }
    if (letter_.quality_per_year > 0) {
      pay("quality");
      line("measure", "\"quality_score\"");
      money("usd", letter_.quality_per_year, "letter: at a full score");
      line("reset", "\"year\"");
      line("paid", "\"period_end\"");
    }
    if (letter_.sign_on > 0) {
      pay("sign_on");
      money("fixed_usd", letter_.sign_on,
            "letter: in the first month; what leaving early takes back is not in here");
      line("per", "\"month\"");
      line("months", "[1, 1]");
    }
  }

  void adjustments() {
    if (letter_.guarantee_per_month <= 0) return;
    text_ += "[[offers.offer.adjust]]\nname          = \"guarantee\"\n";
    text_ += fmt::format("guarantee_usd = {}   # letter\nper           = \"month\"\n",
                         letter_.guarantee_per_month);
    if (letter_.guarantee_months > 0)
      text_ += fmt::format("months        = [1, {}]\n", letter_.guarantee_months);
    if (letter_.sign_on <= 0) return;
    std::erase(components_, "sign_on");
    text_ += fmt::format("on            = [\"{}\"]   # not sign_on: the letter does not count it\n",
                         fmt::join(components_, "\", \""));
  }

  const OfferLetter& letter_;
  std::string text_;
  std::vector<std::string> components_;  ///< written so far
};

}  // namespace

std::string letter_problem(const OfferLetter& l) {
  if (l.salary_per_year + l.per_hour + l.per_visit + l.per_wrvu <= 0 && l.tiers.empty())
    return "the letter pays nothing: it needs a salary, pay by the hour, the visit or the wRVU, or a bonus";
  for (std::size_t t = 1; t < l.tiers.size(); ++t)
    if (l.tiers[t].first <= l.tiers[t - 1].first) return "the lines of the bonus do not rise";
  return {};
}

std::string study_of(const OfferLetter& letter) { return StudyWriter(letter).text(); }

}  // namespace paystress
