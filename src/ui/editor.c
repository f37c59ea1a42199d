/* SPDX-License-Identifier: MIT */
#include "editor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/uuid.h"

#define EDITOR_MAX (64u << 20)

struct editor {
	struct ui *ui;
	struct loop_child *child;
	char *file;
	bool ended; /* the text had a newline at its end */
	editor_fn *done;
	void *ctx;
};

static const char *editor_name(void)
{
	const char *e = getenv("VISUAL");

	if (!e || !*e)
		e = getenv("EDITOR");
	return e && *e ? e : "vi";
}

void editor_free(struct editor **op)
{
	struct editor *o = *op;

	*op = NULL;
	if (!o)
		return;
	loop_child_free(&o->child);
	if (o->file)
		unlink(o->file);
	free(o->file);
	free(o);
}

static void editor_done(void *ctx, int status, int signo)
{
	struct editor *o = ctx;
	editor_fn *done = o->done;
	void *done_ctx = o->ctx;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	bool ok = false;

	ui_resume_terminal(o->ui);
	if (status != 0 || signo)
		ui_say(o->ui, SAY_WARNING, "the editor ended with an error: nothing was changed");
	else if (!path_read(o->file, EDITOR_MAX, &text, &err))
		ui_say_err(o->ui, &err);
	else
		ok = true;
	/* Editors end the last line. */
	if (!o->ended && text.len && text.data[text.len - 1] == '\n')
		buf_truncate(&text, text.len - 1);
	editor_free(&o);
	done(done_ctx, ok ? text.data : NULL, text.len);
	buf_release(&text);
	err_release(&err);
}

static bool write_file(struct editor *o, const char *text, const char *ending,
		       struct err *err)
{
	char *dir = path_runtime(NULL), *name;
	char id[UUID_TEXT];
	bool ok;

	uuid_make(id);
	name = xasprintf("edit-%s.%s", id, ending);
	o->file = path_join(dir, name);
	o->ended = *text && text[strlen(text) - 1] == '\n';
	ok = path_mkdirs(dir, err) && path_write(o->file, text, strlen(text), err);
	free(name);
	free(dir);
	return ok;
}

static bool start(struct editor *o, struct err *err)
{
	/* Through the shell, as editors are given with their options ("code --wait"). */
	char *line = xasprintf("exec %s \"$1\"", editor_name());
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, line, (char[]){ "sh" }, o->file,
			 NULL };
	struct loop_child_opts opts = {
		.file = "/bin/sh",
		.argv = argv,
		.fds = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO },
		.uid = -1,
		.gid = -1,
	};

	ui_suspend_terminal(o->ui);
	o->child = loop_child_start(ui_loop(o->ui), &opts, editor_done, o, err);
	if (!o->child)
		ui_resume_terminal(o->ui);
	free(line);
	return o->child != NULL;
}

struct editor *editor_start(struct ui *ui, const char *text, const char *ending, editor_fn *done,
			     void *ctx, struct err *err)
{
	struct editor *o = xcalloc(1, sizeof *o);

	o->ui = ui;
	o->done = done;
	o->ctx = ctx;
	if (!write_file(o, text, ending, err) || !start(o, err))
		editor_free(&o);
	return o;
}
