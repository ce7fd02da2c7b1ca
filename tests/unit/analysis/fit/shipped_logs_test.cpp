// The shipped logs are made from a practice that is known, and the fit finds it. PAYSTRESS_UPDATE=1 writes
// them.

#include <fmt/format.h>

#include <boost/random/discrete_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/mersenne_twister.hpp>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "analysis/fit/fit_practice.h"
#include "analysis/fit/read_log.h"
#include "analysis/fit/simulate_days.h"
#include "model/date_text.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/program.h"

namespace paystress::fit::shipped_logs_test {
namespace {

using namespace std::chrono;
using enum Parameter;
using Bits = boost::random::mt19937_64;

const std::filesystem::path logs = std::filesystem::path(test::source_path()) / "scenarios" / "logs";

/// The practice behind both logs; what is not set here has its default.
DrawnPractice truth() {
  Practice practice;
  practice[slots_per_hour] = Known{2.5};
  practice[days_off_per_year] = Known{26};
  practice[visits_per_day] = Known{16.5};
  practice[no_show_rate] = Known{0.11};
  practice[no_show_daily_rho] = Known{0.015};
  practice[late_cancel_rate] = Known{0.04};
  practice[visit_minutes] = Known{17};
  practice.weekday_factor = {1.1, 1.02, 1, 0.97, 0.91, 1, 1};
  practice.codes = {
      {"99212", 0.05, 0, {}}, {"99213", 0.45, 0, {}}, {"99214", 0.47, 0, {}}, {"99215", 0.03, 0, {}}};
  return draw_practice(practice, 1);
}

std::string days_csv() {
  const auto log = simulate_days(truth(), sys_days(2025y / January / 1), 12, 2025);
  std::string text = "date,slots,booked,completed,no_shows,late_cancels,lost_calls,messages,results\n";
  for (const auto& r : log.records)
    text += fmt::format("{},{},{},{},{},{},{},{},{}\n", date_text(r.date), *r[Count::slots],
                        *r[Count::booked], *r[Count::completed], *r[Count::no_shows], *r[Count::late_cancels],
                        *r[Count::lost_calls], *r[Count::messages], *r[Count::results]);
  return text;
}

/// The same practice by appointment, as a scheduling program in the United States would export it.
std::string appointments_csv() {
  const auto practice = truth();
  const auto log = simulate_days(practice, sys_days(2025y / September / 1), 2, 9);
  Bits bits(10);
  std::vector<double> shares;
  for (const auto& [code, share] : practice.mix) shares.push_back(share);
  std::string text = "Appt Date,Appt Status,CPT,Duration\n";
  for (const auto& r : log.records) {
    const year_month_day d(r.date);
    const auto date = fmt::format("{}/{}/{}", static_cast<unsigned>(d.month()),
                                  static_cast<unsigned>(d.day()), static_cast<int>(d.year()));
    for (long i = 0; i < *r[Count::completed]; ++i) {
      const auto code = boost::random::discrete_distribution<std::size_t>(shares)(bits);
      const double minutes = boost::random::gamma_distribution<double>(17.0 * 17 / 81, 81.0 / 17)(bits);
      text += fmt::format("{},Completed,{},{:.1f}\n", date, practice.mix[code].first, minutes);
    }
    const auto rows = [&](Count count, const char* status) {
      for (long i = 0; i < *r[count]; ++i) text += fmt::format("{},{},,\n", date, status);
    };
    rows(Count::no_shows, "No Show");
    rows(Count::late_cancels, "Late Cancel");
    rows(Count::lost_calls, "Technical Failure");
  }
  return text;
}

FittedPractice fit_file(const std::string& name, const LogOptions& options) {
  LogReport report;
  Faults faults;
  const auto log = read_log(testing::read_text(logs / name), name, options, report, faults);
  CHECK(messages(faults).empty());
  REQUIRE(log);
  FitOptions how;
  how.known_codes = {"99212", "99213", "99214", "99215"};
  return fit_practice(*log, how);
}

TEST_CASE("the shipped logs are those of the practice that they are told to be of", "[fit][logs]") {
  if (std::getenv("PAYSTRESS_UPDATE") != nullptr) {
    testing::write_text(logs / "clinic_days.csv", days_csv());
    testing::write_text(logs / "clinic_appointments.csv", appointments_csv());
  }
  CHECK(testing::read_text(logs / "clinic_days.csv") == days_csv());
  CHECK(testing::read_text(logs / "clinic_appointments.csv") == appointments_csv());
}

TEST_CASE("the fit finds the practice behind the shipped logs", "[fit][logs]") {
  LogOptions options;
  options.missing = MissingDays::off;
  const auto days = fit_file("clinic_days.csv", options);
  options.slots = 20;
  const auto appointments = fit_file("clinic_appointments.csv", options);
  const auto real = truth();
  // Eleven intervals of 90 %: the files are fixed, so that what they hold is seen once.
  int held = 0, all = 0;
  for (const auto* fitted : {&days, &appointments})
    for (const auto& n : fitted->numbers) {
      if (n.low >= n.high || n.basis == Basis::prior || n.parameter == tech_failure_rate) continue;
      // The truth of these is 0, at the end of what a lognormal prior can hold.
      if (n.parameter == no_show_monthly_cv || n.parameter == results_monthly_cv) continue;
      ++all;
      held += n.low <= real[n.parameter] && real[n.parameter] <= n.high ? 1 : 0;
      UNSCOPED_INFO(parameter_info(n.parameter).key << ": " << real[n.parameter] << " in " << n.low << " to "
                                                    << n.high);
    }
  CHECK(all > 15);
  CHECK(held >= all - 4);
}

}  // namespace
}  // namespace paystress::fit::shipped_logs_test
