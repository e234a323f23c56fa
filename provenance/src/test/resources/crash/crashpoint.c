/* Runs a command and makes one system call of it fail in a chosen way.
 *
 *     crashpoint MODE N FOLDER REPORT COMMAND...
 *
 * Counted are the calls that change files under FOLDER: write, pwrite64, pwritev, fsync, fdatasync,
 * ftruncate, rename*, unlink*, mkdir* and openat with O_CREAT. At the Nth of them, counted from 1:
 *
 *     stop    the whole process is killed before the call is made
 *     torn    half of it is made, then the process is killed; only write and pwrite64 are counted
 *     enospc  the call is not made and says that the disk is full; the process goes on
 *     eio     the call is not made and says that the disk has an error; the process goes on
 *     count   nothing happens
 *
 * REPORT gets the name of the call and its file, or the number of calls when the command ended
 * before. Exit status: 99 when it killed, that of the command otherwise, 98 when it could not begin.
 *
 * A seccomp filter stops the command at these calls only, so that a JVM runs at nearly full speed.
 * Linux on x86-64.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))

enum where { FD, PATH, AT_PATH, AT_CREATE };

static const struct call {
    int number;
    enum where where;
    const char *name;
} CALLS[] = {
    {SYS_write, FD, "write"},         {SYS_pwrite64, FD, "pwrite64"},
    {SYS_pwritev, FD, "pwritev"},     {SYS_fsync, FD, "fsync"},
    {SYS_fdatasync, FD, "fdatasync"}, {SYS_ftruncate, FD, "ftruncate"},
    {SYS_rename, PATH, "rename"},     {SYS_renameat, AT_PATH, "renameat"},
    {SYS_renameat2, AT_PATH, "renameat2"}, {SYS_unlink, PATH, "unlink"},
    {SYS_unlinkat, AT_PATH, "unlinkat"},   {SYS_mkdir, PATH, "mkdir"},
    {SYS_mkdirat, AT_PATH, "mkdirat"},     {SYS_openat, AT_CREATE, "openat"},
};

static void fail(const char *what) {
    fprintf(stderr, "crashpoint: %s: %s\n", what, strerror(errno));
    exit(98);
}

static const struct call *call_of(long number) {
    for (size_t i = 0; i < ARRAY_LENGTH(CALLS); i++)
        if (CALLS[i].number == number) return &CALLS[i];
    return NULL;
}

static void filter_calls(void) {
    struct sock_filter program[3 + ARRAY_LENGTH(CALLS) + 2];
    size_t length = 0, calls = ARRAY_LENGTH(CALLS);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < calls; i++)
        program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS[i].number, calls - i, 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    struct sock_fprog filter = {.len = length, .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter))
        fail("seccomp");
}

/* The file that the call is about, or an empty text. */
static void file_of(pid_t thread, const struct call *call, const unsigned long long *args, char *file, size_t size) {
    file[0] = 0;
    if (call->where == FD) {
        char link[64];
        snprintf(link, sizeof link, "/proc/%d/fd/%d", thread, (int)args[0]);
        ssize_t length = readlink(link, file, size - 1);
        file[length < 0 ? 0 : length] = 0;
        return;
    }
    if (call->where == AT_CREATE && !(args[2] & O_CREAT)) return;
    unsigned long long at = call->where == PATH ? args[0] : args[1];
    struct iovec here = {.iov_base = file, .iov_len = size - 1};
    struct iovec there = {.iov_base = (void *)at, .iov_len = size - 1};
    ssize_t length = process_vm_readv(thread, &here, 1, &there, 1, 0);
    if (length < 0) { /* the text may end right before a page that is not there */
        there.iov_len = 4096 - at % 4096;
        length = process_vm_readv(thread, &here, 1, &there, 1, 0);
    }
    file[length < 0 ? 0 : length] = 0;
}

