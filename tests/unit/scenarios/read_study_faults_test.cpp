#include <catch2/catch.hpp>

#include "tests/support/study_faults.h"

namespace paystress::read_study_faults_test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("unknown keys of a study name the nearest", "[unit][study_faults]") {
  CHECK(said_with("no_show = { rate", "no_show = { rat") ==
        Lines{"s.toml:9:13: practices.clinic.no_show.rat: unknown key. Did you mean rate?"});
  CHECK(said_with("[stresses.dip]", "[stress.dip]") ==
        Lines{"s.toml:20:2: stress: unknown key. Did you mean stresses?"});
  CHECK(said_with("paths = 1000", "path = 1000") ==
        Lines{"s.toml:4:1: study.path: unknown key. Did you mean paths?"});
  CHECK(said_with("booked_visits", "booked_visit") ==
        Lines{"s.toml:20:1: warning: stresses.dip: changes nothing (it has neither a change nor combine).",
              "s.toml:22:1: stresses.dip.booked_visit: unknown key. Did you mean booked_visits?"});
}

TEST_CASE("every fault comes in one go, in the order of the file", "[unit][study_faults]") {
  auto text = with(small_study, "rate = 0.08", "rate = 1.3");
  text = with(text, "months = 12", "months = 0");
  text = with(text, "\"99214\" = 0.4", "\"99214\" = 0.5");
  CHECK(said_of(text) ==
        Lines{"s.toml:3:10: study.months: 0 is below 1 (months of the horizon). Write a whole number from 1 "
              "to 1200.",
              "s.toml:9:20: practices.clinic.no_show.rate: 1.3 is above 1 (share of booked visits lost to "
              "no-shows). Write a number from 0 to 1.",
              "s.toml:11:58: practices.clinic.codes.mix: the shares sum to 1.1, not 1 (every completed visit "
              "has a "
              "code). Make them sum to 1."});
}

TEST_CASE("faults of one part do not hide those of another", "[unit][study_faults]") {
  const auto lines = said_of(R"([study]
months = 99999999999999999999
target_usd_per_year = -1e400
[practices.a]
no_show.rate = 1e400
codes = { schedule = "fee_schedules/cms_2026.csv", mix = { "99213" = 0.5, "9921" = 0.5 } }
[offers.x]
advertised_practice = "b"
[[offers.x.pay]]
name = "bonus"
measure = "completed_visit"
tiers = [ { above = 160, usd = 50 }, { above = 120, usd = 40 } ]
[[offers.x.pay]]
name = "more"
measure = "slot"
usd = 3
reset = "month"
[[offers.x.adjust]]
name = "floor"
guarantee_usd = 1
on = ["mroe"]
[stresses.s]
recode = [ { from = "99214", to = "9921", share = 1 } ]
[stresses.t]
offers.x.pay.bonus.tiers.1.usd = { multiply = 0.5, set = 2 }
)");
  CHECK(
      lines ==
      Lines{"s.toml:2:10: study.months: 99999999999999999999 is a number, not a whole number.",
            "s.toml:3:23: study.target_usd_per_year: -1e400 is not a number that can be used (dollars aimed "
            "at in a year). Write a number from 0 to 1000000000000.",
            "s.toml:5:16: practices.a.no_show.rate: 1e400 is not a number that can be used (share of "
            "booked visits lost to no-shows). Write a number from 0 to 1.",
            "s.toml:6:84: practices.a.codes.mix.9921: " +
                test::source_path("scenarios/fee_schedules/cms_2026.csv") +
                " has no such code (its work RVUs are not known). Did you "
                "mean 99211?",
            "s.toml:8:23: offers.x.advertised_practice: there is no practice \"b\". Did you mean a?",
            "s.toml:9:1: offers.x.pay.1.mode: missing (a tier that re-rates every unit pays very "
            "differently from one that does not). Write mode = \"marginal\" or \"retroactive\".",
            "s.toml:9:1: offers.x.pay.1.reset: missing (counting again from zero each month pays "
            "differently from counting on). Write reset = \"month\", \"quarter\", \"year\" or \"horizon\".",
            "s.toml:11:11: offers.x.pay.bonus.measure: unknown name completed_visit (it is neither a ledger "
            "column nor a term). Did you mean completed_visits?",
            "s.toml:12:48: offers.x.pay.bonus.tiers.2.above: 120 is not above 160, the bound of the tier "
            "before (a tier ends where the next begins). Write the tiers in ascending order, one bound each.",
            "s.toml:15:11: offers.x.pay.more.measure: unknown name slot (it is neither a ledger column nor a "
            "term). Did you mean slots, unfilled_slots?",
            "s.toml:18:1: offers.x.adjust.1.per: missing (guarantee_usd of a month and of a year pay very "
            "differently). Write per = \"month\", \"quarter\", \"year\" or \"horizon\".",
            "s.toml:21:6: offers.x.adjust.floor.on: unknown component mroe (no pay line has this name). Name "
            "pay lines.",
            "s.toml:23:10: stresses.s.recode: practice a has no code 99214 (a visit cannot be moved from or "
            "to a code outside its mix). Did you mean 9921?",
            "s.toml:25:58: stresses.t.offers.x.pay.bonus.tiers.1.usd.set: stands beside multiply or add (set "
            "replaces the value). Write { multiply = 0.8 }, { add = 0.05 } or { set = 0.2 }."});
}

