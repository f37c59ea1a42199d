/* SPDX-License-Identifier: MIT */
#include "dependants.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "domain/equal.h"

enum { DEPTH_MAX = 4, EDGES_MAX = 60 };

struct dependants {
	struct session *session;
	const struct record_plan *plan;
	struct catalog *catalog;
	VEC(struct dependent) list;
	VEC(size_t) asked; /* of list, in the order of the statements */
	struct params params;
	dependants_fn *fn;
	void *ctx;
};

struct dependants *dependants_new(struct session *s, const struct record_plan *plan)
{
	struct dependants *d = xcalloc(1, sizeof *d);

	d->session = s;
	d->plan = plan;
	d->catalog = catalog_ref(session_catalog(s));
	return d;
}

void dependants_free(struct dependants **dp)
{
	struct dependants *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	db_forget(session_db(d->session), d);
	for (size_t i = 0; i < d->list.len; i++)
		free(d->list.v[i].condition);
	VEC_RELEASE(&d->list);
	VEC_RELEASE(&d->asked);
	params_release(&d->params);
	catalog_free(&d->catalog);
	free(d);
}

/* ---- conditions ---- */

static void piece(const struct dependants *d, struct buf *out, const char *name,
		  const char *column, int param)
{
	char number[16];
	const struct sqlvar vars[] = { { "column", column ? column : "" },
				       { "param", number } };

	snprintf(number, sizeof number, "$%d", param);
	sql_fragment(out, session_sql(d->session), name, vars, ARRAY_SIZE(vars));
}

static void between(const struct dependants *d, struct buf *out, const char *name)
{
	if (out->len) {
		piece(d, out, name, NULL, 0);
		buf_addc(out, ' ');
	}
}

/* The records themselves, by their keys. */
static char *root_condition(struct dependants *d, const struct bulk *b)
{
	const struct column *const *key = record_plan_key(d->plan);
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < bulk_len(b); i++) {
		const struct bulk_row *row = bulk_at(b, i);
		struct buf one = BUF_INIT;

		if (row->state != BULK_READY)
			continue;
		for (size_t k = 0; key[k]; k++) {
			between(d, &one, "dependants.and");
			equal_param(&one, session_sql(d->session), "r", key[k],
				    params_text(&d->params, row->key[k]));
		}
		between(d, &out, "dependants.or");
		sql_fragment(&out, session_sql(d->session), "dependants.one",
			     &(struct sqlvar){ "condition", one.data }, 1);
		buf_release(&one);
	}
	return buf_detach(&out);
}

static void add_columns(const struct dependants *d, struct buf *out, const struct relation *r,
			const int *attnums, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct column *c = relation_attnum(r, attnums[i]);

		between(d, out, "dependants.comma");
		piece(d, out, "dependants.column", c ? c->name : "", 0);
	}
}

/* The schema of the equality of a row of these columns; NULL: the bare sign's. */
static const char *row_operators(const struct relation *r, const int *attnums, size_t n)
{
	const char *schema = NULL;

	for (size_t i = 0; i < n && !schema; i++) {
		const struct column *c = relation_attnum(r, attnums[i]);

		schema = c ? c->operators : NULL;
	}
	return schema;
}

static char *child_condition(const struct dependants *d, const struct foreign_key *f,
			     const struct relation *from, const struct relation *to,
			     const char *condition)
{
	struct buf out = BUF_INIT, columns = BUF_INIT, keys = BUF_INIT, name = BUF_INIT,
		   sign = BUF_INIT;

	add_columns(d, &columns, from, f->from_columns, f->n);
	add_columns(d, &keys, to, f->to_columns, f->n);
	sql_qualified(&name, to->schema, to->name);
	equal_sign(&sign, session_sql(d->session), row_operators(to, f->to_columns, f->n), "=");
	{
		const struct sqlvar vars[] = { { "columns", columns.data },
					       { "sign", sign.data },
					       { "keys", keys.data },
					       { "relation", name.data },
					       { "condition", condition } };

		sql_fragment(&out, session_sql(d->session), "dependants.among", vars,
			     ARRAY_SIZE(vars));
	}
	buf_release(&sign);
	buf_release(&columns);
	buf_release(&keys);
	buf_release(&name);
	return buf_detach(&out);
}

/* ---- who refers ---- */

static bool listed(const struct dependants *d, const struct foreign_key *f)
{
	for (size_t i = 0; i < d->list.len; i++)
		if (d->list.v[i].key == f)
			return true;
	return false;
}

static void collect(struct dependants *d, const struct relation *to, const char *condition,
		    int depth)
{
	for (size_t i = 0; i < to->nreferrers && d->list.len < EDGES_MAX; i++) {
		const struct foreign_key *f = to->referrers[i];
		const struct relation *from = catalog_relation(d->catalog, f->from);
		char *where;

		if (f->inherited || !from || listed(d, f))
			continue;
		where = child_condition(d, f, from, to, condition);
		*VEC_PUSH(&d->list) = (struct dependent){
			.key = f, .relation = from, .depth = depth, .condition = where
		};
		if (f->on_delete == 'c' && depth + 1 < DEPTH_MAX)
			collect(d, from, where, depth + 1);
	}
}

