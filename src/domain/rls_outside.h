/* SPDX-License-Identifier: MIT */
/*
 * rls_outside.h - would a write to a relation, or a look at it, act outside the transaction,
 * where a rollback does not reach?
 */
#ifndef DOMAIN_RLS_OUTSIDE_H
#define DOMAIN_RLS_OUTSIDE_H

#include "base/arena.h"
#include "catalog/catalog.h"
#include "db/reply.h"

struct outside;

/* sources: of rls_probe_sources, for what the catalog left out; calls: of rls_probe_calls.  NULL
 * where they could not be read: then what is not known is named.  The answers live in the
 * arena. */
struct outside *outside_new(const struct catalog *c, const struct reply *sources,
			    const struct reply *calls, struct arena *arena);
void outside_free(struct outside **o);
/* Why, in a few words; NULL: nothing is known that would. */
const char *outside_why(struct outside *o, const struct relation *r);
const char *outside_why_read(struct outside *o, const struct relation *r);

#endif
