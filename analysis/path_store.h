#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "analysis/state_bytes.h"

namespace paystress {

/// How the paths of a run lie in blocks: block b holds paths b * block_paths, ...; the last may be short.
struct PathShape {
  std::size_t paths = 0;
  std::size_t block_paths = 256;
  [[nodiscard]] std::size_t blocks() const { return (paths + block_paths - 1) / block_paths; }
  [[nodiscard]] std::size_t paths_in(std::size_t block) const;
};

/// Columns of paths, compressed block by block: `runs` columns (e.g. income of month 1, 2, ...) of
/// shape.paths numbers each. Different blocks may be written from different threads at once without a lock.
///
/// A block of a column is kept as one constant, as differences of 8, 16, 24 or 32 bits between whole
/// multiples of 1/scale, or, where a value is not whole, as double (Precision::exact) or as float
/// (Precision::float32, relative error below 6e-8). 12 months of pay in cents take 36 bytes a path.
/// \test tests/unit/analysis/scenario_columns_test.cpp
class PathStore {
 public:
  enum class Precision { exact, float32 };
  PathStore(PathShape shape, std::size_t runs, double scale, Precision precision);

  /// Writes every run of one block; values[r] points at paths_in(block) finite numbers.
  /// \pre values.size() == runs, block < shape.blocks(), block not being written by another thread
  void write(std::size_t block, std::span<const double* const> values);

  /// Sum over runs first..last (0-based, inclusive) by path. Summed in units of 1/scale, so sums of whole
  /// cents are exact.   \pre every block is written; out.size() == shape.paths
  void read_sum(std::size_t first, std::size_t last, std::span<double> out) const;
  /// The same for one block.   \pre out.size() == shape.paths_in(block)
  void read_sum(std::size_t first, std::size_t last, std::size_t block, std::span<double> out) const;

  /// Makes room for more paths; what is written stays.   \pre every block so far is whole
  void grow(std::size_t paths);

  [[nodiscard]] const PathShape& shape() const { return shape_; }
  [[nodiscard]] std::size_t runs() const { return runs_; }
  /// Heap memory in use.
  [[nodiscard]] std::size_t bytes() const;

  /// Of the same runs, scale and precision.
  template <class Archive, class Self>
  static void state(Archive& archive, Self& self) {
    archive(self.shape_.paths);
    std::size_t blocks = self.blocks_.size();
    archive(blocks);
    if constexpr (Archive::reads) {
      if (blocks != self.shape_.blocks()) throw StateError("a state is of another object");
      self.blocks_.resize(blocks);
    }
    for (auto& block : self.blocks_) {
      std::uint32_t size = block.size;
      archive(size);
      if constexpr (Archive::reads) {
        block.size = size;
        block.data = std::make_unique<std::byte[]>(size);
      }
      archive.bytes(block.data.get(), size);
    }
  }

 private:
  enum class Form : std::uint16_t {
    whole_constant,
    whole8,
    whole16,
    whole24,
    whole32,
    real_constant,
    float32,
    float64
  };
  struct Run {
    double base = 0.0;         ///< the constant, or the whole number to which differences are added
    std::uint32_t offset = 0;  ///< into the block's bytes
    Form form = Form::whole_constant;
    bool repeats = false;  ///< same numbers as the run before, same bytes
  };
  struct Block {
    std::unique_ptr<std::byte[]> data;  ///< Run[runs], then the runs
    std::uint32_t size = 0;
  };
  PathShape shape_;
  std::size_t runs_;
  double scale_;
  Precision precision_;
  std::vector<Block> blocks_;
};

}  // namespace paystress
