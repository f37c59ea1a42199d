/* SPDX-License-Identifier: MIT */
/*
 * places.c - where one was: the places that were left, for the palette, and those of the last
 * session, which :restore opens again.
 *
 * The file ($XDG_STATE_HOME/souk/places, 0600) is lines of the command bar, per tab:
 *
 *	tab HOST PORT DATABASE USER TENANT
 *	open products status=active
 *
 * Passwords are not in it: whoever needs one is asked again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "command/parse.h"
#include "form.h"
#include "ui_priv.h"

enum { VISITS = 12, FILE_MAX = 1 << 20, FIELDS = 6 };

char *place_line(const struct place *p)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "open ");
	buf_add_word(&b, p->screen);
	for (size_t i = 0; p->where && p->where[i]; i++) {
		buf_addc(&b, ' ');
		buf_add_word(&b, p->where[i]);
	}
	if (p->filter && *p->filter == '/')
		buf_addf(&b, " %s", p->filter);
	return buf_detach(&b);
}

/* ---- this session ---- */

static void visit_release(struct visit *v)
{
	free(v->title);
	free(v->note);
	free(v->line);
}

/* Forms have their drafts; only what can be looked at is gone back to. */
static bool is_looked_at(const struct screen *s)
{
	return s->kind == &kind_grid || s->kind == &kind_detail || s->kind == &kind_dashboard;
}

/* The latest first, each once. */
void places_visit(struct ui *ui, const struct screen *s)
{
	const struct tenant_choice *t = session_tenant(ui->session);
	/* A form is left; its record is what one comes back to. */
	const char *title = s->kind == &kind_form ? form_record_title(s)
			    : is_looked_at(s)	  ? s->title
						  : NULL;
	struct visit v;

	if (!s->place->screen || !s->def || !title || !*title || s->parent)
		return;
	v.line = place_line(s->place);
	v.title = xstrdup(title);
	v.note = xasprintf("%s%s%s", s->def->title, t->label ? " of " : "",
			   t->label ? t->label : "");
	for (size_t i = 0; i < ui->visits.len; i++) {
		if (strcmp(ui->visits.v[i].line, v.line) != 0)
			continue;
		visit_release(&ui->visits.v[i]);
		VEC_REMOVE(&ui->visits, i);
		break;
	}
	if (ui->visits.len == VISITS) {
		visit_release(&ui->visits.v[0]);
		VEC_REMOVE(&ui->visits, 0);
	}
	*VEC_PUSH(&ui->visits) = v;
}

void places_release(struct ui *ui)
{
	for (size_t i = 0; i < ui->visits.len; i++)
		visit_release(&ui->visits.v[i]);
	VEC_RELEASE(&ui->visits);
}

/* ---- the last session ---- */

static void field(struct buf *out, const char *text)
{
	buf_addc(out, ' ');
	buf_add_word(out, text ? text : "");
}

static void keep_tab(struct buf *out, const struct ui *ui)
{
	const struct db_session *d = db_session(session_db(ui->session));
	const struct tenant_choice *t = session_tenant(ui->session);

	if (!d)
		return;
	buf_adds(out, "tab");
	field(out, d->host);
	field(out, d->port);
	field(out, d->database);
	field(out, d->user);
	field(out, t->kind == TENANT_ONE ? t->id : session_wanted_tenant(ui->session));
	buf_addc(out, '\n');
	for (size_t i = 0; i < ui->stack.len; i++) {
		const struct screen *s = ui->stack.v[i];
		char *line;

		if (!s->def || !s->place->screen || !is_looked_at(s))
			continue;
		line = place_line(s->place);
		buf_addf(out, "%s\n", line);
		free(line);
	}
}

/* Nobody is told when it cannot be kept: it is a convenience. */
void places_keep(const struct tabs *tabs)
{
	char *path = path_state("places");
	struct err ignored = ERR_INIT;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < tabs->list.len; i++)
		keep_tab(&out, tabs->list.v[i]);
	if (out.len && !path_write(path, out.data, out.len, &ignored))
		err_release(&ignored);
	buf_release(&out);
	free(path);
}

struct restoring {
	struct ui *ui;
	VEC(char *) lines;
	size_t next;
};

static void go_on(struct restoring *r);

