/* SPDX-License-Identifier: MIT */
#include "form.h"
#include "editor.h"
#include "ui_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/settings.h"
#include "command/target.h"
#include "ui/dialog.h"
#include "ui/ui.h"
#include "ui/viewer.h"

struct form *form_of(const struct screen *s)
{
	return s->data;
}

/* ---- opening ---- */

/* Not what has a value of its own, as public ids do. */
static int first_to_fill(const struct form *f)
{
	size_t i = 0;

	while (i < f->fields.len &&
	       (f->fields.v[i].locked || f->fields.v[i].column->default_expr))
		i++;
	return i < f->fields.len ? (int)i : 0;
}

static void ready(struct form *f)
{
	f->state = FORM_READY;
	form_title(f);
	form_make_fields(f);
	scroll_set(&f->scroll, (int)f->fields.len, f->scroll.height ? f->scroll.height : 1);
	if (f->kind == SAVE_INSERT)
		f->scroll.cursor = first_to_fill(f);
	form_watch(f);
	form_look_labels(f);
	screen_changed(f->screen, SCREEN_DATA);
}

/* Filled in: what was left from earlier is offered, and what was typed meanwhile is done. */
static void begun(struct form *f)
{
	if (!form_draft_offer(f))
		form_early_replay(f);
}

static void on_record(void *ctx, const struct record *record, const struct err *err)
{
	struct screen *s = ctx;
	struct form *f = s->data;

	if (!record) {
		struct err gone = ERR_INIT;

		if (!err)
			err_set(&gone, ERR_FAILED, record_plan_relation(f->plan)->name,
				"the record is gone: deleted, or not visible to you");
		ui_say_err(s->ui, err ? err : &gone);
		err_release(&gone);
		screen_pop(s);
		return;
	}
	record_copy(&f->base, record);
	if (f->kind == SAVE_INSERT) {
		/* A duplicate begins with the other's values, but with keys and versions of its
		 * own. */
		struct record other = f->base;

		f->base = (struct record){ 0 };
		ready(f);
		for (size_t i = 0; i < f->fields.len; i++) {
			struct form_field *field = &f->fields.v[i];
			const struct record_field *old =
				record_field(&other, field->column->name);

			if (!field->locked && old && !field->column->identity)
				form_set_value(f, i, old->value, false);
		}
		record_release(&other);
	} else {
		ready(f);
	}
	begun(f);
}

/* "column=value" words of the place: the key of the record. */
static char **place_key(const struct record_plan *plan, const struct screen *s)
{
	const struct place *place = s->place;
	const struct tenant_choice *tenant = session_tenant(screen_session(s));
	const struct column *const *key = record_plan_key(plan);
	size_t n = 0;
	char **out;

	while (key[n])
		n++;
	out = xcalloc(n + 1, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(key[i]->name);

		for (const char *const *w = place->where; w && *w; w++)
			if (strncmp(*w, key[i]->name, len) == 0 && (*w)[len] == '=')
				out[i] = xstrdup(*w + len + 1);
		if (!out[i] && key[i]->attnum == record_plan_profile(plan)->tenant_attnum)
			out[i] = xstrdup_null(tenant->id);
		if (!out[i]) {
			target_key_free(&out);
			return NULL;
		}
	}
	return out;
}

static bool form_begin(struct form *f, struct err *err)
{
	struct screen *s = f->screen;
	struct session *session = screen_session(s);

	if (!session_catalog(session) || !session_profile(session))
		return err_set(err, ERR_FAILED, "edit",
			       "the catalog is not read yet; try again in a moment");
	if (session_tenant(session)->kind == TENANT_ALL) {
		err_set(err, ERR_FAILED, "edit",
			"records are never edited in the scope of all tenants");
		return err_hint(err, "choose one with :tenant NAME");
	}
	if (!target_allows(s->def, f->kind, NULL, 0, err))
		return false;
	f->plan = s->def ? target_plan_of(session, s->def, err)
			 : target_plan(session, s->place->screen, NULL, err);
	if (!f->plan)
		return false;
	if (f->kind == SAVE_INSERT && !(record_plan_relation(f->plan)->rights & RIGHT_INSERT))
		return err_set(err, ERR_FAILED, record_plan_relation(f->plan)->name,
			       "your role may not add records to it");
	f->key = place_key(f->plan, s);
	if (!f->key && f->kind == SAVE_UPDATE)
		return err_set(err, ERR_FAILED, "edit",
			       "the row under the cursor does not tell its key");
	return true;
}

static void form_free(struct form *f)
{
	loop_timer_free(&f->look_timer);
	loop_timer_free(&f->draft_timer);
	editor_free(&f->editor);
	form_line_close(f);
	loop_timer_free(&f->typing_timer);
	save_free(&f->save);
	merge_free(&f->merge);
	record_release(&f->base);
	record_release(&f->theirs);
	form_drop_fields(f);
	form_early_drop(f);
	labels_free(&f->labels);
	if (f->key)
		target_key_free(&f->key);
	draft_release(&f->draft);
	record_plan_free(&f->plan);
	record_plan_free(&f->elsewhere);
	record_plan_free(&f->next);
	free(f->changed);
	free(f->reason);
	free(f->who);
	free(f->since);
	free(f->notice);
	free(f);
}

