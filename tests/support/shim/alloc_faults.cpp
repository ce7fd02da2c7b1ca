// Preloaded: the ALLOC_FAULT_AT-th call of operator new fails, counted from 1; ALLOC_FAULT_COUNT names a file
// that is told how many there were, ALLOC_FAULT_STACKS one that is told which were the first of their call
// stack. THREAD_FAULT_AT does the same for threads that are started.

#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>

namespace {

std::atomic<long> allocations{0}, threads{0};
// What libraries do before the program has begun is not the program's.
std::atomic<bool> begun{false};

long wanted(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

bool fails(std::atomic<long>& calls, long at) { return calls.fetch_add(1) + 1 == at; }

/// Tells the numbers of allocations whose call stack was not there before. Allocates nothing itself.
class Stacks {
 public:
  explicit Stacks(const char* file) : out_(std::fopen(file, "we")) {}
  void note(long number) {
    constexpr int deepest = 64;
    std::array<void*, deepest> frames{};
    const int depth = ::backtrace(frames.data(), deepest);
    std::uint64_t sum = 14695981039346656037U;  // FNV-1a
    for (int i = 0; i < depth; ++i)
      sum = (sum ^ reinterpret_cast<std::uintptr_t>(frames[static_cast<std::size_t>(i)])) * 1099511628211U;
    const std::scoped_lock lock(guard_);
    auto at = sum % seen_.size();
    while (seen_[at] != 0 && seen_[at] != sum) at = (at + 1) % seen_.size();
    if (seen_[at] == sum || out_ == nullptr) return;
    seen_[at] = sum;
    std::fprintf(out_, "%ld\n", number);
  }
  void close() {
    if (out_ != nullptr) std::fclose(out_);
    out_ = nullptr;
  }

 private:
  std::FILE* out_;
  std::mutex guard_;
  std::array<std::uint64_t, 1U << 20U> seen_{};
};

Stacks* stacks() {
  static const char* const file = std::getenv("ALLOC_FAULT_STACKS");
  if (file == nullptr) return nullptr;
  static Stacks all(file);
  return &all;
}

void* allocate(std::size_t size, std::size_t alignment) {
  static const long at = wanted("ALLOC_FAULT_AT");
  if (begun) {
    const long number = allocations.fetch_add(1) + 1;
    if (number == at) return nullptr;
    if (auto* const seen = stacks()) seen->note(number);
  }
  if (alignment == 0) return std::malloc(size == 0 ? 1 : size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* or_throw(void* block) {
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

__attribute__((destructor)) void tell_count() {
  if (auto* const seen = stacks()) seen->close();
  const char* file = std::getenv("ALLOC_FAULT_COUNT");
  if (file == nullptr) return;
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%ld %ld\n", allocations.load(), threads.load());
  const int descriptor = ::open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (descriptor >= 0 && ::write(descriptor, text, static_cast<std::size_t>(size)) < 0) std::perror(file);
}

}  // namespace

void* operator new(std::size_t size) { return or_throw(allocate(size, 0)); }
void* operator new[](std::size_t size) { return or_throw(allocate(size, 0)); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(allocate(size, static_cast<std::size_t>(alignment)));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return or_throw(allocate(size, static_cast<std::size_t>(alignment)));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

// The first thing that the program does.
std::terminate_handler std::set_terminate(std::terminate_handler handler) noexcept {
  using Set = std::terminate_handler(std::terminate_handler);
  begun = true;
  return reinterpret_cast<Set*>(::dlsym(RTLD_NEXT, "_ZSt13set_terminatePFvvE"))(handler);
}

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                              void* argument) {
  using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const long at = wanted("THREAD_FAULT_AT");
  static auto* const create = reinterpret_cast<Create*>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (fails(threads, at)) return EAGAIN;
  return create(thread, attributes, start, argument);
}
