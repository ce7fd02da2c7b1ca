#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace paystress {

/// Objects that are dear to make, lent to one thread at a time and used again.
template <class T>
class Pool {
 public:
  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<T> held) : pool_(&pool), held_(std::move(held)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { pool_->give_back(std::move(held_)); }
    [[nodiscard]] T& operator*() const { return *held_; }

   private:
    Pool* pool_;
    std::unique_ptr<T> held_;
  };
  /// One that is idle, else one made from `what`.
  template <class... From>
  [[nodiscard]] Lease borrow(const From&... what) {
    std::unique_ptr<T> one;
    {
      const std::scoped_lock lock(guard_);
      if (!idle_.empty()) {
        one = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (!one) one = std::make_unique<T>(what...);
    return {*this, std::move(one)};
  }

 private:
  void give_back(std::unique_ptr<T> one) {
    const std::scoped_lock lock(guard_);
    idle_.push_back(std::move(one));
  }
  std::mutex guard_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace paystress
