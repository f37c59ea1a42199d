/* SPDX-License-Identifier: MIT */
#include "command/validate.h"

#include <stdlib.h>

#include "base/alloc.h"

enum { T_JSON = 114, T_JSONB = 3802 };

static void on_done(void *ctx, const struct txn_result *result)
{
	const struct validate_request *q = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;

	if (result->err.kind)
		q->fn(q->ctx, NULL, &result->err);
	else
		q->fn(q->ctx, r && reply_rows(r) ? reply_get(r, 0, "canonical") : NULL, NULL);
}

/* jsonb_to_record would read these as JSON, not as the type's own text. */
static bool by_cast(const struct column *c)
{
	return c->base_type_oid == T_JSON || c->base_type_oid == T_JSONB || c->element_oid ||
	       c->type_kind == 'c' || c->type_category == 'C' || c->type_category == 'A';
}

static void on_release(void *ctx)
{
	struct validate_request *q = ctx;

	if (q->release)
		q->release(q->ctx);
	free(q);
}

void validate(struct session *s, const struct validate_request *req)
{
	struct validate_request *q = xmalloc(sizeof *q);
	struct request_callbacks cb = { .done = on_done, .release = on_release, .ctx = q };
	/* format_type() gives the type as SQL text, quoted where needed. */
	const struct sqlvar vars[] = { { "type", req->column->type } };
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *txn;

	*q = *req;
	sql_fragment(&sql, session_sql(s),
		     by_cast(req->column) ? "validate.cast" : "validate.assigned", vars,
		     ARRAY_SIZE(vars));
	params_text(&p, req->value);
	session_scope(s, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql.data, &p);
	db_send(session_db(s), DB_EDIT, txn, &cb, req->owner);
	scope_release(&scope);
	params_release(&p);
	buf_release(&sql);
}
