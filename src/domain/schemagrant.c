/* SPDX-License-Identifier: MIT */
/* Who may do what with a relation and its columns, a line for each role. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/vec.h"
#include "schematext_priv.h"

static void add_rights(struct buf *out, int rights)
{
	static const char *const words[] = { "select",	 "insert",     "update", "delete",
					     "truncate", "references", "trigger" };
	bool first = true;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!(rights & (1 << i)))
			continue;
		buf_addf(out, "%s%s", first ? "" : ", ", words[i]);
		first = false;
	}
}

/* What one role may: on the whole, and on some columns. */
struct granted {
	const char *role;
	int rights;
	const struct column *column; /* NULL: the relation */
};

static int by_role(const void *a, const void *b)
{
	const struct granted *x = a, *y = b;
	int order = strcmp(x->role, y->role);

	if (order)
		return order;
	return (x->column ? x->column->attnum : 0) - (y->column ? y->column->attnum : 0);
}

typedef VEC(struct granted) granted_list;

static void collect(granted_list *list, const struct catalog *c, const struct relation *r,
		    const struct column *column)
{
	const struct acl *acl = column ? column->acl : r->acl;

	for (size_t i = 0; acl && i < acl->n; i++) {
		const struct role *role = catalog_role_oid(c, acl->v[i].grantee);

		if (acl->v[i].grantee != r->owner_oid)
			*VEC_PUSH(list) = (struct granted){ role ? role->name : "public",
							    acl->v[i].rights, column };
	}
}

/* Of those that stand together, by whomever they were given, one. */
static void unite(granted_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->len; i++) {
		if (n > 0 && by_role(&list->v[n - 1], &list->v[i]) == 0)
			list->v[n - 1].rights |= list->v[i].rights;
		else
			list->v[n++] = list->v[i];
	}
	list->len = n;
}

void schematext_grants(struct buf *out, const struct catalog *c, const struct relation *r)
{
	granted_list list = VEC_INIT;

	collect(&list, c, r, NULL);
	for (size_t i = 0; i < r->ncolumns; i++)
		collect(&list, c, r, &r->columns[i]);
	if (list.len > 1)
		qsort(list.v, list.len, sizeof *list.v, by_role);
	unite(&list);
	for (size_t i = 0; i < list.len; i++) {
		const struct granted *g = &list.v[i];
		bool first = i == 0 || strcmp(list.v[i - 1].role, g->role) != 0;

		if (first) {
			buf_adds(out, "\tgrant to ");
			schematext_name(out, g->role);
		}
		buf_adds(out, first ? " " : "; ");
		add_rights(out, g->rights);
		if (g->column) {
			buf_adds(out, " of ");
			schematext_name(out, g->column->name);
		}
		if (i + 1 == list.len || strcmp(list.v[i + 1].role, g->role) != 0)
			buf_addc(out, '\n');
	}
	VEC_RELEASE(&list);
}