TEST_CASE("an offer that no scenario prices is checked too", "[unit][study_faults]") {
  CHECK(
      said_after("[offers.idle]\n[[offers.idle.pay]]\nname = 'a'\nmeasure = 'slot'\nusd = 3\nreset = "
                 "'month'\n[[offers.idle.pay]]\nname = 'b'\nmeasure = 'visits.1'\nusd = 3\nreset = 'month'\n"
                 "[[scenarios]]\npractice = 'clinic'\noffer = 'visit'\n") ==
      Lines{"s.toml:26:11: offers.idle.pay.a.measure: unknown name slot (it is neither a ledger column nor "
            "a term). Did you mean slots, unfilled_slots?"});
}

TEST_CASE("an offer that no scenario prices is refused for what it is, not for words in the message",
          "[unit][study_faults]") {
  const auto said = [](const std::string& column) {
    return said_after("[offers.idle]\n[[offers.idle.pay]]\nname = 'a'\nmeasure = '" + column +
                      "'\nusd = 3\nreset = 'month'\n[[scenarios]]\npractice = 'clinic'\noffer = 'visit'\n");
  };
  for (const std::string column : {"barcode_scans", "ticket_scans"}) {
    CHECK(said(column) ==
          Lines{"s.toml:26:11: offers.idle.pay.a.measure: unknown name " + column +
                " (it is neither a ledger column nor a term). Write a column of the ledger, or declare it "
                "under [practices.NAME.columns], [ledger] or terms."});
  }
}

TEST_CASE("probabilities stay within [0, 1] and sum to at most 1", "[unit][study_faults]") {
  CHECK(said_with("rate = 0.03", "rate = -0.03") ==
        Lines{"s.toml:10:24: practices.clinic.late_cancel.rate: -0.03 is below 0 (share of booked visits "
              "cancelled too "
              "late to refill). Write a number from 0 to 1."});
  CHECK(said_with("rate = 0.08", "rate = 0.96") ==
        Lines{"s.toml:9:20: practices.clinic.no_show.rate: no-shows, late cancels and lost calls sum to "
              "1.01, above 1 (each booked visit has one fate). Lower one of them.",
              "s.toml:9:20: warning: practices.clinic.no_show.rate: 0.96 of booked visits are no-shows (the "
              "evidence has 0.03 to 0.18)."});
  CHECK(said_with("late_cancel", "audit = { down = 0.8, up = 0.3 }\nlate_cancel") ==
        Lines{"s.toml:10:18: practices.clinic.audit.down: moves down and up sum to 1.1, above 1 (a reviewed "
              "visit "
              "moves once). Lower one of them."});
}

