#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paystress {

/// In which forms a key is asked for; one that is only looked at may hold anything.
struct KeyForms {
  bool looked_at = false;  ///< not only known
  bool number = false, integer = false, text = false, boolean = false, numbers = false, texts = false,
       table = false, tables = false;
  std::optional<std::pair<double, double>> range;
  std::vector<std::string> choices;
};

/// Listens to every TableReader of its thread while it lives: which keys are asked for in which table. What
/// the readers know is the one list of keys there is (sim/commands/study_schema.h).
class KeyLog {
 public:
  KeyLog();
  ~KeyLog();
  KeyLog(const KeyLog&) = delete;
  KeyLog& operator=(const KeyLog&) = delete;

  /// [dotted key of the table][key]
  using Asked = std::map<std::string, std::map<std::string, KeyForms, std::less<>>, std::less<>>;
  [[nodiscard]] const Asked& asked() const { return asked_; }
  /// The forms of a key, to be noted; nullptr while nobody listens.
  [[nodiscard]] static KeyForms* note(const std::string& table, std::string_view key);

 private:
  Asked asked_;
  KeyLog* outer_;
};

}  // namespace paystress
