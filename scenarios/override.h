#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/study.h"
#include "scenarios/fault.h"
#include "scenarios/read_study.h"
#include "scenarios/toml_value.h"

namespace paystress {

/// One value of a study said anew: `practices.continuity.no_show.rate` = "0.12".
struct Override {
  std::string key;   ///< dotted (scenarios/dotted_key.h)
  std::string text;  ///< as in a CSV cell: a number, a bare word or expression, true, [1, 2], { low = ... }
  Place place;       ///< named in faults
};

/// What a scenario is made of, read from the study with some values said anew. Of one resolver two pointers
/// are equal exactly when everything that the practice (contract, stress) is read from is equal.
struct ResolvedScenario {
  std::shared_ptr<const Practice> practice;
  std::shared_ptr<const Contract> contract;  ///< as the stress changes it
  std::shared_ptr<const Stress> stress;
};

/// Reads practices, offers and stresses again with single values changed, by the same code that reads the
/// study, so every key of the study can be changed. What is equal is read once and shared. One thread at a
/// time. \test tests/unit/scenarios/override_test.cpp
class ScenarioResolver {
 public:
  explicit ScenarioResolver(const StudyText& study) : study_(study) {}

  /// Nothing when something is wrong. Faults stand at the places of the overrides where they concern them;
  /// an override of something that this scenario does not use is a fault.
  std::optional<ResolvedScenario> resolve(const std::string& practice, const std::string& offer,
                                          const std::string& stress, std::span<const Override> overrides,
                                          const Place& place, Faults& faults);
  /// How many different practices, contracts and stresses it keeps.
  [[nodiscard]] std::size_t kept() const { return practices_.size() + contracts_.size() + stresses_.size(); }
  /// Why the study cannot have the key of an override: its problem in `why`, the nearest key in `fix`.
  /// Nothing when it can, whatever is thought of the value.
  std::optional<Fault> unknown_key(const Override& override);

 private:
  std::shared_ptr<const Practice> practice(const std::string& name, const TomlValue& table,
                                           const std::string& identity, Faults& faults);
  std::shared_ptr<const Stress> stress(const std::string& name, TomlValue& tables,
                                       const std::string& identity, Faults& faults);
  std::shared_ptr<const Contract> contract(const std::string& name, const TomlValue& table,
                                           const Stress& stress, const TomlValue& stresses,
                                           const std::string& identity, Faults& faults);

  const StudyText& study_;
  std::map<std::string, std::shared_ptr<const Practice>> practices_;
  std::map<std::string, std::shared_ptr<const Stress>> stresses_;
  std::map<std::string, std::shared_ptr<const Contract>> contracts_;
};

/// Does an override of `key` concern a scenario of these names? A stress by those, too, that it combines.
[[nodiscard]] bool concerns(const StudyText& study, std::string_view key, const std::string& practice,
                            const std::string& offer, const std::string& stress);

}  // namespace paystress
