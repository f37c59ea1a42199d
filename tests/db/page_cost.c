/* SPDX-License-Identifier: MIT */
/*
 * What a page costs the server, counted in buffers on a million rows: the last as the first,
 * where an index serves the order and row-level security does not stand in its way.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/sha256.h"
#include "domain/page.h"
#include "domain/plan.h"
#include "support/client.h"
#include "support/cluster.h"

enum { ROWS = 40 };

static const char relation[] = "products AS q";
/* As a screen's query does: what is joined beside a row, and a value looked up for it. */
static const char query[] = "(SELECT p.tenant_id, p.id, p.sku, p.name, p.price, p.price_cents, "
			    "p.status, p.brand_id, p.updated_at, "
			    "p.uid, b.name AS brand FROM products AS p LEFT JOIN brands AS b "
			    "ON b.id = p.brand_id\n) AS q";

/* Blocks that the statement touched. */
static long buffers(struct client *c, const struct page_request *req)
{
	struct buf sql = BUF_INIT, explain = BUF_INIT;
	struct params params = PARAMS_INIT;
	struct txn *t = txn_new(TXN_READ, NULL);

	page_compose(&sql, &params, c->sql, req);
	buf_addf(&explain, "EXPLAIN (ANALYZE, BUFFERS, TIMING off) %s", sql.data);
	txn_add(t, explain.data, &params);
	struct answer a = client_run(c, DB_READ, t);
	cr_assert_eq(a.outcome, TXN_DONE, "%s\n%s", a.err.why, sql.data);
	long sum = 0;
	for (size_t i = 0; i < reply_rows(a.replies[0]); i++) {
		const char *line = reply_text(a.replies[0], i, 0),
			   *at = strstr(line, "Buffers: shared");
		if (!at)
			continue;
		const char *hit = strstr(at, "hit="), *read = strstr(at, "read=");
		sum = (hit ? strtol(hit + 4, NULL, 10) : 0) +
		      (read ? strtol(read + 5, NULL, 10) : 0);
		break; /* the topmost node has those below it in it */
	}
	answer_release(&a);
	buf_release(&sql);
	buf_release(&explain);
	params_release(&params);
	return sum;
}

struct order {
	const char *column, *type;
	bool nullable, descending;
};

/* The texts of the sort columns of a row, which lies anywhere in the order. */
static void anchor_of(struct client *c, const struct order *o, long id, char *anchor[3])
{
	char *sql = xasprintf(
		"SELECT tenant_id, %s, id FROM products WHERE tenant_id = 1 AND id = %ld",
		o->column, id);
	struct answer a = client_run(c, DB_READ, client_txn(TXN_READ, sql, NULL));

	cr_assert_eq(a.outcome, TXN_DONE, "%s", a.err.why);
	for (int i = 0; i < 3; i++)
		anchor[i] = xstrdup_null(reply_text(a.replies[0], 0, (size_t)i));
	answer_release(&a);
	free(sql);
}

/* Of a text only the beginning and its digest, as where it was fetched cut. */
static void cut_anchor(const struct order *o, char *anchor[3], int beginnings[3])
{
	enum { CUT = 3 };
	char digest[SHA256_HEX];

	if (!o->type || strcmp(o->type, "text") != 0 || strlen(anchor[1]) <= CUT)
		return;
	sha256_hex(anchor[1], strlen(anchor[1]), digest);
	char *cut = xasprintf("%.*s%s", CUT, anchor[1], digest);
	free(anchor[1]);
	anchor[1] = cut;
	beginnings[1] = CUT;
}

/* What the first page costs; but its rows may lie together in the heap, and others each on a
 * page of their own. */
static long bound(long first)
{
	return (first > ROWS ? first : ROWS) + 24;
}

