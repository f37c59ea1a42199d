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
#include "base/path.h"
#include "base/uuid.h"
#include "command/validate.h"
#include "form.h"
#include "ui_priv.h"
#include "ui/lineedit.h"
#include "ui/dialog.h"
#include "ui/ui.h"

#define LONG_TEXT 400 /* bytes from which the editor is the better place */
#define EDITOR_MAX (64u << 20)
#define PICK_ROWS 200

/* ---- the server's opinion ---- */

struct judge {
	struct screen *screen;
	size_t field;
	char *value;
};

static void judge_done(void *ctx, const char *canonical, const struct err *err)
{
	struct judge *j = ctx;
	struct form *f = form_of(j->screen);
	struct form_field *field = &f->fields.v[j->field];

	/* An answer to what is not there any more is no answer. */
	if (field->value && strcmp(field->value, j->value) == 0) {
		free(field->error);
		free(field->canonical);
		field->error = err && err->sqlstate[0] ? xstrdup(err->why) : NULL;
		field->canonical = canonical && strcmp(canonical, j->value) != 0
					   ? xstrdup(canonical)
					   : NULL;
		screen_changed(j->screen, SCREEN_LOOK);
	}
}

static void judge_release(void *ctx)
{
	struct judge *j = ctx;

	free(j->value);
	free(j);
}

void form_judge(struct form *f, size_t i)
{
	const struct form_field *field = &f->fields.v[i];
	struct judge *j = xmalloc(sizeof *j);

	*j = (struct judge){ f->screen, i, xstrdup(field->value) };
	validate(screen_session(f->screen), &(struct validate_request){
						    .column = field->column,
						    .value = j->value,
						    .fn = judge_done,
						    .release = judge_release,
						    .ctx = j,
						    .owner = f->screen,
					    });
}

/* ---- typing ---- */

static void line_done(void *ctx, const char *text)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);

	if (text)
		form_put(f, (size_t)f->scroll.cursor, text, false);
	form_line_close(f);
}

void form_line_close(struct form *f)
{
	if (f->line)
		line_free(&f->line);
	if (f->screen)
		screen_changed(f->screen, SCREEN_LOOK);
}

