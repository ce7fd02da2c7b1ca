#include "analysis/report/batch_rows.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "analysis/column_schema.h"

namespace paystress::report {
namespace {

// Of the 1.5 MB of a page, the library and the script take about 0.9.
constexpr std::size_t sample_room = 300'000, ends_room = 150'000;
constexpr std::size_t most_ends = 25;  // as many as the page's table shows at first
constexpr std::size_t most_own_columns = 60;

std::size_t bytes_of(const std::vector<std::string>& cells) {
  constexpr std::size_t around = 12;  // its place, brackets and line end
  return std::transform_reduce(cells.begin(), cells.end(), around, std::plus{},
                               [](const std::string& cell) { return cell.size() + 3; });
}

bool is_own(std::string_view column) {
  return std::ranges::find(table_schema(Table::summary).columns, column, &TableColumn::name) ==
         table_schema(Table::summary).columns.end();
}

std::optional<double> number_of(const std::string& cell) {
  double value = 0;
  const auto* end = cell.data() + cell.size();
  const auto [stop, code] = std::from_chars(cell.data(), end, value);
  return code == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace

BatchRows::BatchRows(std::span<const std::string> header) {
  constexpr std::array<std::string_view, 4> names{"scenario", "practice", "offer", "stress"};
  if (std::ranges::find(header, names.front()) == header.end())
    throw std::invalid_argument("BatchRows: there is no column scenario");
  for (std::size_t c = 0; c < header.size(); ++c) {
    const bool figure = std::ranges::find(batch_figures, header[c]) != batch_figures.end();
    const bool own = is_own(header[c]);
    out_.all_own += own ? 1 : 0;
    if (own && out_.own.size() < most_own_columns)
      out_.own.push_back(header[c]);
    else if (own || (!figure && std::ranges::find(names, header[c]) == names.end()))
      continue;
    for (const double sign : {1.0, -1.0})
      if (figure) ends_.push_back({out_.header.size(), sign, {}});
    shown_.push_back(c);
    out_.header.push_back(header[c]);
  }
  out_.ends = most_ends;
}

void BatchRows::add(std::vector<std::string> cells) {
  ++place_;
  std::vector<std::string> shown;
  for (const auto c : shown_) shown.push_back(std::move(cells.at(c)));
  if (!out_.is_batch()) {
    std::vector<std::string> names;
    for (std::size_t c = 0; c < shown.size(); ++c)
      if (out_.header[c] == "practice" || out_.header[c] == "offer" || out_.header[c] == "stress")
        names.push_back(shown[c]);
    out_.repeats = !scenarios_.insert(std::move(names)).second;
  }
  if (is_even(place_)) add_to_sample(shown);
  for (auto& end : ends_) add_to_end(end, shown);
}

// By 32 bits of the fraction: 2^32 divided by the golden ratio.
bool BatchRows::is_even(std::size_t place) const {
  constexpr std::uint32_t golden = 0x9E3779B9U;
  const auto fraction = static_cast<std::uint32_t>(place) * golden;
  return (std::uint64_t{fraction} << halvings_) < (std::uint64_t{1} << 32U);
}

void BatchRows::add_to_sample(const std::vector<std::string>& cells) {
  keep(place_, cells);
  sample_.insert(place_);
  sample_bytes_ += bytes_of(cells);
  while (sample_bytes_ > sample_room && sample_.size() > 1) {
    ++halvings_;
    for (auto it = sample_.begin(); it != sample_.end();) {
      if (is_even(*it)) {
        ++it;
        continue;
      }
      sample_bytes_ -= bytes_of(kept_.at(*it).cells);
      drop(*it);
      it = sample_.erase(it);
    }
  }
}

void BatchRows::add_to_end(End& end, const std::vector<std::string>& cells) {
  const auto value = number_of(cells[end.column]);
  if (!value) return;
  const std::pair mine{end.sign * *value, place_};
  if (end.rows.size() == most_ends) {
    const auto last = std::prev(end.rows.end());
    if (*last < mine) return;
    drop(last->second);
    end.rows.erase(last);
  }
  end.rows.insert(mine);
  keep(place_, cells);
}

void BatchRows::keep(std::size_t place, const std::vector<std::string>& cells) {
  auto& kept = kept_[place];
  if (kept.uses++ == 0) kept.cells = cells;
}

void BatchRows::drop(std::size_t place) {
  const auto it = kept_.find(place);
  if (--it->second.uses == 0) kept_.erase(it);
}

std::size_t BatchRows::bytes_at_ends() const {
  std::size_t bytes = 0;
  for (const auto& [place, kept] : kept_)
    if (!sample_.contains(place)) bytes += bytes_of(kept.cells);
  return bytes;
}

BatchSummary BatchRows::take() && {
  while (out_.ends > 1 && bytes_at_ends() > ends_room) {
    --out_.ends;
    for (auto& end : ends_)
      if (end.rows.size() > out_.ends) {
        const auto last = std::prev(end.rows.end());
        drop(last->second);
        end.rows.erase(last);
      }
  }
  out_.all_rows = place_;
  for (auto& [place, kept] : kept_) {
    out_.places.push_back(place);
    if (!sample_.contains(place)) out_.at_ends.push_back(place);
    out_.rows.push_back(std::move(kept.cells));
  }
  return std::move(out_);
}

}  // namespace paystress::report