TEST_CASE("numbers of a study are numbers", "[unit][study_faults]") {
  CHECK(said_with("rate = 0.08", "rate = nan") ==
        Lines{"s.toml:9:20: practices.clinic.no_show.rate: nan is not a number that can be used (share of "
              "booked visits lost to "
              "no-shows). Write a number from 0 to 1."});
  CHECK(said_with("rate = 0.08", "rate = inf") ==
        Lines{"s.toml:9:20: practices.clinic.no_show.rate: inf is not a number that can be used (share of "
              "booked visits lost to "
              "no-shows). Write a number from 0 to 1."});
  CHECK(said_with("rate = 0.08", "rate = \"0.08\"") ==
        Lines{"s.toml:9:20: practices.clinic.no_show.rate: \"0.08\" is text, not a number."});
  CHECK(said_with("rate = 0.08", "rate = 1e400") ==
        Lines{"s.toml:9:20: practices.clinic.no_show.rate: 1e400 is not a number that can be used (share of "
              "booked visits lost to no-shows). Write a number from 0 to 1."});
  CHECK(said_with("rate = 0.08", "rate = 0.08 percent").size() == 1);
}

TEST_CASE("codes come from the schedule and their shares sum to 1", "[unit][study_faults]") {
  CHECK(said_with("\"99214\" = 0.4", "\"99241\" = 0.4") ==
        Lines{"s.toml:11:85: practices.clinic.codes.mix.99241: " +
              test::source_path("scenarios/fee_schedules/cms_2026.csv") +
              " has no such code (its work RVUs are not known). Did you "
              "mean "
              "99211?"});
  CHECK(said_with("cms_2026", "cms_2062") ==
        Lines{"s.toml:11:22: practices.clinic.codes.schedule: there is "
              "no file \"fee_schedules/cms_2062.csv\" (names "
              "are relative to the folder of the study). Correct the name, or put the "
              "file there."});
  CHECK(said_with("mix = { \"99213\" = 0.6, \"99214\" = 0.4 }", "mix = {}") ==
        Lines{"s.toml:11:58: practices.clinic.codes.mix: is empty (a completed visit needs some code)."});
}

TEST_CASE("distributions are of one form and can exist", "[unit][study_faults]") {
  const auto rate = [](const std::string& form) { return said_with("rate = 0.08", "rate = " + form); };
  const std::string at = "s.toml:9:20: practices.clinic.no_show.rate: ";
  CHECK(
      rate("{ low = 0.1, likely = 0.05, high = 0.2 }") ==
      Lines{at +
            "low 0.1, likely 0.05, high 0.2 do not rise (a PERT distribution needs low <= likely <= high and "
            "low < high)."});
  CHECK(rate("{ low = 0.1, likely = 0.2 }") ==
        Lines{"s.toml:9:20: practices.clinic.no_show.rate.high: missing (low goes with likely)."});
  CHECK(
      rate("{ low = 0.1, cv = 0.2 }") ==
      Lines{
          at +
          "mixes two forms of a distribution. Write a number, { low, likely, high }, { median, cv }, { p10, "
          "p90 }, { mean, sd } or { values = \"file.csv:column\" }."});
  CHECK(
      rate("{ mean = 0.5, sd = 0.5 }") ==
      Lines{
          at +
          "no probability has mean 0.5 and standard deviation 0.5 (the standard deviation of a number in [0, "
          "1] is below sqrt(mean (1 - mean)))."});
  CHECK(rate("{ p10 = 0.2, p90 = 0.1 }") == Lines{at + "p10 0.2 is not below p90 0.1."});
  CHECK(rate("{ values = 'fee_schedules/cms_2026.csv:work_rvus' }") ==
        Lines{"s.toml:9:31: practices.clinic.no_show.rate.values: " +
              test::source_path("scenarios/fee_schedules/cms_2026.csv") +
              " has no column work_rvus. Did you mean work_rvu?"});
  CHECK(rate("{ values = 'history.csv' }") == Lines{"s.toml:9:31: practices.clinic.no_show.rate.values: "
                                                    "\"history.csv\" names no file and column. Write "
                                                    "values = \"file.csv:column\"."});
  CHECK(said_with("monthly_cv = 0.03", "monthly_ar1 = { low = 0.1, likely = 0.2, high = 0.3 }") ==
        Lines{"s.toml:8:49: practices.clinic.demand.monthly_ar1: cannot be uncertain (month-to-month "
              "autocorrelation "
              "of the demand state). Write a number."});
}

