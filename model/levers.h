#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/practice.h"
#include "model/study.h"

namespace paystress {

/// What a lever takes away.
enum class LeverKind {
  loss,        ///< work that was possible and brought no pay
  event,       ///< illness, outages, the slow start
  closed,      ///< days without sessions
  unpaid_task  ///< time beside the visits
};
[[nodiscard]] std::string_view key_of(LeverKind kind);

/// One loss, event or unpaid task of a practice, and the values at which there is none.
struct Lever {
  std::string name;  ///< "no_shows", "charting", "events.illness"
  LeverKind kind;
  struct Setting {
    Parameter parameter;
    double value;
  };
  std::vector<Setting> settings;
  std::optional<std::size_t> event;  ///< instead: the event of the practice that never starts

  /// "no_show.rate = 0", "events.illness.per_year = 0"
  [[nodiscard]] std::string text() const;
};

/// What holds a practice back, in a fixed order. What is at its neutral value already, or has nothing to act
/// on, is no lever.   \test tests/unit/model/levers_test.cpp
[[nodiscard]] std::vector<Lever> levers_of(const Practice& practice, bool has_holidays);

/// Is the number known to be this value?
[[nodiscard]] bool is_known_as(const Practice& practice, Parameter parameter, double value);
/// Dotted key of a number of an event of the practice.
[[nodiscard]] std::string event_key(const PracticeEvent& event, Quantity PracticeEvent::*number);

/// The practice with a number known; rank correlations that name it are gone with its distribution.
[[nodiscard]] Practice with_number(Practice practice, Parameter parameter, double value);
/// The same of an event's number.
[[nodiscard]] Practice with_number(Practice practice, std::size_t event, Quantity PracticeEvent::*number,
                                   double value);
/// The practice without what the lever takes away, on days of every kind of shift.
[[nodiscard]] Practice without(Practice practice, const Lever& lever);

}  // namespace paystress
