/* SPDX-License-Identifier: MIT */
/*
 * background.c - the theme in force, and what is known of the background it is for: what the
 * terminal tells (OSC 11), else the environment, else a guess that is said.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "command/settings.h"
#include "ui_priv.h"

enum { ANSWER_MS = 2000 }; /* a terminal far away answers later than one thinks */

static bool matters(const struct ui *ui)
{
	return strcmp(settings_text(session_settings(ui->session), "theme"), "auto") == 0;
}

/* Which of its colours, by their number; -1: it does not say. */
static int told_by_environment(void)
{
	const char *env = getenv("COLORFGBG"), *last = env ? strrchr(env, ';') : NULL;
	char *end;
	long n = last ? strtol(last + 1, &end, 10) : -1;

	return last && end != last + 1 && !*end && n >= 0 && n < 16 ? (int)n : -1;
}

/* In the log, because it is no news every morning; once. */
static void note_guess(struct ui *ui)
{
	struct background *b = &ui->tabs->background;

	if (!b->silent || b->noted || !ui->term || term_depth(ui->term) == DEPTH_MONO)
		return;
	b->noted = true;
	messages_note(ui, told_by_environment() >= 0
				  ? "the background is what COLORFGBG says; :theme changes it"
				  : "the terminal does not tell its background: a dark one is "
				    "assumed, :theme light changes it");
}

bool ui_set_theme(struct ui *ui, const char *name, struct err *err)
{
	enum color_depth depth = ui->term ? term_depth(ui->term) : DEPTH_MONO;
	struct theme *t;

	if (depth == DEPTH_MONO) {
		name = "mono";
	} else if (strcmp(name, "auto") == 0) {
		name = ui->tabs->background.light ? "light" : "dark";
		note_guess(ui);
	}
	t = theme_load(name, err);
	if (!t)
		return false;
	if (ui->term && tabs_in_front(ui))
		term_theme(ui->term, t);
	theme_free(&ui->theme);
	ui->theme = t;
	ui_changed(ui);
	return true;
}

/* A number of hexadecimal digits as a part of 255. */
static bool parse_part(const char **s, size_t most, unsigned *part)
{
	unsigned v = 0;
	size_t n = 0;

	for (; n < most && isxdigit((unsigned char)(*s)[n]); n++)
		v = v * 16 + (unsigned)(isdigit((unsigned char)(*s)[n])
						? (*s)[n] - '0'
						: tolower((unsigned char)(*s)[n]) - 'a' + 10);
	if (!n)
		return false;
	*part = v * 255 / ((1u << 4 * n) - 1);
	*s += n;
	return true;
}

/* "11;rgb:1e1e/1e1e/1e1e", "11;rgba:1e/1e/1e/ff", "11;#1e1e1e": as XParseColor has it. */
static bool parse_background(const char *text, bool *light)
{
	const char *p = strncmp(text, "11;", 3) == 0 ? text + 3 : "";
	size_t hash = *p == '#' ? strlen(p + 1) : 0, most = hash ? hash / 3 : 4;
	unsigned v[3] = { 0 };

	if (hash ? hash % 3 || most > 4 : strncmp(p, "rgb:", 4) != 0 && strncmp(p, "rgba:", 5) != 0)
		return false;
	p = hash ? p + 1 : strchr(p, ':') + 1;
	for (int i = 0; i < 3; i++) {
		if (!parse_part(&p, most, &v[i]) || (!hash && i < 2 && *p++ != '/'))
			return false;
	}
	*light = v[0] * 299 + v[1] * 587 + v[2] * 114 > 128 * 1000;
	return !*p || *p == '/';
}

static void use_background(struct tabs *tabs, bool light)
{
	bool other = light != tabs->background.light;

	tabs->background.light = light;
	for (size_t i = 0; i < tabs->list.len; i++) {
		struct ui *tab = tabs->list.v[i];
		struct err err = ERR_INIT;

		if (!matters(tab))
			continue;
		note_guess(tab);
		if (other && !ui_set_theme(tab, "auto", &err))
			ui_say_err(tab, &err);
		err_release(&err);
	}
}

void background_told(struct ui *ui, const struct key *k)
{
	struct background *b = &ui->tabs->background;
	bool light;

	if (!parse_background(k->text, &light))
		return;
	if (b->noted)
		messages_note(ui, light ? "the terminal told its background late: it is light"
					: "the terminal told its background late: it is dark");
	b->silent = b->noted = false;
	loop_timer_stop(b->wait);
	use_background(ui->tabs, light);
}

/* What the terminal does not tell is taken from COLORFGBG, else assumed, and either is said. */
static void on_no_answer(void *ctx)
{
	struct tabs *tabs = ctx;
	int told = told_by_environment();

	tabs->background.silent = true;
	use_background(tabs, told == 7 || told == 15);
}

void background_wait(struct ui *ui)
{
	struct background *b = &ui->tabs->background;

	b->wait = loop_timer_new(ui->loop, on_no_answer, ui->tabs);
	if (!ui_plain(ui))
		loop_timer_start(b->wait, ANSWER_MS, 0);
}

bool background_first_theme(struct ui *ui, struct err *err)
{
	const char *name = ui->opts.theme ? ui->opts.theme : getenv("SOUK_THEME");

	if (name && *name && !session_set(ui->session, "theme", name, err))
		return false;
	return ui_set_theme(ui, settings_text(session_settings(ui->session), "theme"), err);
}
