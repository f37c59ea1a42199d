/* SPDX-License-Identifier: MIT */
/*
 * frame.c - what stands above every screen: the header that always tells where one is; and what
 * can be clicked around it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/num.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "headline.h"
#include "ui_priv.h"

/* ---- what can be clicked ---- */

static void drop_spots(struct ui *ui)
{
	for (size_t i = 0; i < ui->spots.len; i++)
		free(ui->spots.v[i].run);
	VEC_CLEAR(&ui->spots);
}

void frame_release(struct ui *ui)
{
	drop_spots(ui);
	VEC_RELEASE(&ui->spots);
}

void frame_add_spot(struct ui *ui, int row, int col, int width, char *owned)
{
	*VEC_PUSH(&ui->spots) =
		(struct spot){ .row = row, .col = col, .width = width, .run = owned };
}

const struct spot *frame_spot(const struct ui *ui, int row, int col)
{
	for (size_t i = 0; i < ui->spots.len; i++) {
		const struct spot *s = &ui->spots.v[i];

		if (s->row == row && col >= s->col && col < s->col + s->width)
			return s;
	}
	return NULL;
}

int frame_width_of(const char *text)
{
	return canvas_text_width(text, strlen(text));
}

/* ---- first line: where we are ---- */

static char *server_text(const struct db_session *d)
{
	const char *host = d->host ? d->host : "";
	struct buf b = BUF_INIT;

	buf_addf(&b, "%s@", d->database ? d->database : "?");
	/* A folder is a socket on this machine. */
	if (*host == '/' || !*host)
		buf_adds(&b, "local");
	else
		buf_adds(&b, host);
	if (d->port && strcmp(d->port, "5432") != 0)
		buf_addf(&b, ":%s", d->port);
	return buf_detach(&b);
}

static char *tls_text(const struct db_session *d)
{
	if (d->tls)
		return xasprintf("TLS%s%s", d->tls_text && *d->tls_text ? " " : "",
				 d->tls_text ? d->tls_text : "");
	if (!d->host || !*d->host || *d->host == '/')
		return NULL;
	return xstrdup("no TLS");
}

static char *replica_text(const struct ui *ui)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "replica");
	if (session_behind(ui->session) >= 1) {
		buf_addc(&b, ' ');
		timefmt_duration(&b, floor(session_behind(ui->session)));
		buf_adds(&b, " behind");
	}
	return buf_detach(&b);
}

/* It trembles with every answer; what is shown moves when there is something to tell: round
 * trips that grow by more than a person feels, or are but a fraction of what they were. */
static double steady_rtt(struct ui *ui, double now)
{
	double was = ui->rtt_shown, by = now > was ? now - was : was - now;

	if (was <= 0 || now < was / 4 || (by > 0.005 && by > was / 4))
		ui->rtt_shown = now;
	return ui->rtt_shown;
}

static void add_session(struct ui *ui, struct headline *list, const struct db_session *d)
{
	const char *role = session_role(ui->session);
	char *tls = tls_text(d);

	headline_add(list, 0, false, STYLE_HEADER_STRONG, server_text(d));
	headline_add(list, 3, false, STYLE_HEADER,
		     xasprintf("PostgreSQL %d", d->server_version / 10000));
	headline_add(list, d->in_hot_standby ? 0 : 2, false,
		     d->in_hot_standby ? STYLE_WARNING : STYLE_HEADER,
		     d->in_hot_standby ? replica_text(ui) : xstrdup("primary"));
	if (tls)
		headline_add(list, d->tls ? 4 : 1, false, d->tls ? STYLE_HEADER : STYLE_WARNING,
			     tls);
	if (role)
		headline_add(list, 1, false, STYLE_WARNING,
			     xasprintf("role %s as %s%s%s", d->user, role,
				       session_person(ui->session) ? ", " : "",
				       session_person(ui->session) ? session_person(ui->session)
								   : ""));
	else if (d->superuser)
		headline_add(list, 1, false, STYLE_WARNING, xasprintf("superuser %s", d->user));
	else
		headline_add(list, 1, false, STYLE_HEADER, xasprintf("role %s", d->user));
	if (d->rtt >= 0 && ui->term &&
	    !ui_plain(ui)) { /* a script's screens do not tell times */
		struct buf b = BUF_INIT;

		buf_adds(&b, "rtt ");
		timefmt_duration(&b, steady_rtt(ui, d->rtt));
		headline_add(list, 5, true, STYLE_HEADER, buf_detach(&b));
	}
}

