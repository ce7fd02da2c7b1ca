#include "scenarios/read_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "model/contract_key.h"
#include "model/name_hash.h"
#include "model/replicates.h"
#include "scenarios/check_readings.h"
#include "scenarios/check_scenario.h"
#include "scenarios/dotted_key.h"
#include "scenarios/reachable.h"
#include "scenarios/read_contract.h"
#include "scenarios/read_practice.h"
#include "scenarios/read_settings.h"
#include "scenarios/read_span_column.h"
#include "scenarios/read_stress.h"
#include "scenarios/toml_reader.h"

namespace paystress {
namespace {

using Kind = TomlValue::Kind;

// Every number of offers and stresses as written, for `check`: they have no defaults. What a vague clause is
// read as is said to be the first of its readings.
class NumberLister {
 public:
  NumberLister(const std::vector<VagueClause>& vague, std::vector<ResolvedNumber>& out)
      : vague_(vague), out_(out) {}

  void list(const TomlValue& v, const std::string& key, const std::string& behind = {}) {
    const auto clause = std::ranges::find_if(
        vague_, [&](const VagueClause& c) { return c.readings.front().place() == v.place(); });
    const auto said =
        clause != vague_.end() ? fmt::format(" (first of {} readings)", clause->readings.size()) : behind;
    if (v.kind == Kind::table) {
      for (const auto& e : v.entries) list(e.value, join_key(key, e.key), said);
    } else if (v.kind == Kind::array) {
      for (std::size_t i = 0; i < v.items.size(); ++i) {
        const auto place = std::to_string(i + 1);
        const bool is_plain = find_dotted(v, place) == &v.items[i];
        list(v.items[i], join_key(key, is_plain ? place : item_part(v.items[i], i)), said);
      }
    } else {
      out_.push_back({key, text_of(v) + said, "", v.place()});
    }
  }

 private:
  const std::vector<VagueClause>& vague_;
  std::vector<ResolvedNumber>& out_;
};

class StudyReader {
 public:
  StudyReader(const TomlValue& root, const std::string& file, InputFiles& files, Faults& faults)
      : root_(root), reader_(root, "", faults), file_(file), files_(files), faults_(faults) {}

  void read(StudyText& text) {
    auto& study = text.study;
    read_settings(reader_, study, text.resolved);
    for (const auto* name : {"practices", "offers", "stresses", "scenarios", "ledger"}) reader_.know(name);
    if (auto* ledger = reader_.sub("ledger")) {
      study.user_columns = read_user_columns(*ledger);
      study.shared_spans = read_shared_spans(*ledger);
    }
    read_practices(text);
    know_drawn_columns(study);
    read_offers(text);
    auto* stresses = reader_.sub("stresses");
    const bool months_known = !is_at_fault("study.months");
    const auto before_stresses = faults_.error_count();
    study.stresses = read_stresses(stresses, months_known ? study.months : std::numeric_limits<int>::max());
    if (stresses != nullptr) NumberLister(text.vague, text.resolved).list(stresses->table(), "stresses");
    read_scenarios(study);
    reader_.finish();
    if (!reader_.has("practices") && !reader_.has("offers"))
      faults_.error({file_}, "", "has no practices and no offers", "there is nothing to price",
                    "Write [practices.NAME] and [offers.NAME].");
    check_advertised(study);
    check_stresses(study);
    stresses_whole_ = faults_.error_count() == before_stresses;
    check_scenarios(study, months_known && !is_at_fault("study.start"));
    check_differences(study);
    check_employment(study);
    if (!faults_.has_errors()) check_size(study, file_, faults_);
  }

 private:
  void read_practices(StudyText& text) {
    auto* all = reader_.sub("practices");
    if (all == nullptr) return;
    for (const auto& entry : all->table().entries) {
      auto* table = all->sub(entry.key);
      if (table == nullptr) continue;
      const auto before = faults_.error_count();
      check_name(*table, entry.key);
      auto practice = draft_practice(*table, entry.key, files_, &text.resolved);
      if (text.study.traits == TraitSampling::sobol) check_dimensions(*table, practice);
      auto& all_read = faults_.error_count() == before ? text.study.practices : draft_practices_;
      all_read.push_back(std::move(practice));
    }
  }

