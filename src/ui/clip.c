/* SPDX-License-Identifier: MIT */
/*
 * clip.c - copied text on its way out: to the person's own command (the setting clip), to the
 * terminal (OSC 52), or where neither is to be had into a file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/longtext.h"
#include "base/path.h"
#include "command/settings.h"
#include "ui_priv.h"

enum {
	TERM_MOST = 8 << 20
}; /* more would keep a terminal busy for long, or is dropped by it */

/* ---- the person's command ---- */

struct clip {
	struct ui *ui;
	struct loop_child *child;
	char *what;
};

static void clip_free(struct clip **cp)
{
	struct clip *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	loop_child_free(&c->child);
	free(c->what);
	free(c);
}

static void on_exit_(void *ctx, int status, int signo)
{
	struct clip *c = ctx;
	struct ui *ui = c->ui;

	if (status == 0 && signo == 0)
		ui_say(ui, SAY_DONE, "copied %s", c->what);
	else
		ui_say(ui, SAY_WARNING, "not copied: \"%s\" failed (see :set clip)",
		       settings_text(session_settings(ui->session), "clip"));
	clip_free(&ui->clip);
}

static void run(struct ui *ui, const char *command, struct longtext *text, const char *what,
		struct err *err)
{
	char *const argv[] = { xstrdup("sh"), xstrdup("-c"), xstrdup(command), NULL };
	int fd = longtext_file(text, err);
	const struct loop_child_opts opts = {
		.file = "sh", .argv = argv, .fds = { fd, -1, -1 }, .uid = -1, .gid = -1
	};

	clip_free(&ui->clip);
	if (fd >= 0) {
		ui->clip = xcalloc(1, sizeof *ui->clip);
		ui->clip->ui = ui;
		ui->clip->what = xstrdup(what);
		ui->clip->child = loop_child_start(ui->loop, &opts, on_exit_, ui->clip, err);
		if (!ui->clip->child)
			clip_free(&ui->clip);
	}
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
}

/* ---- a file ---- */

static void to_file(struct ui *ui, const char *text, size_t len, const char *what)
{
	char *dir = path_state(NULL), *path = path_join(dir, "clipboard");
	struct err err = ERR_INIT;

	if (path_mkdirs(dir, &err) && path_write(path, text, len, &err))
		ui_say(ui, SAY_DONE, "%s: %s is in %s",
		       len > TERM_MOST ? "too much for a terminal"
				       : "this terminal takes no copies",
		       what, path);
	else
		ui_say_err(ui, &err);
	err_release(&err);
	free(path);
	free(dir);
}

/* ---- */

static void copy_out(struct ui *ui, struct longtext *safe, const char *what, struct err *err)
{
	const char *text = longtext_data(safe, err);
	size_t len = longtext_len(safe);

	if (!text)
		return;
	if (len <= TERM_MOST && ui->term && term_copy(ui->term, text, len))
		ui_say(ui, SAY_DONE, "copied %s", what);
	else
		to_file(ui, text, len, what);
}

void ui_copy(struct ui *ui, const char *text, size_t len, const char *what)
{
	const char *command = settings_text(session_settings(ui->session), "clip");
	struct longtext *safe = longtext_new();
	struct err err = ERR_INIT;

	/* What is pasted into a shell must not contain what the eye did not see. */
	if (longtext_sanitize(safe, text, len, &err)) {
		if (*command)
			run(ui, command, safe, what, &err);
		else
			copy_out(ui, safe, what, &err);
	}
	if (err.kind)
		ui_say_err(ui, &err);
	err_release(&err);
	longtext_free(&safe);
}

void clip_release(struct ui *ui)
{
	clip_free(&ui->clip);
}
