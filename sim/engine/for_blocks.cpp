#include "sim/engine/for_blocks.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#ifdef PAYSTRESS_USE_TBB
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace paystress::engine {

namespace {

// Threads that can have a block; the others would only be started, woken and sent to sleep.
int useful_threads(std::size_t blocks, int threads) {
  if (threads < 1) throw std::invalid_argument("for_blocks needs at least one thread");
  return static_cast<int>(std::clamp(blocks, std::size_t{1}, static_cast<std::size_t>(threads)));
}

[[noreturn]] void fail_to_start() {
  throw std::runtime_error(
      "a thread cannot be started: the machine, or a limit of it, allows no more. Ask for fewer with "
      "--threads N");
}

}  // namespace

void for_blocks_jthread(std::size_t blocks, int threads, const std::function<void(std::size_t)>& work,
                        const std::function<bool()>& stop) {
  threads = useful_threads(blocks, threads);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> halted{false};
  std::exception_ptr first_failure;
  std::mutex failure_guard;
  const auto run = [&] {
    while (!halted.load(std::memory_order_relaxed)) {
      if (stop && stop()) return;
      const std::size_t block = next.fetch_add(1);
      if (block >= blocks) return;
      try {
        work(block);
      } catch (...) {
        const std::scoped_lock lock(failure_guard);
        if (!first_failure) first_failure = std::current_exception();
        halted = true;
      }
    }
  };
  {
    std::vector<std::jthread> pool;
    try {
      pool.reserve(static_cast<std::size_t>(threads));
      for (int t = 1; t < threads; ++t) pool.emplace_back(run);
    } catch (const std::system_error&) {
      halted = true;
      fail_to_start();
    } catch (...) {
      halted = true;
      throw;
    }
    run();
  }
  if (first_failure) std::rethrow_exception(first_failure);
}

#ifdef PAYSTRESS_USE_TBB

void for_blocks(std::size_t blocks, int threads, const std::function<void(std::size_t)>& work,
                const std::function<bool()>& stop) {
  threads = useful_threads(blocks, threads);
  std::atomic<bool> work_failed{false};
  const auto tried = [&](std::size_t block) {
    try {
      work(block);
    } catch (...) {
      work_failed = true;
      throw;
    }
  };
  // More threads than cores must be honoured too: the same-bytes promise is tested with them.
  try {
    const oneapi::tbb::global_control limit(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads));
    oneapi::tbb::task_arena arena(threads);
    arena.execute([&] {
      oneapi::tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
        if (!stop || !stop()) tried(block);
      });
    });
  } catch (const std::runtime_error&) {
    // What the work throws is its own; the library itself throws where it cannot start a thread.
    if (!work_failed) fail_to_start();
    throw;
  }
}

const char* for_blocks_backend() { return "tbb"; }

#else

void for_blocks(std::size_t blocks, int threads, const std::function<void(std::size_t)>& work,
                const std::function<bool()>& stop) {
  for_blocks_jthread(blocks, threads, work, stop);
}

const char* for_blocks_backend() { return "jthread"; }

#endif

}  // namespace paystress::engine
