#include "sim/questions/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <charconv>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>

#include "analysis/csv_rows.h"
#include "analysis/format_number.h"
#include "scenarios/dotted_key.h"
#include "scenarios/override.h"
#include "scenarios/read_batch.h"
#include "sim/errors.h"
#include "sim/random/streams.h"

namespace paystress::questions {
namespace {

constexpr std::size_t most_cells = 500'000;  // of a file that is checked row by row before it is written

std::optional<double> number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::vector<std::string> split_at_commas(std::string_view text) {
  // A comma inside brackets belongs to the value: { low = 1, likely = 2, high = 3 }.
  std::vector<std::string> parts{""};
  int depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[' || c == '(') ++depth;
    if (c == '}' || c == ']' || c == ')') --depth;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// A number of a design needs no more digits than tell its points apart.
std::string cell_of(double x) {
  std::string text;
  constexpr int digits = 10;
  append_number(text, round_to_digits(x, digits));
  return text;
}

// Is it a number of practices that is whole, such as practices.NAME.audit.lag_months?
bool is_whole(std::string_view key) {
  if (cut_part(key) != "practices") return false;
  cut_part(key);
  const auto infos = parameter_infos();
  const auto info = std::ranges::find(infos, key, &ParameterInfo::key);
  return info != infos.end() && info->kind == ParameterKind::integer;
}

std::string at(const SweptKey& key, double u) {
  if (const auto* range = std::get_if<SweepRange>(&key.values)) {
    const double x = range->low + u * (range->high - range->low);
    return cell_of(is_whole(key.key) ? std::round(x) : x);
  }
  const auto& list = std::get<std::vector<std::string>>(key.values);
  const auto i = static_cast<std::size_t>(u * static_cast<double>(list.size()));
  return list[std::min(i, list.size() - 1)];
}

std::vector<std::string> grid_cells(const SweptKey& key) {
  const auto* range = std::get_if<SweepRange>(&key.values);
  if (range == nullptr) return std::get<std::vector<std::string>>(key.values);
  if (range->points == 0)
    throw InputError(fmt::format("--set {}: a grid needs the number of points: x..y/n", key.key));
  std::vector<std::string> cells;
  for (std::size_t i = 0; i < range->points; ++i)
    cells.push_back(
        at(key, range->points == 1 ? 0.0 : static_cast<double>(i) / static_cast<double>(range->points - 1)));
  return cells;
}

std::vector<std::vector<std::string>> grid(const std::vector<SweptKey>& keys) {
  std::vector<std::vector<std::string>> rows{{}};
  for (const auto& key : keys) {
    const auto cells = grid_cells(key);
    if (rows.size() * cells.size() > most_batch_rows)
      throw InputError(fmt::format("the grid has more than {} rows. Take fewer points, or --design sobol",
                                   most_batch_rows));
    std::vector<std::vector<std::string>> longer;
    for (const auto& row : rows) {
      for (const auto& cell : cells) {
        longer.push_back(row);
        longer.back().push_back(cell);
      }
    }
    rows = std::move(longer);
  }
  return rows;
}

std::vector<std::vector<double>> latin_hypercube(const std::vector<SweptKey>& keys, std::size_t rows,
                                                 std::uint64_t seed) {
  std::vector<std::vector<double>> points(rows);
  for (const auto& key : keys) {
    random::Stream bits(random::stream_key("sweep." + key.key, seed), 0, 0);
    std::vector<std::size_t> stratum(rows);
    std::iota(stratum.begin(), stratum.end(), std::size_t{0});
    for (std::size_t i = rows; i-- > 1;)
      std::swap(stratum[i], stratum[boost::random::uniform_int_distribution<std::size_t>(0, i)(bits)]);
    for (std::size_t i = 0; i < rows; ++i)
      points[i].push_back((static_cast<double>(stratum[i]) + random::uniform52(bits)) /
                          static_cast<double>(rows));
  }
  return points;
}

std::vector<std::vector<double>> sobol(std::size_t keys, std::size_t rows) {
  // Boost's sequence leaves out the point 0 by itself.
  boost::random::sobol sequence(keys);
  std::vector<std::vector<double>> points(rows);
  for (auto& point : points)
    for (std::size_t k = 0; k < keys; ++k) point.push_back(std::ldexp(static_cast<double>(sequence()), -64));
  return points;
}

}  // namespace

SweptKey parse_swept_key(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
    throw InputError(
        fmt::format("--set {}: is not key=values. Write key=a,b,c or key=low..high/points", text));
  SweptKey swept{std::string(text.substr(0, equals)), {}};
  const auto values = text.substr(equals + 1);
  const auto dots = values.find("..");
  if (dots == std::string_view::npos) {
    swept.values = split_at_commas(values);
    return swept;
  }
  SweepRange range;
  const auto slash = values.find('/', dots);
  const auto low = number(values.substr(0, dots));
  const auto high =
      number(values.substr(dots + 2, slash == std::string_view::npos ? slash : slash - dots - 2));
  if (!low || !high || !(*low < *high))
    throw InputError(fmt::format("--set {}: a range is low..high with low below high", text));
  range.low = *low;
  range.high = *high;
  if (slash != std::string_view::npos) {
    const auto points = number(values.substr(slash + 1));
    if (!points || *points < 1 || *points > static_cast<double>(most_batch_rows) ||
        *points != std::floor(*points))
      throw InputError(fmt::format("--set {}: the number of points must be a whole number from 1", text));
    range.points = static_cast<std::size_t>(*points);
  }
  swept.values = range;
  return swept;
}

std::vector<std::vector<std::string>> make_design(const std::vector<SweptKey>& keys, Design design,
                                                  std::size_t rows, std::uint64_t seed) {
  std::set<std::string> names;
  for (const auto& key : keys)
    if (!names.insert(key.key).second) throw InputError(fmt::format("--set {}: is given twice", key.key));
  if (design == Design::grid) return grid(keys);
  if (rows == 0) throw InputError("--rows N: how many rows should the design have?");
  const auto points = design == Design::sobol ? sobol(keys.size(), rows) : latin_hypercube(keys, rows, seed);
  std::vector<std::vector<std::string>> cells(rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t k = 0; k < keys.size(); ++k) cells[i].push_back(at(keys[k], points[i][k]));
  return cells;
}

std::string sweep_csv(const StudyText& text, const std::vector<SweptKey>& keys,
                      const std::vector<std::vector<std::string>>& design) {
  CsvRows csv;
  csv.text("scenario").text("practice").text("offer").text("stress");
  for (const auto& key : keys) csv.text(key.key);
  csv.end();
  bool used = false;
  std::size_t cells = 0;
  for (const auto& s : text.study.scenarios) {
    if (!std::ranges::all_of(keys, [&](const SweptKey& key) {
          return concerns(text, key.key, s.practice, s.offer, s.stress);
        }))
      continue;
    used = true;
    constexpr std::size_t fixed_columns = 4;
    cells += design.size() * (fixed_columns + keys.size());
    if (cells > most_cells)
      throw InputError(
          fmt::format("the design makes more than {} cells. Take fewer "
                      "rows, or name a --practice, an --offer or a --stress",
                      most_cells));
    for (std::size_t i = 0; i < design.size(); ++i) {
      csv.text(fmt::format("{}#{}", s.id, i + 1)).text(s.practice).text(s.offer).text(s.stress);
      for (const auto& cell : design[i]) csv.text(cell);
      csv.end();
    }
  }
  if (!used)
    throw InputError(
        "no scenario of the study uses all of the keys. A key starts with practices.NAME, offers.NAME "
        "or stresses.NAME");
  return csv.take();
}

}  // namespace paystress::questions
