// Loaded before a program (LD_PRELOAD): writing to a file fails as on a full disk while the file named by ENTENTE_TEST_DISK_FULL exists.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

namespace {

// Pipes and sockets have room; what is only looked at needs none.
bool IsFull(int file) {
  static const char* const flag = std::getenv("ENTENTE_TEST_DISK_FULL");
  struct stat about = {};
  return flag != nullptr && ::access(flag, F_OK) == 0 && ::fstat(file, &about) == 0 && S_ISREG(about.st_mode);
}

template <typename Function>
Function Real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

template <typename Result>
Result NoSpace() {
  errno = ENOSPC;
  return -1;
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* data, size_t size) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t)>("write");
  return IsFull(file) ? NoSpace<ssize_t>() : real(file, data, size);
}

ssize_t pwrite(int file, const void* data, size_t size, off_t at) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
  return IsFull(file) ? NoSpace<ssize_t>() : real(file, data, size, at);
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t at) {
  static const auto real = Real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  return IsFull(file) ? NoSpace<ssize_t>() : real(file, data, size, at);
}

}  // extern "C"
