#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace paystress {

/// Where in an input file something stands; line and column count from 1, 0 where unknown.
struct Place {
  std::string file;
  int line = 0, column = 0;
  [[nodiscard]] bool operator==(const Place&) const = default;
};

/// Something wrong (or, as a warning, odd) with an input file.
struct Fault {
  enum class Severity { error, warning };
  enum class Kind { other, unknown_key };
  Place place;
  std::string key;      ///< dotted key, or the CSV column
  std::string problem;  ///< "missing", "1.3 is above 1"
  std::string why;      ///< may be empty
  std::string fix;      ///< a sentence: "Write mode = ...". May be empty
  Severity severity = Severity::error;
  Kind kind = Kind::other;
  [[nodiscard]] bool operator==(const Fault&) const = default;
};
/// `file:line:column: key: problem (why). fix`, warnings with "warning: " before the key.
[[nodiscard]] std::string to_string(const Fault& fault);

/// Errors, and warnings, that are listed; the rest is counted.
inline constexpr std::size_t most_faults_of_a_kind = 1'000;

/// Collects every fault of the inputs of a run, so that one run shows all of them.
class Faults {
 public:
  void error(Place place, std::string key, std::string problem, std::string why = {}, std::string fix = {});
  void warning(Place place, std::string key, std::string problem, std::string why = {}, std::string fix = {});
  void add(Fault fault);
  /// What stands there could not be made sense of, and that is reported: further faults at this very place
  /// would only repeat it and are left out from now on.
  void close(Place place) { closed_.push_back(std::move(place)); }
  [[nodiscard]] bool has_errors() const { return errors_ > 0; }
  [[nodiscard]] std::size_t error_count() const { return errors_; }
  /// Ordered by file, line and column; what was found twice (in a file read for two keys) is listed once.
  [[nodiscard]] std::vector<Fault> sorted() const;

 private:
  std::vector<Fault> faults_;
  std::vector<Place> closed_;
  std::size_t errors_ = 0, warnings_ = 0;
};

/// The name of `known` nearest to `word` by edit distance, empty when none is near enough to be meant.
[[nodiscard]] std::string nearest_name(std::string_view word, std::span<const std::string> known);

}  // namespace paystress
