// Preloaded into labbook (`LD_PRELOAD`), makes one call that concerns the lab fail, and moves the clock.
//
//   FAULT_ROOT    the folder whose files are meant; calls on others are left alone
//   FAULT_COUNTS  a file of 16 bytes with the calls counted so far: of commands, then of workers
//   FAULT_AT      the call that fails with EIO, counted from 1; none if it is 0
//   FAULT_LASTS   1 for a disk that is gone from that call on, 0 for one call alone
//   FAULT_WORKER  1 to count and fail in workers, 0 in all other processes
//   FAULT_LOG     a file that the failing call is named in, or every call if none fails
//   FAULT_CLOCK   seconds that are added to the time of day, and taken from it at every second look
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { most_descriptors = 4096 };

static const char *root;
static uint64_t *counter;
static uint64_t failing;
static int lasts;
static int log_file = -1;
static char watched[most_descriptors];
static long clock_jump;

static void *original(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void prepare(void) {
  const char *jump = getenv("FAULT_CLOCK");
  if (jump) clock_jump = atol(jump);
  const char *folder = getenv("FAULT_ROOT"), *counts = getenv("FAULT_COUNTS"), *at = getenv("FAULT_AT");
  if (!folder || !counts || !at) return;
  // Tools that labbook starts are other programs; they are left alone.
  char program[4096] = "", line[4096] = "";
  if (readlink("/proc/self/exe", program, sizeof program - 1) < 0 || !strstr(program, "labbook")) return;
  int file = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY);
  long length = syscall(SYS_read, file, line, sizeof line - 1);
  syscall(SYS_close, file);
  if (length <= 0) return;
  const char *first = line + strlen(line) + 1;
  int is_worker = first < line + length && strcmp(first, "worker") == 0;
  const char *workers = getenv("FAULT_WORKER");
  if (is_worker != (workers && *workers == '1')) return;
  file = (int)syscall(SYS_openat, AT_FDCWD, counts, O_RDWR);
  uint64_t *both = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  syscall(SYS_close, file);
  if (both == MAP_FAILED) return;
  const char *log = getenv("FAULT_LOG");
  if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  counter = both + is_worker;
  failing = strtoull(at, NULL, 10);
  const char *whether = getenv("FAULT_LASTS");
  lasts = whether && *whether == '1';
  root = folder;
}

static int concerns(const char *path) { return root && path && strncmp(path, root, strlen(root)) == 0; }

// Counts a call; whether it is one that fails.
static int fails(const char *call, const char *path) {
  uint64_t number = __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
  int is_first = number == failing, is_failing = is_first || (lasts && failing && number > failing);
  if (log_file >= 0 && (failing == 0 || is_first)) {
    char text[4400];
    int length = snprintf(text, sizeof text, "%llu %s %s\n", (unsigned long long)number, call, path);
    syscall(SYS_write, log_file, text, length);
  }
  if (is_failing) errno = EIO;
  return is_failing;
}

static int watch(int descriptor, const char *path) {
  if (descriptor >= 0 && descriptor < most_descriptors) watched[descriptor] = (char)concerns(path);
  return descriptor;
}

static int is_watched(int descriptor) { return root && descriptor >= 0 && descriptor < most_descriptors && watched[descriptor]; }

