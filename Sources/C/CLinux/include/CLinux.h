// What Swift cannot reach of Linux: headers that the Glibc module lacks, and calls that it hides or that are variadic.
// No logic: each function is one system call, and gives its result or -1 with errno set.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

/// epoll_ctl(2) with the descriptor in the low half of the event's data and a tag in the high half.
int clinux_epoll_ctl(int poller, int operation, int descriptor, uint32_t tag, uint32_t events);
/// mallopt(3): the heap grows by 4 MiB and keeps up to 16 MiB, blocks below 16 MiB come from it: a large set costs
/// fewer system calls and page faults, and pages that are not touched cost nothing.
void clinux_grow_in_steps(void);
/// prctl(2) with one argument.
int clinux_prctl(int option, unsigned long argument);
/// capget(2) and capset(2) of this process; each set is 64 bits wide.
int clinux_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable);
int clinux_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable);
/// The cookie of this process's network namespace (SO_NETNS_COOKIE), 0 if the kernel has none.
uint64_t clinux_netns_cookie(void);
/// getrandom(2), whole or -1.
int clinux_random(void *buffer, unsigned long count);
/// fcntl(2) with an integer argument.
int clinux_fcntl(int descriptor, int command, int argument);
/// open(2) with a mode, close-on-exec.
int clinux_open(const char *path, int flags, unsigned mode);

enum { CLINUX_PR_SET_NO_NEW_PRIVS = 38 };

#endif
