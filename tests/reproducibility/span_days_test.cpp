// Days are kept beside the months without a change of them, and add up to them.

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "scenarios/read_study.h"
#include "sim/samplers/sampler.h"
#include "tests/support/full_practice.h"
#include "tests/support/ledger_stats.h"
#include "tests/support/paths.h"

namespace span_days_test {

using namespace paystress;
using namespace paystress::test;

namespace {

std::vector<std::size_t> columns_of_days(const LedgerLayout& layout) {
  std::vector<std::size_t> all;
  for (std::size_t c = 0; c < layout.size(); ++c)
    if (layout[c].finest == ColumnFinest::day) all.push_back(c);
  return all;
}

struct Sampled {
  LedgerBlock alone, beside;
  DayLedger days;
};

Sampled sample(const samplers::Sampler& sampler, std::size_t months, std::size_t paths) {
  const auto& layout = sampler.layout();
  Sampled s{LedgerBlock(months, layout.size(), paths), LedgerBlock(months, layout.size() + 2, paths),
            DayLedger(layout, columns_of_days(layout), sampler.days(), paths)};
  sampler.sample(7, s.alone);
  sampler.sample_days(7, s.beside, &s.days);
  return s;
}

// The first place where the months differ, or the days do not add up to them.
std::string difference(const samplers::Sampler& sampler, const Sampled& s) {
  const auto& layout = sampler.layout();
  for (std::size_t m = 0; m < s.alone.periods(); ++m)
    for (std::size_t c = 0; c < layout.size(); ++c)
      for (std::size_t i = 0; i < s.alone.paths(); ++i)
        if (s.alone.at(m, c)[i] != s.beside.at(m, c)[i]) return "another month: " + layout[c].name;
  const auto& days = s.days.grid().days;
  const auto columns = columns_of_days(layout);
  for (std::size_t k = 0; k < columns.size(); ++k)
    for (std::size_t i = 0; i < s.alone.paths(); ++i) {
      std::vector<double> sum(s.alone.periods(), 0.0);
      for (std::size_t d = 0; d < days.size(); ++d)
        sum[static_cast<std::size_t>(days[d].month - 1)] += s.days.block().at(d, k)[i];
      for (std::size_t m = 0; m < sum.size(); ++m) {
        const double month = s.alone.at(m, columns[k])[i];
        // Hours of `fast` are added in single precision; counts, wRVU and dollars are whole.
        const double slack = layout[columns[k]].scale > 0 ? 0.0 : 1e-5 * std::abs(month) + 1e-9;
        if (std::abs(sum[m] - month) > slack) return "days do not add up: " + layout[columns[k]].name;
      }
    }
  return {};
}

std::string difference(samplers::SamplerKind kind, const Practice& practice, const Stress& stress,
                       const Calendar& calendar) {
  const auto sampler = samplers::make_sampler(kind, {&practice, &stress, calendar, 20260107});
  return difference(*sampler, sample(*sampler, static_cast<std::size_t>(calendar.months()), 70));
}

}  // namespace

TEST_CASE("keeping days moves no month by a bit, and they add up to it", "[reproducibility][spans]") {
  for (const auto kind : sampler_kinds())
    for (const auto& entry :
         std::filesystem::directory_iterator(test::source_path("tests/regression/studies"))) {
      if (entry.path().extension() != ".toml") continue;
      Faults faults;
      const auto text = read_study(entry.path(), faults);
      if (!text) continue;
      for (const auto& practice : text->study.practices)
        for (const auto& stress : text->study.stresses) {
          INFO(entry.path() << " " << practice.name << " " << stress.name << " " << name_of(kind));
          CHECK(difference(kind, practice, stress, text->study.calendar()).empty());
        }
    }
}

TEST_CASE("days of a practice that uses every part of the model add up under every change",
          "[reproducibility][spans]") {
  const Calendar calendar(std::chrono::year(2026) / 1 / 1, 14, {std::chrono::year(2026) / 1 / 19});
  for (const auto kind : sampler_kinds())
    for (const auto& stress : {Stress{"base", {}}, everything_stressed(), nothing_stressed()}) {
      INFO(stress.name << " " << name_of(kind));
      CHECK(difference(kind, full_practice(), stress, calendar) == "");
    }
}

}  // namespace span_days_test
