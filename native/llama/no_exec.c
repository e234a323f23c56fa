/* ggml starts a debugger when an assertion fails. Nothing that Redoubt ships starts programs: its call to execlp
 * lands here, and ggml falls back to printing the stack itself. */
#include <errno.h>

int redoubt_no_exec(const char * file, const char * argument, ...);

int redoubt_no_exec(const char * file, const char * argument, ...) {
    (void) file;
    (void) argument;
    errno = EPERM;
    return -1;
}
