/* SPDX-License-Identifier: MIT */
#include "viewtext_priv.h"

#include <ctype.h>
#include <string.h>

#include "base/jsonlay.h"
#include "base/utf8.h"

enum { TAB = 8 };

static void add_expanded(struct buf *out, const char *s, size_t len)
{
	int col = 0, w;

	for (size_t i = 0, n; i < len; i += n) {
		if (s[i] == '\t') {
			n = 1;
			w = TAB - col % TAB;
			buf_addn(out, ' ', (size_t)w);
		} else {
			n = utf8_cluster(s + i, len - i, &w);
			buf_add(out, s + i, n);
		}
		col = s[i] == '\n' ? 0 : col + w;
	}
}

/* A piece of about LONGTEXT_PIECE: whole lines, so that tabs find their columns. */
static bool add_shown(void *ctx, const char *text, size_t len)
{
	struct longtext *to = ctx;
	struct buf safe = BUF_INIT, expanded = BUF_INIT;
	struct err ignored = ERR_INIT;
	bool tabs, ok;

	utf8_sanitize(&safe, text, len, SANITIZE_KEEP_NEWLINES);
	tabs = safe.len > 0 && memchr(safe.data, '\t', safe.len);
	if (tabs)
		add_expanded(&expanded, safe.data, safe.len);
	ok = longtext_add(to, tabs ? expanded.data : safe.data, tabs ? expanded.len : safe.len,
			  &ignored);
	err_release(&ignored);
	buf_release(&safe);
	buf_release(&expanded);
	return ok;
}

/* What is given out while the source passes by: it need not stay. */
struct passing {
	const struct longtext *source;
	struct longtext *to;
	size_t since;
};

static bool pass(void *ctx, const char *text, size_t len)
{
	struct passing *p = ctx;

	p->since += len;
	if (p->since > VIEWTEXT_WALK) {
		longtext_let_go(p->source);
		p->since = 0;
	}
	return add_shown(p->to, text, len);
}

bool viewtext_is_hex(const struct longtext *source, const char *s, size_t len)
{
	if (len < 2 || len % 2 || memcmp(s, "\\x", 2) != 0)
		return false;
	for (size_t i = 2; i < len; i++) {
		if (!isxdigit((unsigned char)s[i]))
			return false;
		if (i % VIEWTEXT_WALK == 0)
			longtext_let_go(source);
	}
	return true;
}

bool viewtext_is_json(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && isspace((unsigned char)s[i]))
		i++;
	return i < len && (s[i] == '{' || s[i] == '[');
}

struct longtext *viewtext_lay_json(const struct longtext *source, const char *s, size_t len)
{
	struct passing p = { source, longtext_new(), 0 };

	if (!jsonlay(s, len, pass, &p))
		longtext_free(&p.to);
	return p.to;
}

struct longtext *viewtext_lay_text(const struct longtext *source, const char *s, size_t len)
{
	static const char sorry[] = "There is no room to lay this value out: the disk is full.";
	struct passing p = { source, longtext_new(), 0 };
	struct err ignored = ERR_INIT;
	bool ok = true;

	for (size_t at = 0, n; ok && at < len; at += n) {
		n = longtext_piece(s + at, len - at);
		ok = pass(&p, s + at, n);
	}
	if (!ok) {
		longtext_free(&p.to);
		p.to = longtext_of(sorry, sizeof sorry - 1, &ignored);
	}
	err_release(&ignored);
	return p.to;
}