static void line_done(void *ctx, const struct err *err, int status)
{
	struct restoring *r = ctx;

	(void)status;
	if (err->kind)
		ui_say_err(r->ui, err);
	go_on(r);
}

static void restoring_free(struct restoring *r)
{
	for (size_t i = 0; i < r->lines.len; i++)
		free(r->lines.v[i]);
	VEC_RELEASE(&r->lines);
	free(r);
}

/* One after the other: a place is opened upon the one before. */
static void go_on(struct restoring *r)
{
	if (r->next == r->lines.len || r->ui->quitting) {
		restoring_free(r);
		return;
	}
	host_then(r->ui, r->lines.v[r->next++], line_done, r);
}

/* The tab that these lines belong to: this one, or one of its own. */
static struct ui *tab_of(struct ui *ui, char *const *f, bool first, struct err *err)
{
	const struct db_session *d = db_session(session_db(ui->session));
	bool same = d && strcmp(f[1], d->host ? d->host : "") == 0 &&
		    strcmp(f[2], d->port ? d->port : "") == 0 &&
		    strcmp(f[3], d->database ? d->database : "") == 0;
	struct session_options options = ui->sopts;

	if (first && same)
		return ui;
	options.armed = false;
	options.role = NULL;
	options.tenant = *f[5] ? f[5] : NULL;
	if (!same) {
		options.db = (struct db_params){ .dbname = f[3], .port = *f[2] ? f[2] : NULL };
		options.db.host = *f[1] ? f[1] : NULL;
		options.db.user = *f[4] ? f[4] : NULL;
	}
	return tabs_open(ui, &options, err) ? tabs_front(ui->tabs) : NULL;
}

static struct restoring *begin_tab(struct ui *ui, const char *line, bool first, struct err *err)
{
	struct words w = WORDS_INIT;
	char *fields[FIELDS];
	struct restoring *r = NULL;
	struct ui *tab = NULL;

	words_split(&w, line);
	if (w.list.len == FIELDS) {
		for (size_t i = 0; i < FIELDS; i++)
			fields[i] = w.list.v[i].text;
		tab = tab_of(ui, fields, first, err);
	}
	if (tab) {
		r = xcalloc(1, sizeof *r);
		r->ui = tab;
		if (tab == ui && *fields[5]) {
			struct buf b = BUF_INIT;

			buf_adds(&b, "tenant ");
			buf_add_word(&b, fields[5]);
			*VEC_PUSH(&r->lines) = buf_detach(&b);
		}
	}
	words_release(&w);
	return r;
}

/* Where this tab is, is known by now. */
static bool restore_from(struct ui *ui, const char *path, struct err *err)
{
	char *save = NULL;
	VEC(struct restoring *) all = VEC_INIT;
	struct buf text = BUF_INIT;
	struct restoring *r = NULL;

	if (path_read(path, FILE_MAX, &text, err)) {
		for (char *l = strtok_r(text.data, "\n", &save); l && !err->kind;
		     l = strtok_r(NULL, "\n", &save)) {
			if (strncmp(l, "tab ", 4) != 0) {
				if (r)
					*VEC_PUSH(&r->lines) = xstrdup(l);
			} else if ((r = begin_tab(ui, l, all.len == 0, err))) {
				*VEC_PUSH(&all) = r;
			}
		}
	}
	for (size_t i = 0; i < all.len; i++)
		go_on(all.v[i]);
	VEC_RELEASE(&all);
	buf_release(&text);
	return !err->kind;
}

static void on_ready(void *ctx, const struct err *err)
{
	char *path = path_state("places");
	struct err own = ERR_INIT;

	if (err)
		ui_say_err(ctx, err);
	else if (!restore_from(ctx, path, &own))
		ui_say_err(ctx, &own);
	err_release(&own);
	free(path);
}

bool places_restore(struct ui *ui, struct err *err)
{
	char *path = path_state("places");
	bool ok = true;

	if (!path_exists(path))
		ok = err_set(err, ERR_FAILED, "restore", "no session has ended here yet");
	else if (!db_session(session_db(ui->session)))
		session_when_ready(ui->session, READY_CONNECTED, on_ready, ui);
	else
		ok = restore_from(ui, path, err);
	free(path);
	return ok;
}
