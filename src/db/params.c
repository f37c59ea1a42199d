/* SPDX-License-Identifier: MIT */
#include "db/params.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"

void params_init(struct params *p)
{
	*p = (struct params)PARAMS_INIT;
}

void params_clear(struct params *p)
{
	for (size_t i = 0; i < p->list.len; i++)
		free(p->list.v[i].text);
	VEC_CLEAR(&p->list);
}

void params_release(struct params *p)
{
	params_clear(p);
	VEC_RELEASE(&p->list);
}

static int add(struct params *p, char *owned)
{
	VEC_PUSH(&p->list)->text = owned;
	return (int)p->list.len;
}

int params_text(struct params *p, const char *text)
{
	return add(p, xstrdup_null(text));
}

int params_textn(struct params *p, const char *text, size_t len)
{
	return add(p, xstrndup(text, len));
}

int params_int(struct params *p, int64_t n)
{
	return add(p, xasprintf("%" PRId64, n));
}

int params_bool(struct params *p, bool b)
{
	return add(p, xstrdup(b ? "true" : "false"));
}

/* Every element is quoted: then the word NULL, blanks, braces and commas need no special care. */
int params_array(struct params *p, const char *const *texts, size_t n)
{
	struct buf b = BUF_INIT;

	buf_addc(&b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addc(&b, ',');
		if (!texts[i]) {
			buf_adds(&b, "NULL");
			continue;
		}
		buf_addc(&b, '"');
		for (const char *s = texts[i]; *s; s++) {
			if (*s == '"' || *s == '\\')
				buf_addc(&b, '\\');
			buf_addc(&b, *s);
		}
		buf_addc(&b, '"');
	}
	buf_addc(&b, '}');
	return add(p, buf_detach(&b));
}

void params_copy(struct params *to, const struct params *from)
{
	params_init(to);
	for (size_t i = 0; i < from->list.len; i++)
		params_text(to, from->list.v[i].text);
}