static void add_armed(struct ui *ui, struct headline *list)
{
	double left = session_arm_left(ui->session);

	if (!session_armed(ui->session)) {
		headline_add(list, 0, true, STYLE_READONLY, xstrdup("READ-ONLY"));
		return;
	}
	if (left < 0 || ui_still(ui)) {
		headline_add(list, 0, true, STYLE_ARMED, xstrdup(" ARMED "));
		return;
	}
	headline_add(list, 0, true, STYLE_ARMED,
		     left < 60 ? xasprintf(" ARMED %.0f s ", ceil(left))
			       : xasprintf(" ARMED %.0f m ", ceil(left / 60)));
	ui_repaint_in(ui, left < 61 ? 1000 : (unsigned)(num_rest(left, 60) * 1000) + 50);
}

/* The reads' connection speaks for all until another is worse. */
static void add_state(struct ui *ui, struct headline *list)
{
	struct db *db = session_db(ui->session);
	double next = db_next_try(db, DB_READ);

	switch (db_state(db, DB_READ)) {
	case DB_READY:
		return;
	case DB_DOWN:
	case DB_CONNECTING:
		headline_add(list, 0, false, STYLE_INFO, xstrdup("connecting…"));
		return;
	case DB_PASSWORD:
		headline_add(list, 0, false, STYLE_INFO, xstrdup("password wanted"));
		return;
	case DB_LOST:
		headline_add(list, 0, false, STYLE_CRITICAL,
			     next > 0 && !ui_still(ui)
				     ? xasprintf("LOST, trying again in %.0f s", ceil(next))
				     : xstrdup("LOST, trying again"));
		if (next > 0 && !ui_still(ui))
			ui_repaint_in(ui, 1000);
		return;
	case DB_FAILED:
		headline_add(list, 0, false, STYLE_CRITICAL, xstrdup("NO CONNECTION"));
		return;
	}
}

/* The name of the program, or the tabs. */
static void add_tabs(struct ui *ui, struct headline *list)
{
	const struct tabs *tabs = ui->tabs;

	if (tabs->list.len == 1)
		headline_add(list, 6, false, STYLE_HEADER_STRONG, xstrdup("souk"));
	for (size_t i = 0; tabs->list.len > 1 && i < tabs->list.len; i++) {
		const struct ui *tab = tabs->list.v[i];

		headline_add_tab(list, (int)i + 1, tab == ui,
				 tab == ui ? STYLE_MENU_SELECTED : tabs_style(tab),
				 tabs_label(tab));
	}
}

static void paint_where(struct ui *ui, struct canvas *c)
{
	const struct db_session *d = db_session(session_db(ui->session));
	struct headline list = { VEC_INIT };

	if (session_production(ui->session))
		headline_add(&list, 0, false, STYLE_PRODUCTION, xstrdup(" PRODUCTION "));
	add_tabs(ui, &list);
	if (d)
		add_session(ui, &list, d);
	add_state(ui, &list);
	add_armed(ui, &list);
	headline_paint(&list, ui, c, 0);
}

/* ---- second line: scope ▸ places, and what is shown of them ---- */

static bool divides_tenants(const struct profile *p)
{
	return p && (profile_tenancies(p) || profile_tenant_schemas(p));
}

/* What a value, a description or a question over it is of. */
static const struct screen *of_screen(const struct screen *s)
{
	while (s && !s->def && !s->of_all && s->kind != &kind_home)
		s = screen_below(s);
	return s;
}

bool frame_is_of_all(const struct ui *ui, const struct screen *s)
{
	const struct tenant_choice *t = session_tenant(ui->session);
	bool narrowed = t->kind == TENANT_ONE && t->tenancy == TENANCY_SCHEMA && s &&
			s->place->where && s->place->where[0];

	s = of_screen(s);
	/* A record that is changed is changed in the scope that was chosen. */
	return s && s->kind != &kind_form && s->kind != &kind_form_new &&
	       (s->def ? s->def->scope == SCOPE_NONE : s->of_all) && !narrowed &&
	       divides_tenants(session_profile(ui->session));
}

