#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace paystress::testing {

/// The README, read so that a test can hold it against the program.
///
/// ```console blocks hold commands (`$ ...`) and the output that a reader sees. A line `...` in the output
/// stands for any number of lines. Regions between `<!-- table: NAME -->` and `<!-- end -->` are made by the
/// program.
struct ConsoleCommand {
  std::string command;
  std::size_t first_line = 0, last_line = 0;  ///< output lines [first, last) of the file, 0-based
};
struct TableRegion {
  std::string name;
  std::size_t first_line = 0, last_line = 0;  ///< lines between the markers
};
struct Readme {
  std::vector<std::string> lines;
  std::vector<ConsoleCommand> commands;
  std::vector<TableRegion> tables;
};

[[nodiscard]] Readme read_readme(const std::filesystem::path& file);

/// Do the lines match, `...` in `shown` standing for any number of lines?
[[nodiscard]] bool matches(const std::vector<std::string>& shown, const std::vector<std::string>& real);
/// The real output cut as `shown` is: as many lines before and after its `...`.
[[nodiscard]] std::vector<std::string> cut_like(const std::vector<std::string>& shown,
                                                const std::vector<std::string>& real);
[[nodiscard]] std::vector<std::string> split_lines(const std::string& text);

}  // namespace paystress::testing
