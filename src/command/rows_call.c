/* SPDX-License-Identifier: MIT */
#include "rows_call.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "command/parse.h"

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
