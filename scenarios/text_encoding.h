#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scenarios/fault.h"

namespace paystress {

/// The bytes of a text file as UTF-8 without its mark. Windows-1252 is read too, with a warning; bytes of
/// neither, UTF-16, zero bytes and control characters (other than tab and line ends) are a fault each, told
/// once. \test tests/unit/scenarios/text_encoding_test.cpp
[[nodiscard]] std::optional<std::string> decoded_text(std::string_view bytes, const std::string& file,
                                                      Faults& faults);

/// Is a byte of UTF-8 text inside a letter, after its first byte?
[[nodiscard]] constexpr bool continues_letter(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

/// The first control character of a text, line ends and tabs among them; nothing where it has none.
[[nodiscard]] std::optional<std::size_t> find_control(std::string_view text);
/// What is wrong with a name or a title, empty when nothing: control characters, and a first letter that
/// makes a spreadsheet read it as a formula (= + - @).
inline constexpr std::size_t longest_label = 500;  // bytes of a name or title
[[nodiscard]] std::string label_problem(std::string_view text);

}  // namespace paystress
