// Any text read as a study ends in a study or in faults, never in a crash, and everything said has a place.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "scenarios/read_study.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  paystress::Faults faults;
  const auto study = paystress::parse_study(text, "s.toml", PAYSTRESS_SOURCE_DIR "/scenarios", faults);
  if (study.has_value() == faults.has_errors()) std::abort();
  for (const auto& fault : faults.sorted())
    if (fault.place.file.empty() || to_string(fault).empty()) std::abort();
  return 0;
}
