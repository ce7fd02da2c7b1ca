#include "scenarios/text_encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace paystress {
namespace {

unsigned char byte_at(std::string_view text, std::size_t i) { return static_cast<unsigned char>(text[i]); }

// Length of the UTF-8 sequence at `i`, 0 where there is none: no overlong form, no surrogate, none past
// U+10FFFF.
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto first = byte_at(text, i);
  if (first < 0x80U) return 1;
  const std::size_t length = first >= 0xF0U ? 4 : (first >= 0xE0U ? 3 : 2);
  if (first < 0xC2U || first > 0xF4U || i + length > text.size()) return 0;
  for (std::size_t k = 1; k < length; ++k)
    if (!continues_letter(text[i + k])) return 0;
  const auto second = byte_at(text, i + 1);
  if ((first == 0xE0U && second < 0xA0U) || (first == 0xEDU && second > 0x9FU) ||
      (first == 0xF0U && second < 0x90U) || (first == 0xF4U && second > 0x8FU))
    return 0;
  return length;
}

// The first byte that belongs to no UTF-8 sequence.
std::optional<std::size_t> find_not_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto length = utf8_length(text, i);
    if (length == 0) return i;
    i += length;
  }
  return std::nullopt;
}

// Letters of bytes 0x80 to 0x9F, 0 where Windows-1252 has none.   \source WHATWG Encoding, index windows-1252
constexpr std::array<std::uint16_t, 32> windows_1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append_utf8(std::string& text, unsigned letter) {
  if (letter < 0x800U) {
    text += static_cast<char>(0xC0U | (letter >> 6U));
  } else {
    text += static_cast<char>(0xE0U | (letter >> 12U));
    text += static_cast<char>(0x80U | ((letter >> 6U) & 0x3FU));
  }
  text += static_cast<char>(0x80U | (letter & 0x3FU));
}

// Nothing where a byte is no letter of Windows-1252 either.
std::optional<std::string> from_windows_1252(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const unsigned byte = static_cast<unsigned char>(c);
    const unsigned letter = byte >= 0x80U && byte < 0xA0U ? windows_1252[byte - 0x80U] : byte;
    if (letter == 0 && byte != 0) return std::nullopt;
    if (letter < 0x80U)
      text += c;
    else
      append_utf8(text, letter);
  }
  return text;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20U || byte == 0x7FU;
}

Place place_of(std::string_view text, std::size_t at, const std::string& file) {
  const auto before = text.substr(0, at);
  const auto line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {file, static_cast<int>(1 + std::ranges::count(before, '\n')),
          static_cast<int>(at - line_start + 1)};
}

// A control character that no text file holds: a carriage return only before a line feed.
std::optional<std::size_t> find_stray_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_control(text[i]) || text[i] == '\n' || text[i] == '\t') continue;
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\r' && i + 1 == text.size()) continue;
    return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> decoded_text(std::string_view bytes, const std::string& file, Faults& faults) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    faults.error({file}, "", "is UTF-16 text", {}, "Save it as UTF-8.");
    return std::nullopt;
  }
  if (const auto at = find_stray_control(bytes)) {
    const auto byte = byte_at(bytes, *at);
    faults.error(place_of(bytes, *at, file), "",
                 byte == 0      ? "holds a zero byte"
                 : byte == '\r' ? "ends its line with a carriage return alone"
                                : fmt::format("holds the control character {}", byte),
                 "this is not a text file of today", byte == '\r' ? "Save it with line feeds." : "");
    return std::nullopt;
  }
  const auto stray = find_not_utf8(bytes);
  if (!stray) return std::string(bytes);
  auto text = from_windows_1252(bytes);
  if (!text) {
    faults.error(place_of(bytes, *stray, file), "", "is neither UTF-8 nor Windows-1252 text", {},
                 "Save it as UTF-8.");
    return std::nullopt;
  }
  faults.warning(place_of(bytes, *stray, file), "", "is read as Windows-1252",
                 fmt::format("byte 0x{:02X} is not UTF-8", byte_at(bytes, *stray)),
                 "Check the letters beyond ASCII, or save it as UTF-8.");
  return text;
}

std::optional<std::size_t> find_control(std::string_view text) {
  const auto at = std::ranges::find_if(text, is_control);
  if (at == text.end()) return std::nullopt;
  return static_cast<std::size_t>(at - text.begin());
}

std::string label_problem(std::string_view text) {
  if (const auto at = find_control(text))
    return text[*at] == '\n' || text[*at] == '\r'
               ? std::string("holds a line end")
               : fmt::format("holds the control character {}", byte_at(text, *at));
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos)
    return fmt::format("begins with {}", text.front());
  return {};
}

}  // namespace paystress