/* ---- counting ---- */

static void on_counts(void *ctx, const struct txn_result *result)
{
	struct dependants *d = ctx;

	for (size_t i = 0; i < d->asked.len && i < result->n; i++) {
		struct dependent *x = &d->list.v[d->asked.v[i]];

		if (!result->replies[i] || !reply_rows(result->replies[i]))
			continue;
		x->known = true;
		x->n = (long)reply_int(result->replies[i], 0, 0);
	}
	d->fn(d->ctx, result->outcome == TXN_DONE ? NULL : &result->err);
}

static void add_count(struct dependants *d, struct txn *txn, const struct dependent *x)
{
	struct buf sql = BUF_INIT, name = BUF_INIT;
	char limit[16];

	snprintf(limit, sizeof limit, "%d", DEPENDANTS_MAX + 1);
	sql_qualified(&name, x->relation->schema, x->relation->name);
	{
		const struct sqlvar vars[] = { { "relation", name.data },
					       { "condition", x->condition },
					       { "limit", limit } };

		sql_fragment(&sql, session_sql(d->session), "dependants.count", vars,
			     ARRAY_SIZE(vars));
	}
	txn_add(txn, sql.data, &d->params);
	buf_release(&sql);
	buf_release(&name);
}

void dependants_count(struct dependants *d, const struct bulk *b, dependants_fn *fn, void *ctx)
{
	const struct request_callbacks cb = { .done = on_counts, .ctx = d };
	char *root = root_condition(d, b);
	struct scope scope;
	struct txn *txn;

	d->fn = fn;
	d->ctx = ctx;
	collect(d, record_plan_relation(d->plan), root, 0);
	free(root);
	session_scope(d->session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	scope_release(&scope);
	for (size_t i = 0; i < d->list.len; i++)
		if (d->list.v[i].relation->rights & RIGHT_SELECT) {
			add_count(d, txn, &d->list.v[i]);
			*VEC_PUSH(&d->asked) = i;
		}
	if (d->asked.len) {
		db_send(session_db(d->session), DB_READ, txn, &cb, d);
	} else {
		txn_free(&txn);
		fn(ctx, NULL);
	}
}

/* ---- in words ---- */

size_t dependants_len(const struct dependants *d)
{
	return d->list.len;
}

const struct dependent *dependants_at(const struct dependants *d, size_t i)
{
	return &d->list.v[i];
}

static void column_names(struct buf *out, const struct dependent *x)
{
	for (size_t i = 0; i < x->key->n; i++) {
		const struct column *c = relation_attnum(x->relation, x->key->from_columns[i]);

		buf_addf(out, "%s%s", i ? ", " : "", c ? c->name : "?");
	}
}

void dependent_action(struct buf *out, const struct dependants *d, const struct dependent *x)
{
	(void)d;
	switch (x->key->on_delete) {
	case 'c':
		buf_adds(out, "deleted too");
		return;
	case 'n':
		column_names(out, x);
		buf_adds(out, " set to NULL");
		return;
	case 'd':
		column_names(out, x);
		buf_adds(out, " set to the default");
		return;
	default:
		buf_adds(out, "refuses the delete");
	}
}

void dependent_number(struct buf *out, const struct dependent *x)
{
	if (!x->known)
		buf_adds(out, x->relation->rights & RIGHT_SELECT ? "could not be counted"
								 : "no right to count them");
	else if (x->n > DEPENDANTS_MAX)
		buf_addf(out, "more than %d", DEPENDANTS_MAX);
	else
		buf_addf(out, "%ld", x->n);
}

void dependants_text(struct buf *out, const struct dependants *d)
{
	bool any = false, hidden = false;

	for (size_t i = 0; i < d->list.len; i++) {
		const struct dependent *x = &d->list.v[i];

		if (x->known && x->n == 0)
			continue;
		buf_addf(out, "%s\n%*s%s: ", any ? "" : "What depends on it:", 2 + 2 * x->depth,
			 "", x->relation->name);
		dependent_number(out, x);
		buf_adds(out, ", ");
		dependent_action(out, d, x);
		any = true;
		hidden = hidden || x->relation->rls_active;
	}
	if (!any)
		buf_adds(out, d->list.len ? "Nothing depends on it, as far as you can see."
					  : "Nothing refers to it.");
	else if (hidden)
		buf_adds(out, "\n(as far as you can see: the server's own actions see all)");
}

static bool goes_too(const struct dependants *d, const struct relation *r)
{
	for (size_t i = 0; i < d->list.len; i++)
		if (d->list.v[i].relation == r && d->list.v[i].key->on_delete == 'c')
			return true;
	return false;
}

/* RESTRICT refuses at once; NO ACTION looks at the end, when a cascade may have taken the row.
 */
const struct dependent *dependants_refusal(const struct dependants *d)
{
	for (size_t i = 0; i < d->list.len; i++) {
		const struct dependent *x = &d->list.v[i];

		if (x->known && x->n > 0 &&
		    (x->key->on_delete == 'r' ||
		     (x->key->on_delete == 'a' && !goes_too(d, x->relation))))
			return x;
	}
	return NULL;
}
