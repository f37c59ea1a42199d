/* SPDX-License-Identifier: MIT */
/*
 * form_save.c - from what was typed to a saved record: asking for what is missing, the save,
 * what its outcome means for the form; drafts on disk, and the look whether somebody saved
 * meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/settings.h"
#include "command/undo.h"
#include "form.h"
#include "ui_priv.h"
#include "ui/dialog.h"
#include "ui/lineedit.h"
#include "ui/ui.h"

static void save_now(struct form *f);

/* ---- the early notice ---- */

static void on_moved(void *ctx, bool moved, bool gone)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (!moved || f->state != FORM_READY)
		return;
	free(f->notice);
	f->notice = xstrdup(gone ? "the record is gone: deleted, or no longer visible to you"
				 : "somebody saved this record while you edit: your save will "
				   "merge with theirs");
	loop_timer_stop(f->look_timer);
	screen_changed(s, SCREEN_LOOK);
}

static void on_look(void *ctx)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	struct session *session = screen_session(s);

	if (f->state == FORM_READY && db_state(session_db(session), DB_EDIT) != DB_LOST)
		record_look(session, f->plan, f->theirs.n ? &f->theirs : &f->base, on_moved, s);
}

void form_watch(struct form *f)
{
	double every =
		settings_seconds(session_settings(screen_session(f->screen)), "early-notice");

	if (f->kind != SAVE_UPDATE || every <= 0)
		return;
	if (!f->look_timer)
		f->look_timer = loop_timer_new(ui_loop(f->screen->ui), on_look, f->screen);
	loop_timer_start(f->look_timer, (uint64_t)(every * 1000), (uint64_t)(every * 1000));
}

/* ---- drafts ---- */

/* A line is being typed into the field, and says something else than the field. */
static bool typing(const struct form *f, const struct form_field *field)
{
	return f->line && field == &f->fields.v[f->scroll.cursor] &&
	       strcmp(line_text(f->line), field->value ? field->value : "") != 0;
}

bool form_draft_worth(const struct form *f)
{
	return form_dirty(f) || (f->line && typing(f, &f->fields.v[f->scroll.cursor]));
}

void form_draft_fill(struct form *f, bool all)
{
	struct session *session = screen_session(f->screen);
	const struct relation *r = record_plan_relation(f->plan);
	struct draft *d = &f->draft;
	char *id = d->id ? xstrdup(d->id) : NULL;
	struct buf guard = BUF_INIT;
	size_t n = 0;

	draft_release(d);
	draft_init(d);
	if (id) {
		free(d->id);
		d->id = id;
	}
	d->server = draft_server(session);
	d->tenant = xstrdup_null(session_tenant(session)->id);
	d->screen =
		xstrdup_null(f->screen->def ? f->screen->def->name : f->screen->place->screen);
	d->relation = xasprintf("%s.%s", r->schema, r->name);
	while (f->key && f->key[n])
		n++;
	d->key = xcalloc(n + 1, sizeof *d->key);
	for (size_t i = 0; i < n; i++)
		d->key[i] = xstrdup(f->key[i]);
	record_guard_text(&guard, &f->base);
	d->guard = buf_detach(&guard);
	d->kind = f->kind;
	d->saved_us = time_now_us();
	d->values = xcalloc(f->fields.len + 1, sizeof *d->values);
	for (size_t i = 0; i < f->fields.len; i++) {
		const struct form_field *field = &f->fields.v[i];
		bool typed = typing(f, field);

		if ((field->secret && !all) ||
		    (!typed && (!form_field_changed(f, field) || field->use_default)))
			continue;
		d->values[d->n++] = (struct draft_value){
			.column = xstrdup(field->column->name),
			.base = xstrdup_null(record_value(&f->base, field->column->name)),
			.mine = xstrdup_null(typed ? line_text(f->line) : field->value),
		};
	}
}

void form_draft_now(struct form *f)
{
	struct err err = ERR_INIT;

	if (!settings_bool(session_settings(screen_session(f->screen)), "drafts"))
		return;
	if (f->draft_timer)
		loop_timer_stop(f->draft_timer);
	if (!form_draft_worth(f)) {
		form_draft_drop(f);
		return;
	}
	form_draft_fill(f, false);
	if (draft_write(&f->draft, &err))
		f->draft_written = true;
	else
		ui_say_err(f->screen->ui, &err);
	err_release(&err);
}

static void on_draft_timer(void *ctx)
{
	form_draft_now(form_of(ctx));
}

void form_draft_soon(struct form *f)
{
	if (!f->draft_timer)
		f->draft_timer =
			loop_timer_new(ui_loop(f->screen->ui), on_draft_timer, f->screen);
	if (!loop_timer_active(f->draft_timer))
		loop_timer_start(f->draft_timer, 700, 0);
}

