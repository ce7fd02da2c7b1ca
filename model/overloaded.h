#pragma once

namespace paystress {

/// One function object out of lambdas, a case for each alternative of a visit.
template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

}  // namespace paystress
