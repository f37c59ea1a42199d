/* SPDX-License-Identifier: MIT */
/*
 * screentext.c - texts that a screen makes: of a template and a row, of a column's name.
 */
#include "domain/screendef.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

bool screen_template(const char *text, const char *(*get)(void *ctx, const char *column),
		     void *ctx, char **out, struct err *err)
{
	struct buf b = BUF_INIT;

	for (const char *p = text; *p; p++) {
		const char *end = strchr(p, '}'), *value;
		char *column;

		if (*p != '{' || p[1] == '{' || !end) {
			buf_addc(&b, *p);
			p += *p == '{' && p[1] == '{';
			continue;
		}
		column = xstrndup(p + 1, (size_t)(end - p) - 1);
		value = get(ctx, column);
		if (!value) {
			err_set(err, ERR_FAILED, column, "there is no such column in this row");
			free(column);
			buf_release(&b);
			return false;
		}
		buf_add_word(&b, value);
		free(column);
		p = end;
	}
	*out = buf_detach(&b);
	return true;
}

void column_words(struct buf *out, const char *name)
{
	static const char *const initials[] = { "id",  "ids", "ip",  "oid",
						"pid", "rls", "sku", "url" };
	size_t len = strlen(name), from = out->len;
	char *copy =
		xstrndup(name, len > 3 && strcmp(name + len - 3, "_at") == 0 ? len - 3 : len);
	char *save = NULL;

	for (char *w = strtok_r(copy, "_", &save); w; w = strtok_r(NULL, "_", &save)) {
		bool upper = false;

		for (size_t i = 0; i < ARRAY_SIZE(initials); i++)
			upper = upper || strcmp(w, initials[i]) == 0;
		buf_adds(out, out->len > from ? " " : "");
		for (size_t i = 0; w[i]; i++)
			buf_addc(out,
				 (char)(upper || out->len == from ? toupper((unsigned char)w[i])
								  : w[i]));
	}
	free(copy);
}