TEST_CASE("weekdays and their factors go together", "[unit][study_faults]") {
  CHECK(said_with("\"Wed\"", "\"Wednesday\"") ==
        Lines{"s.toml:7:25: practices.clinic.sessions.weekdays: \"Wednesday\" is no weekday. Known here: "
              "Mon, Tue, Wed, "
              "Thu, Fri, Sat, Sun."});
  CHECK(
      said_with("monthly_cv = 0.03", "weekday = [1, 1, 1]") ==
      Lines{"s.toml:8:45: practices.clinic.demand.weekday: has 3 factors for 2 weekdays (one for each day of "
            "sessions.weekdays, in that order)."});
}

TEST_CASE("correlations name two things of one level and can exist", "[unit][study_faults]") {
  const auto pairs = [](const std::string& list, bool is_read = false) {
    return said_with(
        "late_cancel = { rate = 0.03 }",
        "late_cancel.rate = { mean = 0.03, sd = 0.01 }\ntech_failure = { rate = { mean = 0.1, sd = 0.02 }, "
        "lost = { mean = 0.2, sd = 0.1 } }\ncorrelation = " +
            list,
        is_read);
  };
  CHECK(pairs("[ [\"no_show.rate\", \"late_cancel.rate\", 0.3] ]") ==
        Lines{"s.toml:12:18: practices.clinic.correlation.1: no_show.rate is a known number (only uncertain "
              "numbers "
              "and monthly states can be correlated). Give it a distribution, or drop the pair."});
  CHECK(
      pairs("[ [\"demand\", \"late_cancel.rate\", 0.3] ]") ==
      Lines{"s.toml:12:17: practices.clinic.correlation.1: demand and late_cancel.rate are of two levels (an "
            "uncertain number is drawn once per path, a state once a month)."});
  CHECK(pairs("[ [\"demands\", \"inbox.messages\", 0.3] ]") ==
        Lines{"s.toml:12:18: practices.clinic.correlation.1: \"demands\" is neither an uncertain number nor "
              "a monthly "
              "state. Did you mean demand?"});
  CHECK(pairs("[ [\"demand\", \"inbox.messages\", 1.5] ]") ==
        Lines{"s.toml:12:46: practices.clinic.correlation.1: 1.5 is above 1 (a rank correlation). "
              "Write a number from -1 to 1."});
  CHECK(
      pairs("[ [\"late_cancel.rate\", \"tech_failure.rate\", 0.9], [\"tech_failure.rate\", "
            "\"tech_failure.lost\", "
            "0.9], [\"late_cancel.rate\", \"tech_failure.lost\", -0.9] ]") ==
      Lines{"s.toml:12:15: practices.clinic.correlation: the matrix of the uncertain numbers is not positive "
            "definite (no joint law has these correlations). Bring them closer to 0."});
  // The states alone could have 0.7; with memories 0.8 and 0 their innovations would need 1.19.
  CHECK(pairs("[ [\"demand\", \"inbox.messages\", 0.7] ]") ==
        Lines{"s.toml:12:15: practices.clinic.correlation: the matrix of the monthly states is not positive "
              "definite "
              "(their months would need innovations that no joint law has). Bring them closer to 0."});
  CHECK(pairs("[ [\"demand\", \"no_show\", 0.2] ]", true) ==
        Lines{"s.toml:12:17: warning: practices.clinic.correlation.1: no_show does not vary by month "
              "(no_show.monthly_cv is 0, so this has no effect)."});
}

