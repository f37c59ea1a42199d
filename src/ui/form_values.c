/* SPDX-License-Identifier: MIT */
/*
 * form_values.c - the fields of a form and what they hold: which can be changed, what was typed
 * and what it was before, undo and redo.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "form.h"
#include "ui_priv.h"

/* ---- fields ---- */

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

bool form_field_changed(const struct form *f, const struct form_field *field)
{
	if (field->locked)
		return false;
	if (f->kind == SAVE_INSERT)
		return field->touched;
	return field->use_default ||
	       !same(field->value, record_value(&f->base, field->column->name));
}

bool form_dirty(const struct form *f)
{
	for (size_t i = 0; i < f->fields.len; i++)
		if (form_field_changed(f, &f->fields.v[i]))
			return true;
	return false;
}

struct form_field *form_focus(struct form *f)
{
	return f->fields.len ? &f->fields.v[f->scroll.cursor] : NULL;
}

/* Why a person may not type into it; NULL: go on. */
static const char *lock_reason(const struct form *f, const struct column *c)
{
	const struct relation_profile *p = record_plan_profile(f->plan);
	int right = f->kind == SAVE_INSERT ? RIGHT_INSERT : RIGHT_UPDATE;
	const struct screendef *def = f->screen->def;

	if (c->generated)
		return "generated";
	if (c->identity == 'a')
		return "identity";
	if (c->attnum == p->version_attnum)
		return "version";
	if (f->kind == SAVE_UPDATE && c->attnum == p->updated_at_attnum &&
	    p->updated_at_by_trigger)
		return "by the server";
	if (f->kind == SAVE_UPDATE && record_plan_stamps(f->plan, c, false))
		return "at each save";
	if (p->tenant_attnum == c->attnum &&
	    session_tenant(screen_session(f->screen))->kind == TENANT_ONE &&
	    !session_tenant_schema(screen_session(f->screen)))
		return "tenant";
	if (!(c->rights & right))
		return "no right";
	if (def && def->edit.columns && f->kind == SAVE_UPDATE) {
		for (const char *const *name = def->edit.columns; *name; name++)
			if (strcmp(*name, c->name) == 0)
				return NULL;
		return "not changed here";
	}
	return NULL;
}

static void add_field(struct form *f, const struct column *c, const char *value)
{
	const struct relation *r = record_plan_relation(f->plan);
	const unsigned char *masked = record_plan_profile(f->plan)->masked;
	size_t index = (size_t)(c - r->columns);
	struct form_field field = {
		.column = c,
		.value = xstrdup_null(value),
		.locked = lock_reason(f, c),
		.secret = masked && masked[index] == 2,
	};
	const struct tenant_choice *tenant = session_tenant(screen_session(f->screen));

	if (f->kind == SAVE_INSERT) {
		field.use_default = true;
		if (field.locked && strcmp(field.locked, "tenant") == 0) {
			free(field.value);
			field.value = xstrdup(tenant->id);
			field.use_default = false;
		}
	}
	*VEC_PUSH(&f->fields) = field;
}

/* Those that can be changed first, in the relation's order. */
void form_make_fields(struct form *f)
{
	const struct relation *r = record_plan_relation(f->plan);

	for (int locked = 0; locked < 2; locked++)
		for (size_t i = 0; i < r->ncolumns; i++) {
			const struct column *c = &r->columns[i];
			const struct record_field *old = record_field(&f->base, c->name);

			if ((lock_reason(f, c) != NULL) != locked)
				continue;
			if (!old && f->kind == SAVE_UPDATE)
				continue;
			add_field(f, c, old ? old->value : NULL);
		}
}

static void field_release(struct form_field *field)
{
	free(field->value);
	free(field->error);
	free(field->canonical);
}

void form_clear_errors(struct form *f)
{
	for (size_t i = 0; i < f->fields.len; i++) {
		free(f->fields.v[i].error);
		f->fields.v[i].error = NULL;
	}
}

/* ---- undo and redo ---- */

static void drop_steps(struct form *f, size_t from)
{
	for (size_t i = from; i < f->steps.len; i++) {
		free(f->steps.v[i].before);
		free(f->steps.v[i].after);
	}
	f->steps.len = from < f->steps.len ? from : f->steps.len;
}

void form_set_value(struct form *f, size_t i, const char *value, bool use_default)
{
	struct form_field *field = &f->fields.v[i];
	char *copy = xstrdup_null(value);

	free(field->value);
	free(field->error);
	free(field->canonical);
	field->value = copy;
	field->error = NULL;
	field->canonical = NULL;
	field->use_default = use_default;
	field->touched = !use_default;
	screen_changed(f->screen, SCREEN_LOOK);
	form_draft_soon(f);
	form_look_labels(f);
	if (value && !use_default)
		form_judge(f, i);
}

