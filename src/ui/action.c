/* SPDX-License-Identifier: MIT */
/*
 * action.c - the form of a screen's action: what the function wants, the record it is about as
 * it is right now, and, while it waits for a lock, who holds it.
 */
#include "action_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/target.h"
#include "ui/dialog.h"
#include "ui/ui.h"

enum { LOOK_MS = 2000 };

/* ---- the record, live ---- */

static void on_live(void *ctx, const struct record *record, const struct err *err)
{
	struct screen *s = ctx;
	struct act *a = act_of(s);

	if (err)
		return; /* what is shown grows old, and the next look comes */
	a->gone = !record;
	if (record)
		record_copy(&a->live, record);
	screen_changed(s, SCREEN_LOOK);
}

static void look(void *ctx)
{
	struct screen *s = ctx;
	struct act *a = act_of(s);
	struct session *session = screen_session(s);

	/* The edits lane is busy with the call itself. */
	if (a->plan && !a->call && db_state(session_db(session), DB_EDIT) != DB_LOST)
		record_fetch(session, a->plan, (const char *const *)a->key, on_live, s);
}

static void look_begin(struct screen *s, struct act *a)
{
	if (!a->plan || !a->action->show)
		return;
	a->timer = loop_timer_new(ui_loop(s->ui), look, s);
	loop_timer_start(a->timer, LOOK_MS, LOOK_MS);
	look(s);
}

/* ---- typing and picking ---- */

static void line_close(struct screen *s)
{
	struct act *a = act_of(s);

	if (a->line)
		line_free(&a->line);
	screen_changed(s, SCREEN_LOOK);
}

static void put(struct screen *s, const char *text)
{
	struct act *a = act_of(s);
	char **value = &a->values[act_focus(a)];

	free(*value);
	*value = text && *text ? xstrdup(text) : NULL;
	free(a->refused);
	a->refused = NULL;
	screen_changed(s, SCREEN_LOOK);
}

static void line_done(void *ctx, const char *text)
{
	if (text)
		put(ctx, text);
	line_close(ctx);
}

static void type(struct screen *s)
{
	struct act *a = act_of(s);
	const struct line_ops ops = { .done = line_done, .ctx = s };
	const char *value = a->values[act_focus(a)];

	a->line = line_new(ui_lineedit(s->ui), &ops, value ? value : "");
	screen_changed(s, SCREEN_LOOK);
}

static void picked(void *ctx, const char *answer)
{
	if (answer)
		put(ctx, answer);
}

/* The key column that is not the tenant's. */
static const struct column *pick_key(const struct screen *s, const struct relation *r)
{
	const struct relation_profile *p =
		profile_relation(session_profile(screen_session(s)), r->oid);
	const struct index *key = relation_key(r);

	for (size_t i = 0; key && i < key->nkeys; i++)
		if (key->columns[i] != p->tenant_attnum)
			return relation_attnum(r, key->columns[i]);
	return NULL;
}

/* Where the value under the cursor is picked from; key: NULL where there is nothing. */
static struct pick_from pick_source(const struct screen *s)
{
	const struct act *a = act_of(s);
	const struct screen_param *p = &a->action->params[act_focus(a)];
	struct err ignored = ERR_INIT;
	struct pick_from from = { .title = p->title };

	if (p->pick)
		from.relation =
			catalog_find(session_catalog(screen_session(s)), p->pick, &ignored);
	from.key = from.relation ? pick_key(s, from.relation) : NULL;
	err_release(&ignored);
	return from;
}

static void pick(struct screen *s)
{
	struct pick_from from = pick_source(s);

	if (from.key)
		pick_open(s->ui, &from, picked, s);
	else
		ui_say(s->ui, SAY_INFO, "there is nothing to pick from here");
}

/* ---- doing it ---- */

static void on_waiting(void *ctx, const char *text)
{
	struct act *a = act_of(ctx);

	free(a->waiting);
	a->waiting = xstrdup_null(text);
	screen_changed(ctx, SCREEN_LOOK);
}

static void done_well(struct screen *s, const struct action_result *result)
{
	struct ui *ui = s->ui;
	struct buf text = BUF_INIT;

	if (result->row)
		action_row_text(&text, result->row);
	ui_say(ui, SAY_DONE, "%s: %s", act_of(s)->action->title, text.len ? text.data : "done");
	buf_release(&text);
	screen_pop(s);
	ui_command(ui, "refresh");
}

static void on_done(void *ctx, const struct action_result *result)
{
	struct screen *s = ctx;
	struct act *a = act_of(s);

	if (result->outcome == ACTION_DONE) {
		done_well(s, result);
		return;
	}
	free(a->refused);
	a->refused = result->outcome == ACTION_LOCKED && result->holder
			     ? xasprintf("given up: it was still %s", result->holder)
			     : err_text(result->err);
	if (result->err->hint && result->outcome != ACTION_LOCKED)
		ui_say(s->ui, SAY_INFO, "%s", result->err->hint);
	free(a->waiting);
	a->waiting = NULL;
	action_free(&a->call);
	look(s);
	screen_changed(s, SCREEN_LOOK);
}

