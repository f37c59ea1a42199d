/* SPDX-License-Identifier: MIT */
/*
 * schemasplice.c - what souk writes, between its markers in a document of somebody's.
 *
 * A marker is a line of its own.  Where they do not stand as a pair nothing is written: what
 * would be replaced might be somebody's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "domain/schematext.h"

/* Where a marker stands: its line's number (from 1, 0: nowhere) and where the line begins and
 * ends. */
struct mark {
	char *text;
	size_t line, from, to, more; /* more: the line of another one */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_marker(const char *line, size_t len, const char *marker)
{
	while (len > 0 && is_blank(line[len - 1]))
		len--;
	while (len > 0 && is_blank(*line)) {
		line++;
		len--;
	}
	return len == strlen(marker) && memcmp(line, marker, len) == 0;
}

static void look(struct mark *m, size_t line, const char *document, size_t from, size_t to)
{
	if (!is_marker(document + from, to - from, m->text))
		return;
	if (m->line == 0) {
		m->line = line;
		m->from = from;
		m->to = to;
	} else if (m->more == 0) {
		m->more = line;
	}
}

static void find_marks(const struct buf *document, struct mark *begin, struct mark *end)
{
	static const char bom[] = "\xef\xbb\xbf";
	size_t line = 1, from = 0;

	if (document->len >= 3 && memcmp(document->data, bom, 3) == 0)
		from = 3;
	for (; from < document->len; line++) {
		const char *p = document->data + from;
		const char *eol = memchr(p, '\n', document->len - from);
		size_t to = eol ? (size_t)(eol - document->data) : document->len;

		look(begin, line, document->data, from, to);
		look(end, line, document->data, from, to);
		from = to + 1;
	}
}

static bool no_pair(const struct mark *m, const struct mark *other, struct err *err)
{
	if (m->more)
		err_set(err, ERR_FAILED, m->text, "stands twice, in the lines %zu and %zu",
			m->line, m->more);
	else
		err_set(err, ERR_FAILED, m->text, "stands in line %zu without %s", m->line,
			other->text);
	err_hint(err, "souk replaces what stands between one such pair of lines; nothing was "
		      "written");
	return false;
}

static bool is_pair(const struct mark *begin, const struct mark *end, struct err *err)
{
	if (begin->more)
		return no_pair(begin, end, err);
	if (end->more)
		return no_pair(end, begin, err);
	if (begin->line && (!end->line || end->line < begin->line))
		return no_pair(begin, end, err);
	return !end->line || begin->line || no_pair(end, begin, err);
}

/* Text of ours with the document's line ends. */
static void add_lines(struct buf *out, const char *text, bool crlf)
{
	for (; *text; text++) {
		if (*text == '\n' && crlf)
			buf_addc(out, '\r');
		buf_addc(out, *text);
	}
}

static bool has_crlf(const struct buf *document)
{
	const char *eol = document->len ? memchr(document->data, '\n', document->len) : NULL;

	return eol && eol > document->data && eol[-1] == '\r';
}

static void append(struct buf *out, const struct buf *document, const struct mark *begin,
		   const struct mark *end, const char *part)
{
	bool crlf = has_crlf(document);

	buf_addbuf(out, document);
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		add_lines(out, "\n", crlf);
	add_lines(out, begin->text, crlf);
	add_lines(out, "\n", crlf);
	add_lines(out, part, crlf);
	add_lines(out, end->text, crlf);
	add_lines(out, "\n", crlf);
}

bool schematext_splice(struct buf *out, const struct buf *document, const char *name,
		       const char *part, struct err *err)
{
	struct mark begin = { .text = xasprintf("<!-- souk:%s:begin -->", name) };
	struct mark end = { .text = xasprintf("<!-- souk:%s:end -->", name) };
	bool ok;

	find_marks(document, &begin, &end);
	ok = is_pair(&begin, &end, err);
	if (ok && begin.line) {
		buf_add(out, document->data, begin.to + 1);
		add_lines(out, part, document->data[begin.to - 1] == '\r');
		buf_add(out, document->data + end.from, document->len - end.from);
	} else if (ok) {
		append(out, document, &begin, &end, part);
	}
	free(begin.text);
	free(end.text);
	return ok;
}
