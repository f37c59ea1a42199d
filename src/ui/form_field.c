/* SPDX-License-Identifier: MIT */
/*
 * form_field.c - how a value gets into a field: typed with the person's readline habits,
 * toggled, picked, or written in their editor; and what the server thinks of it.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/path.h"
#include "command/labels.h"
#include "command/validate.h"
#include "domain/dayinput.h"
#include "domain/pgtype.h"
#include "form.h"
#include "editor.h"
#include "ui_priv.h"
#include "ui/lineedit.h"
#include "ui/dialog.h"
#include "ui/ui.h"

#define LONG_TEXT 400 /* bytes from which the editor is the better place */
#define TYPING_PAUSE_MS 300

/* ---- the server's opinion ---- */

struct judge {
	struct screen *screen;
	size_t field;
	char *value;
	char *shown; /* typed: what stands in the line, if that is another text */
	bool typed;  /* it is still being typed */
};

static void typing_forget(struct form *f)
{
	free(f->typing_error);
	free(f->typing_note);
	f->typing_error = f->typing_note = NULL;
}

/* A JSON text says where it is wrong; the server only that it is. */
static char *refusal_of(const struct column *c, const char *value, const struct err *err)
{
	struct err where = ERR_INIT;
	struct json *j;
	char *words = NULL;

	if (!err || !err->sqlstate[0])
		return NULL;
	if (form_is_json(c)) {
		j = json_parse(value, strlen(value), &where);
		words = j ? NULL : xstrdup(where.why);
		json_free(&j);
		err_release(&where);
	}
	return words ? words : xstrdup(err->why);
}

static void judge_done(void *ctx, const char *canonical, const struct err *err)
{
	struct judge *j = ctx;
	struct form *f = form_of(j->screen);
	struct form_field *field = &f->fields.v[j->field];

	/* An answer to what is not there any more is no answer. */
	if (j->typed) {
		if (!f->line || (size_t)f->scroll.cursor != j->field ||
		    strcmp(line_text(f->line), j->shown) != 0)
			return;
		typing_forget(f);
		f->typing_error = refusal_of(field->column, j->value, err);
		if (!f->typing_error && canonical && strcmp(canonical, j->shown) != 0)
			f->typing_note = xasprintf("will be stored as %s", canonical);
	} else if (field->value && strcmp(field->value, j->value) == 0) {
		free(field->error);
		free(field->canonical);
		/* jsonb keeps no layout: there is nothing to be told of. */
		if (canonical && field->column->base_type_oid == PGTYPE_JSONB) {
			free(field->value);
			field->value = xstrdup(canonical);
		}
		field->error = refusal_of(field->column, j->value, err);
		field->canonical = canonical && strcmp(canonical, field->value) != 0
					   ? xstrdup(canonical)
					   : NULL;
	}
	screen_changed(j->screen, SCREEN_LOOK);
}

static void judge_release(void *ctx)
{
	struct judge *j = ctx;

	free(j->value);
	free(j->shown);
	free(j);
}

static void ask_server(struct judge *j)
{
	struct form *f = form_of(j->screen);

	validate(screen_session(j->screen), &(struct validate_request){
						    .column = f->fields.v[j->field].column,
						    .value = j->value,
						    .fn = judge_done,
						    .release = judge_release,
						    .ctx = j,
						    .owner = j->screen,
					    });
}

void form_judge(struct form *f, size_t i)
{
	struct judge *j = xcalloc(1, sizeof *j);

	*j = (struct judge){ .screen = f->screen,
			     .field = i,
			     .value = xstrdup(f->fields.v[i].value) };
	ask_server(j);
}

/* "next mon" is a date for people: what the server is told. The caller frees. */
static char *meant(const struct column *c, const char *text)
{
	struct day today = calendar_today(), day;
	struct buf out = BUF_INIT;
	const char *rest;

	if (!form_is_day(c) || !day_parse(text, &today, &day, &rest))
		return xstrdup(text);
	day_write(&out, &day);
	if (*rest)
		buf_addf(&out, " %s", rest);
	return buf_detach(&out);
}

static void on_typing_pause(void *ctx)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	struct judge *j;

	if (!f->line || !*line_text(f->line))
		return;
	j = xcalloc(1, sizeof *j);
	*j = (struct judge){ .screen = s,
			     .field = (size_t)f->scroll.cursor,
			     .value = meant(form_focus(f)->column, line_text(f->line)),
			     .shown = xstrdup(line_text(f->line)),
			     .typed = true };
	ask_server(j);
}

