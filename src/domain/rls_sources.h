/* SPDX-License-Identifier: MIT */
/*
 * rls_sources.h - where a value comes from: which settings, which places in their JSON, and by
 * which row of sessions.
 */
#ifndef DOMAIN_RLS_SOURCES_H
#define DOMAIN_RLS_SOURCES_H

#include "rls_claims.h"
#include "rls_clause_priv.h"

/* A place where values come from: a setting, or somewhere in its JSON. */
struct source {
	const char *setting, *path;
	bool list, json_list;
	struct claim_session session;
};

struct sources {
	struct source v[4];
	size_t n;
};

/* have: what is known already of the way from e to where it is compared. */
void sources_find(const struct clause_context *c, const struct expr *e, struct source have,
		  struct sources *out);
/* ( SELECT person FROM sessions WHERE key = setting ), also in a function: by that setting. */
void sources_of_session(const struct clause_context *c, const struct expr *e,
			struct sources *out);

#endif
