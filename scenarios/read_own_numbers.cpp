// Columns that are drawn with a practice, and its kinds of shift.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/ledger.h"
#include "scenarios/read_practice.h"
#include "scenarios/read_quantity.h"
#include "scenarios/read_span_column.h"

namespace paystress {
namespace {

constexpr std::size_t most_columns = 100;
constexpr std::size_t most_shifts = 20;
// As of the shares of a code mix: more than rounding of decimals.

constexpr std::string_view laws_help =
    "Write of and share, or per_month, per_workday, per_visit or per_member, or score = { mean = 0.9, "
    "concentration = 30 }.";

/// Reads the numbers below a name, notes them, and knows the practice's tables.
class OwnNumberReader {
 public:
  OwnNumberReader(TableReader& table, InputFiles& files, std::vector<ResolvedNumber>* resolved,
                  Practice& practice)
      : table_(table), files_(files), resolved_(resolved), practice_(practice) {}

  void read_shifts() {
    auto* all = open("shifts", most_shifts);
    if (all == nullptr) return;
    for (const auto& entry : all->table().entries) {
      auto* at = all->sub(entry.key);
      if (at == nullptr) continue;
      if (!is_bare_name(entry.key)) at->error("", "a name has letters, digits, _ and - only");
      ShiftKind shift;
      shift.name = entry.key;
      shift.numbers = read_numbers(*at, shift_number_infos());
      shift.weekdays = read_weekdays(*at);
      if (!at->has("weekdays") && !at->has("share"))
        at->error("", "has neither weekdays nor share", "a day must be known to be of this kind",
                  "Write weekdays = [\"Sat\", \"Sun\"], or share = 0.25.");
      practice_.shifts.push_back(std::move(shift));
    }
    std::ranges::sort(practice_.shifts, {}, &ShiftKind::name);
    check_days(*all);
  }

  void read_columns() {
    auto* all = open("columns", most_columns);
    if (all == nullptr) return;
    const auto drawn = LedgerLayout::sampled(practice_);
    for (const auto& entry : all->table().entries) {
      auto* at = all->sub(entry.key);
      if (at == nullptr) continue;
      const auto before_name = table_.faults().error_count();
      check_made_name(*at, entry.key);
      const bool is_named = table_.faults().error_count() == before_name;
      DrawnColumn column;
      column.name = entry.key;
      column.numbers = read_numbers(*at, column_number_infos());
      const auto before = table_.faults().error_count();
      read_law(*at, column);
      if (column.law == DrawnColumn::Law::share) read_count(*at, drawn, column);
      // One that cannot be drawn still has its name, so that contracts which read it are not at fault.
      if (table_.faults().error_count() != before && column.law == DrawnColumn::Law::share)
        column.of = "completed_visits";
      if (is_named) practice_.columns.push_back(std::move(column));
    }
    std::ranges::sort(practice_.columns, {}, &DrawnColumn::name);
  }

 private:
  TableReader* open(std::string_view key, std::size_t most) {
    auto* all = table_.sub(key);
    if (all == nullptr) return nullptr;
    if (all->table().entries.size() > most) {
      table_.error(key, fmt::format("are more than {}", most));
      return nullptr;
    }
    return all;
  }

  template <std::size_t count>
  std::array<std::optional<Quantity>, count> read_numbers(TableReader& table,
                                                          std::span<const OwnNumberInfo, count> infos) {
    std::array<std::optional<Quantity>, count> numbers;
    for (std::size_t n = 0; n < count; ++n) {
      const auto& info = infos[n];
      auto* at = &table;
      auto key = info.key;
      if (const auto dot = key.find('.'); dot != std::string_view::npos) {
        at = table.sub(key.substr(0, dot));
        key.remove_prefix(dot + 1);
      }
      if (at == nullptr || !at->has(key)) {
        if (at != nullptr) at->know(key);
        continue;
      }
      numbers[n] = read_quantity(*at, key,
                                 {.range = {info.low, info.high, info.meaning},
                                  .is_probability = info.kind == ParameterKind::probability},
                                 files_);
      if (!numbers[n])
        numbers[n] = Known{info.low};  // its fault is reported; the key is there
      else if (resolved_ != nullptr)
        resolved_->push_back(
            {at->key_of(key), text_of(*numbers[n]), std::string(info.unit), at->place_of(key)});
    }
    return numbers;
  }

