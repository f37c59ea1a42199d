/* SPDX-License-Identifier: MIT */
/*
 * rls_persona_priv.h - what the files of the persona share: rls_persona.c says as whom,
 * rls_persona_settings.c what its session says, rls_persona_people.c who belongs where.
 */
#ifndef DOMAIN_RLS_PERSONA_PRIV_H
#define DOMAIN_RLS_PERSONA_PRIV_H

#include "rls_claims.h"
#include "rls_priv.h"
#include "rls_probe_priv.h"

struct persona {
	struct judge j;
	struct claims claims;
};

/* What the policies of a tenancy ask, one after another; NULL: no more. */
const struct claim *persona_next_claim(const struct persona *p, const struct tenancy *t,
				       const struct claim *after);
/* Who was wanted for the claim in a tenant; NULL: nobody was. */
const struct probe_person *persona_person(const struct probe_plan *plan, const struct claim *c,
					  const char *tenant);
/* Of the same setting and path. */
bool claim_same_place(const struct claim *a, const struct claim *b);
/* Another column goes by the same word of the session's as the tenant's own. */
bool persona_says_tenant(const struct persona *p, const struct claim *c,
			 const struct tenancy *y);
/* Whoever is logged in writes it itself (path or text). */
bool claim_by_user(const char *text);
/* Where others go by a token that was checked, this one goes by what a request says. */
bool claim_by_request(const struct claim *c, const struct tenancy *y);
/* The other column of a tenant that is two: many tenants have the same value there. */
bool persona_is_half(const struct probe_plan *p, const struct claim *c);

/* Texts of the policies of r and of what they call; false from the reader ends it. */
typedef bool policy_reader(void *ctx, const char *text);
void persona_read_policies(const struct persona *p, const struct relation *r,
			   policy_reader *reader, void *ctx);

#endif
