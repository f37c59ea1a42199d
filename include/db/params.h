/* SPDX-License-Identifier: MIT */
/*
 * params.h - the values of $1, $2, … as texts; the only way a value reaches the server.
 *
 * Order of the calls is the order of the parameters.  Everything is copied.
 */
#ifndef DB_PARAMS_H
#define DB_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct param {
	char *text; /* NULL: SQL NULL */
};

struct params {
	VEC(struct param) list;
};

#define PARAMS_INIT { VEC_INIT }

void params_init(struct params *p);
void params_release(struct params *p);
void params_clear(struct params *p);
/* Each returns the number of the new parameter, from 1. */
int params_text(struct params *p, const char *text); /* NULL: SQL NULL */
int params_textn(struct params *p, const char *text, size_t len);
int params_int(struct params *p, int64_t n);
int params_bool(struct params *p, bool b);
/* A PostgreSQL array literal of n texts; NULL elements become NULL. */
int params_array(struct params *p, const char *const *texts, size_t n);
void params_copy(struct params *to, const struct params *from);

#endif