void form_draft_drop(struct form *f)
{
	if (f->draft_timer)
		loop_timer_stop(f->draft_timer);
	if (f->draft_written && f->draft.id)
		draft_discard(f->draft.id);
	f->draft_written = false;
}

/* False: there is no such field (any more), or it cannot be changed. */
static bool resume_value(struct form *f, const struct draft_value *v)
{
	for (size_t i = 0; i < f->fields.len; i++)
		if (strcmp(v->column, f->fields.v[i].column->name) == 0 &&
		    !f->fields.v[i].locked) {
			form_put(f, i, v->mine, false);
			return true;
		}
	return false;
}

void form_draft_resume(struct form *f)
{
	const char *left = NULL;

	for (size_t k = 0; k < f->draft.n; k++)
		if (!resume_value(f, &f->draft.values[k]))
			left = f->draft.values[k].column;
	f->draft_written = !left;
	if (left) {
		/* What has no field stays in that draft, and this form gets one of its own. */
		ui_say(f->screen->ui, SAY_WARNING,
		       "%s cannot be changed here: what you typed stays in :drafts", left);
		free(f->draft.id);
		f->draft.id = NULL;
	}
	form_rebase_draft(f);
}

static void on_resume(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (answer && strcmp(answer, "yes") == 0) {
		form_draft_resume(f);
	} else if (answer) {
		draft_discard(f->draft.id);
		draft_release(&f->draft);
	}
	form_early_replay(f);
}

static void ask_resume(struct form *f)
{
	struct question q = { .title = "A draft of this record",
			      .kind = ASK_YES_NO,
			      .may_leave = true };
	struct buf text = BUF_INIT;

	buf_adds(&text, "You typed ");
	for (size_t i = 0; i < f->draft.n; i++)
		buf_addf(&text, "%s%s", i ? ", " : "", f->draft.values[i].column);
	buf_adds(&text, " ");
	timefmt_age(&text, f->draft.saved_us, time_now_us());
	buf_adds(&text, " and never saved. Take it up again? No throws it away.");
	q.text = text.data;
	dialog_ask(f->screen->ui, &q, on_resume, f->screen);
	buf_release(&text);
}

bool form_draft_offer(struct form *f)
{
	struct session *session = screen_session(f->screen);
	const struct settings *settings = session_settings(session);
	const struct relation *r = record_plan_relation(f->plan);
	double expiry = settings_seconds(settings, "draft-expiry");
	const char *chosen = f->screen->place->draft;
	char *none[] = { NULL };
	char *server, *relation;
	bool found;

	if (!settings_bool(settings, "drafts"))
		return false;
	/* Who took it up has been asked. */
	if (chosen && draft_get(chosen, expiry, &f->draft)) {
		form_draft_resume(f);
		return false;
	}
	server = draft_server(session);
	relation = xasprintf("%s.%s", r->schema, r->name);
	found = draft_find(server, relation, f->kind == SAVE_UPDATE ? f->key : none, expiry,
			   &f->draft);
	if (found)
		ask_resume(f);
	free(server);
	free(relation);
	return found;
}

/* ---- the outcome ---- */

static void remember(struct form *f, const struct save_result *result)
{
	struct undo_log *log = session_undo(screen_session(f->screen));
	struct undo_entry e = { .kind = f->kind, .plan = record_plan_ref(f->plan) };
	const char **key = record_key(&result->after, f->plan);
	char *name = record_key_title(f->plan, key);
	const char *known = form_record_title(f->screen);
	char *title = known ? xstrdup(known) : xasprintf("%s in %s", name, form_place(f));

	if (f->kind == SAVE_UPDATE)
		record_copy(&e.before, f->theirs.n ? &f->theirs : &f->base);
	record_copy(&e.after, &result->after);
	undo_add(log, undo_begin(log, UNDO_NEW, title), &e);
	free(key);
	free(name);
	free(title);
}

/* What shows records shows the saved one; a draft is taken up from anywhere. */
static void refresh_below(struct ui *ui)
{
	const struct screen_kind *kind = screen_top(ui)->kind;

	if (kind == &kind_grid || kind == &kind_detail || kind == &kind_dashboard)
		ui_command(ui, "refresh");
}

