#pragma once

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace paystress {

/// Bytes that end early, or that are of something else.
struct StateError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Writes what objects hold, to be read by the same program on the same kind of machine. An object names its
/// members once, for writing and reading, in `template <class Archive, class Self> static void
/// state(Archive&, Self&)`.   \test tests/unit/analysis/state_bytes_test.cpp
class StateWriter {
 public:
  static constexpr bool reads = false;
  void bytes(const void* from, std::size_t size) { text_.append(static_cast<const char*>(from), size); }
  template <class T>
  void operator()(const T& x) {
    if constexpr (std::is_trivially_copyable_v<T>)
      bytes(&x, sizeof x);
    else
      T::state(*this, x);
  }
  void operator()(const std::string& x) { list(x); }
  template <class T>
  void operator()(const std::vector<T>& x) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      list(x);
    } else {
      (*this)(x.size());
      for (const auto& one : x) (*this)(one);
    }
  }
  std::string take() { return std::move(text_); }

 private:
  template <class List>
  void list(const List& x) {
    (*this)(x.size());
    bytes(x.data(), x.size() * sizeof(x[0]));
  }
  std::string text_;
};

/// Reads what a StateWriter wrote.   \throws StateError
class StateReader {
 public:
  static constexpr bool reads = true;
  explicit StateReader(std::string_view text) : text_(text) {}
  void bytes(void* to, std::size_t size) {
    if (size > text_.size()) throw StateError("a state ends in its middle");
    if (size > 0) std::memcpy(to, text_.data(), size);
    text_.remove_prefix(size);
  }
  template <class T>
  void operator()(T& x) {
    if constexpr (std::is_trivially_copyable_v<T>)
      bytes(&x, sizeof x);
    else
      T::state(*this, x);
  }
  void operator()(std::string& x) { list(x); }
  template <class T>
  void operator()(std::vector<T>& x) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      list(x);
    } else {
      // What a list of objects is made of is known before; only plain lists grow.
      const auto size = size_of(1);
      if constexpr (std::is_default_constructible_v<T>) x.resize(size);
      if (x.size() != size) throw StateError("a state is of another object");
      for (auto& one : x) (*this)(one);
    }
  }
  [[nodiscard]] bool at_end() const { return text_.empty(); }

 private:
  // Read before anything is made of that size.
  std::size_t size_of(std::size_t bytes_each) {
    std::size_t size = 0;
    (*this)(size);
    if (size > text_.size() / bytes_each) throw StateError("a state ends in its middle");
    return size;
  }
  template <class List>
  void list(List& x) {
    x.resize(size_of(sizeof(x[0])));
    bytes(x.data(), x.size() * sizeof(x[0]));
  }
  std::string_view text_;
};

}  // namespace paystress
