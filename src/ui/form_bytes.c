/* SPDX-License-Identifier: MIT */
/*
 * form_bytes.c - a bytea field: nobody types one, so it comes from a file and goes to one; what is
 * short can be typed as hex.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/path.h"
#include "form.h"
#include "ui_priv.h"
#include "ui/dialog.h"
#include "ui/ui.h"

enum { TYPED_MAX = 400 };
#define FILE_MAX (64u << 20)

static const char from_file[] = "from a file", to_file[] = "to a file", as_hex[] = "typed as hex";

size_t form_bytes_len(const char *value)
{
	return value && strncmp(value, "\\x", 2) == 0 ? (strlen(value) - 2) / 2 : 0;
}

static void to_hex(struct buf *out, const struct buf *bytes)
{
	static const char digits[] = "0123456789abcdef";

	buf_adds(out, "\\x");
	for (size_t i = 0; i < bytes->len; i++) {
		unsigned char b = (unsigned char)bytes->data[i];

		buf_addc(out, digits[b >> 4]);
		buf_addc(out, digits[b & 15]);
	}
}

static int digit(char c)
{
	return c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
}

/* The value is the server's own, or one that to_hex made. */
static void from_hex(struct buf *out, const char *value)
{
	for (const char *p = value + 2; p[0] && p[1]; p += 2)
		buf_addc(out, (char)(digit(p[0]) << 4 | digit(p[1])));
}

static void on_read(void *ctx, const char *name)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	char *path = name && *name ? path_expand(name) : NULL;
	struct buf bytes = BUF_INIT, value = BUF_INIT;
	struct err err = ERR_INIT;

	if (path && !path_read(path, FILE_MAX, &bytes, &err)) {
		ui_say_err(s->ui, &err);
	} else if (path) {
		to_hex(&value, &bytes);
		form_put(f, (size_t)f->scroll.cursor, value.data, false);
	}
	buf_release(&bytes);
	buf_release(&value);
	err_release(&err);
	free(path);
}

static void on_write(void *ctx, const char *name)
{
	struct screen *s = ctx;
	const struct form *f = form_of(s);
	const char *value = f->fields.v[f->scroll.cursor].value;
	char *path = name && *name ? path_expand(name) : NULL;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;

	if (path && path_exists(path)) {
		ui_say(s->ui, SAY_WARNING, "%s is there already: nothing was written", path);
	} else if (path && value) {
		from_hex(&bytes, value);
		if (path_write(path, bytes.data, bytes.len, &err))
			ui_say(s->ui, SAY_DONE, "%zu bytes are in %s", bytes.len, path);
		else
			ui_say_err(s->ui, &err);
	}
	buf_release(&bytes);
	err_release(&err);
	free(path);
}

static void on_way(void *ctx, const char *answer)
{
	struct screen *s = ctx;
	struct form *f = form_of(s);
	struct question q = { .kind = ASK_TEXT };
	char *title;

	if (!answer)
		return;
	if (strcmp(answer, as_hex) == 0) {
		form_type(f);
		return;
	}
	q.title = title = form_field_title(f, form_focus(f));
	q.text = strcmp(answer, from_file) == 0 ? "The file whose bytes it takes:"
						: "A new file for its bytes:";
	dialog_ask(s->ui, &q, strcmp(answer, from_file) == 0 ? on_read : on_write, s);
	free(title);
}

void form_bytes(struct form *f)
{
	const struct form_field *field = form_focus(f);
	const char *value = field->use_default ? NULL : field->value;
	struct menu_item items[3];
	char *title = form_field_title(f, field);
	size_t n = 0;

	items[n++] = (struct menu_item){ .text = from_file, .note = "at most 64 MB" };
	if (value && !field->secret)
		items[n++] = (struct menu_item){ .text = to_file };
	if (form_bytes_len(value) <= TYPED_MAX)
		items[n++] = (struct menu_item){ .text = as_hex, .note = "\\x0a0b…" };
	dialog_menu(f->screen->ui, title, items, n, on_way, f->screen);
	free(title);
}
