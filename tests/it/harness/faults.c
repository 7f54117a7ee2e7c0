/* Makes a program's file system fail. Preloaded, it counts the calls that change regular files and
   folders; from call number FAULT_AT on, FAULT=kill kills the program before the call, a write when
   half of it is done; FAULT=full makes writes fail with ENOSPC; FAULT=sync makes syncs fail with EIO.
   Beside these, FAULT_LOCKS makes locks fail with ENOLCK; and FAULT_ADVERSE makes the file system and the
   clock those of a cluster on a bad day: what was renamed or written into a folder "experiments" shows
   0.2 s later only, and the clock of the machine is off by as many seconds as FAULT_ADVERSE says.
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
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
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

int rename(const char *old, const char *new) {
    count();
    return ORIGINAL(rename)(old, new);
}

int unlinkat(int folder, const char *path, int flags) {
    count();
    return ORIGINAL(unlinkat)(folder, path, flags);
}

int flock(int fd, int operation) {
    if (!getenv("FAULT_LOCKS")) return ORIGINAL(flock)(fd, operation);
    errno = ENOLCK;
    return -1;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    const char *seconds = getenv("FAULT_ADVERSE");
    int result = ORIGINAL(clock_gettime)(clock, time);
    if (seconds && clock == CLOCK_REALTIME) time->tv_sec += atol(seconds);
    return result;
}

/* Whether a path leads into a folder of results that appeared less than 0.2 s ago. */
static int is_not_yet_seen(const char *path) {
    const char *below = path && getenv("FAULT_ADVERSE") ? strstr(path, "/experiments/") : NULL;
    if (!below) return 0;
    const char *name = below + strlen("/experiments/"), *end = strchr(name, '/');
    char folder[PATH_MAX];
    size_t length = end ? (size_t)(end - path) : strlen(path);
    if (length >= sizeof folder) return 0;
    memcpy(folder, path, length);
    folder[length] = 0;
    struct stat found;
    struct timespec now;
    if (stat(folder, &found)) return 0;
    ORIGINAL(clock_gettime)(CLOCK_REALTIME, &now);
    double age = now.tv_sec - found.st_ctim.tv_sec + (now.tv_nsec - found.st_ctim.tv_nsec) / 1e9;
    errno = ENOENT;
    return age < 0.2;
}

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *found) {
    if (is_not_yet_seen(path)) return -1;
    return ORIGINAL(statx)(folder, path, flags, mask, found);
}
