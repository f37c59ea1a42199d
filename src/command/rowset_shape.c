/* SPDX-License-Identifier: MIT */
/*
 * rowset_shape.c - has the relation the columns still that are asked for?  A page names its
 * columns, so one that came since is in no reply: who looks again asks the server for them, too.
 */
#include <string.h>

#include "base/buf.h"
#include "catalog/reader.h"
#include "db/reply.h"
#include "rowset_priv.h"

/* As sql/queries/relation_shape.sql says it. */
static void add_shape(struct buf *out, const struct relation *r)
{
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct column *c = &r->columns[i];

		buf_addf(out, "%s%d %s %u %d", i ? "," : "", c->attnum, c->name, c->type_oid,
			 c->typmod);
	}
}

static void on_shape(void *ctx, const struct txn_result *result)
{
	struct rowset *r = ctx;
	struct buf known = BUF_INIT;
	const char *now;

	r->shape_asked = false;
	/* It may be gone: the page tells. */
	if (result->outcome != TXN_DONE || !r->relation)
		return;
	add_shape(&known, r->relation);
	now = reply_get(result->replies[0], 0, "shape");
	if (now && strcmp(now, known.data ? known.data : "") != 0)
		reader_moved(session_reader(r->session));
	buf_release(&known);
}

void rowset_look_again(struct rowset *r)
{
	const struct request_callbacks cb = { .done = on_shape, .ctx = r };
	struct params params = PARAMS_INIT;
	struct txn *txn;

	/* What goes wrong again is told again. */
	if (r->err.kind != ERR_NONE && r->err.kind != ERR_CONNECTION) {
		err_clear(&r->err);
		rowset_tell(r, ROWSET_STATE);
	}
	rowset_refresh(r);
	if (!r->relation || r->shape_asked || db_state(session_db(r->session), DB_READ) != DB_READY)
		return;
	txn = rowset_txn(r, USE_READ);
	params_int(&params, r->relation->oid);
	txn_add(txn, sqlset_get(session_sql(r->session), "relation_shape", 0)->text, &params);
	r->shape_asked = true;
	db_send(session_db(r->session), DB_WATCH, txn, &cb, r);
	params_release(&params);
}