bool frame_sees_all(const struct ui *ui, const struct screen *s)
{
	const struct catalog *c = session_catalog(ui->session);
	const struct relation *r = NULL;
	struct err ignored = ERR_INIT;

	s = of_screen(s);
	if (!s || !s->def || s->def->scope == SCOPE_NONE ||
	    !divides_tenants(session_profile(ui->session)))
		return false;
	if (c && s->def->relation)
		r = catalog_find(c, s->def->relation, &ignored);
	err_release(&ignored);
	return (r || !s->def->relation) && session_sees_all(ui->session, r);
}

static enum style scope_text(struct ui *ui, const struct screen *s, struct buf *out)
{
	const struct tenant_choice *t = session_tenant(ui->session);
	const char *wanted = session_wanted_tenant(ui->session);
	const struct profile *p = session_profile(ui->session);

	if (t->kind == TENANT_ALL || frame_sees_all(ui, s)) {
		buf_adds(out, " ALL TENANTS ");
		return STYLE_SCOPE_ALL;
	}
	if (frame_is_of_all(ui, s)) {
		buf_adds(out, "all tenants");
		return STYLE_SCOPE;
	}
	if (t->kind == TENANT_ONE) {
		buf_adds(out, t->label ? t->label : t->id);
		return ui->tabs->list.len > 1 ? tabs_style(ui) : STYLE_SCOPE;
	}
	if (wanted) {
		buf_adds(out, wanted);
		return STYLE_MUTED;
	}
	if (divides_tenants(p))
		buf_adds(out, "no tenant");
	return STYLE_MUTED;
}

static void crumbs(const struct ui *ui, struct buf *out)
{
	for (size_t i = 0; i < ui->stack.len; i++) {
		const struct screen *s = ui->stack.v[i];

		if (s->kind->flags & KIND_MODAL || !*s->title)
			continue;
		/* The menu at the bottom goes without saying. */
		if (i == 0 && ui->stack.len > 1 && !s->def)
			continue;
		buf_adds(out, out->len ? " \1 " : "");
		utf8_sanitize(out, s->title, strlen(s->title), SANITIZE_LINE);
	}
}

/* Each place but the last leads back to it. */
static void crumb_spots(struct ui *ui, int col, const char *text)
{
	int places = 0;
	const char *next;

	for (const char *p = text; (p = strstr(p, " \1 ")); p += 3)
		places++;
	for (; (next = strstr(text, " \1 ")); text = next + 3, places--) {
		int width = canvas_text_width(text, (size_t)(next - text));

		frame_add_spot(ui, 1, col, width, xasprintf("back %d", places));
		col += width + 3;
	}
}

/* Of what tells that places are left out before. */
static int mark_width(void)
{
	return frame_width_of(glyph(GLYPH_ELLIPSIS)) + 3;
}

/* From the left as much as does not fit is left out: the end is where one is. */
static int paint_crumbs(struct ui *ui, struct canvas *c, int col, int width, const char *text)
{
	struct buf b = BUF_INIT;
	const char *from = text, *next;
	int used;

	while (frame_width_of(from) + (from == text ? 0 : mark_width()) > width &&
	       (next = strstr(from, " \1 ")))
		from = next + 3;
	if (from != text)
		buf_addf(&b, "%s \1 ", glyph(GLYPH_ELLIPSIS));
	buf_adds(&b, from);
	crumb_spots(ui, col + (from == text ? 0 : mark_width()), from);
	for (char *p = b.data; (p = strchr(p, '\1'));) {
		buf_splice(&b, (size_t)(p - b.data), 1, glyph(GLYPH_CRUMB),
			   strlen(glyph(GLYPH_CRUMB)));
		p = b.data;
	}
	used = canvas_text(c, 1, col, width, STYLE_BREADCRUMB, b.data);
	buf_release(&b);
	return used;
}

static const struct screen *top_of_places(const struct ui *ui)
{
	for (size_t i = ui->stack.len; i-- > 0;)
		if (!(ui->stack.v[i]->kind->flags & KIND_MODAL))
			return ui->stack.v[i];
	return NULL;
}

