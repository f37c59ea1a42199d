/* SPDX-License-Identifier: MIT */
/*
 * screendef_priv.h - one screen file parsed (screendef.c), for the set of them (screenset.c).
 */
#ifndef DOMAIN_SCREENDEF_PRIV_H
#define DOMAIN_SCREENDEF_PRIV_H

#include "base/arena.h"
#include "domain/screendef.h"

struct screen_source {
	const char *file; /* for messages */
	const char *name; /* of the screen */
	const char *text;
	size_t len;
};

/* Everything in the result lives in arena. */
const struct screendef *screendef_parse(struct arena *arena, const struct screen_source *src,
					struct err *err) MUST_CHECK;

/* Takes a->call apart (screendef_action.c). */
bool screen_action_finish(struct arena *arena, struct screen_action *a, struct err *err) MUST_CHECK;

#endif
