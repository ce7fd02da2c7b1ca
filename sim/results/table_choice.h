#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/table_set.h"

namespace paystress::results {

/// "summary", as the file is called without `.csv`.
[[nodiscard]] std::string table_name(Table table);

/// Who writes tables: a run of a study all but paths.csv (--paths-csv), a batch those with rows of a
/// scenario, without the single years, which are for the eye.
enum class TableWriter { study, batch };
/// The names of the wanted tables that this one writes, in the order of the data package.
[[nodiscard]] std::vector<std::string> table_names(TableWriter writer, TableSet wanted = TableSet::all());
/// The tables of these names; all of them where there are none, or `all` is among them.
/// \throws InputError that names those that are not written, with the nearest that are
[[nodiscard]] TableSet chosen_tables(TableWriter writer, std::span<const std::string> names);

/// "summary,months" in its names.
[[nodiscard]] std::vector<std::string> split_names(std::string_view list);
/// Do these tables hold all of the others and more? Lists of names, as in facts of a journal.
[[nodiscard]] bool has_more_tables(std::string_view now, std::string_view before);

}  // namespace paystress::results
