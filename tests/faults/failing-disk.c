/*
 * Loaded into a server's processes by LD_PRELOAD: calls of files fail, or take their time, as the rules say. The file named
 * by FAILING_DISK holds one rule a line, and is read at every call:
 *   <call> <part of the path> <errno> <fail|done|short|stuck>
 * call: create, write, meta (LMDB's first two pages), sync, read, unlink. fail: nothing is done. done: it is done, and then
 * said to have failed. short: half of it is done. stuck: it is done when the rule is gone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NOTHING, FAIL, DONE, SHORT, STUCK };
#define META_BYTES 16384

static int slurp(char *into, size_t size) {
  const char *path = getenv("FAILING_DISK");
  if (path == NULL) return 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  long got = syscall(SYS_read, fd, into, size - 1);
  syscall(SYS_close, fd);
  into[got < 0 ? 0 : got] = 0;
  return got > 0;
}

static int rule_now(const char *call, const char *path, int *number) {
  char rules[2048];
  if (!slurp(rules, sizeof rules)) return NOTHING;
  char *rest = rules, *line;
  while ((line = strsep(&rest, "\n")) != NULL) {
    char name[16], part[256], how[16];
    if (sscanf(line, "%15s %255s %d %15s", name, part, number, how) != 4) continue;
    if (strcmp(name, call) != 0 || strstr(path, part) == NULL) continue;
    if (strcmp(how, "stuck") == 0) return STUCK;
    if (strcmp(how, "short") == 0) return SHORT;
    return strcmp(how, "done") == 0 ? DONE : FAIL;
  }
  return NOTHING;
}

static int rule_for(const char *call, const char *path, int *number) {
  struct timespec wait = {0, 10000000};
  int rule = rule_now(call, path, number);
  for (; rule == STUCK; rule = rule_now(call, path, number)) nanosleep(&wait, NULL);
  return rule;
}

static void path_of(int fd, char *into, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  long got = syscall(SYS_readlinkat, AT_FDCWD, link, into, size - 1);
  into[got < 0 ? 0 : got] = 0;
}

/* Blobs are reached through the handles of their directories. */
static void real_path(const char *path, char *into, size_t size) {
  int fd, used = 0;
  if (sscanf(path, "/proc/self/fd/%d/%n", &fd, &used) == 1 && used > 0) {
    path_of(fd, into, size);
    strncat(into, "/", size - strlen(into) - 1);
    strncat(into, path + used, size - strlen(into) - 1);
  } else {
    snprintf(into, size, "%s", path);
  }
}

static int rule_of(const char *call, int fd, int *number) {
  char path[512];
  path_of(fd, path, sizeof path);
  return rule_for(call, path, number);
}

static long saying(int rule, int number, long done) {
  if (rule != DONE) return done;
  errno = number;
  return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define REFUSED(rule, number) \
  if (rule == FAIL) {         \
    errno = number;           \
    return -1;                \
  }

#define SYNC(name)                                  \
  int name(int fd) {                                \
    int number = 0;                                 \
    int rule = rule_of("sync", fd, &number);        \
    REFUSED(rule, number)                           \
    return (int)saying(rule, number, REAL(name)(fd)); \
  }
SYNC(fsync)
SYNC(fdatasync)

static int rule_of_write(int fd, off_t offset, int *number) {
  char path[512];
  path_of(fd, path, sizeof path);
  int meta = offset >= 0 && offset < META_BYTES && strstr(path, "data.mdb") != NULL;
  return rule_for(meta ? "meta" : "write", path, number);
}

#define WRITE(name, offset_type)                                                      \
  ssize_t name(int fd, const void *from, size_t count, offset_type offset) {          \
    int number = 0;                                                                   \
    int rule = rule_of_write(fd, offset, &number);                                    \
    REFUSED(rule, number)                                                             \
    if (rule == SHORT && count > 1) count /= 2;                                       \
    return saying(rule, number, REAL(name)(fd, from, count, offset));                 \
  }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

#define WRITEV(name, offset_type)                                                     \
  ssize_t name(int fd, const struct iovec *from, int count, offset_type offset) {     \
    int number = 0;                                                                   \
    int rule = rule_of_write(fd, offset, &number);                                    \
    REFUSED(rule, number)                                                             \
    if (rule == SHORT && count == 1 && from->iov_len > 1) {                           \
      struct iovec half = {from->iov_base, from->iov_len / 2};                        \
      return REAL(name)(fd, &half, 1, offset);                                        \
    }                                                                                 \
    if (rule == SHORT && count > 1) count /= 2;                                       \
    return saying(rule, number, REAL(name)(fd, from, count, offset));                 \
  }
WRITEV(pwritev, off_t)
WRITEV(pwritev64, off64_t)

ssize_t write(int fd, const void *from, size_t count) {
  int number = 0;
  int rule = rule_of("write", fd, &number);
  REFUSED(rule, number)
  return saying(rule, number, REAL(write)(fd, from, count));
}

ssize_t writev(int fd, const struct iovec *from, int count) {
  int number = 0;
  int rule = rule_of("write", fd, &number);
  REFUSED(rule, number)
  return saying(rule, number, REAL(writev)(fd, from, count));
}

#define READ(name, offset_type)                                                       \
  ssize_t name(int fd, void *into, size_t count, offset_type offset) {                \
    int number = 0;                                                                   \
    int rule = rule_of("read", fd, &number);                                          \
    REFUSED(rule, number)                                                             \
    if (rule == SHORT && count > 1) count /= 2;                                       \
    return saying(rule, number, REAL(name)(fd, into, count, offset));                 \
  }
READ(pread, off_t)
READ(pread64, off64_t)

#define READV(name, offset_type)                                                      \
  ssize_t name(int fd, const struct iovec *into, int count, offset_type offset) {     \
    int number = 0;                                                                   \
    int rule = rule_of("read", fd, &number);                                          \
    REFUSED(rule, number)                                                             \
    return saying(rule, number, REAL(name)(fd, into, count, offset));                 \
  }
READV(preadv, off_t)
READV(preadv64, off64_t)

#define OPEN(name)                                                                    \
  int name(const char *path, int flags, ...) {                                        \
    va_list more;                                                                     \
    va_start(more, flags);                                                            \
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;                  \
    va_end(more);                                                                     \
    int number = 0, rule = NOTHING;                                                   \
    if ((flags & O_CREAT) != 0) {                                                     \
      char real[1024];                                                                \
      real_path(path, real, sizeof real);                                             \
      rule = rule_for("create", real, &number);                                       \
    }                                                                                 \
    REFUSED(rule, number)                                                             \
    return REAL(name)(path, flags, mode);                                             \
  }
OPEN(open)
OPEN(open64)

int unlink(const char *path) {
  char real[1024];
  int number = 0;
  real_path(path, real, sizeof real);
  int rule = rule_for("unlink", real, &number);
  REFUSED(rule, number)
  return (int)saying(rule, number, REAL(unlink)(path));
}
