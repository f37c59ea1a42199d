/* SPDX-License-Identifier: MIT */
/*
 * help.c - the keys of this screen, from the bindings in force, so that it cannot be wrong.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/parse.h"
#include "ui/viewer.h"
#include "ui_priv.h"

enum { KEYS = 20 };

/* A binding without words of its own says what its command says. */
static void add_summary(struct buf *out, const char *run)
{
	struct words w = WORDS_INIT;
	const struct command *cmd = NULL;
	const char **words;
	size_t used;

	words_split(&w, run);
	words = xcalloc(w.list.len + 1, sizeof *words);
	for (size_t i = 0; i < w.list.len; i++)
		words[i] = w.list.v[i].text;
	if (w.list.len)
		cmd = command_match(words, w.list.len, &used);
	buf_adds(out, cmd ? cmd->summary : run);
	free(words);
	words_release(&w);
}

static void add_entry(struct buf *out, const struct buf *keys, const struct binding *b)
{
	int width = utf8_width(keys->data, keys->len);

	buf_addf(out, "  %s", keys->data);
	buf_addn(out, ' ', width + 2 < KEYS ? (size_t)(KEYS - width) : 2);
	if (*b->help)
		buf_adds(out, b->help);
	else
		add_summary(out, b->run);
	buf_addc(out, '\n');
}

/* Is the key of this section shadowed by what comes before it? */
static bool in_force(const struct ui *ui, const struct binding *b)
{
	struct binding now;
	bool own;

	return hints_binding(ui, &b->key, &now, &own) && now.run == b->run;
}

static void add_section(struct buf *out, const struct ui *ui, const char *section)
{
	const struct binding *b = NULL, *last = NULL;
	struct buf keys = BUF_INIT;

	while ((b = keymap_next(ui->keymap, section, b))) {
		if (!in_force(ui, b))
			continue;
		if (last && last->group != b->group) {
			add_entry(out, &keys, last);
			buf_clear(&keys);
		}
		if (keys.len)
			buf_addc(&keys, ' ');
		key_to_text(&keys, &b->key);
		last = b;
	}
	if (last)
		add_entry(out, &keys, last);
	buf_release(&keys);
}

static void add_own(struct buf *out, const struct screen *s)
{
	for (size_t i = 0; s->def && i < s->def->nkeys; i++) {
		struct err ignored = ERR_INIT;
		struct buf keys = BUF_INIT;
		struct binding b;

		if (keymap_screen(&b, s->def, i, &ignored)) {
			key_to_text(&keys, &b.key);
			add_entry(out, &keys, &b);
		}
		buf_release(&keys);
		err_release(&ignored);
	}
}

void help_open(struct ui *ui)
{
	const struct screen *s = screen_top(ui);
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s\n\n", *s->title ? s->title : "souk");
	for (s = screen_focus(ui); s; s = s->parent) {
		add_own(&out, s);
		if (s->def && s->def->nkeys)
			buf_addc(&out, '\n');
		add_section(&out, ui, s->kind->name);
	}
	buf_adds(&out, "\nEverywhere\n\n");
	add_section(&out, ui, "global");
	buf_adds(&out,
		 "\nThe command bar\n\n"
		 "  :NAME               a screen, a relation or a command; Tab completes\n"
		 "  @TENANT             in a tenant\n"
		 "  /TEXT               search\n"
		 "  COLUMN=VALUE        narrow\n"
		 "  \\d \\dt \\l …         psql's words\n"
		 "\nA number before a key repeats it: 5j goes five rows down.\n"
		 "All keys can be bound anew in ~/.config/souk/keymap.\n");
	viewer_open(ui, "Keys", out.data, out.len, VIEW_HELP);
	buf_release(&out);
}