static void on_typing(void *ctx)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	typing_forget(f);
	if (!f->typing_timer)
		f->typing_timer = loop_timer_new(ui_loop(s->ui), on_typing_pause, s);
	loop_timer_start(f->typing_timer, TYPING_PAUSE_MS, 0);
}

/* ---- typing ---- */

static void line_done(void *ctx, const char *text)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (text) {
		char *value = meant(form_focus(f)->column, text);

		form_put(f, (size_t)f->scroll.cursor, value, false);
		free(value);
	}
	form_line_close(f);
}

void form_line_close(struct form *f)
{
	if (f->line)
		line_free(&f->line);
	if (f->typing_timer)
		loop_timer_stop(f->typing_timer);
	typing_forget(f);
	if (f->screen)
		screen_changed(f->screen, SCREEN_LOOK);
}

bool form_line_key(struct form *f, const struct key *key)
{
	if (key->mods == MOD_CTRL && key->code == 's') {
		form_save(f); /* with what was typed */
		return true;
	}
	/* Moving on accepts what was typed. */
	if (key_is(key, K_TAB) || key_is(key, K_UP) || key_is(key, K_DOWN)) {
		line_done(f->screen, line_text(f->line));
		scroll_move(&f->scroll, key_is(key, K_UP) ? -1 : 1);
		return true;
	}
	line_key(f->line, key);
	screen_changed(f->screen, SCREEN_LOOK);
	return true;
}

void form_type(struct form *f)
{
	const struct form_field *field = form_focus(f);
	const struct line_ops ops = { .done = line_done,
				      .changed = on_typing,
				      .lines = field->column->type_category == 'S' ||
					       form_is_json(field->column),
				      .ctx = f->screen };

	f->line = line_new(ui_lineedit(f->screen->ui), &ops,
			   field->use_default || !field->value ? "" : field->value);
	screen_changed(f->screen, SCREEN_LOOK);
}

/* ---- toggling and picking ---- */

static void picked(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (answer)
		form_put(f, (size_t)f->scroll.cursor, answer, false);
}

static void choose(struct form *f, const char *const *choices)
{
	VEC(struct menu_item) items = VEC_INIT;
	char *title = form_field_title(f, form_focus(f));

	for (; *choices; choices++)
		*VEC_PUSH(&items) = (struct menu_item){ .text = *choices };
	dialog_menu(f->screen->ui, title, items.v, items.len, picked, f->screen);
	free(title);
	VEC_RELEASE(&items);
}

static const char *const truth[] = { "true", "false", NULL };

static bool boolean(const struct column *c)
{
	return c->type_category == 'B';
}

static bool outside(const struct form_field *field)
{
	const char *v = field->value;

	return v && (strchr(v, '\n') || strlen(v) > LONG_TEXT);
}

/* true, false, and NULL where that may be. */
static void toggle(struct form *f, const struct form_field *field)
{
	const char *v = field->use_default ? NULL : field->value;
	const char *next = !v			      ? truth[0]
			   : strcmp(v, truth[0]) == 0 ? truth[1]
			   : field->column->not_null  ? truth[0]
						      : NULL;

	form_put(f, (size_t)f->scroll.cursor, next, false);
}

void form_edit_field(struct form *f)
{
	struct form_field *field = form_focus(f);
	const char *value = field->use_default ? NULL : field->value;
	char *title = form_field_title(f, field);

	if (boolean(field->column))
		toggle(f, field);
	else if (field->column->choices)
		choose(f, field->column->choices);
	else if (form_is_bytes(field->column))
		form_bytes(f);
	else if (field->column->element_oid &&
		 tags_open(f->screen->ui, title, value, picked, f->screen))
		; /* what is no list after all is typed */
	else if (outside(field))
		form_edit_outside(f);
	else
		form_type(f);
	free(title);
}

/* ---- records of another relation ---- */

static const char *value_of(const struct form *f, int attnum)
{
	for (size_t i = 0; i < f->fields.len; i++)
		if (f->fields.v[i].column->attnum == attnum)
			return f->fields.v[i].value;
	return NULL;
}

static const char *label_value(void *ctx, const struct column *column)
{
	return value_of(ctx, column->attnum);
}

static void on_labels(void *ctx)
{
	screen_changed(ctx, SCREEN_LOOK);
}

void form_look_labels(struct form *f)
{
	if (!f->labels)
		f->labels = labels_new(screen_session(f->screen), record_plan_relation(f->plan),
				       on_labels, f->screen);
	labels_look(f->labels, label_value, f);
}

