#include "scenarios/fee_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "scenarios/csv_text.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{"code", "work_rvu", "usd", "year"};
  return names;
}

class Reader {
 public:
  Reader(const CsvText& csv, Faults& faults) : csv_(csv), faults_(faults) {}

  FeeSchedule read() {
    FeeSchedule schedule{csv_.file, {}};
    if (!check_header()) return schedule;
    for (const auto& row : csv_.rows) {
      FeeSchedule::Line line;
      line.code = row.cells[*code_].text;
      if (!is_bare_name(line.code)) {
        faults_.error(csv_.place(row, *code_), "code", fmt::format("\"{}\" is not a code", line.code),
                      "codes are letters and digits");
        continue;
      }
      if (schedule.find(line.code) != nullptr) {
        faults_.error(csv_.place(row, *code_), "code", line.code + " stands in two rows");
        continue;
      }
      line.work_rvu_hundredths =
          hundredths(row, *rvu_, line.code, {0, 1000, "work RVUs of one visit"}).value_or(0);
      if (usd_ && !row.cells[*usd_].text.empty())
        line.usd_cents = hundredths(row, *usd_, line.code, {0, 1e6, "dollars of one visit"});
      if (year_) check_year(row, line.code);
      schedule.lines.push_back(std::move(line));
    }
    if (csv_.rows.empty()) faults_.error({csv_.file, csv_.header.line, 0}, "", "has no rows");
    return schedule;
  }

 private:
  bool check_header() {
    code_ = csv_.find_column("code");
    rvu_ = csv_.find_column("work_rvu");
    usd_ = csv_.find_column("usd");
    year_ = csv_.find_column("year");
    for (std::size_t c = 0; c < csv_.header.cells.size(); ++c) {
      const auto& name = csv_.header.cells[c].text;
      if (std::ranges::find(columns(), name) == columns().end())
        faults_.error(csv_.place(csv_.header, c), name, "unknown column", {}, suggestion(name, columns()));
    }
    for (const auto& [column, name] : {std::pair(code_, "code"), std::pair(rvu_, "work_rvu")})
      if (!column)
        faults_.error({csv_.file, csv_.header.line, 0}, name, "column is missing", "a fee schedule needs it",
                      "Write the header code,work_rvu,usd,year.");
    return code_ && rvu_;
  }

  // Hundredths exactly: a third decimal is a fault, not something to round away.
  std::optional<long> hundredths(const CsvText::Row& row, std::size_t column, const std::string& code,
                                 const NumberRange& range) {
    const auto number = read_number(row.cells[column].text);
    std::string problem = number.problem;
    if (problem.empty()) problem = range_problem(number.value, range);
    if (problem.empty() && number.decimals > 2) problem = "has more than two decimals";
    if (!problem.empty()) {
      faults_.error(csv_.place(row, column), code + "." + csv_.header.cells[column].text, std::move(problem),
                    std::string(range.meaning), "Write a plain number, such as 1.92.");
      return std::nullopt;
    }
    return std::lround(number.value * 100.0);
  }

  void check_year(const CsvText::Row& row, const std::string& code) {
    const auto& text = row.cells[*year_].text;
    const auto year = read_number(text);
    if (year.problem.empty() && year.value >= 1992 && year.value <= 2100 &&
        std::floor(year.value) == year.value)
      return;
    faults_.error(csv_.place(row, *year_), code + ".year",
                  fmt::format("\"{}\" is not a year from 1992 to 2100", text),
                  "it says which year's schedule the numbers come from");
  }

  const CsvText& csv_;
  Faults& faults_;
  std::optional<std::size_t> code_, rvu_, usd_, year_;
};

}  // namespace

const FeeSchedule::Line* FeeSchedule::find(std::string_view code) const {
  const auto it = std::ranges::find(lines, code, &Line::code);
  return it == lines.end() ? nullptr : &*it;
}

std::optional<FeeSchedule> parse_fee_schedule(std::string_view text, const std::string& file,
                                              Faults& faults) {
  const auto csv = parse_csv_text(text, file, faults);
  if (!csv) return std::nullopt;
  Faults found;
  auto schedule = Reader(*csv, found).read();
  for (auto& f : found.sorted()) faults.add(std::move(f));
  if (found.has_errors()) return std::nullopt;
  return schedule;
}

std::optional<FeeSchedule> read_fee_schedule(const std::filesystem::path& file, Faults& faults) {
  const auto text = read_text_file(file, faults);
  if (!text) return std::nullopt;
  return parse_fee_schedule(*text, file.string(), faults);
}

}  // namespace paystress
