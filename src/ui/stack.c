/* SPDX-License-Identifier: MIT */
/*
 * stack.c - screens on each other, and the history of places.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "ui_priv.h"

static const struct screen_kind *const kinds[] = {
#define KIND(name) &kind_##name,
#include "kinds.def"
#undef KIND
};

/* ---- places ---- */

static size_t text_size(const char *s)
{
	return s ? strlen(s) + 1 : 0;
}

static const char *put_text(char **at, const char *s)
{
	char *start = *at;

	if (!s)
		return NULL;
	memcpy(start, s, strlen(s) + 1);
	*at += strlen(s) + 1;
	return start;
}

/* One piece of memory: the struct, the array, the texts. */
struct place *place_dup(const struct place *p)
{
	size_t n = 0, size = sizeof *p + text_size(p->screen) + text_size(p->filter) +
			     text_size(p->tenant) + text_size(p->sort) + text_size(p->draft);
	struct place *copy;
	const char **where;
	char *at;

	while (p->where && p->where[n])
		size += text_size(p->where[n++]);
	copy = xcalloc(1, size + (n + 1) * sizeof *where);
	where = (const char **)(copy + 1);
	at = (char *)(where + n + 1);
	for (size_t i = 0; i < n; i++)
		where[i] = put_text(&at, p->where[i]);
	copy->where = n ? where : NULL;
	copy->screen = put_text(&at, p->screen);
	copy->filter = put_text(&at, p->filter);
	copy->tenant = put_text(&at, p->tenant);
	copy->sort = put_text(&at, p->sort);
	copy->edit = p->edit;
	copy->draft = put_text(&at, p->draft);
	return copy;
}

void place_free(struct place **p)
{
	free(*p);
	*p = NULL;
}

/* ---- push and pop ---- */

struct screen *screen_top(const struct ui *ui)
{
	return ui->stack.len ? ui->stack.v[ui->stack.len - 1] : NULL;
}

struct screen *screen_below(const struct screen *s)
{
	for (size_t i = 1; i < s->ui->stack.len; i++)
		if (s->ui->stack.v[i] == s)
			return s->ui->stack.v[i - 1];
	return NULL;
}

static void screen_free(struct screen *s)
{
	place_free(&s->place);
	free(s->title);
	free(s);
}

struct screen *screen_focus(const struct ui *ui)
{
	struct screen *s = screen_top(ui), *part;

	while (s && s->kind->focus && (part = s->kind->focus(s)))
		s = part;
	return s;
}

bool screen_in_front(const struct screen *s)
{
	while (s->parent)
		s = s->parent;
	return s == screen_top(s->ui);
}

static struct screen *screen_new(struct ui *ui, const struct screen_init *init)
{
	struct screen *s = xcalloc(1, sizeof *s);
	struct place none = { .screen = init->def ? init->def->name : NULL };

	s->kind = init->kind;
	s->ui = ui;
	s->def = init->def;
	s->place = place_dup(init->place ? init->place : &none);
	s->title = xstrdup(init->title ? init->title : init->def ? init->def->title : "");
	s->of_all = init->of_all;
	s->data = init->data;
	s->dirty = SCREEN_DATA | SCREEN_LOOK;
	ui_area(ui, &s->rows, &s->cols);
	return s;
}

struct screen *screen_push(struct ui *ui, const struct screen_init *init, struct err *err)
{
	struct screen *s = screen_new(ui, init);

	/* On the stack before open, which may push a question of its own. */
	*VEC_PUSH(&ui->stack) = s;
	if (s->kind->open && !s->kind->open(s, err)) {
		for (size_t i = 0; i < ui->stack.len; i++) {
			if (ui->stack.v[i] == s) {
				VEC_REMOVE(&ui->stack, i);
				break;
			}
		}
		screen_free(s);
		return NULL;
	}
	ui_changed(ui);
	return s;
}

struct screen *screen_embed(struct screen *parent, const struct screen_init *init,
			    struct err *err)
{
	struct screen *s = screen_new(parent->ui, init);

