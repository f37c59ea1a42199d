/* SPDX-License-Identifier: MIT */
/*
 * together.c - the marked rows changed together: column after column is chosen and given a value,
 * then the command update shows what it would do, row by row, before it does it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/labels.h"
#include "command/target.h"
#include "grid_priv.h"
#include "ui/dialog.h"
#include "ui_priv.h"

struct together {
	struct screen *screen;
	struct record_plan *plan;
	VEC(const struct column *) columns; /* those that may be written */
	VEC(char *) sets;                   /* one per column: "column=value", "column!" or NULL */
	size_t rows;
	size_t at; /* the column that is asked for */
};

static const char go_on[] = "show what that would do", null_text[] = "NULL";

static void together_free(struct together *t)
{
	for (size_t i = 0; i < t->sets.len; i++)
		free(t->sets.v[i]);
	VEC_RELEASE(&t->sets);
	VEC_RELEASE(&t->columns);
	record_plan_free(&t->plan);
	free(t);
}

static void choose_column(struct together *t);

/* ---- a value ---- */

static void on_value(void *ctx, const char *answer)
{
	struct together *t = ctx;
	char **set = &t->sets.v[t->at];
	const char *name = t->columns.v[t->at]->name;

	if (answer) {
		free(*set);
		*set = strcmp(answer, "\\N") == 0 ? xasprintf("%s!", name)
						 : xasprintf("%s=%s", name, answer);
	}
	choose_column(t);
}

static void choose_value(struct together *t, const struct column *c)
{
	static const char *const truth[] = { "yes", "no", NULL };
	const char *const *choices = c->choices ? c->choices : truth;
	VEC(struct menu_item) items = VEC_INIT;

	for (; *choices; choices++)
		*VEC_PUSH(&items) = (struct menu_item){ .text = *choices };
	if (!c->not_null)
		*VEC_PUSH(&items) = (struct menu_item){ .text = null_text, .answer = "\\N" };
	dialog_menu(t->screen->ui, c->name, items.v, items.len, on_value, t);
	VEC_RELEASE(&items);
}

static void type_value(struct together *t, const struct column *c)
{
	char *text = xasprintf("%s in %zu records (%s)%s:", c->name, t->rows, c->type,
			       c->not_null ? "" : ", \\N is NULL");
	struct question q = { .title = c->name, .text = text, .kind = ASK_TEXT };

	dialog_ask(t->screen->ui, &q, on_value, t);
	free(text);
}

/* A key over several columns depends on values that are not alike. */
static bool pick_value(struct together *t, const struct column *c)
{
	size_t at;
	const struct foreign_key *key =
		label_reference(record_plan_relation(t->plan), c, &at);
	const struct relation *to =
		key && key->n == 1
			? catalog_relation(session_catalog(screen_session(t->screen)), key->to)
			: NULL;
	struct pick_from from = { .title = c->name, .relation = to };

	if (!to)
		return false;
	from.key = relation_attnum(to, key->to_columns[0]);
	pick_open(t->screen->ui, &from, on_value, t);
	return true;
}

/* ---- which columns ---- */

static void go(struct together *t)
{
	VEC(const char *) sets = VEC_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < t->sets.len; i++)
		if (t->sets.v[i])
			*VEC_PUSH(&sets) = t->sets.v[i];
	*VEC_PUSH(&sets) = NULL;
	if (!row_update(t->screen, t->screen->data, sets.v, &err))
		ui_say_err(t->screen->ui, &err);
	VEC_RELEASE(&sets);
	err_release(&err);
	together_free(t);
}

static void on_column(void *ctx, const char *answer)
{
	struct together *t = ctx;
	const struct column *c;

	if (!answer) {
		together_free(t);
		return;
	}
	if (strcmp(answer, go_on) == 0) {
		go(t);
		return;
	}
	for (t->at = 0; strcmp(t->columns.v[t->at]->name, answer) != 0;)
		t->at++;
	c = t->columns.v[t->at];
	if (c->choices || c->type_category == 'B')
		choose_value(t, c);
	else if (!pick_value(t, c))
		type_value(t, c);
}

static void choose_column(struct together *t)
{
	char *title = xasprintf("Change %zu records", t->rows);
	VEC(struct menu_item) items = VEC_INIT;
	bool any = false;

	for (size_t i = 0; i < t->sets.len; i++)
		any = any || t->sets.v[i];
	if (any)
		*VEC_PUSH(&items) = (struct menu_item){ .text = go_on,
							.note = "nothing is written yet" };
	for (size_t i = 0; i < t->columns.len; i++)
		*VEC_PUSH(&items) = (struct menu_item){
			.text = t->columns.v[i]->name,
			.note = t->sets.v[i] ? t->sets.v[i] : t->columns.v[i]->type,
		};
	dialog_menu(t->screen->ui, title, items.v, items.len, on_column, t);
	VEC_RELEASE(&items);
	free(title);
}

static bool listed(const char *const *names, const char *name)
{
	if (!names)
		return true;
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static bool may_write(const struct together *t, const struct column *c)
{
	const struct relation_profile *p = record_plan_profile(t->plan);

	return !c->generated && c->identity != 'a' && (c->rights & RIGHT_UPDATE) &&
	       c->attnum != p->version_attnum && c->attnum != p->updated_at_attnum &&
	       c->attnum != p->tenant_attnum &&
	       listed(t->screen->def->edit.columns, c->name);
}

bool together_open(struct screen *s, size_t rows, struct err *err)
{
	struct record_plan *plan = target_plan_of(screen_session(s), s->def, err);
	struct together *t;

	if (!plan)
		return false;
	t = xcalloc(1, sizeof *t);
	t->screen = s;
	t->plan = plan;
	t->rows = rows;
	for (size_t i = 0; i < record_plan_relation(plan)->ncolumns; i++) {
		const struct column *c = &record_plan_relation(plan)->columns[i];

		if (!may_write(t, c))
			continue;
		*VEC_PUSH(&t->columns) = c;
		*VEC_PUSH(&t->sets) = NULL;
	}
	if (!t->columns.len) {
		together_free(t);
		return err_set(err, ERR_FAILED, s->def->name,
			       "none of its columns may be changed by you");
	}
	choose_column(t);
	return true;
}
