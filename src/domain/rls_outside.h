/* SPDX-License-Identifier: MIT */
/*
 * rls_outside.h - would a write to a relation, or a look at it, act outside the transaction,
 * where a rollback does not reach?
 */
#ifndef DOMAIN_RLS_OUTSIDE_H
#define DOMAIN_RLS_OUTSIDE_H

#include "base/arena.h"
#include "db/reply.h"
#include "domain/rls.h"

struct outside;

/* in: the catalog, and the rewrite rules of the extras.  sources: of rls_probe_sources, for what
 * the catalog left out; calls: of rls_probe_calls.  NULL where they could not be read: then what
 * is not known is named.  The answers live in the arena. */
struct outside *outside_new(const struct rls_input *in, const struct reply *sources,
			    const struct reply *calls, struct arena *arena);
void outside_free(struct outside **o);
/* Why, in a few words; NULL: nothing is known that would. */
const char *outside_why(struct outside *o, const struct relation *r);
const char *outside_why_read(struct outside *o, const struct relation *r);
/* The same of a function that may change rows, where the writes reach nothing outside. */
const char *outside_why_change(struct outside *o, const struct function *f);
/* Why a function is not called: unless its source is known and only reads, it may do anything. */
const char *outside_why_call(struct outside *o, const struct function *f);

#endif