static void report(const char *path, const char *call, const char *file, long count) {
    FILE *out = fopen(path, "w");
    if (!out) fail(path);
    fprintf(out, "%ld %s %s\n", count, call, file);
    fclose(out);
}

static int kill_all(pid_t process) {
    kill(process, SIGKILL);
    while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) {}
    return 99;
}

/* Not made: the number of no call, and the answer already in its place. */
static void refuse(pid_t thread, int error) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, thread, 0, &registers)) fail("registers");
    registers.orig_rax = -1;
    registers.rax = -error;
    if (ptrace(PTRACE_SETREGS, thread, 0, &registers)) fail("registers");
}

static int is_write(const struct call *call) {
    return call->number == SYS_write || call->number == SYS_pwrite64;
}

static void halve(pid_t thread) {
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, thread, 0, &registers)) fail("registers");
    if (registers.rdx > 1) registers.rdx /= 2;
    if (ptrace(PTRACE_SETREGS, thread, 0, &registers)) fail("registers");
}

int main(int count_of_words, char **words) {
    if (count_of_words < 6) {
        fprintf(stderr, "crashpoint MODE N FOLDER REPORT COMMAND...\n");
        return 98;
    }
    const char *mode = words[1], *folder = words[3], *report_file = words[4];
    long at = atol(words[2]), count = 0;
    size_t folder_length = strlen(folder);

    int go[2];
    if (pipe(go)) fail("pipe");
    pid_t process = fork();
    if (process < 0) fail("fork");
    if (process == 0) {
        char byte;
        close(go[1]);
        if (read(go[0], &byte, 1) != 1) _exit(98);
        close(go[0]);
        filter_calls();
        execvp(words[5], words + 5);
        fail(words[5]);
    }
    long options = PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK
        | PTRACE_O_EXITKILL;
    if (ptrace(PTRACE_SEIZE, process, 0, options)) fail("ptrace");
    close(go[0]);
    if (write(go[1], "g", 1) != 1) fail("pipe");
    close(go[1]);

    pid_t dying = 0; /* stops at the end of its call */
    while (1) {
        int status;
        pid_t thread = waitpid(-1, &status, __WALL);
        if (thread < 0) {
            if (errno == EINTR) continue;
            fail("wait");
        }
        if (WIFEXITED(status) || WIFSIGNALED(status)) {
            if (thread != process) continue;
            if (count < at || at < 1) report(report_file, "none", "", count);
            return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
        }
        if (!WIFSTOPPED(status)) continue;
        int event = status >> 16, signal = WSTOPSIG(status);
        if (thread == dying && event == 0 && signal == SIGTRAP) return kill_all(process);
        if (event == PTRACE_EVENT_SECCOMP) {
            struct user_regs_struct now;
            if (ptrace(PTRACE_GETREGS, thread, 0, &now) == 0) {
                const struct call *call = call_of((long)now.orig_rax);
                unsigned long long args[] = {now.rdi, now.rsi, now.rdx};
                char file[4096] = "";
                if (call) file_of(thread, call, args, file, sizeof file);
                int counts = call && !strncmp(file, folder, folder_length) && (strcmp(mode, "torn") || is_write(call));
                if (counts && ++count == at && strcmp(mode, "count")) {
                    report(report_file, call->name, file, count);
                    if (!strcmp(mode, "stop")) return kill_all(process);
                    if (!strcmp(mode, "torn")) {
                        halve(thread);
                        dying = thread;
                        ptrace(PTRACE_SYSCALL, thread, 0, 0);
                        continue;
                    }
                    refuse(thread, !strcmp(mode, "eio") ? EIO : ENOSPC);
                }
            }
            ptrace(PTRACE_CONT, thread, 0, 0);
        } else if (event != 0) {
            ptrace(event == PTRACE_EVENT_STOP && signal != SIGTRAP ? PTRACE_LISTEN : PTRACE_CONT, thread, 0, 0);
        } else {
            ptrace(PTRACE_CONT, thread, 0, signal);
        }
    }
}
