/* A disk that forgets: beside each write it keeps what was there before, until the program asks for a sync. Whoever cuts
 * the power puts back what was kept (see mod.rs). Loaded into the program by LD_PRELOAD; POWER_UNDO names the folder for
 * what is kept, one file for each inode. Making, renaming and deleting files counts as synced. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int undo_path(char *path, size_t room, ino_t inode) {
    const char *folder = getenv("POWER_UNDO");
    return folder && snprintf(path, room, "%s/%lu", folder, (unsigned long)inode) < (int)room;
}

/* Keeps what stands from offset on, at most length bytes, and how long the file is. */
static void keep(int fd, int64_t offset, int64_t length) {
    struct stat now;
    char path[4096], self[64];
    if (fstat(fd, &now) || !S_ISREG(now.st_mode) || !undo_path(path, sizeof path, now.st_ino)) return;
    int64_t left = now.st_size - offset;
    int64_t head[3] = {offset, left < 0 ? 0 : left < length ? left : length, now.st_size};
    char *old = malloc(head[1] + 1);
    if (head[1]) {
        snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
        int reader = syscall(SYS_openat, AT_FDCWD, self, O_RDONLY | O_CLOEXEC);
        if (syscall(SYS_pread64, reader, old, head[1], offset) != head[1]) abort();
        syscall(SYS_close, reader);
    }
    int undo = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (undo < 0 || syscall(SYS_write, undo, head, sizeof head) != sizeof head) abort();
    if (syscall(SYS_write, undo, old, head[1]) != head[1]) abort();
    syscall(SYS_close, undo);
    free(old);
}

static void forget(const struct stat *file) {
    char path[4096];
    if (S_ISREG(file->st_mode) && undo_path(path, sizeof path, file->st_ino))
        syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset) {
    pthread_mutex_lock(&one_at_a_time);
    keep(fd, offset, length);
    ssize_t done = syscall(SYS_pwrite64, fd, bytes, length, offset);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    return pwrite64(fd, bytes, length, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    pthread_mutex_lock(&one_at_a_time);
    int64_t offset = syscall(SYS_lseek, fd, 0, fcntl(fd, F_GETFL) & O_APPEND ? SEEK_END : SEEK_CUR);
    if (offset >= 0) keep(fd, offset, length);
    ssize_t done = syscall(SYS_write, fd, bytes, length);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int ftruncate64(int fd, off_t length) {
    pthread_mutex_lock(&one_at_a_time);
    keep(fd, length, INT64_MAX);
    int done = syscall(SYS_ftruncate, fd, length);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int sync_with(long how, int fd) {
    struct stat file;
    pthread_mutex_lock(&one_at_a_time);
    int done = syscall(how, fd);
    int reason = errno;
    if (done == 0 && fstat(fd, &file) == 0) forget(&file);
    errno = reason;
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }

int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }

/* The number of a file that is gone may be given to another, which must not get what was kept of the first. */
int unlink(const char *path) {
    struct stat file;
    pthread_mutex_lock(&one_at_a_time);
    int known = fstatat(AT_FDCWD, path, &file, AT_SYMLINK_NOFOLLOW) == 0;
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int reason = errno;
    if (done == 0 && known && file.st_nlink == 1) forget(&file);
    errno = reason;
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}
