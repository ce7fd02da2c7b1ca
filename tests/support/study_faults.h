#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/read_study.h"
#include "tests/support/messages.h"
#include "tests/support/paths.h"
#include "tests/support/study_text.h"

namespace paystress {

/// What is said of a study; `is_read` whether it is legal all the same.
inline std::vector<std::string> said_of(const std::string& text, bool is_read = false) {
  Faults faults;
  const auto study = parse_study(text, "s.toml", test::source_path("scenarios"), faults);
  CHECK(study.has_value() == is_read);
  return messages(faults);
}

/// The same of the small study with one text replaced.
inline std::vector<std::string> said_with(std::string_view old, std::string_view by, bool is_read = false) {
  return said_of(with(small_study, old, by), is_read);
}

/// The same of the small study with more text after it.
inline std::vector<std::string> said_after(std::string_view more, bool is_read = false) {
  return said_of(std::string(small_study) + std::string(more), is_read);
}

}  // namespace paystress
