#include "sim/random/streams.h"

#include <Random123/philox.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace streams_test {

using namespace paystress;

static_assert(std::uniform_random_bit_generator<random::Stream>);

namespace {

random::PhiloxCounter random123(const random::PhiloxCounter& counter, const random::PhiloxKey& key) {
  const r123::Philox4x32_R<10>::ctr_type c{{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x32_R<10>::key_type k{{key[0], key[1]}};
  const auto r = r123::Philox4x32_R<10>{}(c, k);
  return {r[0], r[1], r[2], r[3]};
}

}  // namespace

TEST_CASE("Philox gives the published known answers", "[streams]") {
  // The three vectors of Random123's examples/kat_vectors for philox4x32 10.
  CHECK(random::philox4x32_10({0, 0, 0, 0}, {0, 0}) ==
        random::PhiloxCounter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr auto ones = 0xffffffffU;
  CHECK(random::philox4x32_10({ones, ones, ones, ones}, {ones, ones}) ==
        random::PhiloxCounter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(random::philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        random::PhiloxCounter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("Philox agrees with Random123 everywhere", "[streams]") {
  std::mt19937 engine(20260107);
  const auto bits = [&] { return static_cast<std::uint32_t>(engine()); };
  for (int i = 0; i < 10'000; ++i) {
    const random::PhiloxCounter counter{bits(), bits(), bits(), bits()};
    const random::PhiloxKey key{bits(), bits()};
    REQUIRE(random::philox4x32_10(counter, key) == random123(counter, key));
  }
}

TEST_CASE("a stream is its counter: path, time index, block", "[streams]") {
  const random::StreamKey key = random::stream_key("no_show", 20260107);
  const std::uint64_t path = 0x1234567890ABCDEFU;
  random::Stream stream(key, path, 77);
  for (std::uint32_t block = 0; block < 3; ++block)
    for (const auto word : random123({0x90ABCDEFU, 0x12345678U, 77, block}, key.words))
      CHECK(stream() == word);
}

TEST_CASE("the key of a name is reproducible from sim/LAW.md", "[streams]") {
  // Calculated apart from this code, in Python, from the formula of its paragraph Draws.
  CHECK(random::stream_key("no_show", 20260107).words == random::PhiloxKey{0xb1c44eae, 0xd97b27f6});
  CHECK(random::stream_key("", 0).words == random::PhiloxKey{0x5cdc3c4c, 0xaebe53f8});
  CHECK(random::stream_key("no_show", 1) != random::stream_key("no_show", 2));
  CHECK(random::stream_key("no_show", 0) != random::stream_key("late_cancel", 0));
}

TEST_CASE("a stream that runs out says so", "[streams]") {
  random::Stream stream(random::stream_key("demand", 0), 0, 0, 0xFFFFFFFFU);
  for (int word = 0; word < 4; ++word) CHECK_NOTHROW(stream());
  CHECK_THROWS_AS(stream(), std::overflow_error);
}

TEST_CASE("one name cannot serve two variables", "[streams]") {
  random::StreamRegistry registry(5);
  CHECK(registry.add("demand") == random::stream_key("demand", 5));
  CHECK_NOTHROW(registry.add("no_show"));
  CHECK_THROWS_WITH(registry.add("demand"), "random stream demand has the key of demand: rename one of them");
}

TEST_CASE("uniforms lie strictly inside (0, 1)", "[streams]") {
  auto zeros = [] { return 0U; };
  auto ones = [] { return 0xFFFFFFFFU; };
  CHECK(random::uniform52(zeros) == 0x1p-53);
  CHECK(random::uniform52(ones) == 1.0 - 0x1p-53);
}

}  // namespace streams_test
