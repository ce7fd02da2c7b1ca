#include "analysis/csv_rows.h"

#include <array>
#include <charconv>
#include <cmath>

#include "analysis/format_number.h"

namespace paystress {
namespace {

constexpr int computed_digits = 10, error_digits = 4;

}  // namespace

double round_to_digits(double value, int digits) {
  if (!std::isfinite(value)) return value;
  std::array<char, 40> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, digits - 1)
          .ptr;
  double rounded = value;
  std::from_chars(text.data(), end, rounded);
  return rounded;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void CsvRows::separate() {
  if (!at_start_) out_ += ',';
  at_start_ = false;
}

CsvRows& CsvRows::text(std::string_view cell) {
  separate();
  out_ += csv_cell(cell);
  return *this;
}

CsvRows& CsvRows::count(std::optional<std::size_t> cell) {
  separate();
  if (cell) out_ += std::to_string(*cell);
  return *this;
}

CsvRows& CsvRows::exact(std::optional<double> cell) {
  separate();
  if (cell) append_number(out_, *cell);
  return *this;
}

CsvRows& CsvRows::computed(std::optional<double> cell) {
  return exact(cell ? round_to_digits(*cell, computed_digits) : cell);
}

CsvRows& CsvRows::error(std::optional<double> cell) {
  return exact(cell ? round_to_digits(*cell, error_digits) : cell);
}

CsvRows& CsvRows::end(std::string_view tail) {
  out_ += tail;
  out_ += '\n';
  at_start_ = true;
  return *this;
}

}  // namespace paystress