/* The first that is missing gets the cursor. */
static bool all_there(struct screen *s)
{
	struct act *a = act_of(s);

	for (size_t i = 0; i < a->asked.len; i++) {
		const struct screen_param *p = &a->action->params[a->asked.v[i]];

		if (p->optional || a->values[a->asked.v[i]])
			continue;
		scroll_to(&a->scroll, (int)i);
		ui_say(s->ui, SAY_WARNING, "%s is missing", p->title);
		screen_changed(s, SCREEN_LOOK);
		return false;
	}
	return true;
}

static void do_it(struct screen *s);

static void on_arm(void *ctx, const char *answer)
{
	struct screen *s = ctx;

	if (!answer || strcmp(answer, "yes") != 0)
		return;
	ui_command(s->ui, "arm");
	/* On production the name is asked for first; then the person does it once more. */
	if (session_armed(screen_session(s)))
		do_it(s);
}

static void do_it(struct screen *s)
{
	struct act *a = act_of(s);
	const struct action_callbacks cb = { .waiting = on_waiting, .done = on_done, .ctx = s };
	struct err err = ERR_INIT;

	if (a->line)
		line_done(s, line_text(a->line));
	if (a->call || !all_there(s))
		return;
	if (!session_armed(screen_session(s))) {
		dialog_ask(s->ui,
			   &(struct question){ .title = "souk is read-only",
					       .text = "Arm it, so that this can be done?",
					       .kind = ASK_YES_NO },
			   on_arm, s);
		return;
	}
	free(a->refused);
	a->refused = NULL;
	a->call = action_start(
		screen_session(s),
		&(struct action_request){ a->def, a->action, (const char *const *)a->values },
		&cb, &err);
	if (!a->call)
		ui_say_err(s->ui, &err);
	err_release(&err);
	screen_changed(s, SCREEN_LOOK);
}

static void give_up(struct screen *s)
{
	struct act *a = act_of(s);

	action_free(&a->call);
	free(a->waiting);
	a->waiting = NULL;
	ui_say(s->ui, SAY_INFO, "given up: nothing was done");
	screen_changed(s, SCREEN_LOOK);
}

/* ---- the kind ---- */

static void act_free(struct act *a)
{
	action_free(&a->call);
	loop_timer_free(&a->timer);
	if (a->line)
		line_free(&a->line);
	for (size_t i = 0; i < a->action->nparams; i++)
		free(a->values[i]);
	free(a->values);
	VEC_RELEASE(&a->asked);
	free(a->about);
	if (a->key)
		target_key_free(&a->key);
	record_plan_free(&a->plan);
	record_release(&a->live);
	free(a->waiting);
	free(a->refused);
	free(a);
}

static bool act_begin(struct screen *s, struct err *err UNUSED)
{
	look_begin(s, act_of(s));
	return true;
}

static void act_close(struct screen *s)
{
	dialog_forget(s->ui, s);
	act_free(s->data);
}

static void act_recalc(struct screen *s)
{
	struct act *a = act_of(s);
	int room = s->rows - ACTION_HEAD_ROWS - 2;

	scroll_set(&a->scroll, (int)a->asked.len, room > 1 ? room : 1);
}

static bool act_key(struct screen *s, const struct key *key)
{
	struct act *a = act_of(s);

	if (!a->line && key_points(key)) {
		int item = a->scroll.top + key->row - ACTION_HEAD_ROWS;

		if (key->row < ACTION_HEAD_ROWS ||
		    key->row >= ACTION_HEAD_ROWS + a->scroll.height || item >= a->scroll.len)
			return key->code != K_RIGHT_CLICK;
		scroll_to(&a->scroll, item);
		screen_changed(s, SCREEN_LOOK);
		return key->code == K_CLICK; /* a double click goes on to its binding */
	}
	if (!a->line)
		return false;
	if (key->mods == MOD_CTRL && key->code == 's') {
		do_it(s); /* with what was typed */
		return true;
	}
	if (key_is(key, K_TAB) || key_is(key, K_UP) || key_is(key, K_DOWN)) {
		line_done(s, line_text(a->line));
		scroll_move(&a->scroll, key_is(key, K_UP) ? -1 : 1);
		return true;
	}
	line_key(a->line, key);
	screen_changed(s, SCREEN_LOOK);
	return true;
}

static void edit_how(struct screen *s, const char *how)
{
	const struct act *a = act_of(s);

	if (a->call || !a->asked.len)
		return;
	if (strcmp(how, "null") == 0 || strcmp(how, "default") == 0 ||
	    strcmp(how, "revert") == 0)
		put(s, NULL);
	else if (strcmp(how, "pick") == 0 || a->action->params[act_focus(a)].pick)
		pick(s);
	else
		type(s);
}

static bool act_action(struct screen *s, enum action action, const struct args *args,
		       struct err *err)
{
	struct act *a = act_of(s);