  static void read_law(TableReader& at, DrawnColumn& column) {
    using enum ColumnNumber;
    const bool is_score = at.has("score");
    const bool is_share = at.has("share") || at.has("of");
    const bool is_events = std::ranges::any_of(std::array{per_month, per_workday, per_visit, per_member},
                                               [&](ColumnNumber n) { return column.has(n); });
    const int ways = int{is_share} + int{is_score} + int{is_events};
    at.know("of");
    if (ways != 1)
      at.error("", ways == 0 ? "does not say how it is drawn" : "is drawn in two ways",
               "a column is a share of a count, a count of events, or a yearly score",
               std::string(laws_help));
    column.law = is_score    ? DrawnColumn::Law::score
                 : is_events ? DrawnColumn::Law::events
                             : DrawnColumn::Law::share;
    if (column.has(monthly_cv) && !is_events && ways != 0)
      at.error("monthly_cv", "has no meaning here", "only events have a state of the month", "Leave it out.");
    if (!is_score) return;
    auto* table = at.sub("score");
    for (const auto* key : {"mean", "concentration"})
      if (table != nullptr && !table->has(key))
        table->error(key, "missing", "a yearly score has a mean and a concentration (0: the mean exactly)",
                     "Write score = { mean = 0.9, concentration = 30 }.");
  }

  // The count of which a share is drawn.
  static void read_count(TableReader& at, const LedgerLayout& layout, DrawnColumn& column) {
    if (!at.has("of") && !at.has("share")) return;  // said already
    if (!at.has("share"))
      at.error("share", "missing", "which share of the count is in the column", "Write share = 0.12.");
    const auto of = at.text("of");
    if (!at.has("of"))
      at.error("of", "missing", "of which count the column is a share", "Write of = \"completed_visits\".");
    if (!of) return;
    column.of = *of;
    std::vector<std::string> counts;
    for (std::size_t c = 0; c < layout.size(); ++c) {
      const auto& info = layout[c];
      if (info.unit == ColumnUnit::count && info.join == ColumnJoin::sum && info.finest == ColumnFinest::day)
        counts.push_back(info.name);
    }
    if (std::ranges::find(counts, *of) != counts.end()) return;
    at.error("of", fmt::format("{} is no count of the days", *of),
             "each unit of a count that days have is in the column or not", suggestion(*of, counts));
  }

  std::optional<std::array<bool, 7>> read_weekdays(TableReader& at) {
    const auto names = at.texts("weekdays");
    if (!names) return std::nullopt;
    std::array<bool, 7> days{};
    for (const auto day : weekdays_of(at, *names)) {
      days[day] = true;
      if (!practice_.works[day])
        at.error("weekdays", fmt::format("{} is no day of sessions.weekdays", weekday_names[day]),
                 "a shift is a day that is worked", "Add it there, or leave it out here.");
    }
    return days;
  }

  // Every weekday is always of one kind, or its kinds have shares of it.
  void check_days(TableReader& all) {
    for (std::size_t day = 0; day < 7; ++day) {
      const ShiftKind* certain = nullptr;
      double sum = 0.0;
      for (const auto& shift : practice_.shifts) {
        const bool is_named = shift.weekdays && (*shift.weekdays)[day];
        auto* at = all.sub(shift.name);
        if (shift.has(ShiftNumber::share)) {
          const auto& share = *shift.numbers[static_cast<std::size_t>(ShiftNumber::share)];
          if (is_named || !shift.weekdays) sum += upper_end(share).value_or(typical(share));
          continue;
        }
        if (!is_named) continue;
        if (certain != nullptr)
          at->error("weekdays", fmt::format("{} is a day of {} too", weekday_names[day], certain->name),
                    "a day is of one kind", "Give each kind a share of the day.");
        certain = &shift;
      }
      for (const auto& shift : practice_.shifts)
        if (certain != nullptr && shift.has(ShiftNumber::share) && shift.weekdays && (*shift.weekdays)[day])
          all.sub(shift.name)
              ->error("weekdays", fmt::format("{} is always {}", weekday_names[day], certain->name),
                      "it has no share, so all its days are of that kind",
                      "Leave the day out of one of them.");
      if (certain == nullptr && sum > 1 + share_tolerance) {
        all.error("", fmt::format("the shares of {} sum to {:.6g}, above 1", weekday_names[day], sum),
                  "a day is of one kind", "Lower one of them.");
        return;
      }
    }
  }

  TableReader& table_;
  InputFiles& files_;
  std::vector<ResolvedNumber>* resolved_;
  Practice& practice_;
};

}  // namespace

std::vector<std::size_t> weekdays_of(TableReader& table, const std::vector<std::string>& names) {
  std::vector<std::size_t> days;
  const std::vector<std::string> known(weekday_names.begin(), weekday_names.end());
  for (const auto& name : names) {
    const auto it = std::ranges::find(weekday_names, name);
    const auto day = static_cast<std::size_t>(it - weekday_names.begin());
    if (it == weekday_names.end())
      table.error("weekdays", fmt::format("\"{}\" is no weekday", name), {}, suggestion(name, known));
    else if (std::ranges::find(days, day) != days.end())
      table.error("weekdays", fmt::format("{} is listed twice", name));
    else
      days.push_back(day);
  }
  return days;
}

void read_own_numbers(TableReader& table, InputFiles& files, std::vector<ResolvedNumber>* resolved,
                      Practice& practice) {
  OwnNumberReader reader(table, files, resolved, practice);
  reader.read_shifts();
  reader.read_columns();
}

}  // namespace paystress