void form_put(struct form *f, size_t i, const char *value, bool use_default)
{
	const struct form_field *field = &f->fields.v[i];

	if (same(field->value, value) && field->use_default == use_default)
		return;
	drop_steps(f, f->step);
	*VEC_PUSH(&f->steps) = (struct form_step){
		.field = i,
		.before = xstrdup_null(field->value),
		.after = xstrdup_null(value),
		.default_before = field->use_default,
		.default_after = use_default,
	};
	f->step = f->steps.len;
	form_set_value(f, i, value, use_default);
}

void form_undo(struct form *f)
{
	const struct form_step *s;

	if (!f->step) {
		ui_say(f->screen->ui, SAY_INFO, "nothing to undo in this form");
		return;
	}
	s = &f->steps.v[--f->step];
	scroll_to(&f->scroll, (int)s->field);
	form_set_value(f, s->field, s->before, s->default_before);
}

void form_redo(struct form *f)
{
	const struct form_step *s;

	if (f->step == f->steps.len) {
		ui_say(f->screen->ui, SAY_INFO, "nothing to redo in this form");
		return;
	}
	s = &f->steps.v[f->step++];
	scroll_to(&f->scroll, (int)s->field);
	form_set_value(f, s->field, s->after, s->default_after);
}

/* What was typed wins over what was there; all of it is the new record's. */
void form_refill(struct form *f)
{
	VEC(struct form_field) old = VEC_INIT;

	drop_steps(f, 0);
	f->step = 0;
	memcpy(&old, &f->fields, sizeof old);
	f->fields.v = NULL;
	f->fields.len = f->fields.cap = 0;
	form_make_fields(f);
	for (size_t i = 0; i < f->fields.len; i++)
		for (size_t k = 0; k < old.len; k++) {
			struct form_field *now = &f->fields.v[i];

			if (old.v[k].column != now->column)
				continue;
			free(now->value);
			now->value = xstrdup_null(old.v[k].value);
			now->use_default = old.v[k].use_default;
			now->touched = !now->locked && !now->use_default;
		}
	for (size_t k = 0; k < old.len; k++)
		field_release(&old.v[k]);
	VEC_RELEASE(&old);
	scroll_set(&f->scroll, (int)f->fields.len, f->scroll.height);
	form_title(f);
	screen_changed(f->screen, SCREEN_DATA);
}

const char *form_place(const struct form *f)
{
	const struct screendef *def = f->screen->def;

	return def && def->title ? def->title : record_plan_relation(f->plan)->name;
}

/* "Edit 18 AB-00018 in Products": the key without the tenant's part, and what people call it.
 */
void form_title(struct form *f)
{
	const struct screen *s = f->screen;
	const char *name = s->def && s->def->search && s->def->search[0]
				   ? record_value(&f->base, s->def->search[0])
				   : NULL;
	struct buf title = BUF_INIT;

	buf_adds(&title, f->restoring ? "Restore" : f->kind == SAVE_INSERT ? "New" : "Edit");
	if (f->key && (f->kind == SAVE_UPDATE || f->restoring)) {
		char *key = record_key_title(f->plan, (const char *const *)f->key);

		buf_addf(&title, " %s", key);
		if (name && strcmp(name, key) != 0 && strlen(name) <= 30)
			buf_addf(&title, " %s", name);
		free(key);
	}
	buf_addf(&title, " in %s", form_place(f));
	screen_title(f->screen, title.data);
	buf_release(&title);
}

const char *form_record_title(const struct screen *s)
{
	static const char edit[] = "Edit ";

	return strncmp(s->title, edit, strlen(edit)) == 0 ? s->title + strlen(edit) : NULL;
}

void form_drop_fields(struct form *f)
{
	drop_steps(f, 0);
	VEC_RELEASE(&f->steps);
	f->step = 0;
	for (size_t i = 0; i < f->fields.len; i++)
		field_release(&f->fields.v[i]);
	VEC_RELEASE(&f->fields);
}

void form_fields_anew(struct form *f)
{
	form_drop_fields(f);
	form_make_fields(f);
	scroll_set(&f->scroll, (int)f->fields.len, f->scroll.height ? f->scroll.height : 1);
	labels_free(&f->labels);
	form_look_labels(f);
	form_title(f);
	screen_changed(f->screen, SCREEN_DATA);
}
