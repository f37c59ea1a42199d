/* SPDX-License-Identifier: MIT */
#include "rows_call.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/format.h"
#include "command/parse.h"
#include "rows_table.h"

static bool add_filters(struct rowset *r, const struct args *a, struct err *err)
{
	const char *const *filters = args_all(a, "filter");
	const char *const *where = args_all(a, "where");
	bool ok = true;

	for (size_t i = 0; ok && filters && filters[i]; i++)
		ok = rowset_filter(r, filters[i], err);
	for (size_t i = 0; ok && where && where[i]; i++) {
		char *text = xasprintf("where %s", where[i]);
		ok = rowset_filter(r, text, err);
		free(text);
	}
	return ok;
}

struct rowset *rows_call_open(struct call *c, const char *screen, rowset_fn *fn, void *ctx,
			      struct err *err)
{
	const struct args *a = call_args(c);
	const struct screendef *def = session_screen(call_session(c), screen, err);
	struct rowset *r;

	if (!def)
		return NULL;
	if (!def->query && !def->relation) {
		err_set(err, ERR_USAGE, def->name, "is a dashboard: it has no rows of its own");
		return NULL;
	}
	r = rowset_new(call_session(c), def, args_rest(a, "narrow"), fn, ctx, err);
	if (!r)
		return NULL;
	if (args_has(a, "unmask"))
		rowset_unmask(r, true);
	if (add_filters(r, a, err) &&
	    (!args_has(a, "sort") || rowset_sort(r, args_get(a, "sort"), err)))
		return r;
	rowset_free(&r);
	return NULL;
}

/* ---- printing ---- */

struct print {
	struct call *call;
	struct rowset *r;
	struct rows_table table;
	struct format *inserts; /* --format sql */
	bool begun;
	struct err err;
};

static void print_free(void *data)
{
	struct print *p = data;

	rowset_free(&p->r);
	rows_table_release(&p->table);
	format_free(&p->inserts);
	err_release(&p->err);
	free(p);
}

static void print_text(void *ctx, const char *data, size_t len)
{
	const struct print *p = ctx;
	const struct host *h = call_host(p->call);

	h->ops->text(h->ctx, NULL, data, len);
}

static bool begin(struct print *p)
{
	const struct host *h = call_host(p->call);

	if (!rows_table_init(&p->table, p->r, p->inserts != NULL, &p->err))
		return false;
	p->begun = true;
	if (p->inserts) {
		format_relation(p->inserts, session_sql(call_session(p->call)),
				p->table.relation, p->table.overriding);
		format_begin(p->inserts, p->table.columns, p->table.n);
	} else {
		h->ops->table_begin(h->ctx, rowset_title(p->r), p->table.columns, p->table.n);
	}
	return true;
}

static bool on_row(void *ctx, const char *const *cells, const size_t *lens UNUSED,
		   size_t n UNUSED)
{
	struct print *p = ctx;
	const struct host *h = call_host(p->call);

	if (!p->begun && !begin(p))
		return false;
	if (p->inserts)
		format_row(p->inserts, rows_table_cells(&p->table, cells));
	else
		h->ops->table_row(h->ctx, rows_table_cells(&p->table, cells));
	return true;
}

static void on_done(void *ctx, const struct err *err, uint64_t rows UNUSED)
{
	struct print *p = ctx;
	const struct host *h = call_host(p->call);
	const char *every = err ? NULL : rowset_scope_note(p->r);
	char *odd = rowset_odd(p->r);

	if (!err && !p->begun)
		(void)begin(p);
	/* In batch mode what broke off must not end as if it were whole. */
	if (p->begun && !p->inserts && (!err || !h->batch))
		h->ops->table_end(h->ctx);
	if (every)
		h->ops->say(h->ctx, SAY_WARNING, every);
	if (odd)
		h->ops->say(h->ctx, SAY_WARNING, odd);
	free(odd);
	call_done(p->call, p->err.kind ? &p->err : err, -1);
}

void rows_call_print(struct call *c, struct rowset *owned, int64_t limit)
{
	struct print *p = xcalloc(1, sizeof *p);
	const struct host *h = call_host(c);
	const struct rowset_stream_callbacks cb = { .row = on_row, .done = on_done, .ctx = p };

	p->call = c;
	p->r = owned;
	call_set_data(c, p, print_free);
	if (h->format && strcmp(h->format, "sql") == 0)
		p->inserts = format_new("sql", print_text, p, &p->err);
	rowset_stream(owned, limit, &cb);
}