	switch ((int)action) {
	case ACTION_MOVE:
		screen_changed(s, SCREEN_LOOK);
		return scroll_action(&a->scroll, args_get(args, "where"),
				     args_int(args, "count", 1)) ||
		       screen_cannot(s, action, err);
	case ACTION_FIELD:
		edit_how(s, args_get(args, "how"));
		return true;
	case ACTION_SAVE:
		do_it(s);
		return true;
	case ACTION_REFRESH:
		look(s);
		return true;
	case ACTION_CANCEL:
		if (!a->call)
			return screen_cannot(s, action, err);
		if (action_may_give_up(a->call))
			give_up(s);
		else
			ui_say(s->ui, SAY_INFO,
			       "it is being committed: its outcome is awaited");
		return true;
	default:
		return screen_cannot(s, action, err);
	}
}

#define UNDONE "Leave without doing this? What is typed is kept nowhere."

static const char *act_unsaved(const struct screen *s)
{
	const struct act *a = act_of(s);

	if (a->call)
		return action_may_give_up(a->call)
			       ? "Leave while this is being done? It is given up then."
			       : "Leave while this is being committed? Its outcome is not told "
				 "then.";
	if (a->line && *line_text(a->line))
		return UNDONE;
	for (size_t i = 0; i < a->asked.len; i++)
		if (a->values[a->asked.v[i]])
			return UNDONE;
	return NULL;
}

static bool offers(const struct screen *s, enum action action, const char *words)
{
	const struct act *a = act_of(s);

	if (action != ACTION_FIELD)
		return true;
	if (!a->asked.len || a->call)
		return false;
	return strcmp(words, "pick") != 0 || pick_source(s).key;
}

static const char *act_typing(const struct screen *s)
{
	return act_of(s)->line ? "Enter accept  Tab next value  Ctrl-S do  Esc leave" : NULL;
}

const struct screen_kind kind_action = {
	.name = "action",
	.open = act_begin,
	.recalc = act_recalc,
	.repaint = act_repaint,
	.key = act_key,
	.action = act_action,
	.offers = offers,
	.typing = act_typing,
	.status = act_status,
	.unsaved = act_unsaved,
	.close = act_close,
};

/* ---- opening ---- */

static const char *cell_of(void *ctx, const char *column)
{
	const struct screen *s = ctx;

	return s->kind->cell ? s->kind->cell(s, column) : NULL;
}

/* "AB-00018 Rye loaf LON-1": what one searches these rows by. */
static char *about(const struct screen *s, const struct screen_action *a)
{
	struct buf out = BUF_INIT;

	buf_adds(&out, a->title);
	for (size_t i = 0; s->def->search && s->def->search[i]; i++) {
		const char *cell = cell_of((void *)(uintptr_t)s, s->def->search[i]);

		if (cell && *cell)
			buf_addf(&out, "  %s", cell);
	}
	return buf_detach(&out);
}

static bool fill_values(struct act *a, struct screen *from, struct err *err)
{
	for (size_t i = 0; i < a->action->nparams; i++) {
		const struct screen_param *p = &a->action->params[i];
		const char *value;

		if (!p->value) {
			*VEC_PUSH(&a->asked) = i;
			continue;
		}
		/* "{id}" is a cell as it is; anything else stands for itself. */
		if (p->value[0] == '{' && p->value[strlen(p->value) - 1] == '}') {
			char *column = xstrndup(p->value + 1, strlen(p->value) - 2);

			value = cell_of(from, column);
			if (!value)
				err_set(err, ERR_FAILED, column,
					"there is no row under the cursor that tells it");
			free(column);
			if (!value)
				return false;
		} else {
			value = p->value;
		}
		a->values[i] = xstrdup(value);
	}
	return true;
}

static void fill_live(struct act *a, struct screen *from)
{
	struct err err = ERR_INIT;
	const struct column *const *key;
	size_t n = 0;

	a->plan = target_plan_of(screen_session(from), from->def, &err);
	err_release(&err);
	if (!a->plan)
		return;
	key = record_plan_key(a->plan);
	while (key[n])
		n++;
	a->key = xcalloc(n + 1, sizeof *a->key);
	for (size_t i = 0; i < n; i++) {
		const char *cell = cell_of(from, key[i]->name);

		a->key[i] = xstrdup(cell ? cell : "");
		if (!cell)
			record_plan_free(&a->plan);
		if (!cell)
			return;
	}
}

bool action_open(struct ui *ui, const char *name, struct err *err)
{
	struct screen *from = screen_focus(ui);
	const struct screen_action *action =
		from && from->def ? action_find(from->def, name) : NULL;
	struct screen_init init = { .kind = &kind_action };
	struct act *a;

	if (!action)
		return err_set(err, ERR_USAGE, name, "is no action of this screen");
	if (session_tenant(ui->session)->kind == TENANT_ALL)
		return err_set(err, ERR_FAILED, action->title,
			       "nothing is changed in the scope of all tenants");
	a = xcalloc(1, sizeof *a);
	a->action = action;
	a->def = from->def;
	a->values = xcalloc(action->nparams + 1, sizeof *a->values);
	a->about = about(from, action);
	if (session_catalog(ui->session) && session_profile(ui->session))
		fill_live(a, from);
	init.title = action->title;
	init.data = a;
	if (!fill_values(a, from, err) || !screen_push(ui, &init, err)) {
		act_free(a);
		return false;
	}
	return true;
}