	s->parent = parent;
	if (s->kind->open && !s->kind->open(s, err)) {
		screen_free(s);
		return NULL;
	}
	screen_changed(parent, SCREEN_DATA);
	return s;
}

static void close_one(struct screen *s)
{
	struct ui *ui = s->ui;

	s->closing = true;
	ahead_forget(ui, s);
	places_visit(ui, s);
	if (s->kind->close)
		s->kind->close(s);
	db_forget(session_db(ui->session), s);
	loop_forget(ui->loop, s);
	session_forget(ui->session, s);
	*VEC_PUSH(&ui->dead) = s;
}

void screen_pop(struct screen *s)
{
	struct ui *ui = s->ui;
	size_t at = 0;

	if (s->closing)
		return;
	if (s->parent) {
		close_one(s);
		return;
	}
	while (at < ui->stack.len && ui->stack.v[at] != s)
		at++;
	while (ui->stack.len > at) {
		struct screen *top = ui->stack.v[ui->stack.len - 1];

		ui->stack.len--;
		close_one(top);
	}
	if (ui->stack.len)
		screen_changed(screen_top(ui), SCREEN_LOOK);
	ui_changed(ui);
}

void screen_remove(struct screen *s)
{
	struct ui *ui = s->ui;
	size_t at = 0;

	while (at < ui->stack.len && ui->stack.v[at] != s)
		at++;
	if (s->closing || at + 1 >= ui->stack.len) {
		screen_pop(s);
		return;
	}
	memmove(ui->stack.v + at, ui->stack.v + at + 1,
		(ui->stack.len - at - 1) * sizeof *ui->stack.v);
	ui->stack.len--;
	close_one(s);
	screen_changed(ui->stack.v[ui->stack.len - 1], SCREEN_LOOK);
	ui_changed(ui);
}

void stack_bury(struct ui *ui)
{
	for (size_t i = 0; i < ui->dead.len; i++)
		screen_free(ui->dead.v[i]);
	VEC_CLEAR(&ui->dead);
}

void stack_release(struct ui *ui)
{
	if (ui->stack.len)
		screen_pop(ui->stack.v[0]);
	stack_bury(ui);
	for (size_t i = 0; i < ui->forward.len; i++)
		place_free(&ui->forward.v[i]);
	VEC_RELEASE(&ui->forward);
	VEC_RELEASE(&ui->stack);
	VEC_RELEASE(&ui->dead);
	place_free(&ui->previous);
	place_free(&ui->wanted);
}

/* ---- for kinds ---- */

void screen_changed(struct screen *s, unsigned what)
{
	s->dirty |= what;
	if (s->parent)
		screen_changed(s->parent, SCREEN_DATA);
	ui_changed(s->ui);
}

void screen_title(struct screen *s, const char *title)
{
	if (strcmp(s->title, title) == 0)
		return;
	free(s->title);
	s->title = xstrdup(title);
	screen_changed(s, SCREEN_LOOK);
}

bool screen_cannot(const struct screen *s, enum action action, struct err *err)
{
	const char *title = *s->title ? s->title : "this screen";

	for (const struct command *const *c = commands(); *c; c++)
		if ((*c)->action == action)
			return err_set(err, ERR_FAILED, (*c)->name, "does nothing on %s",
				       title);
	return err_set(err, ERR_FAILED, title, "there is nothing that this could be done with");
}

struct session *screen_session(const struct screen *s)
{
	return s->ui->session;
}

/* ---- opening places ---- */

static const struct screen_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	return NULL;
}

bool screen_open_kind(struct ui *ui, const char *kind, const struct screendef *def,
		      const struct place *place, struct err *err)
{
	struct screen_init init = { .kind = find_kind(kind), .def = def, .place = place };

	if (!init.kind)
		return err_set(err, ERR_FAILED, kind, "there is no such kind of screen here");
	return screen_push(ui, &init, err) != NULL;
}

