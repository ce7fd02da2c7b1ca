#include "scenarios/read_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "scenarios/csv_text.h"
#include "scenarios/text_encoding.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

constexpr std::array<std::string_view, 4> fixed_columns{"scenario", "practice", "offer", "stress"};

class BatchReader {
 public:
  BatchReader(const StudyText& study, CsvText& csv, Faults& faults)
      : study_(study), csv_(csv), faults_(faults), resolver_(study) {}

  Batch read() {
    if (!check_columns() || report_number_commas(csv_, dotted_, faults_)) return {};
    for (auto& row : csv_.rows) {
      read_row(row);
      if (resolver_.kept() > most_batch_parts) {
        faults_.error(
            {csv_.file, row.line, 0}, "",
            fmt::format("the rows so far have more than {} different practices, offers and stresses",
                        most_batch_parts),
            "a batch holds them in memory", "Split the file.");
        return {};
      }
      row.cells = {};  // what was read has its copy
    }
    return std::move(batch_);
  }

 private:
  bool check_columns() {
    bool good = true;
    for (std::size_t c = 0; c < csv_.header.cells.size(); ++c) {
      const auto& name = csv_.header.cells[c].text;
      if (std::ranges::find(fixed_columns, name) != fixed_columns.end()) continue;
      batch_.columns.push_back(name);
      dotted_.push_back(c);
      good = check_column(c, name) && good;
    }
    return good;
  }

  bool check_column(std::size_t c, const std::string& name) {
    const auto place = csv_.place(csv_.header, c);
    if (name.find('.') == std::string::npos) {
      const std::vector<std::string> known(fixed_columns.begin(), fixed_columns.end());
      faults_.error(place, name, "unknown column", "it is no dotted key", suggestion(name, known));
      return false;
    }
    // Any value shows whether the key exists; that of a row is most likely of the right kind.
    std::string text = "1";
    for (const auto& row : csv_.rows) {
      if (row.cells[c].text.empty()) continue;
      text = row.cells[c].text;
      break;
    }
    const auto unknown = resolver_.unknown_key({name, text, place});
    if (unknown) faults_.error(place, name, "unknown column", unknown->why, unknown->fix);
    return !unknown;
  }

  // The cell of a fixed column, empty when the column is absent.
  const std::string& cell(const CsvText::Row& row, std::string_view column) const {
    static const std::string none;
    const auto c = csv_.find_column(column);
    return c ? row.cells[*c].text : none;
  }

  // The cell, or the only one there is.
  template <class T>
  std::string name_of(const CsvText::Row& row, std::string_view column, const std::vector<T>& all,
                      Faults& faults) {
    const auto& text = cell(row, column);
    if (!text.empty()) return text;
    if (all.size() == 1) return all.front().name;
    faults.error({csv_.file, row.line, 0}, std::string(column), "is empty",
                 fmt::format("the study has {} to choose from", all.size()));
    return {};
  }

  void read_row(const CsvText::Row& row) {
    Faults found;
    const Place place{csv_.file, row.line, 0};
    const auto practice = name_of(row, "practice", study_.study.practices, found);
    const auto offer = name_of(row, "offer", study_.study.offers, found);
    const auto stress = cell(row, "stress").empty() ? std::string("base") : cell(row, "stress");
    auto id = cell(row, "scenario");
    if (id.empty()) id = fmt::format("{}/{}/{}#{}", practice, offer, stress, row.line);
    if (auto problem = label_problem(id); !problem.empty())
      found.error(place, "scenario", std::move(problem), "it stands in tables that spreadsheets open",
                  "Choose another name.");
    if (!ids_.insert(id).second) found.error(place, "scenario", fmt::format("{} stands in two rows", id));

    std::vector<Override> overrides;
    Scenario scenario{std::move(id), practice, offer, stress, {}};
    for (const auto c : dotted_) {
      const auto& key = csv_.header.cells[c].text;
      const auto& text = row.cells[c].text;
      scenario.columns.emplace_back(key, text);
      if (!text.empty()) overrides.push_back({key, text, place});
    }
    std::optional<ResolvedScenario> what;
    if (!found.has_errors()) what = resolver_.resolve(practice, offer, stress, overrides, place, found);
    if (what)
      batch_.rows.push_back({row.line, std::move(scenario), std::move(*what)});
    else
      batch_.bad_rows.push_back({row.line, std::move(scenario), errors_of(found, place)});
  }

  // Every fault at the row, also where the value that it contradicts stands in the study.
  static std::vector<Fault> errors_of(const Faults& found, const Place& row) {
    std::vector<Fault> errors;
    for (auto f : found.sorted()) {
      if (f.severity != Fault::Severity::error) continue;
      f.place = row;
      errors.push_back(std::move(f));
    }
    return errors;
  }

  const StudyText& study_;
  CsvText& csv_;  ///< its rows are given up one by one
  Faults& faults_;
  ScenarioResolver resolver_;
  Batch batch_;
  std::vector<std::size_t> dotted_;
  std::set<std::string> ids_;
};

}  // namespace

std::optional<Batch> parse_batch(const StudyText& study, std::string_view text, const std::string& file,
                                 Faults& faults) {
  Faults found;
  std::vector<Fault> bad_lines;
  CsvForm form;
  form.most_rows = most_batch_rows;
  auto csv = parse_csv_text(text, file, found, &bad_lines, form);
  if (csv && csv->rows.empty() && bad_lines.empty())
    found.error({file, csv->header.line, 0}, "", "has no rows", "there is nothing to run");
  std::optional<Batch> batch;
  if (csv && !found.has_errors()) batch = BatchReader(study, *csv, found).read();
  for (auto& f : found.sorted()) faults.add(std::move(f));
  if (found.has_errors()) return std::nullopt;
  for (auto& f : bad_lines) {
    const int line = f.place.line;
    Scenario unread;
    for (const auto& column : batch->columns) unread.columns.emplace_back(column, "");
    batch->bad_rows.push_back({line, std::move(unread), {std::move(f)}});
  }
  std::ranges::stable_sort(batch->bad_rows, {}, &BadRow::line);
  return batch;
}

std::optional<Batch> read_batch(const StudyText& study, const std::filesystem::path& file, Faults& faults) {
  const auto text = read_text_file(file, faults);
  if (!text) return std::nullopt;
  return parse_batch(study, *text, file.string(), faults);
}

}  // namespace paystress
