/* SPDX-License-Identifier: MIT */
/*
 * rls_rooms.h - whose each tenant's schema is, for the rules about what crosses from one into
 * another.
 *
 * A login is at home in the schema that it is named after, else in the one that its search_path
 * names, that it owns, that it may do most in of a few, or that is nobody's else of two.  Where
 * fewer than two schemas are some login's home, all tenants come by one login and the application
 * chooses the schema: then there is nothing to cross, and rights say nothing.
 */
#ifndef DOMAIN_RLS_ROOMS_H
#define DOMAIN_RLS_ROOMS_H

#include "rls_priv.h"

struct room {
	const struct schema *schema;
	const char *name;	 /* of the schema */
	const char *tenant;	 /* what tells it from the others' names: "acme" of "t_acme" */
	size_t from, to;	 /* its relations in the catalog */
};

/* A role, and whom it is. */
struct dweller {
	const struct role *role;
	const struct room *home; /* NULL: nowhere */
	bool comes;		 /* it logs in, or who logs in may become it */
	oid *is;		 /* itself, then roles that it inherits, then those it may become */
	size_t inherits, all;
};

struct rooms {
	struct judge *j;
	struct room *v;
	size_t n;
	struct dweller *dwellers; /* that have a home */
	size_t ndwellers, homes;  /* homes: of how many schemas logins are */
};

/* Schemas of tenants that have logins of their own; NULL: there are none such. */
const struct rooms *judge_rooms(struct judge *j);
/* A tenant's schema of this name; NULL: it is none. */
const struct room *room_named(const struct rooms *x, const char *name);
/* Who has his home with this role; NULL: nobody. */
const struct dweller *dweller_of(const struct rooms *x, oid role);
/* Fills in, of the role, whom it is. */
void dweller_selves(const struct rooms *x, struct dweller *d);
/* Is the role one of the first n that it is? */
bool dweller_is(const struct dweller *d, size_t n, oid role);
/* Has it this right (SCHEMA_…) on the schema? */
bool dweller_enters(const struct dweller *d, const struct room *room, int right);
/* The first relation that it may read, else do anything with; NULL: none. */
const struct relation *dweller_reaches(const struct judge *j, const struct dweller *d,
				       const struct room *room);

#endif
