/* SPDX-License-Identifier: MIT */
/*
 * path.h - where souk keeps its files, and how it writes them: folders 0700, files 0600, a file
 * takes its name only when it is whole (written beside, fsync, rename).
 *
 * XDG base directories: config $XDG_CONFIG_HOME/souk, state $XDG_STATE_HOME/souk, runtime
 * $XDG_RUNTIME_DIR/souk (falls back to state), cache $XDG_CACHE_HOME/souk.  All returned texts belong to the caller.
 */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

char *path_config(const char *name);  /* name may be NULL: the folder */
char *path_state(const char *name);
char *path_runtime(const char *name);
char *path_cache(const char *name);
char *path_join(const char *dir, const char *name);
/* "~/x" and "~" expanded. */
char *path_expand(const char *path);

bool path_mkdirs(const char *dir, struct err *err) MUST_CHECK;
/* Whole file; more than limit bytes is an error. */
bool path_read(const char *path, size_t limit, struct buf *out, struct err *err) MUST_CHECK;
bool path_write(const char *path, const void *data, size_t len, struct err *err) MUST_CHECK;
/* A file of somebody else's: through symbolic links, and whoever could read it can do so still. */
bool path_rewrite(const char *path, const void *data, size_t len, struct err *err) MUST_CHECK;
/* A file of nobody's (0600, no name, gone when it is closed), for what must not stay in memory; -1 with err. */
int path_nameless(struct err *err) MUST_CHECK;
bool path_exists(const char *path);
/* Remove a folder and all in it; a missing one is fine. */
bool path_remove_tree(const char *dir, struct err *err) MUST_CHECK;

#endif
