#pragma once

#include <stdexcept>

namespace paystress {

/// What the user asked for cannot be done as asked: exit code 2, nothing written.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Results could not be written: exit code 1, earlier results intact.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A signal asked to stop: exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

}  // namespace paystress
