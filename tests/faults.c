/* Makes a program's file system fail. Preloaded, it counts the calls that change regular files and
   folders; from call number FAULT_AT on, FAULT=kill kills the program before the call, a write when
   half of it is done; FAULT=full has writes fail with ENOSPC; FAULT=sync has syncs fail with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ORIGINAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_long calls;

/* Counts a call. What it is to suffer, or "". */
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

ssize_t write(int fd, const void *bytes, size_t size) {
    struct stat stat;
    if (fd <= STDERR_FILENO || fstat(fd, &stat) || !S_ISREG(stat.st_mode))
        return ORIGINAL(write)(fd, bytes, size);
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
