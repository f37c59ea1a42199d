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
/* The i-th role that is worth trying on a relation; NULL: no more.  What others than the
 * application's have no right to is not worth telling. */
const struct role *persona_role(const struct persona *p, const struct relation *r, size_t i,
				bool *application);
/* Does any policy ask the session anything that can be answered? */
bool persona_asked(const struct persona *p, const struct tenancy *t);
/* A setting that the policies of t read first; NULL. */
const char *persona_setting(const struct persona *p, const struct tenancy *t);
/* Is there anything in the policies of r that a session could forge? */
bool persona_forged(const struct persona *p, const struct relation *r);
/* Who must be looked for to act for tenant a: appended to the plan, each once. */
void persona_wanted(const struct persona *p, struct probe_plan *plan, const struct tenancy *t,
		    const char *a);

#endif