static void saved(struct form *f, const struct save_result *result)
{
	struct ui *ui = f->screen->ui;
	struct screen *s = f->screen;
	struct buf way = BUF_INIT;
	bool moved = form_way_to_moved(f, &result->after, &way);

	form_draft_drop(f);
	if (f->restoring) {
		const char **key = record_key(&result->after, f->plan);
		char *title = record_key_title(f->plan, key);

		ui_say(ui, SAY_DONE, "restored as %s", title);
		free(title);
		free(key);
	} else if (result->after.version)
		ui_say(ui, SAY_DONE, "saved as version %s", result->after.version);
	else
		ui_say(ui, SAY_DONE, "saved");
	remember(f, result);
	f->state = FORM_LOADING; /* nothing is unsaved any more */
	screen_pop(s);
	if (moved)
		ui_command(ui, way.data);
	else
		refresh_below(ui);
	buf_release(&way);
}

/* The server names the first column without a value: all of them are marked, and told by what
 * they are called. */
static void tell_missing(struct form *f, const struct save_result *result, size_t named)
{
	struct err err = ERR_INIT;
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < f->fields.len; i++) {
		struct form_field *field = &f->fields.v[i];
		char *title;

		if (i != named && !form_lacks(f, field))
			continue;
		title = form_field_title(f, field);
		buf_addf(&names, "%s%s", names.len ? ", " : "", title);
		free(title);
		free(field->error);
		field->error = form_refusal(f, result);
	}
	err_copy(&err, &result->err);
	err_set(&err, result->err.kind, "a value is required", "%s", names.data);
	ui_say_err(f->screen->ui, &err);
	err_release(&err);
	buf_release(&names);
}

static void field_error(struct form *f, const struct save_result *result)
{
	size_t i = form_refused_field(f, result);

	if (i < f->fields.len && strcmp(result->err.sqlstate, "23502") == 0) {
		tell_missing(f, result, i);
		scroll_to(&f->scroll, (int)i);
		return;
	}
	ui_say_err(f->screen->ui, &result->err);

	/* The server did not say which: each value is judged by itself once more. */
	if (i == f->fields.len) {
		for (size_t k = 0; k < f->fields.len; k++) {
			const struct form_field *field = &f->fields.v[k];

			if (form_field_changed(f, field) && field->value && !field->use_default)
				form_judge(f, k);
		}
		return;
	}
	free(f->fields.v[i].error);
	f->fields.v[i].error = form_refusal(f, result);
	scroll_to(&f->scroll, (int)i);
}

static void on_saved(void *ctx, const struct save_result *result)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	f->save = NULL; /* it ends with this call */
	f->state = FORM_READY;
	screen_changed(s, SCREEN_DATA);
	switch (result->outcome) {
	case SAVE_DONE:
		saved(f, result);
		return;
	case SAVE_CONFLICT:
		form_conflict(f, result);
		break;
	case SAVE_INVALID:
		field_error(f, result);
		break;
	case SAVE_LOCKED:
		ui_say_err(s->ui, &result->err);
		if (result->holder)
			ui_say(s->ui, SAY_WARNING, "it is %s", result->holder);
		break;
	case SAVE_GONE:
		form_gone(f);
		break;
	case SAVE_REFUSED:
	case SAVE_FAILED:
	case SAVE_UNKNOWN:
		ui_say_err(s->ui, &result->err);
		break;
	}
	if (result->moved)
		reader_moved(session_reader(screen_session(s)));
	form_draft_now(f);
	form_watch(f);
	form_renew_late(f);
}

/* ---- sending ---- */

static void on_state(void *ctx)
{
	screen_changed(ctx, SCREEN_LOOK);
}

static void send(struct form *f, const struct record *base, const struct change *changes,
		 size_t n)
{
	const struct screendef *def = f->screen->def;
	struct save_request req = {
		.plan = f->plan,
		.kind = f->kind,
		.base = base,
		.changes = changes,
		.nchanges = n,
		.reason = f->reason,
		.event = def ? def->edit.event : NULL,
		.aggregate = def ? def->edit.aggregate : NULL,
		.action = base == &f->theirs ? "merge" : NULL,
		.changed = on_state,
	};

	if (f->look_timer)
		loop_timer_stop(f->look_timer);
	form_draft_now(f);
	form_clear_errors(f);
	f->state = FORM_SAVING;
	f->save = save_start(screen_session(f->screen), &req, on_saved, f->screen);
	screen_changed(f->screen, SCREEN_LOOK);
}

/* A unique uuid that the server would make is made here, so that a repeated insert is
 * recognised. */
static bool client_uuid(const struct column *c)
{
	return c->base_type_oid == 2950 && c->default_expr &&
	       (strstr(c->default_expr, "gen_random_uuid") ||
		strstr(c->default_expr, "uuid_generate"));
}

