#include "scenarios/published_ranges.h"

#include <array>

namespace paystress {
namespace {

using enum Parameter;

// Derived from their sources: results of 6 to 25 for 20 visits, messages of groups of clinicians, downgrades
// from dollars overpaid (8 %) and from a review of 2010 (26 %).
constexpr std::array ranges{PublishedRange{slots_per_hour, 3.0, 4.0, "V5"},
                            PublishedRange{visits_per_day, 16, 24, "V4, P2"},
                            PublishedRange{no_show_rate, 0.033, 0.18, "N1, N5"},
                            PublishedRange{tech_failure_rate, 0.10, 0.20, "T1, T2"},
                            PublishedRange{audit_down, 0.08, 0.26, "A3, A1"},
                            PublishedRange{messages_per_visit, 0.7, 2.0, "I3, I9"},
                            PublishedRange{results_per_visit, 0.3, 1.25, "I1, I9"},
                            PublishedRange{panel_mature, 1300, 1900, "P3"},
                            PublishedRange{ramp_months_to_95, 18, 24, "P1"}};

}  // namespace

std::span<const PublishedRange> published_ranges() { return ranges; }

}  // namespace paystress