  // Two numbers in one dimension would be drawn as one.
  static void check_dimensions(TableReader& table, const Practice& practice) {
    std::map<std::size_t, std::string> taken;
    for (const auto& key : uncertain_keys(practice)) {
      const auto [it, is_new] = taken.try_emplace(sobol_dimension(key), key);
      if (is_new) continue;
      table.error(key,
                  fmt::format("has the dimension of {} under traits = \"{}\"", it->second,
                              name_of(TraitSampling::sobol)),
                  "a dimension follows from the name, so that no draw depends on what else is drawn",
                  fmt::format("Rename one of them, or write traits = \"{}\".",
                              name_of(TraitSampling::latin_hypercube)));
    }
  }

  // A typed ledger that brings a column which a practice draws need not have it declared again.
  static void know_drawn_columns(Study& study) {
    for (const auto& practice : study.practices)
      for (const auto& column : practice.columns)
        if (std::ranges::find(study.user_columns, column.name, &ColumnInfo::name) == study.user_columns.end())
          study.user_columns.push_back(info_of(column));
  }

  void read_offers(StudyText& text) {
    auto* all = reader_.sub("offers");
    if (all == nullptr) return;
    for (const auto& entry : all->table().entries) {
      auto* table = all->sub(entry.key);
      if (table == nullptr) continue;
      const auto before = faults_.error_count();
      check_name(*table, entry.key);
      auto draft = draft_contract(*table, entry.key, text.study.user_columns, text.study.shared_spans,
                                  text.study.start);
      if (faults_.error_count() == before)
        text.study.offers.push_back(std::move(draft.contract));
      else
        draft_offers_.push_back(std::move(draft));
      NumberLister(text.vague, text.resolved).list(entry.value, "offers." + entry.key);
    }
  }

  static void check_name(TableReader& table, const std::string& name) {
    if (!is_bare_name(name))
      table.error("", "a name has letters, digits, _ and - only",
                  "it is part of scenario ids and dotted keys");
  }

  // `name` is one of `known`, or a fault.
  static bool check_known(TableReader& at, std::string_view key, const std::string& name,
                          const std::vector<std::string>& known) {
    if (std::ranges::find(known, name) != known.end()) return true;
    at.error(key, fmt::format("there is no \"{}\"", name), {}, suggestion(name, known));
    return false;
  }

  // A name or a list of names; all of `fallback` where the key is absent.
  static std::vector<std::string> names(TableReader& at, std::string_view key,
                                        const std::vector<std::string>& known) {
    const auto* value = at.find(key);
    if (value == nullptr) return known;
    std::vector<std::string> chosen;
    if (value->kind == Kind::array) {
      chosen = at.texts(key).value_or(std::vector<std::string>());
      if (value->items.empty()) at.error(key, "is empty");
    } else if (const auto one = at.text(key)) {
      chosen = {*one};
    }
    std::erase_if(chosen, [&](const std::string& name) { return !check_known(at, key, name, known); });
    return chosen;
  }

  // Names of what could not be read count as known: its own faults are reported already.
  [[nodiscard]] std::vector<std::string> keys_of(std::string_view group) const {
    std::vector<std::string> all;
    const auto* table = root_.find(group);
    if (table != nullptr && table->kind == Kind::table)
      for (const auto& e : table->entries) all.push_back(e.key);
    return all;
  }

  void read_scenarios(Study& study) {
    const auto practices = keys_of("practices");
    const auto offers = keys_of("offers");
    auto stresses = keys_of("stresses");
    std::erase(stresses, "base");
    stresses.insert(stresses.begin(), "base");
    if (!reader_.has("scenarios")) {
      cross(study, practices, offers, stresses, nullptr);
      return;
    }
    for (auto* at : reader_.subs("scenarios")) {
      for (const auto* key : {"practice", "offer"})
        if (!at->has(key)) at->error(key, "missing", "a scenario is a practice, an offer and its stresses");
      const auto p = names(*at, "practice", practices);
      const auto o = names(*at, "offer", offers);
      const auto s = names(*at, "stresses", stresses);
      if (at->has("practice") && at->has("offer")) cross(study, p, o, s, at);
    }
  }