static void cost_of(struct client *c, const char *base, const struct order *o, bool filtered)
{
	static const long places[] = { 3, 250000, 500002, 777777, 1000000 };
	static const struct page_column columns[] = { { .name = "id" },
						      { .name = "sku" },
						      { .name = "name" } };
	/* In one tenant's scope the tenant stands first, as it does in the indexes. */
	const bool down = o->descending;
	const struct sort_key sort[] = {
		{ .column = "tenant_id",
		  .descending = down,
		  .nulls_first = down,
		  .not_null = true,
		  .steady = true },
		{ .column = o->column,
		  .type = o->type,
		  .descending = down,
		  .nulls_first = down,
		  .not_null = !o->nullable && base == relation },
		{ .column = "id", .descending = down, .nulls_first = down, .not_null = true },
	};
	struct params tenant = PARAMS_INIT;
	const struct filter_sql filter = { "q.\"tenant_id\" = $1", &tenant };
	struct page_request req = {
		.base = base,
		.columns = columns,
		.ncolumns = 3,
		.sort = sort,
		.nsort = 3,
		.limit = ROWS,
		.filters = &filter,
		.nfilters = filtered,
	};

	params_text(&tenant, "1");

	req.from = PAGE_FIRST;
	long first = buffers(c, &req);
	cr_expect_leq(first, 64, "%s: the first page touches %ld buffers", o->column, first);
	req.from = PAGE_LAST;
	long last = buffers(c, &req);
	cr_expect_leq(last, bound(first), "%s: the first page %ld, the last %ld buffers",
		      o->column, first, last);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *anchor[3];
		int beginnings[3] = { 0 };
		anchor_of(c, o, places[i], anchor);
		req.anchor = (const char *const *)anchor;
		req.beginnings = beginnings;
		req.nanchor = 3;
		for (int way = 0; way < 4; way++) {
			req.from = way % 2 ? PAGE_BEFORE : PAGE_AFTER;
			if (way == 2)
				cut_anchor(o, anchor, beginnings);
			long cost = buffers(c, &req);
			cr_expect_leq(
				cost, bound(first),
				"%s %s%s id %ld: the first page %ld, this one %ld buffers",
				o->column, req.from == PAGE_AFTER ? "after" : "before",
				beginnings[1] ? " the beginning of" : "", places[i], first,
				cost);
		}
		for (int k = 0; k < 3; k++)
			free(anchor[k]);
	}
	params_release(&tenant);
}

static const struct order leakproof[] = {
	{ "sku", "text", false, false },       { "sku", "text", false, true },
	{ "name", "text", false, false },      { "price_cents", "bigint", false, true },
	{ "updated_at", NULL, false, true },   { "uid", "uuid", false, false },
	{ "id", NULL, false, false },	       { "brand_id", "integer", true, false },
	{ "brand_id", "integer", true, true },
};
static const struct order others[] = {
	{ "price", "numeric", false, false },
	{ "price", "numeric", false, true },
	{ "status", "state", false, false },
};

static void costs(const char *role, const char *base, const struct order *orders, size_t n)
{
	char *db = cluster_database("tests/db/schemas/million.sql");
	char *as = xasprintf("%s user=%s options='-c app.tenant_id=1'", db, role);
	struct client c;

	client_open(&c, as);
	for (size_t i = 0; i < n; i++)
		cost_of(&c, base, &orders[i], strcmp(role, "postgres") == 0);
	client_close(&c);
	free(as);
	free(db);
}

Test(page_cost, under_row_level_security, .timeout = 300)
{
	costs("browser", relation, leakproof, sizeof leakproof / sizeof *leakproof);
}

Test(page_cost, of_a_screens_query, .timeout = 300)
{
	costs("browser", query, leakproof, sizeof leakproof / sizeof *leakproof);
}

/* Whom no policy binds, any order with an index is served; the scope's tenant is a filter then.
 */
Test(page_cost, of_a_relation_without_policies, .timeout = 300)
{
	costs("postgres", relation, leakproof, sizeof leakproof / sizeof *leakproof);
	costs("postgres", relation, others, sizeof others / sizeof *others);
}