bool form_line_key(struct form *f, const struct key *key)
{
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

static void type(struct form *f, const struct form_field *field)
{
	const struct line_ops ops = { .done = line_done, .ctx = f->screen };

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

	for (; *choices; choices++)
		*VEC_PUSH(&items) = (struct menu_item){ .text = *choices };
	dialog_menu(f->screen->ui, form_focus(f)->column->name, items.v, items.len, picked,
		    f->screen);
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

void form_edit_field(struct form *f)
{
	struct form_field *field = form_focus(f);

	if (boolean(field->column))
		form_put(f, (size_t)f->scroll.cursor,
			 field->value && strcmp(field->value, truth[0]) == 0 ? truth[1]
									     : truth[0],
			 false);
	else if (field->column->choices)
		choose(f, field->column->choices);
	else if (outside(field))
		form_edit_outside(f);
	else
		type(f, field);
}

/* ---- records of another relation ---- */

static void picks_arrived(void *ctx, const struct txn_result *result)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	const struct reply *r = result->n ? result->replies[0] : NULL;
	VEC(struct menu_item) items = VEC_INIT;

	if (!r) {
		ui_say_err(s->ui, &result->err);
		return;
	}
	for (size_t i = 0; i < reply_rows(r); i++)
		*VEC_PUSH(&items) = (struct menu_item){
			.text = reply_get(r, i, "label") ? reply_get(r, i, "label")
							 : reply_get(r, i, "key"),
			.note = reply_get(r, i, "key"),
			.answer = reply_get(r, i, "key"),
		};
	if (items.len)
		dialog_menu(s->ui, form_focus(f)->column->name, items.v, items.len, picked, s);
	else
		ui_say(s->ui, SAY_INFO, "there is nothing to pick from");
	VEC_RELEASE(&items);
}

static const struct foreign_key *key_of(const struct form *f, const struct column *c, int *to)
{
	const struct relation *r = record_plan_relation(f->plan);

	for (size_t i = 0; i < r->nreferences; i++)
		for (size_t k = 0; k < r->references[i]->n; k++)
			if (r->references[i]->from_columns[k] == c->attnum) {
				*to = r->references[i]->to_columns[k];
				return r->references[i];
			}
	return NULL;
}

/* The first short text column that reads like a name. */
static const char *label_of(const struct relation *r, const char *otherwise)
{
	static const char *const names[] = { "name", "title", "label", "code",
					     "sku",  "slug",  "email" };

	for (size_t n = 0; n < ARRAY_SIZE(names); n++) {
		const struct column *c = relation_column(r, names[n]);

		if (c && (c->rights & RIGHT_SELECT))
			return c->name;
	}
	return otherwise;
}

void form_pick(struct form *f)
{
	struct session *session = screen_session(f->screen);
	const struct form_field *field = form_focus(f);
	struct request_callbacks cb = { .done = picks_arrived, .ctx = f->screen };
	int attnum = 0;
	const struct foreign_key *key = key_of(f, field->column, &attnum);
	const struct relation *to =
		key ? catalog_relation(session_catalog(session), key->to) : NULL;
	const struct column *column = to ? relation_attnum(to, attnum) : NULL;
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct err err = ERR_INIT;
	struct scope scope;
	struct txn *txn;

	if (!column) {
		ui_say(f->screen->ui, SAY_INFO, "%s refers to no other relation",
		       field->column->name);
		return;
	}
	{
		const struct sqlvar vars[] = {
			{ "schema", to->schema },
			{ "table", to->name },
			{ "key", column->name },
			{ "label", label_of(to, column->name) },
		};

		if (!sql_expand(&sql, sqlset_get(session_sql(session), "form_pick", 0)->text,
				vars, ARRAY_SIZE(vars), &err))
			BUG("form_pick: %s", err.why);
	}
	params_int(&p, PICK_ROWS);
	session_scope(session, USE_READ, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql.data, &p);
	db_send(session_db(session), DB_EDIT, txn, &cb, f->screen);
	scope_release(&scope);
	params_release(&p);
	buf_release(&sql);
}

/* ---- the person's editor ---- */

static const char *editor_name(void)
{
	const char *e = getenv("VISUAL");

	if (!e || !*e)
		e = getenv("EDITOR");
	return e && *e ? e : "vi";
}

static void editor_done(void *ctx, int status, int signo)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	loop_child_free(&f->editor);
	ui_resume_terminal(s->ui);
	if (status != 0 || signo) {
		ui_say(s->ui, SAY_WARNING,
		       "the editor ended with an error: the field is as it was");
	} else if (!path_read(f->editor_file, EDITOR_MAX, &text, &err)) {
		ui_say_err(s->ui, &err);
	} else {
		const char *old = form_focus(f)->value;
		bool ended = old && *old && old[strlen(old) - 1] == '\n';

		/* Editors end the last line; a value that had no newline does not get one. */
		if (!ended && text.len && text.data[text.len - 1] == '\n')
			buf_truncate(&text, text.len - 1);
		if (memchr(text.data, '\0', text.len))
			ui_say(s->ui, SAY_ERROR,
			       "the text holds a NUL byte, which no column can hold");
		else
			form_put(f, (size_t)f->scroll.cursor, text.data, false);
	}
	unlink(f->editor_file);
	buf_release(&text);
	err_release(&err);
}

static bool editor_write(struct form *f, struct err *err)
{
	const char *value = form_focus(f)->value ? form_focus(f)->value : "";
	char *dir = path_runtime(NULL);
	char id[UUID_TEXT];
	char *name;
	bool ok;

	uuid_make(id);
	name = xasprintf("edit-%s.txt", id);
	free(f->editor_file);
	f->editor_file = path_join(dir, name);
	ok = path_mkdirs(dir, err) && path_write(f->editor_file, value, strlen(value), err);
	free(name);
	free(dir);
	return ok;
}

void form_edit_outside(struct form *f)
{
	/* Through the shell, as editors are given with their options ("code --wait"). */
	char *line = xasprintf("exec %s \"$1\"", editor_name());
	struct err err = ERR_INIT;

	if (!editor_write(f, &err)) {
		ui_say_err(f->screen->ui, &err);
	} else {
		char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, line,
				 (char[]){ "sh" }, f->editor_file,   NULL };
		struct loop_child_opts opts = {
			.file = "/bin/sh",
			.argv = argv,
			.fds = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO },
			.uid = -1,
			.gid = -1,
		};

		ui_suspend_terminal(f->screen->ui);
		f->editor = loop_child_start(ui_loop(f->screen->ui), &opts, editor_done,
					     f->screen, &err);
		if (!f->editor) {
			ui_resume_terminal(f->screen->ui);
			ui_say_err(f->screen->ui, &err);
		}
	}
	free(line);
	err_release(&err);
}
