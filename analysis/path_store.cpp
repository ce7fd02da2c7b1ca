#include "analysis/path_store.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace paystress {
namespace {

// Whole numbers beyond 2^53 are not all doubles, so they are kept as they are.
constexpr double largest_whole = 9007199254740992.0;
// Pay rounded to the cent carries the rounding of the double that holds it. A millionth of a unit is far
// above that noise for any sum below 1e9 dollars and far below a cent.
constexpr double whole_tolerance = 1e-6;

// Adding and taking away 1.5 x 2^52 leaves the nearest whole number, ties to even, for numbers below 2^51;
// unlike a call of nearbyint it runs in vectors.
constexpr double whole_shift = 6755399441055744.0;
constexpr double largest_shifted = 2251799813685248.0;

struct Extent {
  double low = 0.0, high = 0.0;
};

Extent extent_of(std::span<const double> values) {
  constexpr std::size_t lanes = 4;  // independent chains, so that the loop runs in vectors
  double low[lanes], high[lanes];
  for (std::size_t j = 0; j < lanes; ++j) low[j] = high[j] = values[0];
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes) {
    for (std::size_t j = 0; j < lanes; ++j) {
      const double v = values[i + j];
      low[j] = v < low[j] ? v : low[j];
      high[j] = v > high[j] ? v : high[j];
    }
  }
  for (; i < values.size(); ++i) {
    low[0] = std::min(low[0], values[i]);
    high[0] = std::max(high[0], values[i]);
  }
  return {std::ranges::min(low), std::ranges::max(high)};
}

/// Whole multiples of 1/scale nearest to the values; false when one is further from its own than noise.
bool to_whole(std::span<const double> values, double scale, const Extent& extent, double* whole) {
  const double largest = std::max(std::abs(extent.low), std::abs(extent.high)) * scale;
  if (!(largest < largest_whole)) return false;
  if (largest < largest_shifted) {
    for (std::size_t i = 0; i < values.size(); ++i)
      whole[i] = (values[i] * scale + whole_shift) - whole_shift;
  } else {
    for (std::size_t i = 0; i < values.size(); ++i) whole[i] = std::nearbyint(values[i] * scale);
  }
  std::int64_t off = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    off += std::abs(values[i] * scale - whole[i]) <= whole_tolerance ? 0 : 1;
  return off == 0;
}

// Differences reach the unsigned types through signed 32 bits, for which every processor has an instruction.
template <class T>
void put_narrow(std::byte* at, std::span<const double> whole, double base, int shift = 0) {
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto difference = static_cast<T>(static_cast<std::int32_t>(whole[i] - base) >> shift);
    std::memcpy(at + i * sizeof difference, &difference, sizeof difference);
  }
}

// The low 16 bits of all, then the high 8 bits of all: both loops run in vectors.
void put24(std::byte* at, std::span<const double> whole, double base) {
  put_narrow<std::uint16_t>(at, whole, base);
  put_narrow<std::uint8_t>(at + whole.size() * sizeof(std::uint16_t), whole, base, 16);
}

void put32(std::byte* at, std::span<const double> whole, double base) {
  constexpr double half = 2147483648.0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto below_half = static_cast<std::int32_t>(whole[i] - base - half);
    const auto difference = static_cast<std::uint32_t>(below_half) ^ 0x8000'0000U;
    std::memcpy(at + i * sizeof difference, &difference, sizeof difference);
  }
}

template <class T>
void put_as(std::byte* at, std::span<const double> values) {
  for (const double v : values) {
    const auto kept = static_cast<T>(v);
    std::memcpy(at, &kept, sizeof kept);
    at += sizeof kept;
  }
}

template <class T>
void add_whole(const std::byte* at, double base, std::span<double> out) {
  for (double& sum : out) {
    T difference;
    std::memcpy(&difference, at, sizeof difference);
    at += sizeof difference;
    sum += base + static_cast<double>(difference);
  }
}

void add_whole24(const std::byte* at, double base, std::span<double> out) {
  const std::byte* high_at = at + out.size() * sizeof(std::uint16_t);
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint16_t low = 0;
    std::memcpy(&low, at + i * sizeof low, sizeof low);
    const auto difference = static_cast<std::int32_t>(high_at[i]) << 16 | static_cast<std::int32_t>(low);
    out[i] += base + static_cast<double>(difference);
  }
}

template <class T>
void add_real(const std::byte* at, std::span<double> out) {
  for (double& sum : out) {
    T kept;
    std::memcpy(&kept, at, sizeof kept);
    at += sizeof kept;
    sum += static_cast<double>(kept);
  }
}

constexpr std::size_t padded(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

/// Writes a run in the form that was chosen for it; `Run` is the store's own.
template <class Run>
void put_run(const Run& kept, std::span<const double> run, std::span<const double> whole, std::byte* at) {
  using Form = decltype(kept.form);
  switch (kept.form) {
    case Form::whole_constant:
    case Form::real_constant:
      break;
    case Form::whole8:
      put_narrow<std::uint8_t>(at, whole, kept.base);
      break;
    case Form::whole16:
      put_narrow<std::uint16_t>(at, whole, kept.base);
      break;
    case Form::whole24:
      put24(at, whole, kept.base);
      break;
    case Form::whole32:
      put32(at, whole, kept.base);
      break;
    case Form::float32:
      put_as<float>(at, run);
      break;
    case Form::float64:
      put_as<double>(at, run);
      break;
  }
}

}  // namespace

