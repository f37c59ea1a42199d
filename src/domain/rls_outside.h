/* SPDX-License-Identifier: MIT */
/*
 * rls_outside.h - would a write to a relation act outside the transaction, where a rollback
 * does not reach?
 */
#ifndef DOMAIN_RLS_OUTSIDE_H
#define DOMAIN_RLS_OUTSIDE_H

#include "base/arena.h"
#include "catalog/catalog.h"

struct outside;

/* The answers live in the arena. */
struct outside *outside_new(const struct catalog *c, struct arena *arena);
void outside_free(struct outside **o);
/* Why, in a few words; NULL: nothing is known that would. */
const char *outside_why(struct outside *o, const struct relation *r);

#endif
