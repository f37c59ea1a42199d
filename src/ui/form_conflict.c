/* SPDX-License-Identifier: MIT */
/*
 * form_conflict.c - the record is not what it was when the form was opened: changed, deleted,
 * or under another key.  Whatever was typed stays in the form or in its draft.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/parse.h"
#include "command/rowset.h"
#include "command/target.h"
#include "form.h"
#include "ui/dialog.h"
#include "ui/ui.h"
#include "ui_priv.h"

/* ---- a conflict ---- */

static const char *mine_of(const struct form *f, const struct record_field *theirs)
{
	for (size_t i = 0; i < f->fields.len; i++)
		if (f->fields.v[i].column == theirs->column)
			return f->fields.v[i].locked
				       ? record_value(&f->base, theirs->column->name)
				       : f->fields.v[i].value;
	return record_value(&f->base, theirs->column->name);
}

static bool kept_by_server(const struct form *f, const struct column *c)
{
	const struct relation_profile *p = record_plan_profile(f->plan);

	return c->generated || c->attnum == p->version_attnum ||
	       c->attnum == p->updated_at_attnum;
}

static struct merge_plan *make_merge(const struct form *f)
{
	struct merge_plan *plan;
	VEC(struct merge_input) in = VEC_INIT;

	for (size_t i = 0; i < f->theirs.n; i++) {
		const struct record_field *t = &f->theirs.fields[i];
		struct merge_input field;

		if (kept_by_server(f, t->column))
			continue;
		field = merge_input_of(t->column);
		field.base = record_value(&f->base, t->column->name);
		field.theirs = t->value;
		field.mine = mine_of(f, t);
		*VEC_PUSH(&in) = field;
	}
	plan = merge_new(in.v, in.len);
	VEC_RELEASE(&in);
	return plan;
}

static void rebase_merge(struct form *f)
{
	const char **theirs = xcalloc(merge_len(f->merge) + 1, sizeof *theirs);

	for (size_t i = 0; i < merge_len(f->merge); i++)
		theirs[i] = record_value(&f->theirs, merge_at(f->merge, i)->name);
	merge_rebase(f->merge, theirs);
	free(theirs);
}

/* Theirs is in the form already. */
static void merge_anew(struct form *f)
{
	struct err err = ERR_INIT;

	merge_free(&f->merge);
	f->merge = make_merge(f);
	if (!screen_push_merge(f->screen, &err))
		ui_say_err(f->screen->ui, &err);
	err_release(&err);
}

void form_conflict(struct form *f, const struct save_result *result)
{
	record_copy(&f->theirs, &result->theirs);
	free(f->who);
	free(f->since);
	f->who = xstrdup_null(result->who);
	f->since = xstrdup_null(result->since);
	if (f->merge) {
		rebase_merge(f);
		ui_say(f->screen->ui, SAY_WARNING,
		       "theirs moved again: your choices are kept, look once more");
		ui_changed(f->screen->ui);
	} else {
		merge_anew(f);
	}
}

/* ---- the form was typed into while its merge was open ---- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void keep_parts(struct merge_plan *to, size_t i, const struct merge_field *old)
{
	for (size_t p = 0; p < old->nparts; p++)
		for (size_t q = 0; q < merge_at(to, i)->nparts; q++)
			if (old->parts[p].choice != CHOICE_NONE &&
			    same(old->parts[p].path, merge_at(to, i)->parts[q].path))
				merge_choose_part(to, i, q, old->parts[p].choice);
}

/* What was chosen for a field whose text is still the same goes on to count. */
static void keep_choices(struct merge_plan *to, const struct merge_plan *from)
{
	for (size_t i = 0; i < merge_len(to); i++) {
		const struct merge_field *old = merge_find(from, merge_at(to, i)->name);

		if (!old || !same(old->mine, merge_at(to, i)->mine))
			continue;
		keep_parts(to, i, old);
		if (old->choice == CHOICE_EDITED)
			merge_edit(to, i, old->edited);
		else if (old->choice != CHOICE_NONE)
			(void)merge_choose(to, i, old->choice);
	}
}

void form_merge_again(struct form *f)
{
	struct merge_plan *plan = make_merge(f);
	struct err err = ERR_INIT;

	keep_choices(plan, f->merge);
	merge_free(&f->merge);
	f->merge = plan;
	if (!screen_push_merge(f->screen, &err))
		ui_say_err(f->screen->ui, &err);
	err_release(&err);
}

/* ---- a draft meets the record of today ---- */

static void set_base(struct form *f, const char *column, const char *value)
{
	for (size_t i = 0; i < f->base.n; i++)
		if (strcmp(f->base.fields[i].column->name, column) == 0) {
			free(f->base.fields[i].value);
			f->base.fields[i].value = xstrdup_null(value);
		}
}

/* "v7.x123": the 7. */
static char *version_of(const char *guard)
{
	return guard && *guard == 'v' ? xstrndup(guard + 1, strspn(guard + 1, "0123456789"))
				      : NULL;
}

void form_rebase_draft(struct form *f)
{
	const struct draft *d = &f->draft;
	struct record today = { 0 };
	bool moved = false;

	if (f->kind != SAVE_UPDATE)
		return;
	record_copy(&today, &f->base);
	for (size_t i = 0; i < d->n; i++) {
		if (!record_field(&today, d->values[i].column) ||
		    same(d->values[i].base, record_value(&today, d->values[i].column)))
			continue;
		moved = true;
		set_base(f, d->values[i].column, d->values[i].base);
	}
	if (moved) {
		free(f->base.version);
		f->base.version = version_of(d->guard);
		record_copy(&f->theirs, &today);
		ui_say(f->screen->ui, SAY_INFO, "somebody changed it since you typed this");
		merge_anew(f);
	}
	record_release(&today);
}

