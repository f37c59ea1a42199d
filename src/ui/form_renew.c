/* SPDX-License-Identifier: MIT */
/*
 * form_renew.c - the relation of a form is not any more as it was: columns came, went, are
 * called otherwise, or another relation has its name.
 *
 * The record is read as it is now, the fields are made anew, and what was typed is put into
 * them as a draft would be: columns are followed by their number, and where somebody saved
 * meanwhile it is merged.  Until the record is there, and where it cannot be had, the form
 * stays as it is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "catalog/changes.h"
#include "command/target.h"
#include "form.h"
#include "grid_priv.h"
#include "ui/ui.h"
#include "ui_priv.h"

static void renew(void *ctx);

static void later(struct form *f)
{
	f->stale = false;
	loop_defer(ui_loop(f->screen->ui), renew, f->screen);
}

static bool has_time(const struct form *f)
{
	return f->state == FORM_READY && !f->next && !f->editor &&
	       screen_top(f->screen->ui) == f->screen;
}

void form_on_session(void *ctx, enum session_event event)
{
	struct screen *s = ctx;

	if (event != SESSION_CATALOG)
		return;
	form_of(s)->stale = true;
	form_renew_late(form_of(s));
}

void form_renew_late(struct form *f)
{
	if (f->stale && has_time(f))
		later(f);
}

/* ---- what was typed, by the names of today ---- */

static void follow_names(struct draft *d, const struct relation *was,
			 const struct relation *now)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct column *old = relation_column(was, d->values[i].column);
		const struct column *c = old ? relation_attnum(now, old->attnum) : NULL;

		if (!c || was->oid != now->oid)
			continue;
		free(d->values[i].column);
		d->values[i].column = xstrdup(c->name);
	}
}

/* Fields that are to be DEFAULT are in no draft. */
static const struct form_field *field_of(const struct form *f, const char *column)
{
	for (size_t i = 0; i < f->fields.len; i++)
		if (strcmp(f->fields.v[i].column->name, column) == 0)
			return &f->fields.v[i];
	return NULL;
}

typedef VEC(char *) names;

static void note_defaults(const struct form *f, const struct relation *now, names *out)
{
	for (size_t i = 0; f->kind == SAVE_UPDATE && i < f->fields.len; i++) {
		const struct column *c = relation_attnum(now, f->fields.v[i].column->attnum);

		if (c && !f->fields.v[i].locked && f->fields.v[i].use_default)
			*VEC_PUSH(out) = xstrdup(c->name);
	}
}

static void put_defaults(struct form *f, names *columns)
{
	for (size_t i = 0; i < columns->len; i++) {
		const struct form_field *field = field_of(f, columns->v[i]);

		if (field && !field->locked)
			form_put(f, (size_t)(field - f->fields.v), NULL, true);
		free(columns->v[i]);
	}
	VEC_RELEASE(columns);
}

/* ---- the change ---- */

static void take(struct form *f, const struct record *record)
{
	const struct relation *was = record_plan_relation(f->plan);
	const struct relation *now = record_plan_relation(f->next);
	struct screen *s = f->screen;
	struct record_plan *old = f->plan;
	names defaults = VEC_INIT;

	form_draft_now(f); /* what has no field any more stays there */
	form_draft_fill(f, true);
	form_line_close(f);
	note_defaults(f, now, &defaults);
	follow_names(&f->draft, was, now);
	place_follow(s, was, now);
	merge_free(&f->merge);
	record_release(&f->theirs);
	free(f->notice);
	f->notice = NULL;
	if (record)
		record_copy(&f->base, record);
	f->plan = f->next;
	f->next = NULL;
	form_fields_anew(f);
	ui_say(s->ui, SAY_WARNING, "%s changed: %s", was->name,
	       *f->changed ? f->changed : "what one may do with it is not as it was");
	form_draft_resume(f);
	put_defaults(f, &defaults);
	record_plan_free(&old);
	form_watch(f);
}

static void on_again(void *ctx, const struct record *record, const struct err *err)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	bool busy = f->state != FORM_READY;

	if (record && !busy) {
		take(f, record);
	} else {
		f->stale = busy;
		record_plan_free(&f->next);
		if (err)
			ui_say_err(s->ui, err);
		else if (!record)
			form_gone(f);
	}
	form_renew_late(f);
}

static size_t parts_of(const struct record_plan *plan)
{
	size_t n = 0;

	while (record_plan_key(plan)[n])
		n++;
	return n;
}

static struct record_plan *plan_of_today(const struct form *f, struct err *err)
{
	struct screen *s = f->screen;
	struct session *session = screen_session(s);
	const struct screendef *def =
		s->def ? session_screen(session, s->def->name, err) : NULL;
	struct record_plan *plan;

	if (s->def && !def)
		return NULL;
	if (def)
		s->def = def;
	plan = def ? target_plan_of(session, def, err)
		   : target_plan(session, s->place->screen, NULL, err);
	if (plan && parts_of(plan) != parts_of(f->plan)) {
		err_set(err, ERR_FAILED, record_plan_relation(plan)->name,
			"has another key now: what you typed is kept as a draft");
		record_plan_free(&plan);
	}
	return plan;
}

static void renew(void *ctx)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	struct session *session = screen_session(s);
	const struct relation *was = record_plan_relation(f->plan);
	const struct relation *now =
		catalog_named(session_catalog(session), was->schema, was->name);
	struct err err = ERR_INIT;
	struct buf words = BUF_INIT;

	if (!has_time(f)) {
		f->stale = true;
		return;
	}
	if (!now) {
		relation_tell(s, was, NULL);
		free(f->notice);
		f->notice =
			xasprintf("%s is gone: dropped, renamed or not yours to see; what you "
				  "typed is kept as a draft",
				  was->name);
		form_draft_now(f);
	} else if (relation_changed(was, now)) {
		relation_change_words(&words, was, now);
		free(f->changed);
		f->changed = words.data ? xstrdup(words.data) : xstrdup("");
		f->next = plan_of_today(f, &err);
		if (!f->next)
			ui_say_err(s->ui, &err);
		else if (f->kind == SAVE_UPDATE)
			record_fetch(session, f->next, (const char *const *)f->key, on_again,
				     s);
		else
			take(f, NULL);
	}
	buf_release(&words);
	err_release(&err);
	screen_changed(s, SCREEN_LOOK);
}
