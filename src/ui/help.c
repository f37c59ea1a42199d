/* SPDX-License-Identifier: MIT */
/*
 * help.c - the keys of this screen, from the bindings in force, so that it cannot be wrong.
 */
#include <string.h>

#include "base/utf8.h"
#include "ui/viewer.h"
#include "bindings.h"
#include "ui_priv.h"

enum { KEYS = 20 };

static void add_entry(void *ctx, const struct binding *b, const char *keys)
{
	struct buf *out = ctx;
	int width = canvas_text_width(keys, strlen(keys));

	buf_addf(out, "  %s", keys);
	buf_addn(out, ' ', width + 2 < KEYS ? (size_t)(KEYS - width) : 2);
	buf_addf(out, "%s\n", binding_help(b));
}

void help_open(struct ui *ui)
{
	const struct screen *s = screen_top(ui);
	struct buf out = BUF_INIT;

	buf_addf(&out, "%s\n\n", *s->title ? s->title : "souk");
	for (s = screen_focus(ui); s; s = s->parent) {
		bindings_own(s, add_entry, &out);
		if (s->def && s->def->nkeys)
			buf_addc(&out, '\n');
		bindings_section(ui, s->kind->name, add_entry, &out);
	}
	buf_adds(&out, "\nEverywhere\n\n");
	bindings_section(ui, "global", add_entry, &out);
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
