/* SPDX-License-Identifier: MIT */
/*
 * tenant_path.h - how a row is known to be one tenant's: by a column of its own, or by foreign
 * keys that lead to a row that has one.
 *
 * For scopes that the server does not enforce (no setting, no policies, a role that they do not bind):
 * souk narrows by a condition then.  Where none can be made it says why, in a sentence.
 *
 * Pure.  A path borrows from the catalog and must not outlive the snapshot.
 */
#ifndef DOMAIN_TENANT_PATH_H
#define DOMAIN_TENANT_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "catalog/catalog.h"
#include "db/sql.h"
#include "domain/profile.h"

enum { TENANT_PATH_MAX = 8 };

struct tenant_path {
	const struct relation *relation;
	const struct foreign_key *keys[TENANT_PATH_MAX]; /* from the relation upwards */
	const struct relation *parents[TENANT_PATH_MAX]; /* what each leads to */
	size_t n;
	const struct column *column; /* the tenant's, in the last parent; n = 0: in the relation itself */
};

/* The path of a relation's rows to this tenancy.  False: there is none that the role may follow. */
bool tenant_path_find(struct tenant_path *out, const struct catalog *c, const struct profile *p,
		      const struct relation *r, int tenancy);
/* Append the condition: row is the alias of the relation, $param the tenant's id. */
void tenant_path_sql(struct buf *out, const struct sqlset *set, const struct tenant_path *path,
		     const char *row, int param);
/* Why rows of every tenant are seen though one is chosen: a sentence in the arena; NULL: they are not (a path, a
 * view that chooses by itself, policies that bind this role). */
const char *tenant_path_missing(struct arena *a, const struct catalog *c, const struct profile *p,
				const struct relation *r, int tenancy);

#endif
