/* SPDX-License-Identifier: MIT */
/*
 * scopeland.c - another tenant is chosen: records and values of the one before go, and where one
 * lands in a tenant who has a schema of his own: nothing that another's schema holds stays.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db/sql.h"
#include "ui_priv.h"

bool scope_stands_in(const struct screen *s)
{
	return s && s->def && s->def->stands_in;
}

/* ---- records and values of the tenant before ---- */

/* NULL: none. */
static char *scope_name(const struct session *s)
{
	const struct tenant_choice *t = session_tenant(s);

	return t->kind == TENANT_NONE  ? NULL
	       : t->kind == TENANT_ALL ? xstrdup("*")
				       : xasprintf("%d %s", t->tenancy, t->id);
}

/* A list asks again by itself, and the menu is of all. */
static bool is_of_one(const struct screen *s)
{
	if (!s->def)
		return !s->of_all && s->kind != &kind_home;
	return s->def->scope != SCOPE_NONE && s->kind != &kind_grid && s->kind != &kind_dashboard;
}

bool scope_mark_former(struct ui *ui)
{
	char *before = ui->scope_seen;
	bool any = false;

	ui->scope_seen = scope_name(ui->session);
	for (size_t i = 1; before && i < ui->stack.len; i++) {
		struct screen *s = ui->stack.v[i];

		s->of_former = (!ui->scope_seen || strcmp(before, ui->scope_seen) != 0) &&
			       is_of_one(s);
		any = any || s->of_former;
	}
	free(before);
	return any;
}

void scope_leave(struct ui *ui)
{
	for (size_t i = ui->stack.len; i-- > 1;)
		if (i < ui->stack.len && ui->stack.v[i]->of_former)
			screen_remove(ui->stack.v[i]);
}

/* ---- a schema for each tenant ---- */

static bool lists_tenants(const struct screen *s)
{
	return scope_stands_in(s) || (s->def && strcmp(s->def->name, "tenant-schemas") == 0);
}

/* The list of what is in one schema, which a tenant's scope begins with. */
static bool lists_schema(const struct screen *s, const char *schema)
{
	const char *const *where = s->place->where;

	return s->def && strcmp(s->def->name, "relations") == 0 && where && where[0] &&
	       strncmp(where[0], "schema=", 7) == 0 && strcmp(where[0] + 7, schema) != 0;
}

static const struct relation *relation_of(const struct screen *s)
{
	const struct catalog *c = session_catalog(screen_session(s));
	struct err ignored = ERR_INIT;
	const struct relation *r = c && s->def && s->def->relation
					   ? catalog_find(c, s->def->relation, &ignored)
					   : NULL;

	err_release(&ignored);
	return r;
}

/* Does it show another tenant's? */
static bool of_another(const struct screen *s, const char *schema)
{
	const struct relation *r = relation_of(s);

	return lists_schema(s, schema) ||
	       (r && strcmp(r->schema, schema) != 0 &&
		profile_is_tenant_schema(session_profile(screen_session(s)), r->schema));
}

/* The list of the same name in this schema, if there is one. */
static char *same_here(const struct screen *s, const char *schema)
{
	const struct relation *r = relation_of(s);
	struct buf name = BUF_INIT;

	if (!r || s->def->kind != SCREEN_GRID ||
	    !catalog_named(session_catalog(screen_session(s)), schema, r->name))
		return NULL;
	sql_qualified(&name, schema, r->name);
	return buf_detach(&name);
}

/* For the uppermost list that must go. */
static char *same_place(const struct ui *ui, const char *schema)
{
	char *same = NULL;

	for (size_t i = ui->stack.len; !same && i-- > 0;)
		same = of_another(ui->stack.v[i], schema) ? same_here(ui->stack.v[i], schema)
							  : NULL;
	return same;
}

/* The lowest screen that shows another tenant's and may go, with all above it; the stack's
 * length if none. */
static size_t first_of_another(const struct ui *ui, const char *schema)
{
	size_t at = 0;

	while (at < ui->stack.len && !of_another(ui->stack.v[at], schema))
		at++;
	for (size_t i = at; i < ui->stack.len; i++)
		if (ui->stack.v[i]->kind->unsaved &&
		    ui->stack.v[i]->kind->unsaved(ui->stack.v[i]))
			return ui->stack.len;
	return at;
}

/* What shows another tenant's relations gives way, to the list of the same name if there is
 * one; who came from a list of tenants or the menu lands in what this one has. */
void scope_land(struct ui *ui, const char *schema)
{
	char *where = xasprintf("schema=%s", schema);
	const char *const words[] = { where, NULL };
	struct place place = { .screen = "relations", .where = words };
	const struct screen *top = screen_top(ui);
	bool land = !top || !top->def || lists_tenants(top);
	size_t at = first_of_another(ui, schema), n = ui->stack.len;
	bool listed = land || (at < n && lists_schema(ui->stack.v[at], schema));
	char *same = land || at == n ? NULL : same_place(ui, schema);
	struct err err = ERR_INIT;

	if (at == n && top && lists_tenants(top))
		at--;
	if (at > 0 && at < n)
		screen_pop(ui->stack.v[at]);
	if ((listed || (at < n && !same)) && !screen_open_place(ui, &place, &err))
		ui_say_err(ui, &err);
	place = (struct place){ .screen = same };
	if (same && !screen_open_place(ui, &place, &err))
		ui_say_err(ui, &err);
	err_release(&err);
	free(where);
	free(same);
}
