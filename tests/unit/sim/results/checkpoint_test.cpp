#include "sim/results/checkpoint.h"

#include <catch2/catch.hpp>

#include "tests/support/program.h"

namespace checkpoint_test {

using namespace paystress;
using namespace paystress::testing;

namespace {

const results::Facts facts{{"version", "1"}, {"seed", "7"}};
const std::vector<results::PlannedRow> planned{{"row\t1", "k1"}, {"row2", "k2"}, {"row3", "k3"}};
const std::vector<std::string> files{"a.csv", "b.csv"};

std::string assembled(const results::Checkpoint& checkpoint, const TemporaryDirectory& dir, std::size_t table,
                      const std::vector<std::string>& keys) {
  static_cast<void>(checkpoint.assemble(table, "head\n", keys, dir.path() / "out.csv"));
  return read_text(dir.path() / "out.csv");
}

}  // namespace

TEST_CASE("a checkpoint holds what was committed, and nothing else, after a crash", "[unit][checkpoint]") {
  const TemporaryDirectory dir;
  const auto state = dir.path() / "state";
  {
    results::Checkpoint first(state, files, facts, planned);
    first.add("k2", std::vector<std::string>{"a2\n", ""});
    first.add("k1", std::vector<std::string>{"a1\na1\n", "b1\n"});
    first.commit();
    first.add("k3", std::vector<std::string>{"a3\n", "b3\n"});
    // No commit: the process dies here.
  }
  {
    results::Checkpoint second(state, files, facts, planned);
    CHECK(second.has("k1"));
    CHECK(second.has("k2"));
    CHECK_FALSE(second.has("k3"));
    second.add("k3", std::vector<std::string>{"A3\n", "B3\n"});
    second.commit();
    CHECK(assembled(second, dir, 0, {"k1", "k2", "k3"}) == "head\na1\na1\na2\nA3\n");
  }
  const results::Checkpoint third(state, files, facts, planned);
  CHECK(assembled(third, dir, 1, {"k1", "k2", "k3"}) == "head\nb1\nB3\n");
}

TEST_CASE("a journal that was cut or damaged is read up to its last good line", "[unit][checkpoint]") {
  const TemporaryDirectory dir;
  const auto state = dir.path() / "state";
  {
    results::Checkpoint checkpoint(state, files, facts, planned);
    for (const std::string key : {"k1", "k2", "k3"}) {
      checkpoint.add(key, std::vector<std::string>{key + "\n", key + "\n"});
      checkpoint.commit();
    }
  }
  const auto file = results::Checkpoint::journal_file(state);
  const auto whole = read_text(file);
  std::size_t least = 3;
  // Cut anywhere: what is read is always a prefix, never half a line.
  for (std::size_t length = whole.size(); length-- > 0;) {
    write_text(file, whole.substr(0, length));
    const auto journal = results::Journal::read(file);
    CHECK(journal.done.size() <= least);
    least = std::min(least, journal.done.size());
  }
  CHECK(least == 0);
  auto damaged = whole;
  damaged[damaged.find("done\tk2") + 5] = 'x';
  write_text(file, damaged);
  const auto journal = results::Journal::read(file);
  CHECK(journal.done.contains("k1"));
  CHECK(journal.done.size() == 1);
  CHECK(journal.facts == facts);
  CHECK(results::Journal::read(dir.path() / "absent").facts.empty());
}

TEST_CASE("a table that lost its end loses its rows, not its neighbours", "[unit][checkpoint]") {
  const TemporaryDirectory dir;
  const auto state = dir.path() / "state";
  {
    results::Checkpoint checkpoint(state, files, facts, planned);
    checkpoint.add("k1", std::vector<std::string>{"one\n", "one\n"});
    checkpoint.add("k2", std::vector<std::string>{"two\n", "two\n"});
    checkpoint.commit();
  }
  write_text(state / "b.csv", "one\ntw");
  const results::Checkpoint checkpoint(state, files, facts, planned);
  CHECK(checkpoint.has("k1"));
  CHECK_FALSE(checkpoint.has("k2"));
}

TEST_CASE("a byte that was changed in a table is noticed, whichever it is", "[unit][checkpoint]") {
  const TemporaryDirectory dir;
  const auto state = dir.path() / "state";
  {
    results::Checkpoint checkpoint(state, files, facts, planned);
    checkpoint.add("k1", std::vector<std::string>{"one\n", "eins\n"});
    checkpoint.add("k2", std::vector<std::string>{"two\n", "zwei\n"});
    checkpoint.commit();
  }
  const auto journal = read_text(results::Checkpoint::journal_file(state));
  const std::string good = "eins\nzwei\n";
  for (std::size_t i = 0; i < good.size(); ++i) {
    INFO("byte " << i);
    auto bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    write_text(state / "b.csv", bad);
    write_text(results::Checkpoint::journal_file(state), journal);
    const results::Checkpoint checkpoint(state, files, facts, planned);
    CHECK(checkpoint.damaged() == 1);
    CHECK(checkpoint.has("k1") == (i >= 5));
    CHECK(checkpoint.has("k2") == (i < 5));
  }
}

TEST_CASE("nothing is written through a link in a checkpoint", "[unit][checkpoint]") {
  const TemporaryDirectory dir;
  write_text(dir.path() / "letter.txt", "mine");
  std::filesystem::create_directory(dir.path() / "state");
  std::filesystem::create_symlink(dir.path() / "letter.txt", dir.path() / "state" / "b.csv");
  CHECK_THROWS_WITH(results::Checkpoint(dir.path() / "state", files, facts, planned),
                    Catch::Contains("b.csv: is a link, which nothing is written through"));
  CHECK(read_text(dir.path() / "letter.txt") == "mine");
}

TEST_CASE("an obstacle to resuming is named", "[unit][checkpoint]") {
  const results::Journal journal{facts, planned, {}, {}};
  CHECK(journal.obstacle(facts, planned).empty());
  auto more = planned;
  more.insert(more.begin(), {"new", "k0"});
  CHECK(journal.obstacle(facts, more).empty());
  CHECK(journal.obstacle({{"version", "2"}, {"seed", "7"}}, planned) ==
        "version changed (it was 1, and is 2)");
  CHECK(journal.obstacle({{"version", "1"}}, planned) == "seed is gone");
  CHECK(journal.obstacle({{"version", "1"}, {"seed", "7"}, {"x", ""}}, planned) == "x was not part of it");
  auto changed = planned;
  changed[1].key = "other";
  CHECK(journal.obstacle(facts, changed) == "row row2 changed");
  changed[1].id = "row9";
  CHECK(journal.obstacle(facts, changed) == "row row2 is gone");
}

}  // namespace checkpoint_test
