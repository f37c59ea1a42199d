/* SPDX-License-Identifier: MIT */
/*
 * inih decides what is a key, a value and a continued line.  Its limits as packaged (lines of
 * 200 bytes, section names of 50 cut in silence, ';' and ':' with a meaning, no word about where
 * a section begins) are kept from it by the reader: inih sees short lines in which such bytes
 * are replaced by control characters, which a definition file cannot contain; section lines it
 * sees as "[]", and they are reported from here.  A line is handed over one at a time and its
 * entry comes back before the next is asked for, so the line number is always known.
 */
#include "base/deffile.h"

#include <ctype.h>
#include <ini.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"
#include "base/utf8.h"

enum {
	SEMICOLON = '\1',
	COLON = '\2',
	HASH = '\3',
	GLUE = '\4', /* at a cut in a long line: keeps the white space, joins without '\n' */
	MAX_FILE = 4 << 20,
};

struct parser {
	const char *file, *text;
	size_t len, pos;
	int line;
	struct buf current; /* the line being handed over, armoured */
	size_t done;        /* bytes of it that inih has */
	bool expects;       /* inih has a line that must come back as an entry */
	bool continues;     /* … as more of the entry before */

	struct deffile_entry entry;
	char *section, *arg;
	char *key; /* the entry that is being collected; NULL: none */
	struct buf value;

	deffile_fn *fn;
	void *ctx;
	struct err *err;
	bool failed;
};

static void fail_at(struct parser *p, int line)
{
	char *where = xasprintf("%s:%d", p->file, line);

	err_within(p->err, where);
	free(where);
	p->failed = true;
}

static void refuse(struct parser *p, const char *why)
{
	err_set(p->err, ERR_USAGE, NULL, "%s", why);
	fail_at(p, p->line);
}

static void call(struct parser *p, const char *key, const char *value)
{
	p->entry.file = p->file;
	p->entry.section = p->section ? p->section : "";
	p->entry.arg = p->arg ? p->arg : "";
	p->entry.key = key;
	p->entry.value = value;
	if (!p->fn(p->ctx, &p->entry, p->err))
		fail_at(p, p->entry.line);
}

/* The entry is whole when something else begins. */
static void flush(struct parser *p)
{
	char *key = p->key;

	if (!key)
		return;
	p->key = NULL;
	call(p, key, p->value.data);
	free(key);
}

static void unarmour(char *s)
{
	for (; *s; s++)
		*s = *s == SEMICOLON ? ';' : *s == COLON ? ':' : *s == HASH ? '#' : *s;
}

static void begin_section(struct parser *p)
{
	char *s = p->current.data;
	size_t word;

	if (p->current.len < 2 || p->current.data[p->current.len - 1] != ']') {
		refuse(p, "a section needs its ']' at the end of the line");
		return;
	}
	buf_truncate(&p->current, p->current.len - 1);
	buf_splice(&p->current, 0, 1, NULL, 0);
	buf_trim(&p->current);
	s = p->current.data;
	unarmour(s);
	word = strcspn(s, " \t");
	if (!word) {
		refuse(p, "a section needs a name");
		return;
	}
	free(p->section);
	free(p->arg);
	p->section = xstrndup(s, word);
	p->arg = xstrdup(s + word + strspn(s + word, " \t"));
	p->entry.section_no++;
	p->entry.line = p->line;
	call(p, NULL, NULL);
}

/* Copy a source line into p->current without its comment; false if a byte is not text.  Every file
 * that is carried goes through here at each start. */
static bool armour(struct parser *p, const char *s, size_t len)
{
	char *out;
	size_t n = 0;

	buf_clear(&p->current);
	if (!utf8_valid(s, len))
		return false;
	buf_addn(&p->current, ' ', len); /* the room that it needs at most */
	out = p->current.data;
	for (size_t i = 0; i < len; i++) {
		char c = s[i];

		if (c == '#' && (i == 0 || isspace((unsigned char)s[i - 1])))
			break;
		if ((unsigned char)c < 0x20 && c != '\t' && c != '\r')
			return false;
		if (c == '\\' && i + 1 < len && s[i + 1] == '#') {
			c = HASH;
			i++;
		} else if (c == ';') {
			c = SEMICOLON;
		} else if (c == ':') {
			c = COLON;
		}
		out[n++] = c;
	}
	while (n && isspace((unsigned char)out[n - 1]))
		n--;
	buf_truncate(&p->current, n);
	return true;
}

