/* SPDX-License-Identifier: MIT */
/*
 * rls_persona.h - as whom a probe acts: which role, and what its session says of itself.
 */
#ifndef DOMAIN_RLS_PERSONA_H
#define DOMAIN_RLS_PERSONA_H

#include "domain/rls_probe.h"

struct persona;

/* in must outlive it. */
struct persona *persona_new(const struct rls_input *in);
void persona_free(struct persona **p);
/* Whose the rows of r are, as the rules see it; NULL: r is unknown to them. */
struct table;
const struct table *persona_table(const struct persona *p, const struct relation *r);
/* Rows of it that every tenant may see on purpose (judge_shared_rows()). */
const char *persona_shared(struct persona *p, const struct relation *r);
/* The same of what is shown to the role; NULL: to whoever works for a tenant. */
const char *persona_shared_with(struct persona *p, const struct relation *r,
				const struct role *role);
/* Some of them by who asks (judge_gives_rows()). */
bool persona_gives(struct persona *p, const struct relation *r);
/* The n-th other column by which a row of r is a tenant's too, as policies go by it as by the
 * tenant's own (a buyer's beside a seller's); NULL: no more. */
const struct column *persona_party(const struct persona *p, const struct relation *r, size_t n);
/* The column by which a session finds its tenant in pairs of tenants that are neither's; NULL. */
const struct column *persona_link(const struct persona *p, const struct relation *r,
				  const struct tenancy *y);
/* What policies ask; it lives as long as the persona. */
struct claims;
struct claim;
const struct claims *persona_claims(const struct persona *p);
/* A setting that any session can set as it likes, where a claim is checked by whoever sets it. */
bool persona_may_set(const struct claim *c);
/* The i-th role that is worth trying on a relation; NULL: no more.  What others than the
 * application's have no right to is not worth telling. */
const struct role *persona_role(const struct persona *p, const struct relation *r, size_t i,
				bool *application);
/* Does any policy ask the session anything that can be answered? */
bool persona_asked(const struct persona *p, const struct tenancy *t);
/* A setting that the policies of t read first; NULL. */
const char *persona_setting(const struct persona *p, const struct tenancy *t);
/* Where a role of the server stands for each tenant: by which claim; NULL: it does not. */
const struct claim *persona_role_claim(const struct persona *p, const struct tenancy *t);
/* The name of that role for a probe of tenant; NULL: none is known. */
const char *persona_role_name(const struct probe_plan *plan, const struct probe *x,
			      const char *tenant);
/* Is there anything in the policies of r that a session could forge? */
bool persona_forged(const struct persona *p, const struct relation *r);
/* The same for a function: who may call it. */
const struct role *persona_executor(const struct persona *p, const struct function *f, size_t i,
				    bool *application);
/* The i-th place where policies of t look up who belongs to a tenant; NULL: no more. */
const struct claim *persona_grant(const struct probe_plan *plan, const struct probe_target *t,
				  size_t i);
/* Who belongs to the tenant where c looks people up, else somebody new; the caller frees it. */
char *persona_of(const struct probe_plan *plan, const struct claim *c, const struct tenancy *y,
		 const char *tenant);
/* Somebody who belongs to A, else somebody new, for PROBE_JOIN.  The caller frees it. */
char *persona_newcomer(const struct probe_plan *plan, const struct probe *x);
/* Does a session of B say of everything else than a session of A? */
bool persona_differs(const struct probe_plan *plan, const struct probe *x);
/* A setting that the policies of the target ask for and that a session of A cannot answer; NULL:
 * none. */
const char *persona_lacks(const struct probe_plan *plan, const struct probe *x);
/* Who must be looked for to act for tenant a: appended to the plan, each once. */
void persona_wanted(const struct persona *p, struct probe_plan *plan, const struct tenancy *t,
		    const char *a);

#endif
