/* SPDX-License-Identifier: MIT */
/*
 * export_file.h - a file that is written on a thread and takes its name when it is whole.
 *
 * A pipe or a device is written as the rows come.  A file is FILE.unfinished-XXXXXX until then, locked by who writes
 * it, and takes no name that somebody else took meanwhile, unless it is to be overwritten.  What a killed one left
 * (kill -9, a power cut) nobody has locked: the next that becomes whole under the same name removes it.
 */
#ifndef EXPORT_FILE_H
#define EXPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/loop.h"

struct export_file;

struct export_file_callbacks {
	void (*drained)(void *ctx);                      /* room again after export_file_full */
	void (*done)(void *ctx, const struct err *err);  /* after _finish, or at the first failure */
	void *ctx;
};

struct export_file *export_file_new(struct loop *loop, const char *path, bool overwrite,
				    const struct export_file_callbacks *cb, struct err *err) MUST_CHECK;
/* An unfinished file is removed. */
void export_file_free(struct export_file **f);
void export_file_write(struct export_file *f, const void *data, size_t len);
bool export_file_full(const struct export_file *f); /* the writer should wait for drained */
void export_file_finish(struct export_file *f);
uint64_t export_file_bytes(const struct export_file *f);
/* How many files of killed ones it removed, once it is whole. */
int export_file_swept(const struct export_file *f);

#endif
