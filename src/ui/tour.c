/* SPDX-License-Identifier: MIT */
/*
 * tour.c - the demo's first run: a line at a time says what to try next, to each of its people what
 * they would do.  A step is done when its command was run; who goes other ways for a while has
 * found them, and the tour ends for good.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "command/settings.h"
#include "ui_priv.h"

enum { IGNORED = 8 };

/* They fit into a line of 80 columns. */
struct step {
	const char *run; /* the beginning of the line that does it */
	const char *text;
};

static const struct step support[] = {
	{ "enter", "j and k move, Enter opens: choose a tenant, then its products" },
	{ "bar /", "/ searches as you type; Backspace takes the search back" },
	{ "edit-row", "e edits the record; nothing is written before :arm and Ctrl-S" },
	{ "back", "q or Esc leads back from anywhere" },
	{ "bar", ": opens the command bar; try :orders, Tab completes" },
	{ "palette", "Ctrl-P finds screens, commands, tenants and where you were" },
	{ "help", "? shows the keys of the screen you are on" },
};

static const struct step dba[] = {
	{ "enter", "j and k move, Enter opens a relation with all that is on it" },
	{ "back", "q or Esc leads back from anywhere" },
	{ "rls", ":rls tells how tenants are kept apart, :lint what is wrong" },
	{ "locks", ":locks shows who waits for whom, :activity every session" },
	{ "show-sql", "E shows the SQL of a screen, :sql runs one of your own" },
	{ "palette", "Ctrl-P finds screens, commands, tenants and where you were" },
	{ "help", "? shows the keys of the screen you are on" },
};

static const struct step oncall[] = {
	{ "open why", "w tells what keeps the messages, and what helps" },
	{ "back", "q or Esc leads back from anywhere" },
	{ "open outbox-messages", "l lists what waits; R retries it, once :arm allows it" },
	{ "bar", ": opens the command bar; try :dead, Tab completes" },
	{ "palette", "Ctrl-P finds screens, commands, tenants and where you were" },
	{ "help", "? shows the keys of the screen you are on" },
};

static const struct {
	const char *who;
	const struct step *steps;
	size_t n;
} tours[] = {
	{ "support", support, ARRAY_SIZE(support) },
	{ "dba", dba, ARRAY_SIZE(dba) },
	{ "admin", dba, ARRAY_SIZE(dba) },
	{ "oncall", oncall, ARRAY_SIZE(oncall) },
};

/* The one that this person is shown: 0 for nobody else's. */
static size_t tour_of(const struct ui *ui)
{
	for (size_t i = 0; i < ARRAY_SIZE(tours); i++)
		if (strcmp(tours[i].who, ui->opts.tour) == 0)
			return i;
	return 0;
}

static void keep_done(void)
{
	char *path = path_state("toured");
	struct err ignored = ERR_INIT;

	if (!path_write(path, "", 0, &ignored))
		err_release(&ignored);
	free(path);
}

void tour_begin(struct ui *ui)
{
	char *path = path_state("toured");

	if (ui->opts.tour && ui->term && !path_exists(path) &&
	    settings_bool(session_settings(ui->session), "tour"))
		ui->tour = 1;
	free(path);
}

static void end(struct ui *ui)
{
	ui->tour = 0;
	keep_done();
	ui_changed(ui);
}

void tour_ran(struct ui *ui, const char *line)
{
	size_t which;
	const char *want;

	if (!ui->tour)
		return;
	which = tour_of(ui);
	want = tours[which].steps[ui->tour - 1].run;
	if (strncmp(line, want, strlen(want)) == 0) {
		ui->tour_ignored = 0;
		if ((size_t)++ui->tour > tours[which].n)
			end(ui);
	} else if (++ui->tour_ignored == IGNORED) {
		end(ui);
	}
}

void tour_paint(struct ui *ui, struct canvas *c)
{
	int row = c->rows - 2;
	const char *text;
	size_t which;

	if (!ui->tour)
		return;
	which = tour_of(ui);
	text = tours[which].steps[ui->tour - 1].text;
	if (ui_plain(ui)) {
		if (ui->tour_told != ui->tour)
			ui_say(ui, SAY_INFO, "tour %d of %zu: %s", ui->tour, tours[which].n,
			       text);
		ui->tour_told = ui->tour;
		return;
	}
	canvas_fill(c, row, 0, 1, c->cols, STYLE_TOAST);
	canvas_printf(c, row, 1, c->cols - 2, STYLE_TOAST, "tour %d of %zu: %s", ui->tour,
		      tours[which].n, text);
}
