#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace paystress::testing {

struct ConsoleCommand {
  std::string command;
  std::size_t first_line = 0, last_line = 0;  ///< output lines [first, last) of the page, 0-based
};
struct TableRegion {
  std::string name;
  std::size_t first_line = 0, last_line = 0;  ///< lines between the markers
};
struct PageFile {
  std::string name, text;
};

/// A page (a Markdown file), read so that a test can hold it against the program.
///
/// ```console blocks hold commands (`$ ...`) and the output that a reader sees, with the answers that
/// somebody types at questions. A line `...` in the output stands for any number of lines. Regions between
/// `<!-- table: NAME -->` and `<!-- end -->` are made by the program. The code block after `<!-- file: NAME
/// -->` is a file that the commands work on.
struct Page {
  std::string path;  ///< below the root of the sources
  std::vector<std::string> lines;
  std::vector<ConsoleCommand> commands;
  std::vector<TableRegion> tables;
  std::vector<PageFile> files;
};

/// Every page below the root but those of hidden folders, builds and results, in order of their paths.
[[nodiscard]] std::vector<std::string> page_paths(const std::filesystem::path& root);
/// \throws std::runtime_error where the page cannot be read or a block does not begin or end as it must
[[nodiscard]] Page read_page(const std::filesystem::path& root, const std::string& path);
[[nodiscard]] Page parse_page(const std::string& path, const std::string& text);

/// Lines written by hand: all but what the program prints or makes. Numbers of lines from 0.
[[nodiscard]] std::vector<std::size_t> hand_written(const Page& page);
/// What a page breaks: at most 150 lines by hand, 160 characters in each; README.md of the root 200 lines.
[[nodiscard]] std::vector<std::string> broken_limits(const Page& page);
/// Relative links that lead to no file, or to no heading of one.
[[nodiscard]] std::vector<std::string> broken_links(const Page& page, const std::filesystem::path& root);

/// What somebody typed at the questions (`...]: `) of an output; empty where nothing is asked.
[[nodiscard]] std::vector<std::string> answers_in(const std::vector<std::string>& shown);
/// Do the lines match, `...` in `shown` standing for any number of lines?
[[nodiscard]] bool matches(const std::vector<std::string>& shown, const std::vector<std::string>& real);
/// The real output cut as `shown` is: as many lines before and after its `...`.
[[nodiscard]] std::vector<std::string> cut_like(const std::vector<std::string>& shown,
                                                const std::vector<std::string>& real);
[[nodiscard]] std::vector<std::string> split_lines(const std::string& text);

}  // namespace paystress::testing
