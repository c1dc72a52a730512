// posix_spawn with the GNU actions that the Glibc module hides. No logic.
#pragma once
#include <sys/types.h>

// Starts `path` in `folder` (NULL: here), leading its own process group, with `streams` as its descriptors 0 to 2
// (-1: /dev/null) and no others, default signals and an empty mask. Returns 0 or an errno.
int support_spawn(pid_t *pid, const char *path, char *const argv[], char *const envp[], const int *streams,
                  const char *folder);
