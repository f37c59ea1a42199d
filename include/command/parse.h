/* SPDX-License-Identifier: MIT */
/*
 * parse.h - a command line cut into words, and words matched with a command's spec.
 *
 * Words are separated by blanks.  'a b' and "a b" are one word; inside, the quote itself is doubled.
 * A quote begins anywhere in a word (name='a b').  Nothing else is special: no backslashes, no variables.
 * buf_add_word() is the inverse and is what screen templates use.
 */
#ifndef COMMAND_PARSE_H
#define COMMAND_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"
#include "command/command.h"

struct word {
	char *text;        /* unquoted */
	size_t start, end; /* bytes in the line: for errors under the word and completion */
	bool quoted;
};

struct words {
	VEC(struct word) list;
	bool open; /* the last quote is not closed */
};

#define WORDS_INIT { VEC_INIT, false }

void words_split(struct words *w, const char *line);
void words_release(struct words *w);

/* One argument of a spec. */
struct argspec {
	char *name;
	char *type;     /* "screen", "choice(a|b)"; NULL for a switch */
	bool option;    /* --name */
	bool optional;
	bool rest;
};

struct spec {
	VEC(struct argspec) list;
};

/* A malformed spec is a BUG(). */
void spec_parse(struct spec *spec, const char *text);
void spec_release(struct spec *spec);
/* Positional arguments that fit at most (INT_MAX with a rest). */
int spec_positional(const struct spec *spec);

/* Match; on failure err names the word (err->what is the word) and the usage as hint. line is the raw text from the
 * first word after the command's name on, for `line` arguments (NULL: words joined by blanks). */
struct args *args_match(const struct command *cmd, const char *const *words, size_t n,
			const char *line, struct err *err) MUST_CHECK;
void args_free(struct args **a);
/* "usage: outbox retry ID… [--reason TEXT]" */
void command_usage(struct buf *out, const struct command *cmd);
/* All values of an option given several times, NULL-terminated; NULL: none. */
const char *const *args_all(const struct args *a, const char *name);

/* The longest command name that the words begin with; *used gets how many words. NULL: none. */
const struct command *command_match(const char *const *words, size_t n, size_t *used);

#endif
