#include "analysis/ask_table.h"

#include <algorithm>
#include <cstddef>
#include <functional>

#include "analysis/row_table.h"
#include "analysis/table_columns.h"

namespace paystress {
namespace {

struct AskTableRow {
  RowScenario scenario;
  std::size_t rank;
  const AskedClause* asked;
  double ci_level;
};

std::optional<double> remedy(const AskTableRow& row, double Remedy::*number) {
  const auto& found = row.asked->remedy;
  return found ? std::optional(*found.*number) : std::nullopt;
}

const RowTable<AskTableRow>& ask_table() {
  using C = Columns<AskTableRow>;
  static const RowTable<AskTableRow> table{
      C::scenario(),
      C::whole("rank", "", "place by worth_usd, dearest first, from 1",
               [](const AskTableRow& r) { return r.rank; }),
      C::text(
          "kind",
          "reading: of a vague clause; uncertain: a number given as a distribution, at its 10th and 90th "
          "percentiles; published: a number given without one, at both ends of the published range or, where "
          "it lies outside, at its own value and the nearer end; grant: work without a price of its own, "
          "paid "
          "as an hour of session is",
          [](const AskTableRow& r) { return r.asked->kind; }),
      C::text("key", "what to ask for: dotted key of the clause or number, or the work to be paid",
              [](const AskTableRow& r) { return r.asked->key; }),
      C::text("answer_a", "the answer that pays less in the median",
              [](const AskTableRow& r) { return r.asked->answer_a; }),
      C::text("answer_b", "the answer that pays more",
              [](const AskTableRow& r) { return r.asked->answer_b; }),
      C::estimate("worth_usd", "usd", "median yearly pay under answer_b less that under answer_a, same luck",
                  [](const AskTableRow& r) { return r.asked->worth_usd; }),
      C::std_error("worth_usd", "usd", C::its_error, [](const AskTableRow& r) { return r.asked->worth_usd; }),
      C::text(
          "remedy_key",
          "the number of the offer that makes up for answer_a: of pay and terms the one whose rise moves the "
          "median most; of the dearest questions",
          [](const AskTableRow& r) { return r.asked->remedy ? r.asked->remedy->key : std::string(); }),
      C::exact("remedy_from", "", "that number as offered",
               [](const AskTableRow& r) { return remedy(r, &Remedy::from); }),
      C::estimate(
          "remedy_to", "",
          "the number at which the median under answer_a is that under answer_b; empty where twice the "
          "number is not enough",
          [](const AskTableRow& r) { return r.asked->remedy ? r.asked->remedy->to : Estimate(); }),
      C::text("source", "of a published range: ids of scenarios/SOURCES.md",
              [](const AskTableRow& r) { return r.asked->source; }),
      C::ci_level([](const AskTableRow& r) { return r.ci_level; }),
      C::whole("n_paths", "paths", "paths sampled for each answer: a sixteenth of the run's, 512 or more",
               [](const AskTableRow& r) { return r.asked->worth_usd.paths; }),
      C::method([](const AskTableRow& r) { return method_name(r.asked->worth_usd.method); })};
  return table;
}

}  // namespace

const std::vector<TableColumn>& ask_columns() { return ask_table().heads(); }

std::string ask_rows(const RowScenario& scenario, std::span<const AskedClause> ranked, double ci_level) {
  CsvRows out;
  for (std::size_t k = 0; k < ranked.size(); ++k)
    ask_table().write(out, {scenario, k + 1, &ranked[k], ci_level}, batch_cells(*scenario));
  return out.take();
}

}  // namespace paystress
