/* SPDX-License-Identifier: MIT */
#include "catalog/changes.h"

#include <string.h>

static bool column_changed(const struct column *was, const struct column *now)
{
	return was->attnum != now->attnum || strcmp(was->name, now->name) != 0 ||
	       strcmp(was->type, now->type) != 0 || was->rights != now->rights ||
	       was->not_null != now->not_null || was->never_null != now->never_null;
}

static bool key_changed(const struct relation *was, const struct relation *now)
{
	const struct index *a = relation_key(was), *b = relation_key(now);

	if (!a || !b)
		return a != b;
	return a->nkeys != b->nkeys ||
	       memcmp(a->columns, b->columns, a->nkeys * sizeof *a->columns) != 0;
}

bool relation_changed(const struct relation *was, const struct relation *now)
{
	if (was->oid != now->oid || was->ncolumns != now->ncolumns || was->kind != now->kind ||
	    was->rights != now->rights || was->updatable != now->updatable ||
	    was->rls_active != now->rls_active || was->nreferences != now->nreferences ||
	    was->nreferrers != now->nreferrers || key_changed(was, now))
		return true;
	for (size_t i = 0; i < was->ncolumns; i++) {
		if (column_changed(&was->columns[i], &now->columns[i]))
			return true;
	}
	return false;
}

static void say(struct buf *out, const char *name, const char *what, const char *more)
{
	buf_addf(out, "%s%s %s%s", out->len ? ", " : "", name, what, more);
}

void relation_change_words(struct buf *out, const struct relation *was,
			   const struct relation *now)
{
	if (was->oid != now->oid) {
		say(out, "another relation", "has this name now", "");
		return;
	}
	for (size_t i = 0; i < was->ncolumns; i++) {
		const struct column *a = &was->columns[i], *b = relation_attnum(now, a->attnum);

		if (!b)
			say(out, a->name, "is gone", "");
		else if (strcmp(a->name, b->name) != 0)
			say(out, a->name, "is called ", b->name);
		else if (strcmp(a->type, b->type) != 0)
			say(out, a->name, "is now ", b->type);
	}
	for (size_t i = 0; i < now->ncolumns; i++) {
		if (!relation_attnum(was, now->columns[i].attnum))
			say(out, now->columns[i].name, "is new", "");
	}
}
