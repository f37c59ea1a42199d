/* SPDX-License-Identifier: MIT */
/*
 * Probes that look: what a session of A is shown of B, or shows differently when B's rows are
 * gone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rls_claims.h"
#include "rls_probe_steps.h"

/* Without the rows that every tenant may see on purpose. */
static void leave_shared(const struct probe_making *m, const char *shared,
			 struct buf *condition)
{
	const struct sqlvar v[] = { { "condition", condition->data }, { "shared", shared } };
	struct buf out = BUF_INIT;

	sql_fragment(&out, m->p->input->sql, "rls_probe.unshared_only", v, ARRAY_SIZE(v));
	buf_release(condition);
	*condition = out;
}

/* What this role is shown of them; keys were chosen without those that every tenant is. */
static void leave_shared_rows(const struct probe_making *m, bool any, struct buf *condition)
{
	const struct probe_target *t = m->t;
	const char *shared = t->shared, *chosen = t->source_shared ? t->source_shared : "";

	if (probe_is_table(t->relation))
		shared = persona_shared_with(m->p->persona, t->relation, m->x->role);
	if (shared && (any || !t->nkey || t->given || strcmp(shared, chosen) != 0))
		leave_shared(m, shared, condition);
}

/* No row of it is the role's own. */
static void add_crossing(struct probe_making *m)
{
	struct buf found = BUF_INIT, all = BUF_INIT;

	probe_put_found(m, &found);
	sql_fragment(&all, m->p->input->sql, "rls_probe.anybody", NULL, 0);
	const struct sqlvar vars[] = { { "from", m->t->from },
				       { "condition", all.data },
				       { "found", found.data } };

	probe_add_role(m, m->x->role->name);
	probe_add(m, "rls_probe_any", vars, ARRAY_SIZE(vars), PROBE_MARK_TRY);
	buf_release(&found);
	buf_release(&all);
}

void probe_add_read(struct probe_making *m)
{
	if (m->t->crossed) {
		add_crossing(m);
		return;
	}

	bool any = m->x->kind == PROBE_EMPTY || m->x->kind == PROBE_UNSET;
	struct buf condition = BUF_INIT, found = BUF_INIT, own = BUF_INIT, from = BUF_INIT,
		   home = BUF_INIT;

	probe_add_identity(m, m->t->a);
	if (any)
		probe_put_somebody(m, &condition);
	else
		probe_put_others(m, &condition);
	if (m->t->shared)
		leave_shared_rows(m, any, &condition);
	probe_put_own(m, &own);
	probe_put_found(m, &found);
	probe_put_call(m->p, m->t, false, &from);
	probe_put_call(m->p, m->t, true, &home);
	const struct sqlvar vars[] = { { "from", from.data },
				       { "home", home.data },
				       { "condition", condition.data },
				       { "own", own.data },
				       { "found", found.data } };

	probe_add(m, any ? "rls_probe_any" : "rls_probe_read", vars, ARRAY_SIZE(vars),
		  PROBE_MARK_TRY);
	buf_release(&condition);
	buf_release(&found);
	buf_release(&own);
	buf_release(&from);
	buf_release(&home);
}

