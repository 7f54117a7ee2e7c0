/* Makes a program's file system fail. Preloaded, it counts the calls that change regular files and
   folders; from call number FAULT_AT on, FAULT=kill kills the program before the call, a write when
   half of it is done; FAULT=full makes writes fail with ENOSPC; FAULT=sync makes syncs fail with EIO.
   FAULT=hold makes write number FAULT_AT to the file whose path ends with FAULT_FILE wait until
   standard input ends; before, it writes the line "held by a test" to standard error. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORIGINAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_long calls, writes_to_file;

/* Counts a call, and returns the fault that it must suffer, or "". */
static const char *fault(void) {
    const char *at = getenv("FAULT_AT"), *fault = getenv("FAULT");
    return at && fault && atomic_fetch_add(&calls, 1) + 1 >= atol(at) ? fault : "";
}

/* Counts a call that is neither a write nor a sync. */
static void count(void) {
    if (!strcmp(fault(), "kill")) kill(getpid(), SIGKILL);
}

static int sync_fails(void) {
    const char *suffered = fault();
    if (!strcmp(suffered, "kill")) kill(getpid(), SIGKILL);
    errno = EIO;
    return !strcmp(suffered, "sync");
}

/* Whether the file is the one that FAULT=hold names. */
static int is_named(int fd) {
    const char *fault = getenv("FAULT"), *end = getenv("FAULT_FILE");
    if (!fault || strcmp(fault, "hold") || !end) return 0;
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path), of_end = strlen(end);
    return length >= of_end && !memcmp(path + length - of_end, end, of_end);
}

static void hold(void) {
    char byte;
    dprintf(STDERR_FILENO, "held by a test\n");
    while (read(STDIN_FILENO, &byte, 1) < 0 && errno == EINTR);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    struct stat stat;
    if (fd <= STDERR_FILENO || fstat(fd, &stat) || !S_ISREG(stat.st_mode))
        return ORIGINAL(write)(fd, bytes, size);
    if (is_named(fd) && atomic_fetch_add(&writes_to_file, 1) + 1 == atol(getenv("FAULT_AT"))) hold();
    const char *suffered = fault();
    if (!strcmp(suffered, "full")) {
        errno = ENOSPC;
        return -1;
    }
    if (!strcmp(suffered, "kill")) {
        ORIGINAL(write)(fd, bytes, size / 2);
        kill(getpid(), SIGKILL);
    }
    return ORIGINAL(write)(fd, bytes, size);
}

int fsync(int fd) { return sync_fails() ? -1 : ORIGINAL(fsync)(fd); }

int fdatasync(int fd) { return sync_fails() ? -1 : ORIGINAL(fdatasync)(fd); }

int mkdir(const char *path, mode_t mode) {
    count();
    return ORIGINAL(mkdir)(path, mode);
}

int unlink(const char *path) {
    count();
    return ORIGINAL(unlink)(path);
}

int renameat(int from, const char *old, int to, const char *new) {
    count();
    return ORIGINAL(renameat)(from, old, to, new);
}
