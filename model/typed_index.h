#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace paystress {

/// An index into one kind of list; absent until set. Indices of two kinds do not mix.
/// \test tests/unit/model/typed_index_test.cpp
template <class Kind>
class TypedIndex {
 public:
  constexpr TypedIndex() = default;
  constexpr explicit TypedIndex(std::size_t at) : at_(at) {}
  [[nodiscard]] constexpr bool present() const { return at_ != absent; }
  /// \pre  present
  [[nodiscard]] constexpr std::size_t value() const { return at_; }
  /// The index `places` further on.
  [[nodiscard]] constexpr TypedIndex after(std::size_t places) const { return TypedIndex(at_ + places); }
  friend constexpr bool operator==(TypedIndex, TypedIndex) = default;

 private:
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::size_t at_ = absent;
};

/// A list that only its own kind of index enters.
template <class Index, class Item>
class IndexedList {
 public:
  IndexedList() = default;
  explicit IndexedList(std::size_t size) : items_(size) {}
  [[nodiscard]] Item& operator[](Index at) { return items_[at.value()]; }
  [[nodiscard]] const Item& operator[](Index at) const { return items_[at.value()]; }
  /// Adds an item and gives its index.
  Index add(Item item) {
    items_.push_back(std::move(item));
    return Index(items_.size() - 1);
  }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] auto begin() { return items_.begin(); }
  [[nodiscard]] auto end() { return items_.end(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  std::vector<Item> items_;
};

}  // namespace paystress