std::size_t PathShape::paths_in(std::size_t block) const {
  return std::min(block_paths, paths - block * block_paths);
}

PathStore::PathStore(PathShape shape, std::size_t runs, double scale, Precision precision)
    : shape_(shape), runs_(runs), scale_(scale), precision_(precision), blocks_(shape.blocks()) {
  if (shape.block_paths == 0 || !(scale > 0.0))
    throw std::invalid_argument("PathStore: empty block or scale");
}

void PathStore::grow(std::size_t paths) {
  if (paths < shape_.paths || shape_.paths % shape_.block_paths != 0)
    throw std::invalid_argument("PathStore: only whole blocks can be followed by more");
  shape_.paths = paths;
  blocks_.resize(shape_.blocks());
}

void PathStore::write(std::size_t block, std::span<const double* const> values) {
  assert(values.size() == runs_ && block < blocks_.size());
  const std::size_t n = shape_.paths_in(block);
  std::vector<Run> table(runs_);
  const auto scaled = std::make_unique_for_overwrite<double[]>(runs_ * n);  // [run][path], whole ones only
  std::size_t end = runs_ * sizeof(Run);
  for (std::size_t r = 0; r < runs_; ++r) {
    const std::span<const double> run(values[r], n);
    Run& kept = table[r];
    // Traits such as meeting hours are the same in every month: kept once.
    if (r > 0 && std::equal(run.begin(), run.end(), values[r - 1])) {
      kept = table[r - 1];
      kept.repeats = true;
      continue;
    }
    const Extent extent = extent_of(run);
    const auto [low, high] = extent;
    double* wholes = scaled.get() + r * n;
    kept.offset = static_cast<std::uint32_t>(end);
    bool whole = to_whole(run, scale_, extent, wholes);
    std::size_t width = 0;
    if (whole) {
      kept.base = std::nearbyint(low * scale_);
      const double range = std::nearbyint(high * scale_) - kept.base;
      if (range == 0.0) {
        kept.form = Form::whole_constant;
      } else if (range < 256.0) {
        kept.form = Form::whole8;
        width = 1;
      } else if (range < 65536.0) {
        kept.form = Form::whole16;
        width = sizeof(std::uint16_t);
      } else if (range < 16777216.0) {
        kept.form = Form::whole24;
        width = 3;
      } else if (range < 4294967296.0) {
        kept.form = Form::whole32;
        width = sizeof(std::uint32_t);
      } else {
        whole = false;
      }
    }
    if (!whole) {
      if (low == high) {
        kept.form = Form::real_constant;
        kept.base = low;
      } else {
        const bool narrow = precision_ == Precision::float32;
        kept.form = narrow ? Form::float32 : Form::float64;
        width = narrow ? sizeof(float) : sizeof(double);
      }
    }
    end += padded(n * width);
  }

  if (runs_ == 0) return;  // nothing is kept
  Block& out = blocks_[block];
  out.data = std::make_unique_for_overwrite<std::byte[]>(end);
  out.size = static_cast<std::uint32_t>(end);
  std::memcpy(out.data.get(), table.data(), runs_ * sizeof(Run));
  for (std::size_t r = 0; r < runs_; ++r)
    if (!table[r].repeats)
      put_run(table[r], {values[r], n}, {scaled.get() + r * n, n}, out.data.get() + table[r].offset);
}

void PathStore::read_sum(std::size_t first, std::size_t last, std::size_t block,
                         std::span<double> out) const {
  assert(first <= last && last < runs_ && out.size() == shape_.paths_in(block));
  const std::byte* data = blocks_[block].data.get();
  assert(data != nullptr);
  const auto run_at = [&](std::size_t r) {
    Run run;
    std::memcpy(&run, data + r * sizeof(Run), sizeof(Run));
    return run;
  };
  // Whole runs first, summed in units of 1/scale; then those that are not whole.
  std::ranges::fill(out, 0.0);
  for (std::size_t r = first; r <= last; ++r) {
    const Run run = run_at(r);
    const std::byte* at = data + run.offset;
    if (run.form == Form::whole_constant) {
      for (double& sum : out) sum += run.base;
    } else if (run.form == Form::whole8) {
      add_whole<std::uint8_t>(at, run.base, out);
    } else if (run.form == Form::whole16) {
      add_whole<std::uint16_t>(at, run.base, out);
    } else if (run.form == Form::whole24) {
      add_whole24(at, run.base, out);
    } else if (run.form == Form::whole32) {
      add_whole<std::uint32_t>(at, run.base, out);
    }
  }
  for (double& sum : out) sum /= scale_;
  for (std::size_t r = first; r <= last; ++r) {
    const Run run = run_at(r);
    const std::byte* at = data + run.offset;
    if (run.form == Form::real_constant) {
      for (double& sum : out) sum += run.base;
    } else if (run.form == Form::float32) {
      add_real<float>(at, out);
    } else if (run.form == Form::float64) {
      add_real<double>(at, out);
    }
  }
}

void PathStore::read_sum(std::size_t first, std::size_t last, std::span<double> out) const {
  assert(out.size() == shape_.paths);
  for (std::size_t b = 0; b < blocks_.size(); ++b)
    read_sum(first, last, b, out.subspan(b * shape_.block_paths, shape_.paths_in(b)));
}

std::size_t PathStore::bytes() const {
  std::size_t total = blocks_.size() * sizeof(Block);
  for (const auto& b : blocks_) total += b.size;
  return total;
}

}  // namespace paystress
