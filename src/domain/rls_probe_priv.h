/* SPDX-License-Identifier: MIT */
/*
 * rls_probe_priv.h - what the files of the probes share: rls_probe.c plans, rls_probe_targets.c
 * says what is probed, rls_probe_code.c which functions, rls_probe_steps.h puts the statements
 * together, rls_probe_answer.c reads the answers.
 */
#ifndef DOMAIN_RLS_PROBE_PRIV_H
#define DOMAIN_RLS_PROBE_PRIV_H

#include "domain/rls_probe.h"
#include "rls_outside.h"
#include "rls_persona.h"

bool probe_is_table(const struct relation *r);
bool probe_is_blind(enum probe_kind k); /* without WHERE */

/* Into the plan's targets; its index. */
size_t probe_target_add(struct probe_plan *p, const struct probe_target *t);
/* NULL: it is no target. */
struct probe_target *probe_target_named(const struct probe_plan *p, const char *name);
struct probe_target *probe_target_of(const struct probe_plan *p, oid relation);

/* Are the operators of its type found without a schema: it is no extension's? */
bool probe_has_operators(const struct column *c);
/* Of a list of tenants, {1,2}, the first, else the tenant: a session works for one. */
const char *probe_one_of(struct arena *arena, const char *tenant);
/* The schema of its type with a dot, as SQL; "": it is one of the server's.  The caller owns it. */
char *probe_type_schema(const struct column *c);

/* Append a query with its variables, which are all known. */
void probe_expand(const struct probe_plan *p, const char *query, const struct sqlvar *vars,
		  size_t n, struct buf *sql);

/* The column that says whose the rows of a relation are, and to whose tenancy it belongs; NULL:
 * none does. */
const struct column *probe_tenant_column(const struct probe_plan *p, const struct relation *r,
					 const struct tenancy **tenancy);
/* Its rows are tenants': by a column, or by keys that lead to one; the list of tenants is not. */
bool probe_of_tenants(const struct probe_plan *p, const struct relation *r);
/* The keys by which rows of r hang from what has the tenant column. */
bool probe_hanging(const struct probe_plan *p, const struct relation *r,
		   struct probe_target *out);
/* Tables of tenants that t reads, by which what it shows of columns is told apart. */
void probe_find_source(const struct probe_plan *p, struct probe_target *t,
		       const struct column *columns, size_t n);
/* Why nothing of t can be probed; NULL: it can. */
const char *probe_impossible(const struct probe_plan *p, const struct probe_target *t);
/* Functions of the owner's rights that roles of the application may call. */
void probe_code_targets(struct probe_plan *p, struct outside *o, const struct reply *functions);
/* Does the function give a row to the tenant that it is told?  Then it is told a row of one's own. */
bool probe_gives_away(const struct probe_target *t);
/* What SQL reads; of a function a call with the arguments that could show rows of A (own) or B. */
void probe_put_call(const struct probe_plan *p, const struct probe_target *t, bool own,
		    struct buf *out);
/* What an error of the server means to who reads the answers. */
const char *probe_words(const struct probe_plan *p, const struct server_error *e);
/* Is there a column by which x, an UPDATE that only asks whether it can, changes nothing else? */
bool probe_may_change(const struct probe_plan *p, const struct probe *x);
/* Is what x does without WHERE told by the rows that A has no part in, before and after? */
bool probe_counts_strangers(const struct probe_plan *p, const struct probe *x);
/* Is there a finding with one of these ids ("R40") on the object? */
bool probe_claimed(const struct probe_plan *p, const char *const *ids, const char *object);

bool probe_has_right(const struct probe_plan *p, const struct probe_target *t, enum probe_kind kind,
		     const struct role *role);
/* Nothing is to be sent. */
void probe_decide(struct probe *x, enum probe_outcome outcome, const char *why);
struct probe *probe_plan_one(struct probe_plan *p, size_t target, enum probe_kind kind,
			     const struct role *role);
/* All that the role may do there; application: also what it may not, which is said then. */
void probe_plan_role(struct probe_plan *p, size_t target, const struct role *role,
		     bool application);
/* Whom findings name, where the others have been planned (rls_probe_named.c). */
void probe_plan_named(struct probe_plan *p);

#endif