/* Take the next source line; false at the end of the text. */
static bool next_line(struct parser *p)
{
	const char *s = p->text + p->pos, *end;
	size_t len;

	if (p->pos >= p->len)
		return false;
	end = memchr(s, '\n', p->len - p->pos);
	len = end ? (size_t)(end - s) : p->len - p->pos;
	p->pos += len + 1;
	p->line++;
	if (p->line == 1 && len >= 3 && !memcmp(s, "\xEF\xBB\xBF", 3)) {
		s += 3;
		len -= 3;
	}
	p->done = 0;
	if (!armour(p, s, len)) {
		refuse(p, "not UTF-8 text");
		return false;
	}
	p->continues = isspace((unsigned char)p->current.data[0]);
	if (p->continues && !p->key)
		refuse(p, "the line begins with white space, but there is nothing to continue");
	else if (p->current.len && !p->continues)
		flush(p);
	return !p->failed;
}

/* One piece of the current line, as long as inih's own buffer allows. */
static void hand_over(struct parser *p, char *out, size_t room)
{
	bool first = p->done == 0, last;
	size_t n = p->current.len - p->done, max = room - 5; /* " \4" … "\4\n\0" */
	struct buf b = BUF_INIT;

	last = n <= max;
	n = last ? n : max;
	if (!first)
		buf_adds(&b, (const char[]){ ' ', GLUE, 0 });
	buf_add(&b, p->current.data + p->done, n);
	if (!last)
		buf_addc(&b, GLUE);
	buf_addc(&b, '\n');
	memcpy(out, b.data, b.len + 1);
	buf_release(&b);
	p->done += n;
	p->expects = true;
	p->continues = p->continues || !first;
}

static char *reader(char *out, int num, void *ctx)
{
	struct parser *p = ctx;

	if (p->expects && !p->failed)
		refuse(p, "expected \"key = value\" or \"[section]\"");
	if (p->failed)
		return NULL;
	if (p->done < p->current.len) {
		hand_over(p, out, (size_t)num);
		return out;
	}
	if (!next_line(p))
		return NULL;
	if (!p->current.len) {
		memcpy(out, "\n", 2);
	} else if (p->current.data[0] == '[') {
		begin_section(p);
		buf_clear(&p->current);
		memcpy(out, "[]\n", 4);
	} else {
		hand_over(p, out, (size_t)num);
	}
	return out;
}

static int handler(void *ctx, const char *section UNUSED, const char *name, const char *value)
{
	struct parser *p = ctx;
	size_t len = strlen(value);
	bool glued = value[0] == GLUE;

	p->expects = false;
	if (!p->continues) {
		if (!*name) {
			refuse(p, "a key is missing before '='");
			return 0;
		}
		p->key = xstrdup(name);
		unarmour(p->key);
		p->entry.line = p->line;
		buf_clear(&p->value);
	} else if (!glued && p->value.len) {
		buf_addc(&p->value, '\n');
	}
	if (glued) {
		value++;
		len--;
	}
	if (len && value[len - 1] == GLUE)
		len--;
	buf_add(&p->value, value, len);
	unarmour(p->value.data);
	return 1;
}

bool deffile_parse(const char *file, const char *text, size_t len, deffile_fn *fn, void *ctx,
		   struct err *err)
{
	struct parser p = {
		.file = file, .text = text, .len = len, .current = BUF_INIT, .value = BUF_INIT,
		.entry.section_no = -1, .fn = fn, .ctx = ctx, .err = err,
	};

	/* Its result is not needed: the reader saw what did not come back as an entry. */
	(void)ini_parse_stream(reader, &p, handler, &p);
	if (!p.failed && p.expects)
		refuse(&p, "expected \"key = value\" or \"[section]\"");
	if (!p.failed)
		flush(&p);
	free(p.key);
	free(p.section);
	free(p.arg);
	buf_release(&p.current);
	buf_release(&p.value);
	return !p.failed;
}

bool deffile_load(const char *path, deffile_fn *fn, void *ctx, struct err *err)
{
	struct buf text = BUF_INIT;
	bool ok = path_read(path, MAX_FILE, &text, err) &&
		  deffile_parse(path, text.data, text.len, fn, ctx, err);

	buf_release(&text);
	return ok;
}
