/* SPDX-License-Identifier: MIT */
/*
 * bindings.c - the bindings in force at the screen in front: the screen's own, those of its
 * kind, the global ones.  Help, the hint line, the menu of what can be done and every key
 * pressed go by them, so none of these can be wrong.
 */
#include "bindings.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "command/parse.h"
#include "ui_priv.h"

static bool own_binding(const struct screen *s, const struct key *key, struct binding *out)
{
	struct err ignored = ERR_INIT;
	bool found = false;

	for (size_t i = 0; s->def && i < s->def->nkeys && !found; i++) {
		found = keymap_screen(out, s->def, i, &ignored) && key_equal(&out->key, key);
		err_clear(&ignored);
	}
	return found;
}

/* A part that has the keys comes first, then the screen that it is part of. */
bool binding_in_force(const struct ui *ui, const struct key *key, struct binding *out,
		      bool *screen_own)
{
	const struct screen *top = screen_top(ui);
	const struct binding *b = NULL;
	bool typing = top && top->kind->flags & KIND_TYPING;

	*screen_own = false;
	for (const struct screen *s = screen_focus(ui); s && !b; s = s->parent) {
		*screen_own = own_binding(s, key, out);
		if (*screen_own)
			return true;
		b = keymap_find(ui->keymap, s->kind->name, key);
	}
	if (!b && !(typing && (key_printable(key) || key->code >= K_FIRST)))
		b = keymap_find(ui->keymap, "global", key);
	if (b)
		*out = *b;
	return b != NULL;
}

bool binding_fits(const struct screen *s, const struct binding *b)
{
	const char *value = b->when && b->when[0] && s->kind->cell
				    ? s->kind->cell(s, b->when[0])
				    : NULL;

	for (size_t i = 1; value && b->when[i]; i++)
		if (strcmp(b->when[i], value) == 0)
			return true;
	return !value;
}

/* What does nothing here is not offered. */
bool binding_offered(const struct screen *s, const struct binding *b)
{
	size_t len = strcspn(b->run, " ");
	char *word = xstrndup(b->run, len);
	const char *words = b->run + len + strspn(b->run + len, " ");
	const struct command *cmd = command_find(word);

	free(word);
	if (!binding_fits(s, b))
		return false;
	if (!s->kind->offers)
		return true;
	if (strchr(b->run, '{') && !s->kind->offers(s, ACTION_OPEN_ROW, ""))
		return false; /* it takes something from the row */
	return !cmd || s->kind->offers(s, cmd->action, words);
}

static const struct command *line_command(const char *line)
{
	struct words w = WORDS_INIT;
	const struct command *cmd = NULL, *inner = NULL;
	const char **words;
	size_t used;

	words_split(&w, line);
	words = xcalloc(w.list.len + 1, sizeof *words);
	for (size_t i = 0; i < w.list.len; i++)
		words[i] = w.list.v[i].text;
	if (w.list.len)
		cmd = command_match(words, w.list.len, &used);
	if (cmd && cmd->action == ACTION_BAR && words[1])
		inner = line_command(words[1]);
	free(words);
	words_release(&w);
	return inner ? inner : cmd;
}

const struct command *binding_command(const struct binding *b)
{
	return line_command(b->run);
}

const char *binding_help(const struct binding *b)
{
	const struct command *cmd = *b->help ? NULL : binding_command(b);

	return *b->help ? b->help : cmd ? cmd->summary : b->run;
}

/* ---- all of them ---- */

/* Is the key of this section shadowed by what comes before it? */
static bool in_force(const struct ui *ui, const struct binding *b)
{
	struct binding now;
	bool own;

	return binding_in_force(ui, &b->key, &now, &own) && now.run == b->run;
}

void bindings_section(const struct ui *ui, const char *section, binding_fn *fn, void *ctx)
{
	const struct binding *b = NULL, *first = NULL;
	struct buf keys = BUF_INIT;

	while ((b = keymap_next(ui->keymap, section, b))) {
		if (!in_force(ui, b))
			continue;
		if (first && first->group != b->group) {
			fn(ctx, first, keys.data);
			buf_clear(&keys);
			first = NULL;
		}
		if (keys.len)
			buf_addc(&keys, ' ');
		key_to_text(&keys, &b->key);
		first = first ? first : b;
	}
	if (first)
		fn(ctx, first, keys.data);
	buf_release(&keys);
}

void bindings_own(const struct screen *s, binding_fn *fn, void *ctx)
{
	for (size_t i = 0; s->def && i < s->def->nkeys; i++) {
		struct err ignored = ERR_INIT;
		struct buf keys = BUF_INIT;
		struct binding b;

		if (keymap_screen(&b, s->def, i, &ignored)) {
			key_to_text(&keys, &b.key);
			fn(ctx, &b, keys.data);
		}
		buf_release(&keys);
		err_release(&ignored);
	}
}