/* What was prepared stays when the transaction ends. */
void probe_add_prepared(struct probe_making *m)
{
	struct buf found = BUF_INIT, own = BUF_INIT;

	probe_put_own(m, &own);
	probe_put_found(m, &found);
	const struct sqlvar vars[] = { { "from", m->t->from },
				       { "own", own.data },
				       { "found", found.data } };

	probe_add_identity(m, m->t->a);
	probe_add(m, "rls_probe_prepare", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	probe_add_plain(m, "rls_probe_execute", PROBE_MARK_BEFORE);
	probe_add_settings(m, m->t->b);
	probe_add_plain(m, "rls_probe_execute", PROBE_MARK_TRY);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	probe_add_plain(m, "rls_probe_deallocate", PROBE_MARK_NONE);
	buf_release(&found);
	buf_release(&own);
}

/* ---- what changes when B's rows are gone ---- */

static void probe_add_digest(struct probe_making *m, enum probe_mark mark)
{
	struct buf from = BUF_INIT;

	probe_put_call(m->p, m->t, false, &from);
	const struct sqlvar v = { "from", from.data };

	probe_add(m, "rls_probe_digest", &v, 1, mark);
	buf_release(&from);
}

/* Does the server let none go for the sake of those who subscribe?  (Without a primary key it
 * does not know how to tell them, nor where a filter looks at other columns.) */
static bool is_held(const struct probe_making *m, const struct relation *r)
{
	const struct rls_extras *x = m->p->input->extras;
	bool keyed = false, published = false;

	for (size_t i = 0; i < r->nindexes; i++)
		keyed = keyed || r->indexes[i].primary;
	for (size_t i = 0; x && i < x->published.len; i++) {
		const struct rls_published *y = &x->published.v[i];
		bool here = y->relation == r->oid ||
			    (y->schema && strcmp(y->schema, r->schema) == 0) ||
			    (!y->relation && !y->schema);

		published = published || (here && (!keyed || y->filter));
	}
	return published;
}

/* One more row of B's instead. */
static void add_twin(struct probe_making *m, const struct relation *r, const char *condition,
		     enum probe_mark mark)
{
	struct buf columns = BUF_INIT, values = BUF_INIT;

	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		if (c->generated || c->identity ||
		    (c->default_expr && relation_key(r) && relation_key(r)->nkeys == 1 &&
		     relation_key(r)->columns[0] == c->attnum))
			continue;
		buf_adds(&columns, columns.len ? ", " : "");
		sql_ident(&columns, c->name);
		buf_adds(&values, values.len ? ", " : "");
		probe_put_equals(m, c, "rls_probe.column", NULL, &values);
	}
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition },
				       { "columns", columns.data ? columns.data : "" },
				       { "values", values.data ? values.data : "" } };

	probe_add(m, "rls_probe_row", vars, ARRAY_SIZE(vars), PROBE_MARK_NONE);
	probe_add(m, "rls_probe_insert", vars, ARRAY_SIZE(vars), mark);
	buf_release(&columns);
	buf_release(&values);
}

static void add_removal(struct probe_making *m, const struct relation *r, enum probe_mark mark)
{
	const char *shared = persona_shared_with(m->p->persona, r, m->x->role);
	struct buf condition = BUF_INIT;

	probe_put_whose(m, r, m->t->b, &condition);
	if (shared)
		leave_shared(m, shared, &condition);
	const struct sqlvar vars[] = { { "schema", r->schema },
				       { "table", r->name },
				       { "condition", condition.data } };

	if (is_held(m, r))
		add_twin(m, r, condition.data, mark);
	else
		probe_add(m, "rls_probe_remove", vars, ARRAY_SIZE(vars), mark);
	buf_release(&condition);
}

/* A superuser need not fire triggers, nor ask the keys. */
void probe_add_influence(struct probe_making *m)
{
	probe_add_identity(m, m->t->a);
	probe_add_digest(m, PROBE_MARK_BEFORE);
	probe_add_digest(m, PROBE_MARK_AGAIN);
	probe_add_plain(m, "rls_probe_close", PROBE_MARK_NONE);
	if (strcmp(probe_identity(m->p), "role") != 0)
		probe_add_setting(m, "session_replication_role", "replica");
	add_removal(m, m->t->source, PROBE_MARK_TRY);
	for (size_t i = 0; i < m->t->nbases; i++)
		if (m->t->bases[i] != m->t->source)
			add_removal(m, m->t->bases[i], PROBE_MARK_NONE);
	probe_add_identity(m, m->t->a);
	probe_add_digest(m, PROBE_MARK_AFTER);
}