TEST_CASE("stresses change what can change", "[unit][study_faults]") {
  CHECK(said_with("months = [4, 6]", "months = [6, 4]") ==
        Lines{"s.toml:21:10: stresses.dip.months: the first month 6 is after the last 4. Write months = [4, "
              "6]: the "
              "first, then the last."});
  CHECK(said_with("multiply = 0.8", "multiply = 1.2") ==
        Lines{"s.toml:22:30: stresses.dip.booked_visits.multiply: 1.2 is above 1 (more visits than were "
              "booked cannot "
              "be drawn after the fact). Raise demand or slots."});
  CHECK(said_with("months = 12", "months = 3") ==
        Lines{"s.toml:21:10: stresses.dip.months: month 6 is outside the horizon (the study has 3 months). "
              "Write months from 1 to 3."});
  CHECK(said_with("{ multiply = 0.8 }", "{ set = 5 }") ==
        Lines{"s.toml:22:17: stresses.dip.booked_visits: has no multiply. Write { multiply = 0.8 }.",
              "s.toml:22:25: stresses.dip.booked_visits.set: a count can only be multiplied (a count is "
              "drawn, then "
              "thinned or added to). Write { multiply = 0.8 }."});
  CHECK(said_after("[stresses.x]\nno_show.rate = 0.2\n") ==
        Lines{"s.toml:24:16: stresses.x.no_show.rate: 0.2 is a number, not a change. Write { multiply = 0.8 "
              "}, { add = "
              "0.05 } or { set = 0.2 }."});
  CHECK(said_after("[stresses.x]\naudit.lag_months = { set = 2 }\n").at(0) ==
        "s.toml:24:20: stresses.x.audit.lag_months: cannot change for some months (it ties months together). "
        "Write a "
        "second practice.");
  CHECK(said_after("[stresses.x]\nrecode = [ { from = \"99215\", to = \"99214\", share = 1 } ]\n") ==
        Lines{"s.toml:24:10: stresses.x.recode: practice clinic has no code 99215 (a visit cannot be moved "
              "from or to "
              "a code outside its mix). Did you mean 99213?"});
  CHECK(said_after("[stresses.x]\ncombine = [\"dipp\", \"x\"]\n") ==
        Lines{"s.toml:24:11: stresses.x.combine: there is no stress \"dipp\". Did you mean dip?",
              "s.toml:24:11: stresses.x.combine: x combines itself through x."});
  CHECK(said_after("[stresses.base]\nslots = { multiply = 0.5 }\n") ==
        Lines{"s.toml:23:1: stresses.base: is the name of the unstressed practice. Choose another name.",
              "s.toml:24:1: stresses.base.slots: unknown key."});
  CHECK(said_after("[stresses.x]\noffers.visit.pay.visits.usdd = { multiply = 0.5 }\n") ==
        Lines{"s.toml:24:32: stresses.x.offers.visit.pay.visits.usdd: the offer has no such amount (a stress "
              "changes an amount that an offer has). Did you mean pay.visits.usd?"});
  CHECK(said_after("[stresses.x]\noffers.visits.pay.visits.usd = { multiply = 0.5 }\n") ==
        Lines{"s.toml:24:8: stresses.x.offers.visits: there is no such offer. Did you mean visit?"});
}

TEST_CASE("scenarios name what the study has, once", "[unit][study_faults]") {
  CHECK(said_after("[[scenarios]]\npractice = 'clinik'\noffer = 'visit'\nstresses = ['base', 'dips']\n") ==
        Lines{"s.toml:24:12: scenarios.1.practice: there is no \"clinik\". Did you mean clinic?",
              "s.toml:26:12: scenarios.1.stresses: there is no \"dips\". Did you mean dip?"});
  CHECK(
      said_after("[[scenarios]]\noffer = 'visit'\n[[scenarios]]\npractice = 'clinic'\noffer = "
                 "'visit'\nstresses = ['dip', 'dip']\n") ==
      Lines{
          "s.toml:23:1: scenarios.1.practice: missing (a scenario is a practice, an offer and its stresses).",
          "s.toml:25:1: scenarios.2: clinic/visit/dip is listed twice."});
}