/* ---- the record is gone ---- */

static const char back[] = "Back to the form", restore[] = "Restore it as a new record",
		  give_up[] = "Give up; the draft stays";

static void on_gone(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (answer && strcmp(answer, restore) == 0) {
		f->kind = SAVE_INSERT;
		f->restoring = true;
		form_refill(f);
		form_save_decided(f);
	} else if (answer && strcmp(answer, give_up) == 0) {
		form_draft_now(f);
		f->state = FORM_LOADING; /* nothing asks about it any more: the draft has it */
		screen_pop(s);
		ui_command(s->ui, "refresh");
	}
}

static void ask_gone(struct form *f)
{
	const char *choices[4] = { back };
	const struct screendef *def = f->screen->def;
	size_t n = 1;
	struct question q = {
		.title = "The record is gone",
		.text = "It was deleted, or is no longer visible to you. Nothing was written; "
			"what "
			"you typed is still here and kept as a draft.",
		.kind = ASK_CHOICE,
		.choices = choices,
	};

	if ((record_plan_relation(f->plan)->rights & RIGHT_INSERT) && !(def && def->edit.fixed))
		choices[n++] = restore;
	choices[n++] = give_up;
	dialog_ask(f->screen->ui, &q, on_gone, f->screen);
}

static void look_elsewhere(struct form *f);

static void on_elsewhere(void *ctx, const struct record *record, const struct err *err)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	const char **key;
	char *before, *title;
	size_t n = 0;

	if (!record || err) {
		look_elsewhere(f);
		return;
	}
	key = record_key(record, f->plan);
	before = record_key_title(f->plan, (const char *const *)f->key);
	title = record_key_title(f->plan, key);
	for (; f->key[n]; n++) {
		free(f->key[n]);
		f->key[n] = xstrdup(key[n] ? key[n] : "");
	}
	ui_say(s->ui, SAY_WARNING,
	       "no record has the key %s any more; the one with the same %s is now %s", before,
	       f->same_column, title);
	record_copy(&f->theirs, record);
	free(f->who);
	free(f->since);
	f->who = f->since = NULL;
	merge_anew(f);
	free(key);
	free(before);
	free(title);
}

/* Another unique key than the one it was opened by, whole and not changed in this form. */
static bool usable(const struct form *f, const struct index *x)
{
	const struct column *const *key = record_plan_key(f->plan);
	bool same_as_key = true;

	if (!x->unique || !x->valid || x->predicate || x->exclusion)
		return false;
	for (size_t i = 0; i < x->nkeys; i++) {
		const struct column *c =
			relation_attnum(record_plan_relation(f->plan), x->columns[i]);

		if (!c || !record_value(&f->base, c->name))
			return false;
		for (size_t k = 0; key[k] && key[k] != c; k++)
			if (!key[k + 1])
				same_as_key = false;
	}
	return !same_as_key;
}

/* Somebody may have changed its key: another unique key still finds it. */
static void look_elsewhere(struct form *f)
{
	const struct relation *r = record_plan_relation(f->plan);
	struct session *session = screen_session(f->screen);
	const struct relation *now = catalog_relation(session_catalog(session), r->oid);
	struct err err = ERR_INIT;

	record_plan_free(&f->elsewhere);
	while (now && !f->elsewhere && f->tried < r->nindexes) {
		const struct index *x = &r->indexes[f->tried++];
		const char *names[17] = { 0 };

		if (!usable(f, x) || x->nkeys >= ARRAY_SIZE(names))
			continue;
		for (size_t i = 0; i < x->nkeys; i++)
			names[i] = relation_attnum(r, x->columns[i])->name;
		f->same_column = names[x->nkeys - 1];
		f->elsewhere = record_plan_new(session_catalog(session),
					       session_profile(session), r->oid, names, &err);
		err_clear(&err);
	}
	if (f->elsewhere) {
		const char **key = record_key(&f->base, f->elsewhere);

		record_fetch(session, f->elsewhere, key, on_elsewhere, f->screen);
		free(key);
	} else {
		ask_gone(f);
	}
}

void form_gone(struct form *f)
{
	f->tried = 0;
	look_elsewhere(f);
}

/* ---- saved under another key ---- */

static void key_text(const struct form *f, const struct record *record, struct buf *out)
{
	const char **key = record_key(record, f->plan);

	record_key_text(out, key);
	free(key);
}

bool form_way_to_moved(const struct form *f, const struct record *after, struct buf *out)
{
	const struct screen *below = screen_below(f->screen);
	const struct rowset *rows = below && below->kind->rows ? below->kind->rows(below) : NULL;
	struct buf was = BUF_INIT, now = BUF_INIT;
	bool moved;

	key_text(f, &f->base, &was);
	key_text(f, after, &now);
	moved = f->kind == SAVE_UPDATE && strcmp(was.data, now.data) != 0 && rows &&
		rowset_len(rows) &&
		strcmp(rowset_key(rows, rowset_cursor(rows)), was.data) == 0;
	if (moved) {
		buf_adds(out, "goto ");
		buf_add_word(out, now.data);
	}
	buf_release(&was);
	buf_release(&now);
	return moved;
}
