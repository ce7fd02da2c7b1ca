#pragma once

#include <cstddef>
#include <functional>

namespace paystress::engine {

/// Runs work(block) for block = 0 .. blocks - 1 on `threads` threads, in any order; returns when all are
/// done. Stops early, between blocks, once `stop()` is true. The first exception thrown by `work` is
/// rethrown. \pre threads >= 1
void for_blocks(std::size_t blocks, int threads, const std::function<void(std::size_t)>& work,
                const std::function<bool()>& stop = {});

/// The same with std::jthread: what ThreadSanitizer can judge.
void for_blocks_jthread(std::size_t blocks, int threads, const std::function<void(std::size_t)>& work,
                        const std::function<bool()>& stop = {});

/// What both look like.
using BlockRunner = void(std::size_t blocks, int threads, const std::function<void(std::size_t)>& work,
                         const std::function<bool()>& stop);

/// "tbb" or "jthread": what for_blocks uses in this build.
[[nodiscard]] const char* for_blocks_backend();

}  // namespace paystress::engine
