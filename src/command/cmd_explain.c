/* SPDX-License-Identifier: MIT */
/*
 * cmd_explain.c - the plan of a statement as a tree, with the node that costs most marked.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "blame.h"
#include "command/command.h"
#include "command/rowset.h"
#include "db/db.h"
#include "domain/plan.h"

static const struct table_column columns[] = {
	{ .name = "plan" },
	{ .name = "share", .type = CELL_TEXT },
	{ .name = "cost", .type = CELL_NUMBER },
	{ .name = "rows", .type = CELL_NUMBER },
	{ .name = "actual_rows", .type = CELL_NUMBER },
	{ .name = "ms", .type = CELL_NUMBER },
	{ .name = "detail" },
};

static char *number(double n, int digits)
{
	return n < 0 ? NULL : xasprintf("%.*f", digits, n);
}

static void print_node(const struct host *h, const struct plan_node *n)
{
	struct buf plan = BUF_INIT, detail = BUF_INIT;
	char *cells[ARRAY_SIZE(columns)];

	buf_addn(&plan, ' ', (size_t)n->depth * 2);
	buf_addf(&plan, "%s%s%s", n->type, *n->on ? " on " : "", n->on);
	for (const char *s = n->detail; *s; s++)
		buf_adds(&detail, *s == '\n' ? "; " : (const char[]){ *s, '\0' });
	cells[0] = plan.data;
	cells[1] = xasprintf("%3.0f %%%s", n->own * 100, n->costly ? " most" : "");
	cells[2] = number(n->cost, 2);
	cells[3] = number(n->rows, 0);
	cells[4] = number(n->actual_rows, 0);
	cells[5] = number(n->seconds < 0 ? -1 : n->seconds * 1000, 3);
	cells[6] = detail.data;
	h->ops->table_row(h->ctx, (const char *const *)cells);
	for (size_t i = 1; i < 6; i++)
		free(cells[i]);
	buf_release(&plan);
	buf_release(&detail);
}

/* Of a screen's statement the person wrote a part at most: there no place is told. */
static void tell_place(const struct call *c, struct err *err)
{
	const char *statement = args_get(call_args(c), "statement");

	if (!statement || !blame(err, "explain", statement))
		err_place(err, NULL, 0, 0);
}

static void explained(void *ctx, const struct txn_result *result)
{
	struct call *c = ctx;
	const struct host *h = call_host(c);
	const struct reply *reply = result->err.kind ? NULL : result->replies[0];
	struct err err = ERR_INIT;
	struct plan *plan = NULL;

	if (reply)
		plan = plan_parse(reply_text(reply, 0, 0), reply_length(reply, 0, 0), &err);
	if (plan) {
		h->ops->table_begin(h->ctx, "plan", columns, ARRAY_SIZE(columns));
		for (size_t i = 0; i < plan_nodes(plan); i++)
			print_node(h, plan_node_at(plan, i));
		h->ops->table_end(h->ctx);
	}
	if (!reply) {
		err_copy(&err, &result->err);
		tell_place(c, &err);
	}
	call_done(c, &err, -1);
	plan_free(&plan);
	err_release(&err);
}

static void explain_statement(struct call *c, const char *statement)
{
	struct session *s = call_session(c);
	const char *piece = args_has(call_args(c), "analyze") ? "page.analyze" : "page.explain";
	const struct request_callbacks cb = { .done = explained, .ctx = c };
	struct sqlvar v = { "statement", statement };
	struct buf sql = BUF_INIT;
	struct scope scope;

	session_scope(s, USE_READ, &scope);
	struct txn *txn = txn_new(TXN_READ, &scope);
	sql_fragment(&sql, session_sql(s), piece, &v, 1);
	txn_add(txn, sql.data, NULL);
	db_send(session_db(s), DB_READ, txn, &cb, c);
	scope_release(&scope);
	buf_release(&sql);
}

static void explain_run(struct call *c)
{
	const struct host *h = call_host(c);
	const char *statement = args_get(call_args(c), "statement");
	const struct rowset *rows = statement || h->batch ? NULL : h->ops->rows(h->ctx);
	struct err err = ERR_INIT;

	if (!statement && rows && *rowset_sql(rows))
		statement = rowset_sql(rows);
	if (statement) {
		explain_statement(c, statement);
		return;
	}
	err_set(&err, ERR_USAGE, "explain", "which statement?");
	call_done(c, &err, -1);
	err_release(&err);
}

const struct command cmd_explain = {
	.name = "explain",
	.summary = "How the server would run a statement, or this screen's",
	.args = "[--analyze] [statement:line]",
	.help = "A tree of the plan's nodes with the share of the whole cost that each has by "
		"itself; "
		"the dearest says \"most\". --analyze runs the statement too, read only, and "
		"shows "
		"rows and milliseconds as they were. Without a statement: that of the current "
		"screen.",
	.needs = NEEDS_CONNECTION | BATCH,
	.run = explain_run,
};
