/* SPDX-License-Identifier: MIT */
/*
 * palette.c - Ctrl-P: every screen and every command in one list, narrowed by typing.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "ui/dialog.h"
#include "ui/lineedit.h"
#include "ui_priv.h"

enum { RECENT = 5 };

struct palette {
	VEC(struct menu_item) items;
	VEC(char *) texts; /* what items point into */
};

static const char *keep(struct palette *p, char *owned)
{
	*VEC_PUSH(&p->texts) = owned;
	return owned;
}

static void add_recent(struct palette *p, const struct ui *ui)
{
	const char *line;

	for (size_t i = 0; i < RECENT && (line = lineedit_history(ui->lineedit, i)); i++)
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = keep(p, xasprintf(":%s", line)),
			.note = "typed before",
			.answer = line,
		};
}

static void add_screens(struct palette *p, const struct ui *ui)
{
	const struct screenset *set = session_screens(ui->session);

	for (size_t i = 0; i < screenset_len(set); i++) {
		const struct screendef *d = screenset_at(set, i);

		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = d->title,
			.note = keep(p, xasprintf("screen %s", d->name)),
			.answer = keep(p, xasprintf("open %s", d->name)),
		};
	}
}

/* Commands that want words are put into the bar instead of being run. */
static void add_commands(struct palette *p)
{
	for (const struct command *const *c = commands(); *c; c++) {
		bool wants = (*c)->args && *(*c)->args && *(*c)->args != '[';

		if ((*c)->needs & BATCH_ONLY)
			continue;
		*VEC_PUSH(&p->items) = (struct menu_item){
			.text = keep(p, xasprintf(":%s", (*c)->name)),
			.note = (*c)->summary,
			.answer = wants ? keep(p, xasprintf("bar '%s '", (*c)->name))
					: (*c)->name,
		};
	}
}

static void run(void *ctx, const char *answer)
{
	if (answer)
		host_run(ctx, answer);
}

void palette_open(struct ui *ui)
{
	struct palette p = { VEC_INIT, VEC_INIT };

	if (ui->lineedit)
		add_recent(&p, ui);
	add_screens(&p, ui);
	add_commands(&p);
	dialog_menu(ui, "Go to", p.items.v, p.items.len, run, ui);
	for (size_t i = 0; i < p.texts.len; i++)
		free(p.texts.v[i]);
	VEC_RELEASE(&p.texts);
	VEC_RELEASE(&p.items);
}
