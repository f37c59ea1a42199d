/* SPDX-License-Identifier: MIT */
/*
 * deffile.h - definition files (screens, keymaps, themes, profiles, waivers): an ini with errors
 * that say where.  The only face of inih.
 *
 * Syntax: UTF-8; "[section]" or "[section argument words]"; "key = value"; '#' at the start of
 * a line or after white space starts a comment; a line that begins with white space continues
 * the value of the line before (joined with '\n').  Sections may repeat (lists).  "\#" is a '#'
 * that starts no comment.
 */
#ifndef BASE_DEFFILE_H
#define BASE_DEFFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct deffile_entry {
	const char *file;    /* as given, for messages */
	int line;            /* 1-based */
	const char *section; /* "column", first word inside the brackets */
	const char *arg;     /* the rest inside the brackets: "rolname"; "" if none */
	int section_no;      /* counts sections in the file from 0: repeats are told apart */
	const char *key;     /* NULL once when a section begins */
	const char *value;
};

/* Return false with err filled to stop: deffile adds file:line to err->what by itself. */
typedef bool deffile_fn(void *ctx, const struct deffile_entry *entry, struct err *err);

bool deffile_parse(const char *file, const char *text, size_t len, deffile_fn *fn, void *ctx,
		   struct err *err) MUST_CHECK;
/* Read and parse; a missing file is an error (ERR_FAILED, errno ENOENT told in why). */
bool deffile_load(const char *path, deffile_fn *fn, void *ctx, struct err *err) MUST_CHECK;

/* The word of a NULL-terminated list nearest to s (at most 3 edits, and half of the longer of both), or NULL. */
const char *nearest_word(const char *s, const char *const *words);
/* … with an edit distance of at most so many. */
const char *nearest_within(const char *s, const char *const *words, int most);
/* err: unknown KIND "s" (did you mean "x"?), or all words as a hint where they are few; returns false. */
bool err_unknown(struct err *err, const char *kind, const char *s, const char *const *words);

#endif
