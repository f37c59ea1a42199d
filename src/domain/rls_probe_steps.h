/* SPDX-License-Identifier: MIT */
/*
 * rls_probe_steps.h - what the files that put the statements of probes together share:
 * rls_probe_sql.c has the pieces, rls_probe_looks.c, rls_probe_writes.c and
 * rls_probe_claims.c the probes,
 * rls_probe_steps.c the list of them.
 */
#ifndef DOMAIN_RLS_PROBE_STEPS_H
#define DOMAIN_RLS_PROBE_STEPS_H

#include "rls_probe_priv.h"

struct probe_making {
	const struct probe_plan *p;
	const struct probe *x;
	const struct probe_target *t;
	struct probe_steps *out;
};

/* ---- pieces of SQL, appended ---- */

/* A fragment of rls_probe.sql about a column (and a value of its type). */
void probe_put_equals(const struct probe_making *m, const struct column *c,
		      const char *fragment, const char *value, struct buf *out);
/* That a row t of r, which holds tenants' rows, is this tenant's. */
void probe_put_whose(const struct probe_making *m, const struct relation *r,
		     const char *tenant, struct buf *out);
/* " AND …": nor is the row A's by another column. */
void probe_put_not_party(const struct probe_making *m, const struct relation *r,
			 const char *row, struct buf *out);
/* (k1 = … AND k2 = …) OR (…) */
void probe_put_rows(const struct probe_making *m, const struct probe_row *rows, size_t n,
		    struct buf *out);
void probe_put_tenant(const struct probe_making *m, const char *tenant, struct buf *out);
/* A row of A's: by its key, or by its tenant. */
void probe_put_own(const struct probe_making *m, struct buf *out);
/* Rows that are not A's. */
void probe_put_others(const struct probe_making *m, struct buf *out);
/* Rows that are somebody's. */
void probe_put_somebody(const struct probe_making *m, struct buf *out);
/* The key of a row, as text. */
void probe_put_found(const struct probe_making *m, struct buf *out);

/* ---- steps, appended ---- */

void probe_add_params(struct probe_making *m, const char *query, const struct sqlvar *vars,
		      size_t n, enum probe_mark mark, const struct params *params);
void probe_add(struct probe_making *m, const char *query, const struct sqlvar *vars, size_t n,
	       enum probe_mark mark);
void probe_add_plain(struct probe_making *m, const char *query, enum probe_mark mark);
void probe_add_setting(struct probe_making *m, const char *name, const char *value);
/* What a session of the tenant says of itself. */
void probe_add_settings(struct probe_making *m, const char *tenant);
void probe_add_role(struct probe_making *m, const char *role);
/* Both. */
void probe_add_identity(struct probe_making *m, const char *tenant);
/* A query about the target's own table. */
void probe_add_table(struct probe_making *m, const char *query, const char *condition,
		     enum probe_mark mark);

/* One row, kept before the role is taken, which may not see it. */
void probe_add_kept(struct probe_making *m, bool own);

/* Is only a part of its rows looked at, for every one would have to be? */
bool probe_is_sampled(const struct probe_target *t);
/* strange: the second tenant is one with rows that the first has no part in; rows: such rows. */
void probe_put_parties(const struct probe_plan *p, const struct probe_target *t,
		       struct buf *strange, struct buf *rows);
bool probe_has_parties(const struct probe_plan *p, const struct probe_target *t);
/* What asks that neither tenant is above the other: of the first one (lowest), of the second
 * (strange). */
void probe_put_strangers(struct probe_plan *p, const struct probe_target *t, struct buf *lowest,
			 struct buf *strange);

/* ---- the probes ---- */

void probe_add_read(struct probe_making *m);
void probe_add_prepared(struct probe_making *m);
void probe_add_influence(struct probe_making *m);
void probe_add_insert(struct probe_making *m);
void probe_add_nobody(struct probe_making *m);
void probe_add_joined(struct probe_making *m);
void probe_add_called(struct probe_making *m);
/* What else a new row of r must be given: values that mean nothing, days that are far off. */
void probe_put_required(const struct probe_making *m, const struct relation *r,
			const struct column *tenant, const struct column *person,
			struct buf *columns, struct buf *values);
void probe_add_change(struct probe_making *m);
void probe_add_arranged(struct probe_making *m);
/* What is seen then of B's rows (key_made: of all that is not A's; of_own: of A's); the label says
 * in the answer what was tried. */
void probe_add_look(struct probe_making *m, const char *label, bool key_made, bool of_own);
/* The same with words that open a policy (rls_probe_words.c). */
void probe_add_words(struct probe_making *m);
/* The same once A wrote himself down where a policy looks him up (rls_probe_admit.c). */
void probe_add_admitted(struct probe_making *m);
/* Who asks, where policies of r compare its column with him: nobody adds rows in another's name.
 * NULL: they do not, or what is compared is the tenant of one more party.  The caller frees it. */
char *probe_asker(const struct probe_making *m, const struct relation *r, const struct column *c);
/* The value at a place in what a session says of itself; the caller frees it. */
char *probe_said_at(const struct probe_settings *s, const struct claim *c);

#endif