/* The relation that it refers to, by which key and which column of that; NULL: to none. */
static const struct relation *refers_to(const struct form *f, const struct form_field *field,
					const struct foreign_key **key, size_t *at)
{
	*key = label_reference(record_plan_relation(f->plan), field->column, at);
	return *key ? catalog_relation(session_catalog(screen_session(f->screen)), (*key)->to)
		    : NULL;
}

/* Of a key over several columns the others say among which records. */
static bool pick_record(struct form *f, const struct form_field *field)
{
	struct pick_condition conditions[16];
	size_t at = 0;
	const struct foreign_key *key;
	const struct relation *to = refers_to(f, field, &key, &at);
	char *title = NULL;
	struct pick_from from = { .relation = to, .conditions = conditions };

	if (!to)
		return false;
	from.title = title = form_field_title(f, field);
	from.key = relation_attnum(to, key->to_columns[at]);
	for (size_t k = 0; k < key->n && from.nconditions < ARRAY_SIZE(conditions); k++) {
		const char *value = k == at ? NULL : value_of(f, key->from_columns[k]);

		if (value)
			conditions[from.nconditions++] = (struct pick_condition){
				relation_attnum(to, key->to_columns[k]), value
			};
	}
	pick_open(f->screen->ui, &from, picked, f->screen);
	free(title);
	return true;
}

/* A day from the calendar; the time of the day stays. */
static void day_picked(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	const char *old = form_focus(form_of(s))->value;
	const char *time = old && answer ? strchr(old, ' ') : NULL;
	char *value = time ? xasprintf("%s%s", answer, time) : xstrdup_null(answer);

	picked(ctx, value);
	free(value);
}

void form_pick(struct form *f)
{
	const struct form_field *field = form_focus(f);

	char *title;

	if (pick_record(f, field))
		return;
	title = form_field_title(f, field);
	if (form_is_day(field->column))
		calendar_open(f->screen->ui, title, field->value, day_picked, f->screen);
	else if (field->column->choices || boolean(field->column))
		choose(f, field->column->choices ? field->column->choices : truth);
	else if (form_is_bytes(field->column))
		form_bytes(f);
	else
		ui_say(f->screen->ui, SAY_INFO, "%s refers to no other relation", title);
	free(title);
}

bool form_offers(const struct form *f, const char *how)
{
	const struct form_field *field = f->state == FORM_READY && f->fields.len
						 ? &f->fields.v[f->scroll.cursor]
						 : NULL;
	const struct column *c = field ? field->column : NULL;
	const struct foreign_key *key;
	size_t at = 0;

	if (!field || field->locked)
		return false;
	if (strcmp(how, "pick") == 0)
		return refers_to(f, field, &key, &at) || form_is_day(c) || c->choices ||
		       boolean(c) || form_is_bytes(c);
	if (strcmp(how, "null") == 0)
		return !c->not_null;
	if (strcmp(how, "empty") == 0)
		return c->type_category == 'S' && !c->choices;
	if (strcmp(how, "default") == 0)
		return c->default_expr || c->identity;
	if (strcmp(how, "revert") == 0)
		return form_field_changed(f, field);
	return true;
}

/* ---- the person's editor ---- */

static void editor_done(void *ctx, const char *text, size_t len)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	f->editor = NULL;
	if (text && memchr(text, '\0', len))
		ui_say(s->ui, SAY_ERROR, "the text holds a NUL byte, which no column can hold");
	else if (text)
		form_put(f, (size_t)f->scroll.cursor, text, false);
}

/* jsonb keeps no layout of its own: it is laid out to be read. The caller frees. */
static char *laid_out(const struct form_field *field)
{
	const char *value = field->value && !field->use_default ? field->value : "";
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;
	struct json *j = field->column->base_type_oid == PGTYPE_JSONB && *value
				 ? json_parse(value, strlen(value), &err)
				 : NULL;

	if (j)
		json_write(&out, j, JSON_PRETTY);
	else
		buf_adds(&out, value);
	json_free(&j);
	err_release(&err);
	return buf_detach(&out);
}

void form_edit_outside(struct form *f)
{
	const struct form_field *field = form_focus(f);
	char *value = laid_out(field);
	struct err err = ERR_INIT;

	f->editor = editor_start(f->screen->ui, value, form_is_json(field->column) ? "json" : "txt",
				 editor_done, f->screen, &err);
	if (!f->editor)
		ui_say_err(f->screen->ui, &err);
	free(value);
	err_release(&err);
}