static bool no_tenant(const struct ui *ui)
{
	return session_tenant(ui->session)->kind == TENANT_NONE &&
	       !session_wanted_tenant(ui->session);
}

/* Shown instead: the list of tenants; choosing one goes on to what was wanted. */
static bool choose_tenant_first(struct ui *ui, const struct place *place, struct err *err)
{
	struct err none = ERR_INIT;
	const struct screendef *tenants = session_screen(ui->session, "tenants", &none);
	struct place list = { .screen = "tenants" };

	err_release(&none);
	if (!tenants || tenants->scope == SCOPE_TENANT) {
		err_set(err, ERR_FAILED, place->screen, "works in one tenant's scope");
		return err_hint(err, "choose one with :tenant NAME");
	}
	place_free(&ui->wanted);
	ui->wanted = place_dup(place);
	ui_say(ui, SAY_INFO, "choose a tenant for %s", place->screen);
	return screen_open_place(ui, &list, err);
}

static bool same_words(const char *const *a, const char *const *b)
{
	size_t n = 0;

	while (a && b && a[n] && b[n] && strcmp(a[n], b[n]) == 0)
		n++;
	return !(a && a[n]) && !(b && b[n]);
}

/* Whoever opens what he looks at (Enter came twice) does not want it on top of itself. */
static bool is_on_top(const struct screen *s, const struct screen_kind *kind,
		      const struct screendef *def, const struct place *place)
{
	return s && s->kind == kind && s->def && strcmp(s->def->name, def->name) == 0 &&
	       same_words(s->place->where, place->where);
}

static bool open_def(struct ui *ui, const struct screendef *def, const struct place *place,
		     struct err *err)
{
	static const char *const names[] = { "grid", "detail", "dashboard" };
	struct screen *top = screen_top(ui);

	if (place->edit)
		return screen_open_kind(ui, place->where ? "form" : "form-new", def, place,
					err);
	if (is_on_top(top, find_kind(names[def->kind]), def, place))
		return !top->kind->again || top->kind->again(top, place, err);
	return screen_open_kind(ui, names[def->kind], def, place, err);
}

/* The catalog has come, or will not come: then the server's own answer says why. */
static void catalog_known(void *ctx, const struct err *why)
{
	struct ui *ui = ctx;
	struct place *place = ui->wanted;
	const struct screendef *def;
	struct err err = ERR_INIT;

	if (!place)
		return;
	ui->waits_for_password = why && ui_asks_again(ui, why);
	if (ui->waits_for_password)
		return;
	ui->wanted = NULL;
	def = screenset_find(session_screens(ui->session), place->screen);
	if (why && !def)
		ui_say_err(ui, why);
	else if (why ? !open_def(ui, def, place, &err) : !screen_open_place(ui, place, &err))
		ui_say_err(ui, &err);
	err_release(&err);
	place_free(&place);
}

/* Without a tenant nothing of a tenant's is asked for, not even before it is known that there
 * are tenants. */
static void wait_for_catalog(struct ui *ui, const struct place *place)
{
	bool waits = ui->wanted != NULL;

	place_free(&ui->wanted);
	ui->wanted = place_dup(place);
	if (!waits)
		session_when_ready(ui->session, READY_PAGE, catalog_known, ui);
	first_ahead(ui);
}

void stack_go_on(struct ui *ui)
{
	if (ui->wanted && ui->waits_for_password)
		session_when_ready(ui->session, READY_PAGE, catalog_known, ui);
	ui->waits_for_password = false;
}

bool screen_open_place(struct ui *ui, const struct place *place, struct err *err)
{
	const struct profile *p = session_profile(ui->session);
	const struct screendef *def = session_screen(ui->session, place->screen, err);

	if (!def && !p) {
		err_clear(err);
		wait_for_catalog(ui, place);
		return true;
	}
	if (!def)
		return false;
	if (def->scope == SCOPE_TENANT && no_tenant(ui)) {
		if (!p) {
			wait_for_catalog(ui, place);
			return true;
		}
		if (profile_tenancies(p))
			return choose_tenant_first(ui, place, err);
	}
	return open_def(ui, def, place, err);
}

