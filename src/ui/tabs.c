/* SPDX-License-Identifier: MIT */
/*
 * tabs.c - several consoles in one terminal: each tab is a whole struct ui with a session of
 * its own (tenant, role, armed or not, connections); terminal, canvas, keys, line editor and
 * message log are shared.
 *
 * Only the tab in front gets keys and is painted; the others go on fetching, and what they say
 * is said with their name.  A line that is being edited belongs to the tab in front, so nobody
 * leaves a tab while there is one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/lineedit.h"
#include "ui_priv.h"

enum { LABEL = 14, TABS_MAX = 9 };

struct tabs *tabs_new(struct loop *loop)
{
	struct tabs *t = xcalloc(1, sizeof *t);

	t->loop = loop;
	return t;
}

struct ui *tabs_front(const struct tabs *t)
{
	return t->list.len ? t->list.v[t->front] : NULL;
}

static size_t index_of(const struct ui *ui)
{
	size_t i = 0;

	while (i < ui->tabs->list.len && ui->tabs->list.v[i] != ui)
		i++;
	return i;
}

bool tabs_in_front(const struct ui *ui)
{
	return tabs_front(ui->tabs) == ui;
}

int tabs_number(const struct ui *ui)
{
	return (int)index_of(ui) + 1;
}

static const char *name_of(const struct ui *ui)
{
	const struct tenant_choice *t = session_tenant(ui->session);
	const struct db_session *d = db_session(session_db(ui->session));
	const char *wanted = session_wanted_tenant(ui->session);

	return t->kind == TENANT_ALL   ? "ALL TENANTS"
	       : t->kind == TENANT_ONE ? (t->label ? t->label : t->id)
	       : wanted		       ? wanted
	       : d && d->database      ? d->database
				       : "…";
}

/* What of its connection another tab of the same name has otherwise: the database, the server or
 * who one is there; NULL: nothing. */
static const char *other_end(const struct ui *ui, const struct ui *twin)
{
	const struct db_session *d = db_session(session_db(ui->session));
	const struct db_session *e = db_session(session_db(twin->session));

	if (!d || !e)
		return NULL;
	if (d->database && e->database && strcmp(d->database, e->database) != 0)
		return d->database;
	if (d->host && e->host && strcmp(d->host, e->host) != 0)
		return d->host;
	return d->user && e->user && strcmp(d->user, e->user) != 0 ? d->user : NULL;
}

/* What tells it from the tabs of the same name: the other end, else what is seen in it. */
static const char *told_by(const struct ui *ui)
{
	const struct tabs *t = ui->tabs;
	const char *by = NULL;

	for (size_t i = 0; i < t->list.len; i++) {
		const struct ui *twin = t->list.v[i];
		const char *end;

		if (twin == ui || strcmp(name_of(twin), name_of(ui)) != 0)
			continue;
		end = other_end(ui, twin);
		if (end)
			return end;
		by = ui->stack.len ? screen_top(ui)->title : NULL;
	}
	return by;
}

char *tabs_label(const struct ui *ui)
{
	const char *name = name_of(ui), *by = told_by(ui);
	struct buf b = BUF_INIT;

	buf_addf(&b, "%d ", tabs_number(ui));
	/* First, as where there is little room the end is cut. */
	if (by) {
		utf8_ellipsis(&b, by, strlen(by), LABEL);
		buf_adds(&b, ", ");
	}
	utf8_ellipsis(&b, name, strlen(name), LABEL);
	return buf_detach(&b);
}

enum style tabs_style(const struct ui *ui)
{
	static const enum style hues[] = { STYLE_PLOT, STYLE_PLOT_2, STYLE_PLOT_3, STYLE_PLOT_4 };

	return hues[(unsigned)ui->hue % ARRAY_SIZE(hues)];
}

/* ---- going ---- */

static void show(struct tabs *t, size_t at)
{
	struct ui *ui = t->list.v[at];

	t->front = at;
	if (ui->term)
		term_theme(ui->term, ui->theme);
	ui->count = 0;
	free(ui->window_title);
	ui->window_title = NULL;
	for (size_t i = 0; i < ui->stack.len; i++)
		screen_changed(ui->stack.v[i], SCREEN_DATA);
	ui_changed(ui);
}

/* What is being typed belongs to the screen in front. */
static bool may_leave(const struct ui *ui, struct err *err)
{
	if (!lineedit_busy(ui->lineedit))
		return true;
	err_set(err, ERR_FAILED, "tab", "a field is being typed in");
	return err_hint(err, "Enter takes it, Esc gives it up");
}

