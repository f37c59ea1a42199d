/* SPDX-License-Identifier: MIT */
#include "outbox_choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/parse.h"
#include "domain/equal.h"
#include "domain/pgtype.h"
#include "outbox_change.h"
#include "outbox_chosen.h"

static const struct sqlset *sqls(const struct outbox_choice *c)
{
	return session_sql(call_session(c->call));
}

/* left, of the type of col, and a value that it is, or comes after. */
static void filter(const struct outbox_choice *c, struct buf *out, const char *fragment,
		   const char *left, const struct column *col, const char *sign,
		   const char *value)
{
	struct buf how = BUF_INIT;

	equal_sign(&how, sqls(c), col->operators, sign);
	buf_addc(out, '\n');
	{
		const struct sqlvar vars[] = { { "left", left },
					       { "sign", how.data },
					       { "value", value } };

		sql_fragment(out, sqls(c), fragment, vars, ARRAY_SIZE(vars));
	}
	buf_release(&how);
}

static void column_text(const struct outbox_choice *c, struct buf *out,
			const struct column *col)
{
	sql_fragment(out, sqls(c), "outbox_rows.column",
		     &(struct sqlvar){ "column", col->name }, 1);
}

static void column_filter(const struct outbox_choice *c, struct buf *out, enum outbox_role role,
			  const char *fragment, const char *sign, int param)
{
	const struct column *col = outbox_column(c->outbox, role);
	struct buf left = BUF_INIT;
	char value[8];

	snprintf(value, sizeof value, "$%d", param);
	column_text(c, &left, col);
	filter(c, out, fragment, left.data, col, sign, value);
	buf_release(&left);
}

/* Behind the last one of the batch before, by the whole key. */
static void after_filter(const struct outbox_choice *c, struct buf *out, struct params *p)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(c->outbox, others), last = reply_rows(c->last) - 1;
	const struct column *id = outbox_column(c->outbox, OUTBOX_ID), *other = id;
	struct buf value = BUF_INIT, key = BUF_INIT;

	outbox_key_text(&key, sqls(c), c->outbox, "m");
	buf_addf(&value, "($%d", params_text(p, c->after));
	for (size_t i = 0; i < n; i++) {
		buf_addf(&value, ", $%d", params_text(p, reply_text(c->last, last, 2 + i)));
		other = other->operators ? other : others[i];
	}
	buf_addc(&value, ')');
	if (!n)
		column_text(c, &key, id);
	filter(c, out, "outbox_rows.filter", key.data, other, ">", value.data);
	buf_release(&key);
	buf_release(&value);
}

/* The time by which those that wait are listed, if an index leads there and none is without it;
 * NULL. */
static const struct column *first_by(const struct outbox_choice *c, const char *state)
{
	bool timed = c->outbox->due_time != NULL;
	enum outbox_role role = timed ? OUTBOX_DUE : OUTBOX_ENQUEUED;
	enum outbox_clock clock = timed ? c->outbox->due_clock : c->outbox->enqueued_clock;
	const struct column *col = outbox_column(c->outbox, role);
	bool number = clock >= CLOCK_EPOCH_S;
	bool waits = strcmp(state, "pending") == 0 || strcmp(state, "due") == 0 ||
		     strcmp(state, "delayed") == 0 || strcmp(state, "retrying") == 0;

	return waits && col && !number && col->not_null && outbox_leads(c->outbox, role) ? col
											 : NULL;
}

static void after_first(const struct outbox_choice *c, struct buf *out,
			const struct column *first, int param)
{
	const struct column *id = outbox_column(c->outbox, OUTBOX_ID);
	struct buf name = BUF_INIT, is = BUF_INIT, later = BUF_INIT;
	char value[8];

	snprintf(value, sizeof value, "$%d", param);
	sql_qualified(&name, c->outbox->relation->schema, c->outbox->relation->name);
	equal_sql(&is, sqls(c), "a", id, value);
	equal_sign(&later, sqls(c), id->operators, ">");
	{
		const struct sqlvar vars[] = {
			{ "column", first->name }, { "relation", name.data },
			{ "id", id->name },	   { "is", is.data },
			{ "later", later.data },   { "value", value },
		};

		buf_addc(out, '\n');
		sql_fragment(out, sqls(c), "outbox_rows.after_first", vars, ARRAY_SIZE(vars));
	}
	buf_release(&name);
	buf_release(&is);
	buf_release(&later);
}

/* Between ids: a line's end, and the comma where no id can hold one. */
static const char *between_ids(const struct outbox *o)
{
	const struct column *id = outbox_column(o, OUTBOX_ID);

	return id && (id->type_category == 'N' || id->base_type_oid == PGTYPE_UUID) ? "\n,"
										    : "\n";
}

static bool filters(const struct outbox_choice *c, const struct column *first, struct buf *out,
		    struct params *p, struct err *err)
{
	const struct args *args = call_args(c->call);
	const struct tenant_choice *tenant = session_tenant(call_session(c->call));
	const char *const *given = args_all(args, "id");
	VEC(const char *) ids = VEC_INIT;
	char *marked = xstrdup_null(args_get(args, "ids")), *rest = marked;

