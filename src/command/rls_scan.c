/* SPDX-License-Identifier: MIT */
/*
 * The questions travel in one read of one snapshot, so that they agree with one another; their
 * rows are taken chunk by chunk, so that memory does not depend on how many there are.
 */
#include "command/rls_scan.h"

#include <stdlib.h>

#include "base/alloc.h"

struct scan_request {
	struct session *session;
	struct rls_scan *scan;
	rls_scan_fn *fn;
	void *ctx;
};

void rls_scan_free(struct rls_scan **scan)
{
	if (!*scan)
		return;
	findings_free(&(*scan)->findings);
	rls_extras_release(&(*scan)->extras);
	catalog_free(&(*scan)->catalog);
	free(*scan);
	*scan = NULL;
}

static bool take_rows(void *ctx, int index, const struct reply *rows)
{
	struct scan_request *r = ctx;

	rls_extras_rows(&r->scan->extras, (enum rls_question)index, rows);
	return true;
}

static void scan_done(void *ctx, const struct txn_result *result)
{
	struct scan_request *r = ctx;
	struct rls_scan *scan = r->scan;

	if (result->err.kind != ERR_NONE) {
		r->fn(r->ctx, NULL, &result->err);
		return;
	}
	r->scan = NULL;
	scan->input.extras = &scan->extras;
	scan->findings = rls_check(&scan->input);
	r->fn(r->ctx, scan, NULL);
}

static void scan_release(void *ctx)
{
	struct scan_request *r = ctx;

	rls_scan_free(&r->scan);
	free(r);
}

void rls_scan_start(struct session *s, int checks, rls_scan_fn *fn, void *ctx,
		    const void *owner)
{
	struct scan_request *r = xcalloc(1, sizeof *r);
	const struct catalog *catalog = session_catalog(s);
	const struct request_callbacks cb = { .done = scan_done,
					      .on_rows = take_rows,
					      .release = scan_release,
					      .ctx = r };
	struct scope scope;
	struct txn *t;

	r->session = s;
	r->fn = fn;
	r->ctx = ctx;
	r->scan = xcalloc(1, sizeof *r->scan);
	rls_extras_init(&r->scan->extras);
	r->scan->catalog = catalog_ref(catalog);
	r->scan->input = (struct rls_input){ .catalog = catalog,
					     .profile = profile_isolation(session_profile(s)),
					     .sql = session_sql(s),
					     .checks = checks };
	session_scope(s, USE_CATALOG, &scope);
	t = txn_new(TXN_SNAPSHOT, &scope);
	scope_release(&scope);
	for (int q = 0; q < RLS_QUESTIONS; q++) {
		const struct sqlquery *query =
			sqlset_get(session_sql(s), rls_question_name((enum rls_question)q),
				   catalog_server_version(catalog));

		txn_stream(t, txn_add(t, query->text, NULL));
	}
	db_send(session_db(s), DB_READ, t, &cb, owner);
}