/* What was typed, or a new record with what was there and what was typed. */
static void save_typed(struct form *f)
{
	VEC(struct change) changes = VEC_INIT;
	char uuids[8][UUID_TEXT];
	size_t used = 0;

	for (size_t i = 0; i < f->fields.len; i++) {
		const struct form_field *field = &f->fields.v[i];
		/* The tenant goes with a new record; its old key with one that comes back. */
		bool tenant = field->locked && (strcmp(field->locked, "tenant") == 0 ||
						(f->restoring && field->column->identity &&
						 (field->column->rights & RIGHT_INSERT)));

		if (form_field_changed(f, field) || (f->kind == SAVE_INSERT && tenant)) {
			*VEC_PUSH(&changes) = (struct change){ field->column, field->value,
							       field->use_default };
		} else if (f->kind == SAVE_INSERT && client_uuid(field->column) &&
			   used < ARRAY_SIZE(uuids)) {
			uuid_make(uuids[used]);
			*VEC_PUSH(&changes) =
				(struct change){ field->column, uuids[used++], false };
		}
	}
	send(f, &f->base, changes.v, changes.len);
	VEC_RELEASE(&changes);
}

/* Mine was "the default", and mine it is. */
static bool mine_is_default(const struct form *f, size_t i)
{
	const struct merge_field *m = merge_at(f->merge, i);
	bool mine = m->choice == CHOICE_MINE ||
		    (m->choice == CHOICE_NONE && m->verdict == MERGE_MINE);

	for (size_t k = 0; mine && k < f->fields.len; k++)
		if (strcmp(f->fields.v[k].column->name, m->name) == 0)
			return f->fields.v[k].use_default;
	return false;
}

static void save_merged(struct form *f)
{
	const struct relation *r = record_plan_relation(f->plan);
	VEC(struct change) changes = VEC_INIT;

	for (size_t i = 0; i < merge_len(f->merge); i++) {
		const char *text;

		if (!merge_writes(f->merge, i) || !merge_result(f->merge, i, &text))
			continue;
		*VEC_PUSH(&changes) = (struct change){
			.column = relation_column(r, merge_at(f->merge, i)->name),
			.value = text,
			.use_default = !text && mine_is_default(f, i),
		};
	}
	if (!changes.len) {
		ui_say(f->screen->ui, SAY_INFO,
		       "nothing of yours is left to save: theirs stays");
		form_draft_drop(f);
		f->state = FORM_LOADING;
		screen_pop(f->screen);
		refresh_below(f->screen->ui);
	} else {
		send(f, &f->theirs, changes.v, changes.len);
	}
	VEC_RELEASE(&changes);
}

/* ---- what must be known before ---- */

static void on_reason(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (!answer)
		return;
	free(f->reason);
	f->reason = xstrdup(answer);
	save_now(f);
}

static void on_arm(void *ctx, const char *answer)
{
	struct screen *s = ctx;

	if (!answer || strcmp(answer, "yes") != 0)
		return;
	ui_command(s->ui, "arm");
	/* On production the name is asked for first; then the person saves once more. */
	if (session_armed(screen_session(s)))
		save_now(form_of(s));
}

static void save_now(struct form *f)
{
	const struct screendef *def = f->screen->def;
	struct question q = { 0 };

	if (!session_armed(screen_session(f->screen))) {
		q = (struct question){ .title = "souk is read-only",
				       .text = "Arm it, so that this can be saved?",
				       .kind = ASK_YES_NO };
		dialog_ask(f->screen->ui, &q, on_arm, f->screen);
	} else if (def && def->edit.reason != REASON_NO && !f->reason) {
		q = (struct question){
			.title = "Why?",
			.text = def->edit.reason == REASON_REQUIRED
					? "A reason for the audit:"
					: "A reason for the audit (may be empty):",
			.kind = ASK_TEXT
		};
		dialog_ask(f->screen->ui, &q, on_reason, f->screen);
	} else if (def && def->edit.reason == REASON_REQUIRED && !*f->reason) {
		free(f->reason);
		f->reason = NULL;
		ui_say(f->screen->ui, SAY_WARNING, "a change here needs a reason");
	} else if (f->merge && f->kind == SAVE_UPDATE) {
		save_merged(f);
	} else {
		save_typed(f);
	}
}

void form_save_decided(struct form *f)
{
	if (f->state == FORM_READY)
		save_now(f);
	else
		ui_say(f->screen->ui, SAY_INFO, "a save is under way");
}

void form_save(struct form *f)
{
	if (f->line)
		form_line_key(f, &(struct key){ .code = K_TAB });
	if (f->state != FORM_READY)
		ui_say(f->screen->ui, SAY_INFO, "a save is under way");
	else if (!form_dirty(f) && f->kind == SAVE_UPDATE)
		ui_say(f->screen->ui, SAY_INFO, "nothing was changed");
	else if (f->merge)
		form_merge_again(f);
	else
		save_now(f);
}
