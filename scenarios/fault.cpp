#include "scenarios/fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "scenarios/text_encoding.h"

namespace paystress {
namespace {

// Damerau-Levenshtein, restricted: swapped neighbours are one edit, the commonest slip of the keyboard.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

// What a stranger's file holds must not steer the terminal, nor begin a line of its own.
std::string without_controls(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n')
      plain += "\\n";
    else if (byte < 0x20U || byte == 0x7FU)
      plain += fmt::format("\\x{:02X}", byte);
    else
      plain += c;
  }
  return plain;
}

// A part of a fault; of a long one (a name of 20,000 letters) both ends, never cut inside a letter.
std::string shown(const std::string& part) {
  constexpr std::size_t longest = 600, head = 400, tail = 150;
  if (part.size() <= longest) return part;
  std::size_t first = head, last = part.size() - tail;
  while (first > 0 && continues_letter(part[first])) --first;
  while (last < part.size() && continues_letter(part[last])) ++last;
  return part.substr(0, first) + " ... " + part.substr(last);
}

}  // namespace

std::string to_string(const Fault& f) {
  std::string text = f.place.file;
  if (f.place.line > 0) text += fmt::format(":{}", f.place.line);
  if (f.place.column > 0) text += fmt::format(":{}", f.place.column);
  text += ": ";
  if (f.severity == Fault::Severity::warning) text += "warning: ";
  if (!f.key.empty()) text += shown(f.key) + ": ";
  text += shown(f.problem);
  if (!f.why.empty()) text += " (" + shown(f.why) + ")";
  text += '.';
  if (!f.fix.empty()) text += " " + shown(f.fix);
  return without_controls(text);
}

void Faults::error(Place place, std::string key, std::string problem, std::string why, std::string fix) {
  add({std::move(place), std::move(key), std::move(problem), std::move(why), std::move(fix),
       Fault::Severity::error});
}

void Faults::warning(Place place, std::string key, std::string problem, std::string why, std::string fix) {
  add({std::move(place), std::move(key), std::move(problem), std::move(why), std::move(fix),
       Fault::Severity::warning});
}

void Faults::add(Fault fault) {
  if (std::ranges::find(closed_, fault.place) != closed_.end()) return;
  const bool is_error = fault.severity == Fault::Severity::error;
  auto& count = is_error ? errors_ : warnings_;
  if (++count <= most_faults_of_a_kind) faults_.push_back(std::move(fault));
}

std::vector<Fault> Faults::sorted() const {
  auto all = faults_;
  std::ranges::stable_sort(all, {}, [](const Fault& f) {
    return std::tuple(std::string_view(f.place.file), f.place.line, f.place.column);
  });
  const auto last_file = all.empty() ? std::string() : all.back().place.file;
  std::vector<Fault> once;
  std::size_t first = 0;  // of those at the same place
  for (auto& f : all) {
    if (once.empty() || once.back().place != f.place) first = once.size();
    const auto from = once.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::find(from, once.end(), f) == once.end()) once.push_back(std::move(f));
  }
  for (const auto severity : {Fault::Severity::error, Fault::Severity::warning}) {
    const bool is_error = severity == Fault::Severity::error;
    const auto count = is_error ? errors_ : warnings_;
    if (count <= most_faults_of_a_kind) continue;
    Fault others;
    others.place.file = last_file;
    others.problem = fmt::format("{} more {} are left out", count - most_faults_of_a_kind,
                                 is_error ? "faults" : "warnings");
    others.fix = "Correct those above first.";
    others.severity = severity;
    once.push_back(std::move(others));
  }
  return once;
}

std::string nearest_name(std::string_view word, std::span<const std::string> known) {
  // Nobody misspells names of such a length, and the work grows with the product of both.
  constexpr std::size_t longest = 100;
  std::string best;
  if (word.size() > longest) return best;
  // A third of the letters may be wrong: further away a suggestion confuses more than it helps.
  std::size_t best_edits = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto& name : known) {
    if (name.size() > longest) continue;
    const auto e = edits(word, name);
    if (e < best_edits) {
      best_edits = e;
      best = name;
    }
  }
  return best;
}

}  // namespace paystress
