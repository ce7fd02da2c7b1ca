#include "sim/commands/ticker.h"

#include <new>
#include <system_error>
#include <utility>

namespace paystress::commands {

void Ticker::start(Interval first, Interval then, std::function<void()> call) {
  try {
    thread_.emplace([this, first, then, call = std::move(call)](const std::stop_token& stop) {
      std::unique_lock lock(guard_);
      auto wait = first;
      // Wakes early when it is to stop, and only then.
      while (!wake_.wait_for(lock, stop, wait, [] { return false; }) && !stop.stop_requested()) {
        try {
          call();
        } catch (const std::bad_alloc&) {
          // What cannot be told now is told the next time.
        }
        wait = then;
      }
    });
  } catch (const std::system_error&) {
    // The work goes on in silence.
  }
}

void Ticker::stop() { thread_.reset(); }

}  // namespace paystress::commands
