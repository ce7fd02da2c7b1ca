#include "analysis/root_search.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace paystress {
namespace {

// A change of sign being narrowed: of the margin itself or of an end of its interval.
struct Hunt {
  double MarginPoint::*what;
  double left, right;
};

class Search {
 public:
  Search(const MarginFunction& margin, const RootSearchSettings& settings)
      : margin_(margin), settings_(settings) {}

  void evaluate(std::vector<double> xs) {
    if (settings_.whole_numbers)
      for (double& x : xs) x = std::round(x);
    std::ranges::sort(xs);
    xs.erase(std::unique(xs.begin(), xs.end()), xs.end());
    std::erase_if(xs, [this](double x) { return points_.contains(x); });
    if (xs.empty()) return;
    for (const auto& p : margin_(xs)) points_.emplace(p.x, p);
  }

  [[nodiscard]] std::vector<MarginPoint> points() const {
    std::vector<MarginPoint> all;
    for (const auto& [x, p] : points_) all.push_back(p);
    return all;
  }

  [[nodiscard]] const MarginPoint& at(double x) const { return points_.at(x); }

  // Narrows all hunts together, so that what is independent is evaluated in one go.
  void narrow(std::vector<Hunt>& hunts) {
    const double width = settings_.whole_numbers ? std::max(1.0, settings_.tolerance) : settings_.tolerance;
    for (;;) {
      std::vector<double> xs;
      for (const auto& h : hunts) {
        if (h.right - h.left <= width) continue;
        const auto cells = static_cast<double>(settings_.sections + 1);
        for (std::size_t k = 1; k <= settings_.sections; ++k)
          xs.push_back(h.left + (h.right - h.left) * static_cast<double>(k) / cells);
      }
      const auto before = points_.size();
      evaluate(std::move(xs));
      if (points_.size() == before) return;  // nothing between the ends is left to try
      for (auto& h : hunts) tighten(h);
    }
  }

 private:
  void tighten(Hunt& h) const {
    auto it = points_.find(h.left);
    const bool left_holds = it->second.*h.what >= 0;
    for (auto next = std::next(it); next != points_.end() && next->first <= h.right; ++it, ++next) {
      if ((next->second.*h.what >= 0) != left_holds) {
        h.left = it->first;
        h.right = next->first;
        return;
      }
    }
  }

  const MarginFunction& margin_;
  const RootSearchSettings& settings_;
  std::map<double, MarginPoint> points_;
};

void check(const RootSearchSettings& s) {
  if (!(s.from < s.to)) throw std::invalid_argument("a search needs from < to");
  if (s.grid < 2 || s.sections < 1)
    throw std::invalid_argument("a search needs two grid points and a section");
  if (!(s.tolerance > 0)) throw std::invalid_argument("a search needs a tolerance above 0");
}

std::vector<double> scan(const RootSearchSettings& s) {
  std::vector<double> xs;
  for (std::size_t i = 0; i < s.grid; ++i)
    xs.push_back(s.from + (s.to - s.from) * static_cast<double>(i) / static_cast<double>(s.grid - 1));
  return xs;
}

std::vector<FlatStretch> find_flats(const std::vector<MarginPoint>& grid) {
  std::vector<FlatStretch> flats;
  for (std::size_t i = 0; i < grid.size();) {
    std::size_t j = i;
    while (j + 1 < grid.size() && grid[j + 1].margin == grid[i].margin) ++j;
    if (j >= i + 2) flats.push_back({grid[i].x, grid[j].x, grid[i].margin});
    i = j + 1;
  }
  return flats;
}

// The end of the interval on one side of a crossing: going away from it, the first point at which the sample
// does tell the margin from 0, and its neighbour, at which it does not.
struct IntervalEnd {
  bool open = true;
  double inside = 0.0, outside = 0.0;
};
IntervalEnd interval_end(const std::vector<MarginPoint>& points, std::size_t start, bool upwards,
                         double MarginPoint::*end, bool undecided_holds) {
  const auto n = std::ssize(points);
  const std::ptrdiff_t step = upwards ? 1 : -1;
  auto i = static_cast<std::ptrdiff_t>(start);
  for (auto previous = i; i >= 0 && i < n; previous = i, i += step) {
    const auto& p = points[static_cast<std::size_t>(i)];
    if ((p.*end >= 0) != undecided_holds) return {false, points[static_cast<std::size_t>(previous)].x, p.x};
  }
  return {true, points[static_cast<std::size_t>(i - step)].x, 0.0};
}

}  // namespace