TEST_CASE("odd but legal studies get a warning", "[unit][study_faults]") {
  CHECK(said_with("rate = 0.08", "rate = 0.9", true) ==
        Lines{"s.toml:9:20: warning: practices.clinic.no_show.rate: 0.9 of booked visits are no-shows (the "
              "evidence has "
              "0.03 to 0.18)."});
  CHECK(said_with("visits_per_day = 20.0", "visits_per_day = 200", true) ==
        Lines{"s.toml:8:29: warning: practices.clinic.demand.visits_per_day: is more than five times the 24 "
              "slots of a day "
              "(most demand is turned away)."});
  CHECK(said_with("monthly_cv = 0.03", "weekday = [1.1, 1.0]", true) ==
        Lines{"s.toml:8:45: warning: practices.clinic.demand.weekday: averages 1.05, not 1 "
              "(demand.visits_per_day is "
              "then not the mean of the week)."});
  CHECK(said_with("rate = 0.08", "rate = { low = 0.5, likely = 0.7, high = 1.0 }", true).size() == 2);
}

TEST_CASE("a study needs something to price", "[unit][study_faults]") {
  CHECK(
      said_of("[study]\nmonths = 3\n") ==
      Lines{"s.toml: has no practices and no offers (there is nothing to price). Write [practices.NAME] and "
            "[offers.NAME]."});
  CHECK(said_of("[offers.x]\n[[offers.x.pay]]\nname = 'base'\nfixed_usd = 1\nper = 'month'\n", true) ==
        Lines{});
}

TEST_CASE("tiers need their mode, their reset and their order", "[unit][study_faults]") {
  const auto tiers = [](const std::string& keys, bool is_read = false) {
    return said_with("usd = 40\nreset = \"month\"", keys, is_read);
  };
  CHECK(tiers("tiers = [ { above = 0, usd = 40 } ]\nreset = \"month\"") ==
        Lines{"s.toml:14:1: offers.visit.pay.1.mode: missing (a tier that re-rates every unit pays very "
              "differently from one that does not). Write mode = \"marginal\" or \"retroactive\"."});
  CHECK(
      tiers("tiers = [ { above = 0, usd = 40 } ]\nmode = \"marginal\"") ==
      Lines{"s.toml:14:1: offers.visit.pay.1.reset: missing (counting again from zero each month pays "
            "differently from counting on). Write reset = \"month\", \"quarter\", \"year\" or \"horizon\"."});
  CHECK(
      tiers("tiers = [ { above = 160, usd = 40 }, { above = 120, usd = 30 } ]\nmode = \"marginal\"\nreset = "
            "\"month\"") ==
      Lines{
          "s.toml:17:48: offers.visit.pay.visits.tiers.2.above: 120 is not above 160, the bound of the tier "
          "before (a tier ends where the next begins). Write the tiers in ascending order, one bound each."});
  // Mondays and Wednesdays: at most 10 days of 24 slots in a month.
  CHECK(tiers("tiers = [ { above = 0, usd = 40 }, { above = 240, usd = 50 } ]\nmode = \"marginal\"\nreset = "
              "\"month\"",
              true) == Lines{"s.toml:17:36: warning: offers.visit.pay.visits.tiers.2: can never be reached "
                             "on practice clinic (every slot filled gives at most 240)."});
}

TEST_CASE("a bad name is one fault", "[unit][study_faults]") {
  CHECK(said_with("[practices.clinic]", "[practices.\"cli nic\"]") ==
        Lines{"s.toml:6:1: practices.cli nic: a name has letters, digits, _ and - only (it is part of "
              "scenario ids and dotted keys)."});
  CHECK(said_of(with(with(small_study, "[offers.visit]", "[offers.\"vi.sit\"]"), "[[offers.visit.pay]]",
                     "[[offers.\"vi.sit\".pay]]")) ==
        Lines{"s.toml:13:1: offers.vi.sit: a name has letters, digits, _ and - only (it is part of scenario "
              "ids and dotted keys)."});
}