static bool form_open_as(struct screen *s, enum save_kind kind, struct err *err)
{
	struct form *f = xcalloc(1, sizeof *f);

	f->screen = s;
	f->kind = kind;
	s->data = f;
	if (!form_begin(f, err)) {
		form_free(f);
		s->data = NULL;
		return false;
	}
	session_observe(screen_session(s), form_on_session, s);
	form_title(f);
	if (f->key)
		record_fetch(screen_session(s), f->plan, (const char *const *)f->key, on_record,
			     s);
	else
		ready(f), begun(f);
	return true;
}

static bool form_open(struct screen *s, struct err *err)
{
	return form_open_as(s, SAVE_UPDATE, err);
}

static bool form_open_new(struct screen *s, struct err *err)
{
	return form_open_as(s, SAVE_INSERT, err);
}

/* Whoever leaves souk in a hurry (:q!, a signal) is told where the changes are. */
static void say_draft(const struct form *f)
{
	struct buf *out = f->screen->ui->opts.farewell;

	if (!f->screen->ui->quitting || !f->draft_written || !out)
		return;
	buf_addf(out, "%sthe changes to %s", out->len ? "\n" : "", f->draft.relation);
	for (size_t i = 0; f->draft.key[i]; i++)
		buf_addf(out, "%c%s", i ? ',' : ' ', f->draft.key[i]);
	buf_adds(out, " are kept as a draft: its form offers them again, :drafts lists them");
}

static void form_close(struct screen *s)
{
	struct form *f = s->data;

	if (f->state == FORM_READY && form_draft_worth(f))
		form_draft_now(f);
	say_draft(f);
	session_unobserve(screen_session(s), s);
	dialog_forget(s->ui, s);
	form_free(f);
}

/* ---- keys and actions ---- */

static void form_recalc(struct screen *s)
{
	struct form *f = s->data;

	scroll_set(&f->scroll, (int)f->fields.len, s->rows > 5 ? s->rows - 4 : 1);
	form_renew_late(f);
}

/* A click on a field goes there; the first line is above them. */
static bool k_is_field(struct form *f, const struct key *key)
{
	int item = f->scroll.top + key->row - 1;

	if ((key->code == K_CLICK || key->code == K_DRAG) && key->col == f->screen->cols - 1 &&
	    scroll_bar_click(&f->scroll, key->row - 1, f->scroll.height)) {
		screen_changed(f->screen, SCREEN_LOOK);
		return true;
	}
	if (!key_points(key) || key->row < 1 || key->row > f->scroll.height ||
	    item >= f->scroll.len)
		return false;
	scroll_to(&f->scroll, item);
	screen_changed(f->screen, SCREEN_LOOK);
	return true;
}

/* The wait is given up: for a save that is not being committed yet. */
static void give_up_save(struct form *f)
{
	struct screen *s = f->screen;

	if (!save_may_give_up(f->save)) {
		ui_say(s->ui, SAY_INFO, "the save is being committed: its outcome is awaited");
		return;
	}
	save_free(&f->save);
	f->state = FORM_READY;
	form_watch(f);
	ui_say(s->ui, SAY_INFO, "given up: nothing was written, what you typed is still here");
	screen_changed(s, SCREEN_DATA);
}

bool form_give_up_key(struct form *f, const struct key *key)
{
	if (f->state != FORM_SAVING || !f->save || !key_is(key, K_ESC))
		return false;
	give_up_save(f);
	return true;
}

static bool form_key(struct screen *s, const struct key *key)
{
	struct form *f = s->data;

	if (form_early_key(f, key) || form_give_up_key(f, key))
		return true;
	if (!f->line && k_is_field(f, key))
		return key->code == K_CLICK; /* others go on to their binding */
	if (!f->line || !form_line_key(f, key))
		return false;
	form_draft_soon(f); /* a line that is not finished is worth keeping too */
	return true;
}

static bool change_field(struct form *f, const char *how, struct err *err)
{
	struct form_field *field = form_focus(f);
	size_t i = (size_t)f->scroll.cursor;

	if (f->state != FORM_READY || !field)
		return true;
	if (field->locked) {
		struct buf why = BUF_INIT;
		char *title = form_field_title(f, field);

		form_lock_words(f, field, &why);
		err_set(err, ERR_FAILED, title, "cannot be changed: %s", why.data);
		buf_release(&why);
		free(title);
		return false;
	}
	if (strcmp(how, "editor") == 0)
		form_edit_outside(f);
	else if (strcmp(how, "pick") == 0)
		form_pick(f);
	else if (strcmp(how, "null") == 0 && field->column->not_null)
		return err_set(err, ERR_FAILED, field->column->name, "can never be NULL");
	else if (strcmp(how, "empty") == 0)
		form_put(f, i, "", false);
	else if (strcmp(how, "null") == 0)
		form_put(f, i, NULL, false);
	else if (strcmp(how, "default") == 0)
		form_put(f, i, NULL, true);
	else if (strcmp(how, "revert") == 0)
		form_put(f, i, record_value(&f->base, field->column->name),
			 f->kind == SAVE_INSERT);
	else
		form_edit_field(f);
	return true;
}

