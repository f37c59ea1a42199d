/* SPDX-License-Identifier: MIT */
/*
 * background.c - the theme in force, and what is known of the background it is for: what the
 * terminal tells (OSC 11), else the environment, else a guess that is said.
 */
#include <stdlib.h>
#include <string.h>

#include "command/settings.h"
#include "ui_priv.h"

enum { ANSWER_MS = 2000 }; /* a terminal far away answers later than one thinks */

bool ui_set_theme(struct ui *ui, const char *name, struct err *err)
{
	enum color_depth depth = ui->term ? term_depth(ui->term) : DEPTH_MONO;
	struct theme *t;

	if (depth == DEPTH_MONO)
		name = "mono";
	else if (strcmp(name, "auto") == 0)
		name = ui->light ? "light" : "dark";
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

bool background_matters(const struct ui *ui)
{
	return strcmp(settings_text(session_settings(ui->session), "theme"), "auto") == 0;
}

/* "11;rgb:1e1e/1e1e/1e1e" */
static bool parse_background(const char *text, bool *light)
{
	const char *p = strstr(text, "rgb:");
	unsigned v[3] = { 0 };

	for (int i = 0; p && i < 3; i++) {
		char *end;
		size_t digits;
		const char *from = i ? p + 1 : p + 4;

		v[i] = (unsigned)strtoul(from, &end, 16);
		digits = (size_t)(end - from);
		if (digits < 1 || digits > 4 || (i < 2 && *end != '/'))
			return false;
		v[i] = v[i] * 255 / ((1u << 4 * digits) - 1);
		p = end;
	}
	*light = v[0] * 299 + v[1] * 587 + v[2] * 114 > 128 * 1000;
	return p != NULL;
}

void background_told(struct ui *ui, const struct key *k)
{
	bool light;
	struct err err = ERR_INIT;

	if (!parse_background(k->text, &light))
		return;
	if (ui->guessed_background)
		messages_note(ui, light ? "the terminal told its background late: it is light"
					: "the terminal told its background late: it is dark");
	ui->guessed_background = false;
	ui->told_background = true;
	loop_timer_stop(ui->guess);
	for (size_t i = 0; i < ui->tabs->list.len; i++) {
		struct ui *tab = ui->tabs->list.v[i];

		if (light == tab->light)
			continue;
		tab->light = light;
		if (background_matters(tab) && !ui_set_theme(tab, "auto", &err))
			ui_say_err(tab, &err);
	}
	err_release(&err);
}

/* What the terminal does not tell is taken from COLORFGBG, else assumed, and either is said: in
 * the log, because it is no news every morning. */
static void on_no_answer(void *ctx)
{
	struct ui *ui = tabs_front(ctx);
	const char *env = getenv("COLORFGBG"), *bg = env ? strrchr(env, ';') : NULL;
	struct err err = ERR_INIT;

	if (ui->told_background || term_depth(ui->term) == DEPTH_MONO)
		return;
	ui->guessed_background = true;
	if (bg && (strcmp(bg, ";7") == 0 || strcmp(bg, ";15") == 0)) {
		ui->light = true;
		if (background_matters(ui) && !ui_set_theme(ui, "auto", &err))
			ui_say_err(ui, &err);
		err_release(&err);
	}
	messages_note(ui,
		      bg ? "the background is what COLORFGBG says; :theme changes it"
			 : "the terminal does not tell its background: a dark one is assumed, "
			   ":theme light changes it");
}

void background_wait(struct ui *ui)
{
	ui->guess = loop_timer_new(ui->loop, on_no_answer, ui->tabs);
	if (background_matters(ui) && !ui_plain(ui))
		loop_timer_start(ui->guess, ANSWER_MS, 0);
}

bool background_first_theme(struct ui *ui, struct err *err)
{
	const char *name = ui->opts.theme ? ui->opts.theme : getenv("SOUK_THEME");

	if (name && *name && !session_set(ui->session, "theme", name, err))
		return false;
	return ui_set_theme(ui, settings_text(session_settings(ui->session), "theme"), err);
}
