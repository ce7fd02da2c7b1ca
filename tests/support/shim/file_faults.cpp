// Preloaded into the program by tests/cli/file_faults_test.cpp: kills it at the N-th call that changes a
// file, or lets that call fail. FILE_FAULT_AT = N, from 1 (0: never); FILE_FAULT = kill or fail;
// FILE_FAULT_COUNT: a file to which the number of such calls is written at the end. Calls that the C library
// makes of itself are not seen, so mkdtemp and mkostemp are calls of their own.

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace {

std::atomic<long> calls{0};

long wanted() {
  static const long at = [] {
    const char* text = getenv("FILE_FAULT_AT");
    return text == nullptr ? 0L : strtol(text, nullptr, 10);
  }();
  return at;
}

// True when this call is to fail; does not return when the program is to be killed here.
bool fault() {
  if (calls.fetch_add(1) + 1 != wanted()) return false;
  const char* kind = getenv("FILE_FAULT");
  if (kind != nullptr && strcmp(kind, "kill") == 0) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
  }
  errno = ENOSPC;
  return true;
}

template <class F>
F next(const char* name) {
  return reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

bool is_file(int descriptor) {
  struct stat about {};
  return fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode);
}

bool changes(int flags) { return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY; }

mode_t mode_of(int flags, va_list rest) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(rest, unsigned int)) : mode_t{0};
}

__attribute__((destructor)) void tell_count() {
  const char* file = getenv("FILE_FAULT_COUNT");
  if (file == nullptr) return;
  char text[32];
  const int size = snprintf(text, sizeof text, "%ld\n", calls.load());
  const auto descriptor = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (descriptor >= 0) syscall(SYS_write, descriptor, text, size);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  if (changes(flags) && fault()) return -1;
  return next<int (*)(const char*, int, ...)>("open")(path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = mode_of(flags, rest);
  va_end(rest);
  if (changes(flags) && fault()) return -1;
  return next<int (*)(const char*, int, ...)>("open64")(path, flags, mode);
}
ssize_t write(int descriptor, const void* bytes, size_t size) {
  if (is_file(descriptor) && fault()) return -1;
  return next<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, bytes, size);
}
ssize_t sendfile(int out, int in, off_t* offset, size_t size) {
  if (is_file(out) && fault()) return -1;
  return next<ssize_t (*)(int, int, off_t*, size_t)>("sendfile")(out, in, offset, size);
}
int ftruncate(int descriptor, off_t size) {
  return fault() ? -1 : next<int (*)(int, off_t)>("ftruncate")(descriptor, size);
}
int fsync(int descriptor) { return fault() ? -1 : next<int (*)(int)>("fsync")(descriptor); }
int rename(const char* from, const char* to) {
  return fault() ? -1 : next<int (*)(const char*, const char*)>("rename")(from, to);
}
int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned int flags) {
  if (fault()) return -1;
  return next<int (*)(int, const char*, int, const char*, unsigned int)>("renameat2")(from_at, from, to_at,
                                                                                      to, flags);
}
int link(const char* from, const char* to) {
  return fault() ? -1 : next<int (*)(const char*, const char*)>("link")(from, to);
}
int unlink(const char* path) { return fault() ? -1 : next<int (*)(const char*)>("unlink")(path); }
int unlinkat(int at, const char* path, int flags) {
  return fault() ? -1 : next<int (*)(int, const char*, int)>("unlinkat")(at, path, flags);
}
int remove(const char* path) { return fault() ? -1 : next<int (*)(const char*)>("remove")(path); }
int rmdir(const char* path) { return fault() ? -1 : next<int (*)(const char*)>("rmdir")(path); }
int mkdir(const char* path, mode_t mode) {
  return fault() ? -1 : next<int (*)(const char*, mode_t)>("mkdir")(path, mode);
}
char* mkdtemp(char* name) { return fault() ? nullptr : next<char* (*)(char*)>("mkdtemp")(name); }
int mkostemp(char* name, int flags) {
  return fault() ? -1 : next<int (*)(char*, int)>("mkostemp")(name, flags);
}
int chmod(const char* path, mode_t mode) {
  return fault() ? -1 : next<int (*)(const char*, mode_t)>("chmod")(path, mode);
}
int fchmod(int descriptor, mode_t mode) {
  return fault() ? -1 : next<int (*)(int, mode_t)>("fchmod")(descriptor, mode);
}

}  // extern "C"