	while (given && *given)
		*VEC_PUSH(&ids) = *given++;
	while (rest)
		*VEC_PUSH(&ids) = strsep(&rest, between_ids(c->outbox));
	if (ids.len)
		column_filter(c, out, OUTBOX_ID, "outbox_rows.among", "=",
			      params_array(p, ids.v, ids.len));
	VEC_RELEASE(&ids);
	free(marked);
	if (args_has(args, "type")) {
		if (!outbox_column(c->outbox, OUTBOX_TYPE))
			return err_set(err, ERR_USAGE, "--type", "its messages have no type");
		column_filter(c, out, OUTBOX_TYPE, "outbox_rows.filter", "=",
			      params_text(p, args_get(args, "type")));
	}
	if (tenant->kind == TENANT_ONE && tenant->tenancy != TENANCY_SCHEMA &&
	    outbox_column(c->outbox, OUTBOX_TENANT))
		column_filter(c, out, OUTBOX_TENANT, "outbox_rows.filter", "=",
			      params_text(p, tenant->id));
	if (args_has(args, "after") && first)
		after_first(c, out, first, params_text(p, args_get(args, "after")));
	else if (args_has(args, "after"))
		column_filter(c, out, OUTBOX_ID, "outbox_rows.filter", ">",
			      params_text(p, args_get(args, "after")));
	if (c->after)
		after_filter(c, out, p);
	return true;
}

/* What the key has beside the id. */
static void key_columns(const struct outbox_choice *c, struct buf *out)
{
	const struct column *others[OUTBOX_KEY_MAX];
	size_t n = outbox_key_others(c->outbox, others);
	struct buf whole = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_adds(out, ", ");
		sql_fragment(out, sqls(c), "outbox_rows.text",
			     &(struct sqlvar){ "column", others[i]->name }, 1);
	}
	outbox_key_text(&whole, sqls(c), c->outbox, "m");
	if (whole.len)
		sql_fragment(out, sqls(c), "outbox_rows.whole",
			     &(struct sqlvar){ "row", whole.data }, 1);
	buf_release(&whole);
}

static bool choose_sql(const struct outbox_choice *c, const char *state, const char *fragment,
		       struct buf *out, struct params *p, struct err *err)
{
	struct buf name = BUF_INIT, condition = BUF_INIT, more = BUF_INIT, order = BUF_INIT;
	const struct column *first;
	char number[16];
	bool ok;

	sql_qualified(&name, c->outbox->relation->schema, c->outbox->relation->name);
	ok = outbox_condition(&condition, sqls(c), c->outbox, state) ||
	     err_set(err, ERR_FAILED, name.data, "cannot tell which messages are %s", state);
	first = first_by(c, state);
	if (first)
		sql_fragment(&order, sqls(c), "outbox_rows.first",
			     &(struct sqlvar){ "column", first->name }, 1);
	ok = ok && filters(c, first, &more, p, err);
	snprintf(number, sizeof number, "%d", c->rows);
	if (ok) {
		static const char *const facts[] = { "id",     "event_type", "aggregate",
						     "tenant", "state",	     "enqueued_at",
						     "due_at", "attempts",   "error" };
		struct sqlvar vars[ARRAY_SIZE(facts) + 7];
		struct buf text[ARRAY_SIZE(facts)], key = BUF_INIT, whole = BUF_INIT;
		size_t n = 0;

		for (; n < ARRAY_SIZE(facts); n++) {
			text[n] = (struct buf)BUF_INIT;
			outbox_expression(&text[n], sqls(c), c->outbox, facts[n]);
			vars[n] = (struct sqlvar){ facts[n], text[n].data };
		}
		vars[n++] = (struct sqlvar){ "relation", name.data };
		vars[n++] = (struct sqlvar){ "condition", condition.data };
		vars[n++] = (struct sqlvar){ "filters", more.len ? more.data : "" };
		vars[n++] = (struct sqlvar){ "first", order.data ? order.data : "" };
		vars[n++] = (struct sqlvar){ "limit", number };
		key_columns(c, &key);
		vars[n++] = (struct sqlvar){ "key", key.data ? key.data : "" };
		outbox_key_text(&whole, sqls(c), c->outbox, "m");
		vars[n++] = (struct sqlvar){ "whole", whole.len ? whole.data : text[0].data };
		sql_fragment(out, sqls(c), fragment, vars, n);
		buf_release(&key);
		buf_release(&whole);
		for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
			buf_release(&text[i]);
	}
	buf_release(&name);
	buf_release(&order);
	buf_release(&condition);
	buf_release(&more);
	return ok;
}

bool outbox_choice_init(struct outbox_choice *c, struct call *call, struct err *err)
{
	struct session *s = call_session(call);
	long limit = args_int(call_args(call), "limit", OUTBOX_AT_MOST);

	*c = (struct outbox_choice){ .call = call };
	c->rows = limit < OUTBOX_AT_MOST ? (int)limit : OUTBOX_AT_MOST;
	c->all = outboxes_find(session_catalog(s), session_profile(s), session_sql(s));
	c->outbox = outbox_chosen(call, c->all, err);
	if (c->outbox && !outbox_column(c->outbox, OUTBOX_ID))
		err_set(err, ERR_FAILED, c->outbox->relation->name, "its messages have no key");
	return err->kind == ERR_NONE;
}

void outbox_choice_release(struct outbox_choice *c)
{
	reply_free(&c->last);
	outboxes_free(&c->all);
	free(c->after);
}

bool outbox_choose(const struct outbox_choice *c, const char *state, const char *fragment,
		   const struct request_callbacks *cb, struct err *err)
{
	struct session *s = call_session(c->call);
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *t;
	bool ok = choose_sql(c, state, fragment, &sql, &p, err);

	if (ok) {
		session_scope(s, USE_WATCH, &scope);
		t = txn_new(TXN_READ, &scope);
		scope_release(&scope);
		txn_add(t, sql.data, &p);
		db_send(session_db(s), DB_READ, t, cb, c->call);
	}
	params_release(&p);
	buf_release(&sql);
	return ok;
}