/* What fits of it in whole words. */
static void cut_words(struct buf *b, const char *text, int width)
{
	size_t fits = utf8_fit(text, strlen(text),
			       width - 1 - frame_width_of(glyph(GLYPH_ELLIPSIS)), NULL);

	while (fits > 0 && text[fits] != ' ')
		fits--;
	if (fits)
		buf_addf(b, "%.*s %s", (int)fits, text, glyph(GLYPH_ELLIPSIS));
	else
		buf_adds(b, text);
}

/* Columns of the place one is at, which goes before what is said of it, up to half the line. */
static int place_width(const struct canvas *c, const char *path)
{
	const char *last = path;
	int width;

	for (const char *next; (next = strstr(last, " \1 "));)
		last = next + 3;
	width = 3 + frame_width_of(last) + (last == path ? 0 : mark_width());
	return *path ? (width < c->cols / 2 ? width : c->cols / 2) : 0;
}

/* Right-aligned, the position last; the filters are what is cut. Returns where it begins. */
static int paint_status(struct canvas *c, int least, const struct screen_status *st)
{
	int right = c->cols - 1;
	const struct {
		const struct buf *text;
		enum style style;
	} parts[] = {
		{ &st->position, STYLE_BREADCRUMB },
		{ &st->note, st->note_style ? st->note_style : STYLE_INFO },
		{ &st->sort, STYLE_HINT },
		{ &st->filters, STYLE_MATCH },
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		int room = right - least - 1, width = frame_width_of(parts[i].text->data);

		if (!parts[i].text->len || room < 6)
			continue;
		if (width > room) {
			struct buf words = BUF_INIT;

			cut_words(&words, parts[i].text->data, room);
			width = frame_width_of(words.data);
			width = width < room ? width : room;
			canvas_text(c, 1, right - width, width, parts[i].style, words.data);
			buf_release(&words);
		} else {
			canvas_text(c, 1, right - width, width, parts[i].style,
				    parts[i].text->data);
		}
		right -= width + 3;
	}
	return right + 3 < c->cols ? right + 2 : c->cols - 1;
}

/* What a list was opened with is a filter too, though not one that is taken away. */
static void add_narrowing(const struct screen *s, struct buf *filters)
{
	for (size_t i = 0; s->place->where && s->place->where[i]; i++) {
		struct buf word = BUF_INIT;

		utf8_sanitize(&word, s->place->where[i], strlen(s->place->where[i]),
			      SANITIZE_LINE);
		buf_addf(&word, "%s", filters->len ? " " : "");
		buf_splice(filters, 0, 0, word.data, word.len);
		buf_release(&word);
	}
}

static void paint_place(struct ui *ui, struct canvas *c)
{
	const struct screen *s = top_of_places(ui);
	struct screen_status st = { .note_style = STYLE_NORMAL };
	struct buf scope = BUF_INIT, path = BUF_INIT;
	enum style style = scope_text(ui, s, &scope);
	int col = 1, right;

	buf_init(&st.filters);
	buf_init(&st.sort);
	buf_init(&st.position);
	buf_init(&st.note);
	if (s && s->kind->status)
		s->kind->status(s, &st);
	if (s && s->kind == &kind_grid)
		add_narrowing(s, &st.filters);
	crumbs(ui, &path);
	right = paint_status(c, 1 + frame_width_of(scope.data) + place_width(c, path.data),
			     &st);
	if (scope.len) {
		col += canvas_text(c, 1, col, c->cols / 2, style, scope.data) + 1;
		if (path.len) {
			canvas_glyph(c, 1, col, GLYPH_CRUMB, STYLE_MUTED);
			col += 2;
		}
	}
	paint_crumbs(ui, c, col, right - col, path.data);
	buf_release(&scope);
	buf_release(&path);
	buf_release(&st.filters);
	buf_release(&st.sort);
	buf_release(&st.position);
	buf_release(&st.note);
}

void frame_paint(struct ui *ui, struct canvas *c)
{
	struct canvas head = canvas_sub(c, 0, 0, HEADER_ROWS, c->cols);
	struct canvas hints = canvas_sub(c, c->rows - HINT_ROWS, 0, HINT_ROWS, c->cols);

	drop_spots(ui);
	paint_where(ui, &head);
	paint_place(ui, &head);
	hints_paint(ui, &hints);
}