static void go_on(void *ctx)
{
	struct ui *ui = ctx;
	struct place *wanted = ui->wanted;
	const char *schema = session_tenant_schema(ui->session);
	struct err err = ERR_INIT;

	scope_leave(ui);
	if (session_tenant(ui->session)->kind == TENANT_NONE)
		return;
	if (!wanted && schema) {
		scope_land(ui, schema);
		return;
	}
	if (!wanted && scope_stands_in(screen_top(ui)) && ui->stack.len > 1)
		screen_pop(screen_top(ui));
	if (!wanted)
		return;
	ui->wanted = NULL;
	if (screen_top(ui) && screen_top(ui)->def)
		screen_pop(screen_top(ui));
	if (!screen_open_place(ui, wanted, &err))
		ui_say_err(ui, &err);
	err_release(&err);
	place_free(&wanted);
}

/* Later: what chose the tenant may itself be about to open a screen. */
void stack_scope_changed(struct ui *ui)
{
	bool former = scope_mark_former(ui);

	if (former || ui->wanted || scope_stands_in(screen_top(ui)) ||
	    session_tenant_schema(ui->session))
		loop_defer(ui->loop, go_on, ui);
}

/* ---- back, forward, previous ---- */

static void leave(void *ctx, const char *answer)
{
	struct screen *s = ctx;

	if (answer && strcmp(answer, "yes") == 0)
		screen_pop(s);
}

static void remember(struct ui *ui, const struct screen *s)
{
	if (!s->place->screen)
		return;
	place_free(&ui->previous);
	ui->previous = place_dup(s->place);
	*VEC_PUSH(&ui->forward) = place_dup(s->place);
}

static bool go_back(struct ui *ui, bool or_quit)
{
	struct screen *s = screen_top(ui);
	const char *unsaved = s && s->kind->unsaved ? s->kind->unsaved(s) : NULL;
	struct question q = {
		.title = "Not saved",
		.kind = ASK_YES_NO,
		.destructive = true,
	};

	if (!s || ui->stack.len == 1) {
		if (or_quit)
			ui->host.ops->quit(ui->host.ctx, false);
		return true;
	}
	if (unsaved) {
		q.text = unsaved;
		ui->host.ops->ask(ui->host.ctx, &q, leave, s);
		return true;
	}
	remember(ui, s);
	screen_pop(s);
	return true;
}

/* What asks before it is left ends the way there: the answer says how it goes on. */
static bool go_back_by(struct ui *ui, long count, bool or_quit)
{
	for (size_t len = ui->stack.len; count > 1 && len > 2; count--) {
		go_back(ui, false);
		if (ui->stack.len >= len)
			return true;
		len = ui->stack.len;
	}
	return go_back(ui, or_quit);
}

static bool go_forward(struct ui *ui, struct err *err)
{
	struct place *place;
	bool ok;

	if (!ui->forward.len)
		return err_set(err, ERR_FAILED, "forward",
			       "there is no place to go forward to");
	place = ui->forward.v[--ui->forward.len];
	ok = screen_open_place(ui, place, err);
	place_free(&place);
	return ok;
}

static bool go_previous(struct ui *ui, struct err *err)
{
	struct place *place = ui->previous;
	struct screen *s = screen_top(ui);
	bool ok;

	if (!place)
		return err_set(err, ERR_FAILED, "previous", "there is no other place yet");
	ui->previous = s && s->place->screen ? place_dup(s->place) : NULL;
	ok = screen_open_place(ui, place, err);
	place_free(&place);
	return ok;
}

bool stack_action(struct ui *ui, enum action action, const struct args *args, struct err *err)
{
	switch ((int)action) {
	case ACTION_BACK:
		return go_back_by(ui, args_int(args, "count", 1), args_has(args, "or-quit"));
	case ACTION_FORWARD:
		return go_forward(ui, err);
	default:
		return go_previous(ui, err);
	}
}