RootSearchResult find_crossings(const MarginFunction& margin, const RootSearchSettings& settings) {
  check(settings);
  Search search(margin, settings);
  search.evaluate(scan(settings));

  RootSearchResult result;
  const auto all = search.points();
  std::vector<MarginPoint> grid;
  for (const auto& p : all) {
    if (std::isnan(p.margin))
      result.undefined_somewhere = true;
    else
      grid.push_back(p);
  }
  result.flats = find_flats(grid);
  result.holds_everywhere = !grid.empty() && std::ranges::all_of(grid, [](auto& p) { return p.margin >= 0; });
  result.holds_nowhere = std::ranges::none_of(grid, [](auto& p) { return p.margin >= 0; });

  std::vector<Hunt> hunts;
  std::vector<double> cell_moves, cell_widths;
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) {
    if ((grid[i].margin >= 0) == (grid[i + 1].margin >= 0)) continue;
    hunts.push_back({&MarginPoint::margin, grid[i].x, grid[i + 1].x});
    cell_moves.push_back(std::abs(grid[i + 1].margin - grid[i].margin));
    cell_widths.push_back(grid[i + 1].x - grid[i].x);
  }
  const auto crossings = hunts.size();
  search.narrow(hunts);

  // The interval's ends are crossings of their own: of the high end towards where the statement fails, of the
  // low end towards where it holds.
  std::vector<IntervalEnd> lows, highs;
  std::vector<Hunt> end_hunts;
  std::vector<std::ptrdiff_t> low_hunt, high_hunt;
  const auto points = search.points();
  const auto index_of = [&points](double x) {
    return static_cast<std::size_t>(std::ranges::lower_bound(points, x, {}, &MarginPoint::x) -
                                    points.begin());
  };
  const auto add_end = [&](const IntervalEnd& e, double MarginPoint::*what,
                           std::vector<std::ptrdiff_t>& which) {
    which.push_back(e.open ? -1 : std::ssize(end_hunts));
    if (!e.open) end_hunts.push_back({what, std::min(e.inside, e.outside), std::max(e.inside, e.outside)});
  };
  for (std::size_t c = 0; c < crossings; ++c) {
    const bool starts = search.at(hunts[c].right).margin >= 0;
    const auto fails_end = &MarginPoint::high;
    const auto holds_end = &MarginPoint::low;
    lows.push_back(
        interval_end(points, index_of(hunts[c].left), false, starts ? fails_end : holds_end, starts));
    highs.push_back(
        interval_end(points, index_of(hunts[c].right), true, starts ? holds_end : fails_end, !starts));
    add_end(lows.back(), starts ? fails_end : holds_end, low_hunt);
    add_end(highs.back(), starts ? holds_end : fails_end, high_hunt);
  }
  search.narrow(end_hunts);

  for (std::size_t c = 0; c < crossings; ++c) {
    Crossing x;
    x.before = hunts[c].left;
    x.after = hunts[c].right;
    x.starts = search.at(x.after).margin >= 0;
    // A cliff is far steeper than the cell around it; a bracket nearly as wide as the cell cannot tell.
    const double move = std::abs(search.at(x.after).margin - search.at(x.before).margin);
    const double share_of_cell = (x.after - x.before) / cell_widths[c];
    x.jump = move > cell_moves[c] / 5 && move > 10 * share_of_cell * cell_moves[c];
    x.open_low = lows[c].open;
    x.open_high = highs[c].open;
    x.ci_low = x.open_low ? lows[c].inside : end_hunts[static_cast<std::size_t>(low_hunt[c])].left;
    x.ci_high = x.open_high ? highs[c].inside : end_hunts[static_cast<std::size_t>(high_hunt[c])].right;
    result.crossings.push_back(x);
  }
  result.points = search.points();
  return result;
}

}  // namespace paystress