  void cross(Study& study, const std::vector<std::string>& practices, const std::vector<std::string>& offers,
             const std::vector<std::string>& stresses, TableReader* at) {
    for (const auto& p : practices)
      for (const auto& o : offers)
        for (const auto& s : stresses) {
          auto id = fmt::format("{}/{}/{}", p, o, s);
          if (!ids_.insert(id).second) {
            if (at != nullptr) at->error("", fmt::format("{} is listed twice", id));
            continue;
          }
          if (ids_.size() > most_scenarios) {
            if (ids_.size() == most_scenarios + 1)
              faults_.error({file_}, "scenarios", fmt::format("are more than {}", most_scenarios),
                            "every practice meets every offer and stress where [[scenarios]] are left out",
                            "List [[scenarios]], or use a batch file.");
            return;
          }
          study.scenarios.push_back({std::move(id), p, o, s, {}});
        }
  }

  void check_advertised(const Study& study) {
    for (const auto& offer : study.offers) check_advertised(offer);
    for (const auto& draft : draft_offers_) check_advertised(draft.contract);
  }

  void check_advertised(const Contract& offer) {
    const auto known = keys_of("practices");
    const auto& name = offer.advertised_practice;
    if (name.empty() || std::ranges::find(known, name) != known.end()) return;
    const auto* value = find_dotted(*root_.find("offers"), offer.name + ".advertised_practice");
    faults_.error(value != nullptr ? value->place() : Place{file_},
                  "offers." + offer.name + ".advertised_practice",
                  fmt::format("there is no practice \"{}\"", name), {}, suggestion(name, known));
  }

  void check_stresses(const Study& study) {
    const auto* stresses = root_.find("stresses");
    if (stresses == nullptr) return;  // nothing but base, which changes nothing
    const auto known = keys_of("offers");
    for (const auto& stress : study.stresses) {
      for (const auto& offer : study.offers) check_stressed_amounts(stress, offer, *stresses, faults_);
      for (const auto& part : stress.parts)
        for (const auto& change : part.offers) {
          const auto offer = change.key.substr(0, change.key.find('.'));
          if (std::ranges::find(known, offer) != known.end()) continue;
          const auto* at = find_dotted(*stresses, stress.name + ".offers." + offer);
          faults_.error(at != nullptr ? at->place() : Place{file_},
                        "stresses." + stress.name + ".offers." + offer, "there is no such offer", {},
                        suggestion(offer, known));
        }
    }
  }

  [[nodiscard]] bool is_at_fault(std::string_view key) const {
    const auto all = faults_.sorted();
    return std::ranges::any_of(
        all, [&](const Fault& f) { return f.key == key && f.severity == Fault::Severity::error; });
  }

  template <class T>
  static const T* find_named(const std::vector<T>& all, const std::string& name) {
    const auto it = std::ranges::find(all, name, &T::name);
    return it == all.end() ? nullptr : &*it;
  }

