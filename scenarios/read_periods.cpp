#include "scenarios/read_periods.h"

#include <fmt/format.h>

#include <charconv>
#include <string>
#include <string_view>
#include <utility>

#include "model/calendar.h"
#include "model/date_text.h"

namespace paystress {
namespace {

// A period as typed, before months are counted.
struct Typed {
  enum class Form { number, month, day };
  Form form = Form::number;
  int index = 0;  // number: the month; else calendar year * 12 + month - 1
  int day = 0;
};

std::optional<int> whole(std::string_view text, std::size_t digits) {
  if (digits > 0 && text.size() != digits) return std::nullopt;
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  int value = 0;
  const auto [stop, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || stop != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Typed> read_period(std::string_view text) {
  if (const auto n = whole(text, 0); n && text.find('-') == std::string_view::npos) {
    if (*n < 1 || *n > most_months) return std::nullopt;
    return Typed{Typed::Form::number, *n, 0};
  }
  if ((text.size() != 7 && text.size() != 10) || text[4] != '-') return std::nullopt;
  const auto year = whole(text.substr(0, 4), 4);
  const auto month = whole(text.substr(5, 2), 2);
  if (!year || !month || *year < 1900 || *month < 1 || *month > 12) return std::nullopt;
  const int index = *year * 12 + *month - 1;
  if (text.size() == 7) return Typed{Typed::Form::month, index, 0};
  const auto day = text[7] == '-' ? whole(text.substr(8, 2), 2) : std::nullopt;
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Typed{Typed::Form::day, index, *day};
}

std::string name_of(const Typed& t) {
  if (t.form == Typed::Form::number) return fmt::format("month {}", t.index);
  return month_text(std::chrono::year(t.index / 12) / (t.index % 12 + 1));
}

bool is_total(std::string_view text) {
  const auto plain = plain_name(text);
  return plain.starts_with("total") || plain.starts_with("sum") || plain.ends_with("total");
}

class PeriodReader {
 public:
  PeriodReader(const CsvText& csv, std::optional<std::chrono::year_month_day> start, Faults& faults)
      : csv_(csv), start_(start), faults_(faults) {}

  PeriodGrid read(std::size_t column) {
    for (const auto& row : csv_.rows) add(row, column);
    for (std::size_t p = 0; p + 1 < grid_.size(); ++p)
      grid_[p].ends_month = grid_[p].month != grid_[p + 1].month;
    return std::move(grid_);
  }

 private:
  void error(const CsvText::Row& row, std::size_t column, std::string problem, std::string why,
             std::string fix) {
    faults_.error(csv_.place(row, column), "period", std::move(problem), std::move(why), std::move(fix));
  }

  void add(const CsvText::Row& row, std::size_t column) {
    const auto& text = row.cells[column].text;
    const auto typed = read_period(text);
    if (!typed) {
      error(row, column, text.empty() ? "is empty" : fmt::format("\"{}\" is not a period", text), "",
            is_total(text) ? "Leave rows of totals out: every row is a month or pay period."
                           : "Write 1, 2, ... or 2026-01 or, for pay periods within a month, 2026-01-15.");
      return;
    }
    if (!first_) {
      first_ = *typed;
    } else {
      if (typed->form != last_.form) {
        error(row, column, fmt::format("{} is not written as {} is", text, last_text_), "",
              "Write all periods the same way.");
        return;
      }
      if (typed->index < last_.index ||
          (typed->index == last_.index && typed->form == Typed::Form::day && typed->day <= last_.day)) {
        error(row, column, fmt::format("{} comes after {}", text, last_text_), "",
              "Order the rows by time; only 1, 2, ... and 2026-01 may stand in several rows.");
        return;
      }
      // Said once for each gap: the rows behind it are read on.
      if (typed->index > last_.index + 1) {
        auto first = last_, last = *typed;
        ++first.index;
        --last.index;
        const bool one = first.index == last.index;
        error(row, column,
              one ? name_of(first) + " is left out"
                  : fmt::format("{} to {} are left out", name_of(first), name_of(last)),
              "a month with no visits is a month", one ? "Write a row for it." : "Write a row for each.");
      }
    }
    last_ = *typed;
    last_text_ = text;
    grid_.push_back(period(row, column, *typed, text));
  }

  // Month 1 is the start where the file states one, else the first row's month.
  LedgerPeriod period(const CsvText::Row& row, std::size_t column, const Typed& typed,
                      const std::string& text) {
    LedgerPeriod p;
    p.label = text;
    const int start = start_ ? static_cast<int>(start_->year()) * 12 +
                                   static_cast<int>(static_cast<unsigned>(start_->month())) - 1
                             : 2026 * 12;
    if (typed.form == Typed::Form::number) {
      p.is_dated = false;
      p.month = typed.index;
      p.calendar_year = (start + typed.index - 1) / 12;
      p.calendar_month = (start + typed.index - 1) % 12 + 1;
      return p;
    }
    p.calendar_year = typed.index / 12;
    p.calendar_month = typed.index % 12 + 1;
    p.month = typed.index - (start_ ? start : first_->index) + 1;
    if (p.month < 1 && grid_.empty())
      error(row, column, fmt::format("{} lies before the start of the contract", text),
            "study.start says when month 1 is", "Leave the row out, or change the start.");
    return p;
  }

  const CsvText& csv_;
  std::optional<std::chrono::year_month_day> start_;
  Faults& faults_;
  PeriodGrid grid_;
  std::optional<Typed> first_;
  Typed last_;
  std::string last_text_;
};

}  // namespace

PeriodGrid read_periods(const CsvText& csv, std::size_t column,
                        std::optional<std::chrono::year_month_day> start, Faults& faults) {
  return PeriodReader(csv, start, faults).read(column);
}

std::optional<std::chrono::year_month_day> first_month_of(const CsvText& csv) {
  const auto column = csv.find_column("period");
  if (!column || csv.rows.empty()) return std::nullopt;
  const auto typed = read_period(csv.rows.front().cells[*column].text);
  if (!typed || typed->form == Typed::Form::number) return std::nullopt;
  return std::chrono::year(typed->index / 12) /
         std::chrono::month(static_cast<unsigned>(typed->index % 12 + 1)) / 1;
}

std::optional<std::chrono::sys_days> date_of(const LedgerPeriod& period) {
  const std::string_view label = period.label;
  if (label.size() != std::string_view("2026-01-15").size()) return std::nullopt;
  unsigned day = 1;
  std::from_chars(label.data() + label.size() - 2, label.data() + label.size(), day);
  return std::chrono::sys_days(std::chrono::year(period.calendar_year) / period.calendar_month /
                               static_cast<int>(day));
}

}  // namespace paystress
