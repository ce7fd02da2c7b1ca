// Any text read as a batch of a fixed study gives rows and bad rows, or faults of the file, never a crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scenarios/read_batch.h"
#include "tests/support/study_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto study = [] {
    paystress::Faults faults;
    return paystress::parse_study(paystress::small_study, "s.toml", PAYSTRESS_SOURCE_DIR "/scenarios",
                                  faults);
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  paystress::Faults faults;
  const auto batch = paystress::parse_batch(*study, text, "rows.csv", faults);
  if (batch.has_value() == faults.has_errors()) std::abort();
  if (!batch) return 0;
  for (const auto& bad : batch->bad_rows)
    if (bad.faults.empty()) std::abort();
  for (const auto& row : batch->rows)
    if (!row.what.practice || !row.what.contract || !row.what.stress) std::abort();
  return 0;
}