  // What only shows where a practice, an offer and a stress meet. Of what holds faults already, that is said
  // which is wrong whatever stands in their place.
  void check_scenarios(const Study& study, bool calendar_known) {
    const auto grid = study.grid();
    for (const auto& practice : study.practices) {
      const auto* at = find_dotted(root_, "practices." + practice.name + ".codes");
      if (calendar_known && at != nullptr) check_schedule_years(practice, study.start, at->place(), faults_);
    }
    std::set<std::pair<std::string, std::string>> seen_stress, seen_offer, seen_pair;
    const auto* offers = root_.find("offers");
    const auto* stresses = root_.find("stresses");
    for (const auto& s : study.scenarios) {
      const auto* whole_practice = find_named(study.practices, s.practice);
      const auto* practice =
          whole_practice != nullptr ? whole_practice : find_named(draft_practices_, s.practice);
      const auto* stress = study.find_stress(s.stress);
      if (practice == nullptr || stress == nullptr || practice->codes.empty()) continue;
      if (seen_stress.insert({s.practice, s.stress}).second) {
        const auto* table = stresses != nullptr ? stresses->find(s.stress) : nullptr;
        const auto* recode = table != nullptr ? table->find("recode") : nullptr;
        const auto* at = recode != nullptr ? recode : table;
        check_stress_on(*practice, *stress, at != nullptr ? at->place() : Place{file_}, faults_);
      }
      const auto* offer = study.find_offer(s.offer);
      const auto draft =
          std::ranges::find(draft_offers_, s.offer, [](const ContractDraft& d) { return d.contract.name; });
      if (offer == nullptr && draft == draft_offers_.end()) continue;
      if (offer != nullptr && whole_practice != nullptr && calendar_known &&
          seen_pair.insert({s.practice, s.offer}).second)
        report_flaws(find_unreachable_tiers(*offer, *practice, study.months), Fault::Severity::warning,
                     *offers->find(s.offer), "offers." + s.offer, faults_);
      // Practices with the same codes and lag have the same ledger columns: one check serves them.
      std::string columns =
          fmt::format("{}", std::get<Known>((*practice)[Parameter::audit_lag_months]).value);
      for (const auto& c : practice->codes) {
        columns += " " + c.code + (c.usd_cents ? "$" : "");
        for (const auto& year : c.years) columns += fmt::format("-{}", year.year);
      }
      for (const auto& kind : practice->shifts) columns += " " + column_of_shift(kind.name);
      for (const auto& c : practice->columns) columns += fmt::format(" {} {}", c.name, c.has_days());
      if (offer == nullptr) {
        if (!seen_offer.insert({columns, s.offer}).second) continue;
        const auto layout = columns_of(*practice);
        report_flaws(certain_flaws(find_flaws(draft->contract, layout, grid), draft->faults,
                                   *offers->find(s.offer), "offers." + s.offer),
                     Fault::Severity::error, *offers->find(s.offer), "offers." + s.offer, faults_);
        continue;
      }
      const auto changed = stresses_whole_ ? stressed(*offer, *stress, study.months) : std::nullopt;
      if (!seen_offer.insert({columns, s.offer + (changed ? "/" + s.stress : "")}).second) continue;
      if (calendar_known) {
        check_offer_on(*practice, changed ? *changed : *offer, grid, study.user_columns,
                       *offers->find(s.offer), faults_);
      } else {
        auto flaws = find_flaws(changed ? *changed : *offer, columns_of(*practice), grid);
        std::erase_if(flaws, [](const ContractFlaw& flaw) { return flaw.kind == FlawKind::cut_period; });
        report_flaws(flaws, Fault::Severity::error, *offers->find(s.offer), "offers." + s.offer, faults_);
      }
    }
    if (study.holidays.empty())
      for (const auto& offer : study.offers) warn_no_holidays(offer, *offers->find(offer.name), faults_);
    check_unused(study, grid);
  }

  // Are two offers compared anywhere: under one stress, on one practice, or each on its own where they share
  // none?
  static bool compares_offers(const std::vector<Scenario>& scenarios) {
    std::map<std::string, std::set<std::string>> practices_of;  // of each offer
    for (const auto& s : scenarios) practices_of[s.offer].insert(s.practice);
    if (practices_of.size() < 2) return false;
    const auto share_none = [&](const std::string& a, const std::string& b) {
      return std::ranges::none_of(practices_of[a],
                                  [&](const std::string& p) { return practices_of[b].contains(p); });
    };
    for (const auto& a : scenarios)
      for (const auto& b : scenarios)
        if (a.stress == b.stress && a.offer != b.offer &&
            (a.practice == b.practice || share_none(a.offer, b.offer)))
          return true;
    return false;
  }

  // The two sides of employment pay different taxes and costs, which stand in no income here.
  void check_employment(const Study& study) {
    const Contract* first = nullptr;
    for (const auto& offer : study.offers) {
      const bool priced =
          std::ranges::find(study.scenarios, offer.name, &Scenario::offer) != study.scenarios.end();
      if (!offer.employment || !priced) continue;
      if (first == nullptr) first = &offer;
      if (offer.employment == first->employment || !compares_offers(study.scenarios)) continue;
      const auto word = [](const Contract& c) { return c.employment == Employment::w2 ? "w2" : "1099"; };
      const auto* at = find_dotted(*root_.find("offers"), offer.name + ".employment");
      faults_.warning(at != nullptr ? at->place() : Place{file_}, "offers." + offer.name + ".employment",
                      fmt::format("is {}, and {} is {}", word(offer), first->name, word(*first)),
                      "a contractor pays both halves of the payroll tax, and what an employer else gives",
                      "Write what they are worth as benefits_usd_per_year and own_costs_usd_per_year.");
    }
  }

