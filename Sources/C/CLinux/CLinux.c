#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int clinux_epoll_ctl(int poller, int operation, int descriptor, uint32_t tag, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.u64 = (uint64_t)tag << 32 | (uint32_t)descriptor}};
  return epoll_ctl(poller, operation, descriptor, &event);
}

void clinux_grow_in_steps(void) {
  mallopt(M_TOP_PAD, 4 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
}

int clinux_prctl(int option, unsigned long argument) { return prctl(option, argument, 0, 0, 0); }

int clinux_capget(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return -1;
  *effective = data[0].effective | (uint64_t)data[1].effective << 32;
  *permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
  *inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
  return 0;
}

int clinux_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {
      {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
      {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)},
  };
  return (int)syscall(SYS_capset, &header, data);
}

uint64_t clinux_netns_cookie(void) {
  uint64_t cookie = 0;
#ifdef SO_NETNS_COOKIE
  int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return 0;
  socklen_t length = sizeof cookie;
  if (getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) < 0) cookie = 0;
  close(descriptor);
#endif
  return cookie;
}

int clinux_random(void *buffer, unsigned long count) {
  return getrandom(buffer, count, 0) == (ssize_t)count ? 0 : -1;
}

int clinux_fcntl(int descriptor, int command, int argument) { return fcntl(descriptor, command, argument); }

int clinux_open(const char *path, int flags, unsigned mode) { return open(path, flags | O_CLOEXEC, mode); }