#define OPENING(name)                                               \
  int name(const char *path, int flags, ...) {                      \
    int (*next)(const char *, int, ...) = original(#name);          \
    va_list rest;                                                   \
    va_start(rest, flags);                                          \
    int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, int) : 0; \
    va_end(rest);                                                   \
    if (concerns(path) && fails(#name, path)) return -1;            \
    return watch(next(path, flags, mode), path);                    \
  }
OPENING(open)
OPENING(open64)

int openat(int folder, const char *path, int flags, ...) {
  int (*next)(int, const char *, int, ...) = original("openat");
  va_list rest;
  va_start(rest, flags);
  int mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, int) : 0;
  va_end(rest);
  if (concerns(path) && fails("openat", path)) return -1;
  return watch(next(folder, path, flags, mode), path);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
  ssize_t (*next)(int, const void *, size_t) = original("write");
  if (is_watched(descriptor) && fails("write", "")) return -1;
  return next(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) {
  ssize_t (*next)(int, const void *, size_t, off_t) = original("pwrite");
  if (is_watched(descriptor) && fails("pwrite", "")) return -1;
  return next(descriptor, bytes, count, place);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  ssize_t (*next)(int, void *, size_t) = original("read");
  if (is_watched(descriptor) && fails("read", "")) return -1;
  return next(descriptor, bytes, count);
}

int fsync(int descriptor) {
  int (*next)(int) = original("fsync");
  if (is_watched(descriptor) && fails("fsync", "")) return -1;
  return next(descriptor);
}

int close(int descriptor) {
  int (*next)(int) = original("close");
  if (is_watched(descriptor)) {
    watched[descriptor] = 0;
    // A network file system tells here that the disk is full; the descriptor is closed all the same.
    if (fails("close", "")) {
      next(descriptor);
      errno = EIO;
      return -1;
    }
  }
  return next(descriptor);
}

int rename(const char *from, const char *to) {
  int (*next)(const char *, const char *) = original("rename");
  if (concerns(from) && fails("rename", to)) return -1;
  return next(from, to);
}

int mkdir(const char *path, mode_t mode) {
  int (*next)(const char *, mode_t) = original("mkdir");
  if (concerns(path) && fails("mkdir", path)) return -1;
  return next(path, mode);
}

char *mkdtemp(char *path) {
  char *(*next)(char *) = original("mkdtemp");
  if (concerns(path) && fails("mkdtemp", path)) return NULL;
  return next(path);
}

int unlink(const char *path) {
  int (*next)(const char *) = original("unlink");
  if (concerns(path) && fails("unlink", path)) return -1;
  return next(path);
}

int rmdir(const char *path) {
  int (*next)(const char *) = original("rmdir");
  if (concerns(path) && fails("rmdir", path)) return -1;
  return next(path);
}

DIR *opendir(const char *path) {
  DIR *(*next)(const char *) = original("opendir");
  if (concerns(path) && fails("opendir", path)) return NULL;
  DIR *folder = next(path);
  if (folder) watch(dirfd(folder), path);
  return folder;
}

struct dirent *readdir(DIR *folder) {
  struct dirent *(*next)(DIR *) = original("readdir");
  if (is_watched(dirfd(folder)) && fails("readdir", "")) return NULL;
  return next(folder);
}

int closedir(DIR *folder) {
  int (*next)(DIR *) = original("closedir");
  int descriptor = dirfd(folder);
  if (descriptor >= 0 && descriptor < most_descriptors) watched[descriptor] = 0;
  return next(folder);
}

int access(const char *path, int mode) {
  int (*next)(const char *, int) = original("access");
  if (concerns(path) && fails("access", path)) return -1;
  return next(path, mode);
}

int stat(const char *path, struct stat *status) {
  int (*next)(const char *, struct stat *) = original("stat");
  if (concerns(path) && fails("stat", path)) return -1;
  return next(path, status);
}

int lstat(const char *path, struct stat *status) {
  int (*next)(const char *, struct stat *) = original("lstat");
  if (concerns(path) && fails("lstat", path)) return -1;
  return next(path, status);
}

int fstat(int descriptor, struct stat *status) {
  int (*next)(int, struct stat *) = original("fstat");
  if (is_watched(descriptor) && fails("fstat", "")) return -1;
  return next(descriptor, status);
}

int flock(int descriptor, int operation) {
  int (*next)(int, int) = original("flock");
  if (is_watched(descriptor) && fails("flock", "")) return -1;
  return next(descriptor, operation);
}

static long jump(void) {
  static long looks;
  return __atomic_add_fetch(&looks, 1, __ATOMIC_RELAXED) & 1 ? clock_jump : -clock_jump;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = (int)syscall(SYS_clock_gettime, clock, time);
  if (clock_jump && clock == CLOCK_REALTIME) time->tv_sec += jump();
  return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  int result = (int)syscall(SYS_gettimeofday, time, zone);
  if (clock_jump) time->tv_sec += jump();
  return result;
}

time_t time(time_t *place) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (place) *place = now.tv_sec;
  return now.tv_sec;
}