  // A target on no pair would be met without a look at any path.
  void check_differences(const Study& study) {
    const auto* targets = find_dotted(root_, "study.precision.targets");
    if (targets == nullptr || targets->kind != Kind::array) return;
    if (study.scenarios.empty() || compares_offers(study.scenarios)) return;
    for (std::size_t i = 0; i < targets->items.size(); ++i) {
      const auto* statistic =
          targets->items[i].kind == Kind::table ? targets->items[i].find("statistic") : nullptr;
      if (statistic == nullptr || statistic->text != "difference") continue;
      faults_.error(statistic->place(), fmt::format("study.precision.targets.{}.statistic", i + 1),
                    "difference has no two offers to compare",
                    "it is the difference of every pair of offers under one stress",
                    "Remove the target, or add an offer.");
    }
  }

  // An offer that no scenario prices: what is wrong with it on any practice. Its codes may be those of
  // another.
  void check_unused(const Study& study, const PeriodGrid& grid) {
    const auto& practices = study.practices.empty() ? draft_practices_ : study.practices;
    if (practices.empty()) return;
    const auto layout = columns_with(practices.front(), study.user_columns);
    const auto check = [&](const Contract& offer, const ContractDraft* draft) {
      if (std::ranges::find(study.scenarios, offer.name, &Scenario::offer) != study.scenarios.end()) return;
      const auto& table = *root_.find("offers")->find(offer.name);
      auto flaws = find_flaws(offer, layout, grid);
      if (draft != nullptr)
        flaws = certain_flaws(std::move(flaws), draft->faults, table, "offers." + offer.name);
      std::erase_if(flaws, [](const ContractFlaw& flaw) {
        return flaw.kind == FlawKind::cut_period || flaw.kind == FlawKind::unknown_code ||
               flaw.kind == FlawKind::code_without_usd;
      });
      report_flaws(flaws, Fault::Severity::error, table, "offers." + offer.name, faults_);
    };
    for (const auto& offer : study.offers) check(offer, nullptr);
    for (const auto& draft : draft_offers_) check(draft.contract, &draft);
  }

  static constexpr std::size_t most_scenarios = 100'000;
  const TomlValue& root_;
  TableReader reader_;
  const std::string& file_;
  InputFiles& files_;
  Faults& faults_;
  std::set<std::string> ids_;
  std::vector<Practice> draft_practices_;
  std::vector<ContractDraft> draft_offers_;
  bool stresses_whole_ = true;
};

std::optional<StudyText> resolve(TomlValue root, const std::string& file, InputFiles files, Faults& faults) {
  auto source = std::make_shared<StudySource>();
  source->document = std::move(root);
  source->files = std::make_shared<InputFiles>(std::move(files));
  StudyText text;
  if (auto* offers = source->document.find("offers");
      offers != nullptr && offers->kind == TomlValue::Kind::table) {
    for (auto& offer : offers->entries) {
      auto clauses = take_readings(offer.key, offer.value, faults);
      std::ranges::move(clauses, std::back_inserter(text.vague));
    }
  }
  StudyReader(source->document, file, *source->files, faults).read(text);
  if (text.study.title.empty()) text.study.title = std::filesystem::path(file).stem().string();
  if (faults.has_errors()) return std::nullopt;
  text.source = source;
  check_readings(text, faults);
  if (faults.has_errors()) return std::nullopt;
  text.input_files = source->files->files();
  text.input_files.insert(text.input_files.begin(), file);
  std::stable_partition(text.resolved.begin(), text.resolved.end(),
                        [](const ResolvedNumber& n) { return std::holds_alternative<Place>(n.origin); });
  return text;
}

}  // namespace

std::optional<StudyText> read_study(const std::filesystem::path& file, Faults& faults,
                                    const std::vector<std::filesystem::path>& allowed) {
  auto root = parse_toml_file(file, faults);
  if (!root) return std::nullopt;
  return resolve(std::move(*root), file.string(), InputFiles(file.parent_path(), allowed), faults);
}

std::optional<StudyText> parse_study(std::string_view text, const std::string& file,
                                     const std::filesystem::path& folder, Faults& faults,
                                     const std::vector<std::filesystem::path>& allowed) {
  auto root = parse_toml(text, file, faults);
  if (!root) return std::nullopt;
  return resolve(std::move(*root), file, InputFiles(folder, allowed), faults);
}

}  // namespace paystress
