/* Makes every flush of the disk take MILLISECONDS longer; loaded by LD_PRELOAD. For `bench.http_load --fsync-ms`. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int later(const char *name, int file) {
    struct timespec pause = {MILLISECONDS / 1000, (MILLISECONDS % 1000) * 1000000L};
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&pause, 0);
    return real(file);
}

int fsync(int file) { return later("fsync", file); }
int fdatasync(int file) { return later("fdatasync", file); }
