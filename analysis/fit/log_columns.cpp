#include "analysis/fit/log_columns.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace paystress::fit {
namespace {

using Names = std::string_view;

// Headings of exports of the usual scheduling and billing programs, and of count sheets typed by hand; the
// last of some lists are the program's own ledger columns.
constexpr auto dates =
    std::to_array<Names>({"date", "appt date", "appointment date", "appointment day", "visit date",
                          "service date", "date of service", "dos", "scheduled date", "encounter date", "day",
                          "start", "start date", "start time", "appt date time"});
constexpr auto months = std::to_array<Names>({"month", "period", "year month", "calendar month"});
constexpr auto statuses = std::to_array<Names>({"status", "appt status", "appointment status", "visit status",
                                                "outcome", "appt outcome", "disposition", "attendance"});
constexpr auto codes =
    std::to_array<Names>({"code", "cpt", "cpt code", "em code", "e m code", "hcpcs", "procedure code",
                          "service code", "billing code", "visit code", "level of service"});
constexpr auto minutes =
    std::to_array<Names>({"minutes", "visit minutes", "duration", "duration minutes", "duration min",
                          "visit length", "length", "min", "minutes with patient", "visit duration"});
constexpr auto hours = std::to_array<Names>({"session hours", "hours", "clinic hours", "scheduled hours"});
constexpr auto booked =
    std::to_array<Names>({"booked", "appointments", "appts", "scheduled", "arrivals", "booked visits",
                          "scheduled visits", "visits booked", "bookings", "scheduled appointments"});
constexpr auto completed =
    std::to_array<Names>({"completed", "completed visits", "seen", "kept", "visits", "encounters",
                          "patients seen", "arrived", "visits completed"});
constexpr auto no_shows = std::to_array<Names>(
    {"no shows", "no show", "noshows", "noshow", "dna", "missed", "did not attend", "missed appointments"});
constexpr auto late_cancels =
    std::to_array<Names>({"late cancels", "late cancel", "late cancellations", "same day cancels",
                          "same day cancellations", "short notice cancellations"});
constexpr auto lost_calls = std::to_array<Names>(
    {"lost calls", "failed calls", "tech failures", "technical failures", "failed video", "video failures"});
constexpr auto moved_calls =
    std::to_array<Names>({"moved calls", "converted to phone", "converted to telephone", "moved to phone"});
constexpr auto slots = std::to_array<Names>(
    {"slots", "capacity", "available slots", "template slots", "slots available", "total slots"});
constexpr auto workdays = std::to_array<Names>({"workdays", "days worked", "clinic days", "working days"});
constexpr auto messages =
    std::to_array<Names>({"messages", "portal messages", "patient messages", "in basket messages",
                          "inbasket messages", "advice requests", "patient advice requests"});
constexpr auto results =
    std::to_array<Names>({"results", "test results", "lab results", "labs", "results reviewed"});
constexpr auto others =
    std::to_array<Names>({"other items", "refills", "refill requests", "other inbox items"});

constexpr std::array<ColumnNames, 6 + count_kinds> all_columns{{
    {"date", dates},
    {"month", months},
    {"status", statuses},
    {"code", codes},
    {"minutes", minutes},
    {"session_hours", hours},
    {"booked", booked},
    {"completed", completed},
    {"no_shows", no_shows},
    {"late_cancels", late_cancels},
    {"lost_calls", lost_calls},
    {"moved_calls", moved_calls},
    {"slots", slots},
    {"workdays", workdays},
    {"messages", messages},
    {"results", results},
    {"other_items", others},
}};

struct FateWords {
  Fate fate;
  std::string_view name;
  std::span<const std::string_view> words;
};
constexpr auto done_words = std::to_array<Names>(
    {"completed", "complete", "arrived", "seen", "kept", "checked out", "checkedout", "attended", "fulfilled",
     "show", "showed", "closed", "done", "billed", "checked in", "visit complete", "present"});
constexpr auto moved_words =
    std::to_array<Names>({"converted to phone", "converted to telephone", "moved to phone",
                          "completed by phone", "phone conversion"});
constexpr auto no_show_words =
    std::to_array<Names>({"no show", "noshow", "ns", "dna", "did not attend", "missed", "fta",
                          "failed to attend", "no showed", "dnka", "dns"});
constexpr auto late_words =
    std::to_array<Names>({"late cancel", "late cancelled", "late canceled", "late cancellation",
                          "same day cancel", "same day cancellation", "cancelled late", "canceled late",
                          "cancelled same day", "canceled same day", "short notice cancellation", "lc"});
constexpr auto lost_words = std::to_array<Names>(
    {"tech failure", "technical failure", "technical issue", "failed call", "call failed", "video failed",
     "connection failed", "lost call", "technical difficulties"});
constexpr auto out_words = std::to_array<Names>({"cancelled",
                                                 "canceled",
                                                 "cancel",
                                                 "cancelled by patient",
                                                 "canceled by patient",
                                                 "cancelled by provider",
                                                 "canceled by provider",
                                                 "patient cancelled",
                                                 "patient canceled",
                                                 "provider cancelled",
                                                 "provider canceled",
                                                 "rescheduled",
                                                 "reschedule",
                                                 "bumped",
                                                 "scheduled",
                                                 "booked",
                                                 "confirmed",
                                                 "pending",
                                                 "future",
                                                 "open",
                                                 "deleted",
                                                 "entered in error",
                                                 "waitlist",
                                                 "left without being seen",
                                                 "lwbs"});

constexpr std::array<FateWords, 6> all_fates{{
    {Fate::completed, "completed", done_words},
    {Fate::moved_call, "moved_call", moved_words},
    {Fate::no_show, "no_show", no_show_words},
    {Fate::late_cancel, "late_cancel", late_words},
    {Fate::lost_call, "lost_call", lost_words},
    {Fate::left_out, "left_out", out_words},
}};

}  // namespace

std::string plain_words(std::string_view text) {
  std::string plain;
  bool gap = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) == 0 && byte < 128) {
      gap = !plain.empty();
      continue;
    }
    if (gap) plain += ' ';
    gap = false;
    plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

std::span<const ColumnNames> column_names() { return all_columns; }

std::optional<std::string_view> key_of_heading(std::string_view heading) {
  const auto plain = plain_words(heading);
  for (const auto& column : all_columns)
    if (std::ranges::find(column.names, std::string_view(plain)) != column.names.end()) return column.key;
  return std::nullopt;
}

std::string_view name_of(Fate fate) { return std::ranges::find(all_fates, fate, &FateWords::fate)->name; }

std::optional<Fate> find_fate(std::string_view name) {
  const auto it = std::ranges::find(all_fates, name, &FateWords::name);
  if (it == all_fates.end()) return std::nullopt;
  return it->fate;
}

std::vector<std::string> fate_names() {
  std::vector<std::string> names;
  for (const auto& fate : all_fates) names.emplace_back(fate.name);
  return names;
}

std::optional<Fate> fate_of_status(std::string_view status) {
  const auto plain = plain_words(status);
  for (const auto& fate : all_fates)
    if (std::ranges::find(fate.words, std::string_view(plain)) != fate.words.end()) return fate.fate;
  return std::nullopt;
}

}  // namespace paystress::fit
