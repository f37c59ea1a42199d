/* SPDX-License-Identifier: MIT */
/*
 * clip.c - copied text on its way out: to the person's own command (the setting clip), to the
 * terminal (OSC 52), or where neither is to be had into a file.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/utf8.h"
#include "command/settings.h"
#include "ui_priv.h"

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

/* The text in a file without a name, to be read from its beginning. */
static int text_file(const char *text, size_t len, struct err *err)
{
	char *dir = path_state(NULL), *name = path_join(dir, "copy-XXXXXX");
	int fd = path_mkdirs(dir, err) ? mkstemp(name) : -1;

	if (fd >= 0)
		unlink(name);
	if (fd >= 0 && (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	if (fd < 0 && !err->kind)
		err_errno(err, name);
	free(name);
	free(dir);
	return fd;
}

static bool run(struct ui *ui, const char *command, const struct buf *text, const char *what,
		struct err *err)
{
	char *const argv[] = { xstrdup("sh"), xstrdup("-c"), xstrdup(command), NULL };
	int fd = text_file(text->data, text->len, err);
	const struct loop_child_opts opts = {
		.file = "sh", .argv = argv, .fds = { fd, -1, -1 }, .uid = -1, .gid = -1
	};

	clip_free(&ui->clip);
	if (fd >= 0) {
		ui->clip = xcalloc(1, sizeof *ui->clip);
		ui->clip->ui = ui;
		ui->clip->what = xstrdup(what);
		ui->clip->child = loop_child_start(ui->loop, &opts, on_exit_, ui->clip, err);
		close(fd);
		if (!ui->clip->child)
			clip_free(&ui->clip);
	}
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return ui->clip != NULL;
}

/* ---- a file ---- */

static void to_file(struct ui *ui, const struct buf *text, const char *what)
{
	char *dir = path_state(NULL), *path = path_join(dir, "clipboard");
	struct err err = ERR_INIT;

	if (path_mkdirs(dir, &err) && path_write(path, text->data, text->len, &err))
		ui_say(ui, SAY_DONE, "this terminal takes no copies: %s is in %s", what, path);
	else
		ui_say_err(ui, &err);
	err_release(&err);
	free(path);
	free(dir);
}

/* ---- */

void ui_copy(struct ui *ui, const char *text, size_t len, const char *what)
{
	const char *command = settings_text(session_settings(ui->session), "clip");
	struct buf safe = BUF_INIT;
	struct err err = ERR_INIT;

	/* What is pasted into a shell must not contain what the eye did not see. */
	utf8_sanitize(&safe, text, len, SANITIZE_KEEP_NEWLINES);
	if (*command) {
		if (!run(ui, command, &safe, what, &err))
			ui_say_err(ui, &err);
	} else if (ui->term && term_copy(ui->term, safe.data, safe.len)) {
		ui_say(ui, SAY_DONE, "copied %s", what);
	} else {
		to_file(ui, &safe, what);
	}
	err_release(&err);
	buf_release(&safe);
}

void clip_release(struct ui *ui)
{
	clip_free(&ui->clip);
}
