#include "analysis/state_bytes.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "analysis/path_store.h"

namespace state_bytes_test {

using namespace paystress;

namespace {

PathStore filled(std::size_t paths) {
  PathStore store({paths, 4}, 2, 100.0, PathStore::Precision::exact);
  for (std::size_t b = 0; b < store.shape().blocks(); ++b) {
    const std::vector<double> whole{1.25, 2.5, 300.0, 4.75}, odd{0.1, 0.2, 1.0 / 3.0, static_cast<double>(b)};
    const std::vector<const double*> runs{whole.data(), odd.data()};
    store.write(b, runs);
  }
  return store;
}

std::vector<double> sums(const PathStore& store) {
  std::vector<double> out(store.shape().paths);
  store.read_sum(0, 1, out);
  return out;
}

}  // namespace

TEST_CASE("what is written is read again, and nothing beyond its end", "[unit][state]") {
  StateWriter out;
  const std::vector<std::vector<double>> lists{{1.0, 2.0}, {}};
  out(std::string("a name"));
  out(lists);
  out(7);
  const auto bytes = out.take();
  StateReader in(bytes);
  std::string name;
  std::vector<std::vector<double>> read;
  int number = 0;
  in(name), in(read), in(number);
  CHECK(name == "a name");
  CHECK(read == lists);
  CHECK(number == 7);
  CHECK(in.at_end());
  CHECK_THROWS_AS(in(number), StateError);
  StateReader cut(std::string_view(bytes).substr(0, 10));
  CHECK_THROWS_AS(cut(name), StateError);
  // A length that is nobody's is not taken at its word.
  const std::string huge(sizeof(std::size_t), '\xff');
  StateReader damaged(huge);
  CHECK_THROWS_AS(damaged(read), StateError);
}

TEST_CASE("a store of paths goes on from its state", "[unit][state]") {
  const auto store = filled(12);
  StateWriter out;
  out(store);
  const auto bytes = out.take();
  PathStore again({0, 4}, 2, 100.0, PathStore::Precision::exact);
  StateReader in(bytes);
  in(again);
  CHECK(in.at_end());
  CHECK(again.shape().paths == 12);
  CHECK(sums(again) == sums(store));
  PathStore narrow({0, 3}, 2, 100.0, PathStore::Precision::exact);
  StateReader wronger(bytes);
  CHECK_THROWS_AS(wronger(narrow), StateError);
}

}  // namespace state_bytes_test