static void view_field(const struct form *f, const struct form_field *field)
{
	char *title = form_field_title(f, field);

	viewer_open(f->screen->ui, title, field->value, strlen(field->value),
		    viewer_as_kind(value_kind_of(field->column)));
	free(title);
}

static bool form_action(struct screen *s, enum action action, const struct args *args,
			struct err *err)
{
	struct form *f = s->data;
	struct form_field *field = form_focus(f);

	switch ((int)action) {
	case ACTION_MOVE:
		screen_changed(s, SCREEN_LOOK);
		return scroll_action(&f->scroll, args_get(args, "where"),
				     args_int(args, "count", 1)) ||
		       screen_cannot(s, action, err);
	case ACTION_NEXT_PANE:
		scroll_move(&f->scroll,
			    args_get(args, "where") &&
					    strcmp(args_get(args, "where"), "previous") == 0
				    ? -1
				    : 1);
		screen_changed(s, SCREEN_LOOK);
		return true;
	case ACTION_OPEN_ROW:
	case ACTION_EDIT:
		return change_field(f, "edit", err);
	case ACTION_FIELD:
		return change_field(f, args_get(args, "how"), err);
	case ACTION_VIEW:
		if (field && field->value)
			view_field(f, field);
		return true;
	case ACTION_SAVE:
		form_save(f);
		return true;
	case ACTION_UNDO:
		form_undo(f);
		return true;
	case ACTION_REDO:
		form_redo(f);
		return true;
	case ACTION_CANCEL:
		if (f->state == FORM_LOADING)
			screen_pop(s);
		else if (f->state == FORM_SAVING)
			give_up_save(f);
		else
			return screen_cannot(s, action, err);
		return true;
	default:
		return screen_cannot(s, action, err);
	}
}

static const char *form_unsaved(const struct screen *s)
{
	const struct form *f = form_of(s);

	if (f->state == FORM_LOADING || !form_draft_worth(f))
		return NULL;
	return settings_bool(session_settings(screen_session(s)), "drafts")
		       ? "Leave without saving the changes? A draft keeps them."
		       : "Leave without saving the changes?";
}

static bool offers(const struct screen *s, enum action action, const char *words)
{
	if (action == ACTION_UNDO)
		return form_of(s)->step > 0;
	return action != ACTION_FIELD || form_offers(form_of(s), words);
}

static const char *form_cell(const struct screen *s, const char *column)
{
	const struct form *f = form_of(s);

	for (size_t i = 0; i < f->fields.len; i++)
		if (strcmp(f->fields.v[i].column->name, column) == 0)
			return f->fields.v[i].value ? f->fields.v[i].value : "";
	return NULL;
}

static void form_status(const struct screen *s, struct screen_status *out)
{
	const struct form *f = form_of(s);
	size_t changed = 0;

	for (size_t i = 0; i < f->fields.len; i++)
		changed += form_field_changed(f, &f->fields.v[i]);
	if (f->state == FORM_LOADING)
		buf_adds(&out->note, "loading");
	else if (f->state == FORM_SAVING)
		buf_adds(&out->note, f->save ? save_state(f->save) : "saving");
	else if (changed)
		buf_addf(&out->note, "%zu changed", changed);
	out->note_style = changed ? STYLE_MINE : STYLE_MUTED;
	if (ui_plain(s->ui)) /* on the screen it stands above the fields */
		buf_adds(&out->sort, record_plan_guard_text(f->plan));
}

static const char *form_typing(const struct screen *s)
{
	return form_of(s)->line ? "Enter accept  Tab next field  Ctrl-S save  Esc leave" : NULL;
}

#define FORM_KIND(id, kind_name, open_fn)                                                      \
	const struct screen_kind id = {                                                        \
		.name = kind_name,                                                             \
		.flags = 0,                                                                    \
		.open = open_fn,                                                               \
		.recalc = form_recalc,                                                         \
		.repaint = form_repaint,                                                       \
		.key = form_key,                                                               \
		.action = form_action,                                                         \
		.offers = offers,                                                              \
		.typing = form_typing,                                                         \
		.cell = form_cell,                                                             \
		.status = form_status,                                                         \
		.unsaved = form_unsaved,                                                       \
		.close = form_close,                                                           \
	}

FORM_KIND(kind_form, "form", form_open);
/* Without a key in the place: an empty record; with one: a duplicate. */
FORM_KIND(kind_form_new, "form-new", form_open_new);