bool tabs_go(struct ui *ui, const char *where, struct err *err)
{
	struct tabs *t = ui->tabs;
	size_t n = t->list.len, at = index_of(ui);
	char *end;
	long number = strtol(where, &end, 10);

	if (!may_leave(ui, err))
		return false;
	if (n == 1) {
		err_set(err, ERR_FAILED, "tab", "this is the only one");
		return err_hint(err, ":tab TENANT opens another");
	}
	if (strcmp(where, "next") == 0)
		at = (at + 1) % n;
	else if (strcmp(where, "previous") == 0)
		at = (at + n - 1) % n;
	else if (!*end && number >= 1 && (size_t)number <= n)
		at = (size_t)number - 1;
	else
		return err_set(err, ERR_USAGE, where, "there are tabs 1 to %zu", n);
	show(t, at);
	return true;
}

/* ---- making ---- */

bool tabs_open(struct ui *from, const struct session_options *options, struct err *err)
{
	struct screen_init home = { .kind = &kind_home, .title = "Screens" };
	struct tabs *t = from->tabs;
	struct ui *ui;

	if (!may_leave(from, err))
		return false;
	if (t->list.len == TABS_MAX)
		return err_set(err, ERR_FAILED, "tab", "%d tabs are as many as there can be",
			       TABS_MAX);
	ui = ui_beside(from, options, err);
	if (!ui)
		return false;
	if (!screen_push(ui, &home, err)) {
		ui_free(&ui);
		return false;
	}
	show(t, index_of(ui));
	db_connect(session_db(ui->session), DB_READ);
	return true;
}

/* The same server as this one's, read-only and as oneself. */
bool tabs_open_tenant(struct ui *from, const char *tenant, struct err *err)
{
	const struct tenant_choice *now = session_tenant(from->session);
	struct session_options options = from->sopts;

	options.armed = false;
	options.role = NULL;
	options.tenant = tenant ? tenant : now->kind == TENANT_ONE ? now->id : NULL;
	if (tenant && strcmp(tenant, "*") == 0)
		return err_set(err, ERR_USAGE, "tab *",
			       "all tenants needs a reason: :tab, then :tenant *");
	return tabs_open(from, &options, err);
}

/* A service's name, a conninfo string or URI, or the name of a database on this server. */
bool tabs_connect(struct ui *from, const char *target, bool is_service, struct err *err)
{
	const struct db_session *d = db_session(session_db(from->session));
	struct session_options options = from->sopts;
	char *service = is_service ? xasprintf("service=%s", target) : NULL;
	bool ok;

	options.armed = false;
	options.role = options.tenant = NULL;
	options.db.password = NULL;
	options.db.dbname = service ? service : target;
	if (service || strchr(target, '=') || strstr(target, "://")) {
		options.db.host = options.db.port = options.db.user = NULL;
	} else if (d) {
		options.db.host = d->host;
		options.db.port = d->port;
		options.db.user = d->user;
	}
	ok = tabs_open(from, &options, err);
	free(service);
	return ok;
}

/* ---- ending ---- */

static void bury(void *ctx)
{
	struct tabs *t = ctx;

	for (size_t i = 0; i < t->dead.len; i++)
		ui_free(&t->dead.v[i]);
	VEC_CLEAR(&t->dead);
}

/* Later: a callback of its connection may be what ended it. */
void tabs_close(struct ui *ui)
{
	struct tabs *t = ui->tabs;
	size_t at = index_of(ui);
	bool was_front = at == t->front;

	if (ui->quitting || at == t->list.len)
		return;
	ui->quitting = true;
	VEC_REMOVE(&t->list, at);
	if (t->front > at || t->front == t->list.len)
		t->front--;
	if (was_front)
		show(t, t->front);
	else
		ui_changed(tabs_front(t));
	*VEC_PUSH(&t->dead) = ui;
	loop_defer(t->loop, bury, t);
}

void tabs_free(struct tabs **tp)
{
	struct tabs *t = *tp;

	loop_forget(t->loop, t);
	bury(t);
	while (t->list.len) {
		ui_free(&t->list.v[t->list.len - 1]);
		t->list.len--;
	}
	VEC_RELEASE(&t->list);
	VEC_RELEASE(&t->dead);
	free(t);
	*tp = NULL;
}
