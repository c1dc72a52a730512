#define _GNU_SOURCE
#include "CSupport.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

int support_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const int *streams,
                  const char *folder) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int i = 0; i < 3; i++) {
    if (streams[i] < 0)
      posix_spawn_file_actions_addopen(&actions, i, "/dev/null", O_RDWR, 0);
    else
      posix_spawn_file_actions_adddup2(&actions, streams[i], i);
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  if (folder) posix_spawn_file_actions_addchdir_np(&actions, folder);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  int result = posix_spawn(pid, path, &actions, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return result;
}
