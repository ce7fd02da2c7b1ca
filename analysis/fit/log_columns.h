#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/fit/log.h"

namespace paystress::fit {

/// What became of an appointment.
enum class Fate { completed, moved_call, no_show, late_cancel, lost_call, left_out };
[[nodiscard]] std::string_view name_of(Fate fate);
[[nodiscard]] std::optional<Fate> find_fate(std::string_view name);
[[nodiscard]] std::vector<std::string> fate_names();

/// The usual names of what a column may hold, for one key of `--column`.
struct ColumnNames {
  std::string_view key;
  std::span<const std::string_view> names;  ///< as `plain_words` leaves them
};
/// date, month, status, code, minutes, session_hours and every Count.
[[nodiscard]] std::span<const ColumnNames> column_names();
/// The key whose usual names hold this heading, if any.
[[nodiscard]] std::optional<std::string_view> key_of_heading(std::string_view heading);
/// The fate that a status of an export usually means, if any.
[[nodiscard]] std::optional<Fate> fate_of_status(std::string_view status);

/// Lower case, letters and digits only, single blanks between: "Appt_Date " and "appt date" are the same.
[[nodiscard]] std::string plain_words(std::string_view text);

}  // namespace paystress::fit
