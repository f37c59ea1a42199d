/* SPDX-License-Identifier: MIT */
/*
 * waivers.h - findings that somebody decided to live with, until a day.
 *
 * File ($XDG_CONFIG_HOME/souk/waivers.ini, or --waivers FILE):
 *
 *	[waiver R82-unique]                     or its number alone: R82
 *	object   = commerce.tenancy_tenants     '*' at its end stands for anything;
 *	                                        "in quotes" as it stands, blanks, # and * too
 *	policy   = own                          optional, the same
 *	reason   = Slugs are public names
 *	decision = 0012                         the decision record's number
 *	expires  = 2027-03-31                   needed: nothing is waived for ever
 *
 * The day it expires is its last.  A waiver whose day has passed waives nothing; two of the same
 * rule, object and policy are an error.
 */
#ifndef DOMAIN_WAIVERS_H
#define DOMAIN_WAIVERS_H

#include <stdbool.h>

#include "base/err.h"
#include "domain/rls.h"

struct waiver {
	char *id, *object, *policy, *reason, *decision;
	bool object_exact, policy_exact; /* written in quotes */
	char expires[11]; /* YYYY-MM-DD */
	int line;
};

struct waivers {
	VEC(struct waiver) list;
};

void waivers_init(struct waivers *w);
void waivers_release(struct waivers *w);
/* Every key but policy and decision must be there; an unknown one is an error with file:line.
 */
bool waivers_load(struct waivers *w, const char *path, struct err *err) MUST_CHECK;
bool waivers_parse(struct waivers *w, const char *file, const char *text, size_t len,
		   struct err *err) MUST_CHECK;
/* On whatever day. */
bool waiver_covers(const struct waiver *x, const struct finding *f);
/* The waiver that covers the finding on this day ("2026-11-21"; NULL: on some day), or NULL. */
const struct waiver *waivers_find(const struct waivers *w, const struct finding *f,
				  const char *today);

#endif
