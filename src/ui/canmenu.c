/* SPDX-License-Identifier: MIT */
/*
 * canmenu.c - what can be done here, each with its keys: whatever a key does at this screen is
 * there for the mouse too, and for who forgot the key.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bindings.h"
#include "ui/dialog.h"
#include "ui_priv.h"

struct can {
	struct ui *ui;
	const struct screen *at; /* whose bindings are being added */
	bool moves;		 /* first what does something, then what only moves */
	VEC(struct menu_item) items;
	VEC(char *) texts; /* what items point into */
	VEC(struct key) keys;
};

static const char *keep(struct can *m, char *owned)
{
	*VEC_PUSH(&m->texts) = owned;
	return owned;
}

static bool moves(const struct binding *b)
{
	const struct command *cmd = binding_command(b);

	return cmd && (cmd->action == ACTION_MOVE || cmd->action == ACTION_NEXT_PANE);
}

/* The menu itself is open already. */
static bool is_menu(const struct binding *b)
{
	const struct command *cmd = binding_command(b);

	return cmd && cmd->action == ACTION_MENU;
}

/* "NULL: no value"; what the word would say twice it says once. */
static char *words(const struct binding *b)
{
	const char *help = binding_help(b);

	if (!b->hint_len || strncmp(help, b->hint, (size_t)b->hint_len) == 0)
		return xstrdup(help);
	return xasprintf("%.*s: %s", b->hint_len, b->hint, help);
}

static void add(void *ctx, const struct binding *b, const char *keys)
{
	struct can *m = ctx;
	bool by_mouse = b->key.code >= K_CLICK && b->key.code <= K_WHEEL_DOWN;

	/* What only the mouse does is done with it already. */
	if (by_mouse || moves(b) != m->moves || is_menu(b) || !binding_offered(m->at, b))
		return;
	*VEC_PUSH(&m->items) = (struct menu_item){
		.text = keep(m, words(b)),
		.note = keep(m, xstrdup(keys)),
		.answer = keep(m, xasprintf("%zu", m->keys.len)),
	};
	*VEC_PUSH(&m->keys) = (struct key){ .code = b->key.code, .mods = b->key.mods };
}

static void drop_items(struct can *m)
{
	for (size_t i = 0; i < m->texts.len; i++)
		free(m->texts.v[i]);
	VEC_RELEASE(&m->texts);
	VEC_RELEASE(&m->items);
}

/* What was seen may have gone meanwhile: the key is looked up again. */
static void chosen(void *ctx, const char *answer)
{
	struct can *m = ctx;
	struct ui *ui = m->ui;
	struct key key = { 0 };

	if (answer)
		key = m->keys.v[strtoul(answer, NULL, 10)];
	VEC_RELEASE(&m->keys);
	free(m);
	if (answer)
		press_bound(ui, &key);
}

void canmenu_open(struct ui *ui)
{
	struct can *m = xcalloc(1, sizeof *m);
	const struct screen *top = screen_top(ui);

	m->ui = ui;
	for (int pass = 0; pass < 2; pass++) {
		m->moves = pass;
		for (const struct screen *s = screen_focus(ui); s; s = s->parent) {
			m->at = s;
			bindings_own(s, add, m);
			bindings_section(ui, s->kind->name, add, m);
		}
		m->at = top;
		bindings_section(ui, "global", add, m);
	}
	menu_notes_right(dialog_menu(ui, *top->title ? top->title : "souk", m->items.v,
				     m->items.len, chosen, m));
	drop_items(m);
}