TEST_CASE("an event that cannot be read is not said to change nothing", "[unit][study_faults]") {
  const auto event = [](const std::string& slots, bool is_read = false) {
    return said_with("late_cancel",
                     "events.x = { per_year = 1, days = 2, slots = " + slots + " }\nlate_cancel", is_read);
  };
  CHECK(event("{ add = 1 }") ==
        Lines{"s.toml:10:46: practices.clinic.events.x.slots: has no multiply. Write { multiply = 0.5 }.",
              "s.toml:10:48: practices.clinic.events.x.slots.add: unknown key. Known here: multiply."});
  CHECK(event("{ multiply = 1 }", true) ==
        Lines{"s.toml:10:12: warning: practices.clinic.events.x: changes nothing (neither slots nor demand "
              "is multiplied)."});
}

TEST_CASE("a recode to itself is reported beside a bad share", "[unit][study_faults]") {
  CHECK(said_after("[stresses.x]\nrecode = [ { from = '99213', to = '99213', share = 3 } ]\n") ==
        Lines{"s.toml:24:35: stresses.x.recode.1.to: 99213 is recoded to itself.",
              "s.toml:24:52: stresses.x.recode.1.share: 3 is above 1 (a share of the visits with that code). "
              "Write a number from 0 to 1."});
}

TEST_CASE("lump sums of several tiers say how they join", "[unit][study_faults]") {
  const auto lumps = [](const std::string& tiers, bool is_read = false) {
    return said_with("usd = 40\nreset = \"month\"",
                     "mode = 'lump_sum'\nreset = 'month'\ntiers = [ " + tiers + " ]", is_read);
  };
  CHECK(lumps("{ above = 10, usd = 5 }, { above = 20, usd = 9 }") ==
        Lines{"s.toml:14:1: offers.visit.pay.1.lump: missing (the highest sum reached alone and all sums "
              "reached pay very differently). Write lump = \"replace\" or \"accumulate\"."});
  CHECK(lumps("{ above = 10, usd = 5 }", true) == Lines{});
}

TEST_CASE("a mark between thousands in an expression is warned of", "[unit][study_faults]") {
  const auto said = [](const std::string& measure) {
    return said_with("measure = \"completed_visits\"", "measure = '" + measure + "'", true);
  };
  CHECK(said("max(7,750, completed_visits)") == Lines{"s.toml:16:16: warning: offers.visit.pay.1.measure: "
                                                      "7,750 is read as two numbers. Write 7750 for one, a "
                                                      "blank after the comma for two."});
  CHECK(said("min(12,500.5, completed_visits)").size() == 1);
  for (const auto* fine : {"max(7, 750, completed_visits)", "max(7750, completed_visits)",
                           "max(completed_visits,750)", "max(7,75, completed_visits)"})
    CHECK(said(fine) == Lines{});
}

TEST_CASE("a column of [ledger] that no practice draws is told as that", "[unit][study_faults]") {
  const std::string intakes = "[ledger.intakes]\nunit = 'count'\nperiod = 'sum'\n";
  const std::string offer =
      "[offers.panel]\n[[offers.panel.pay]]\nname = 'intakes'\nmeasure = 'intakes'\nusd = 30\nreset = "
      "'month'\n";
  CHECK(said_after(offer + intakes) ==
        Lines{"s.toml:26:11: offers.panel.pay.intakes.measure: practice clinic has no intakes (a column of "
              "[ledger] "
              "stands in ledgers that are typed; a run draws its months from the practice). Draw it, under "
              "[practices.clinic.columns.intakes], price this offer on a ledger (paystress price --offer "
              "panel), or list [[scenarios]] without it."});
  CHECK(said_after(offer + intakes + "[[scenarios]]\npractice = 'clinic'\noffer = 'visit'\n", true) ==
        Lines{});
}

}  // namespace
}  // namespace paystress::read_study_faults_test
