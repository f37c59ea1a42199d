/* SPDX-License-Identifier: MIT */
/*
 * A database that does not speak UTF-8.  The server would refuse a whole page for one character
 * that UTF-8 has no place for (22P05), or for one byte that is no character at all (SQL_ASCII,
 * 22021); so it is told to leave its texts as they are, and they are made UTF-8 here, value by
 * value: what cannot be stays the bytes that it is, which is no UTF-8 and shown so, and goes back
 * as it came.
 */
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "db_priv.h"

enum { CHARACTER_MAX = 8 };

struct encoding {
	char *name;              /* the server's */
	int id;                  /* libpq's, which knows how long a character is */
	bool bytes;              /* SQL_ASCII: nothing is known of them, and nothing is changed */
	iconv_t to_utf8, from_utf8;
};

/* The server's names of encodings and iconv's, where the two map characters alike. */
static const struct {
	const char *server, *iconv;
} names[] = {
	{ "EUC_JP", "EUC-JP-MS" },   { "EUC_JIS_2004", "EUC-JISX0213" },
	{ "EUC_KR", "EUC-KR" },      { "EUC_CN", "EUC-CN" },
	{ "EUC_TW", "EUC-TW" },      { "LATIN1", "ISO-8859-1" },
	{ "LATIN2", "ISO-8859-2" },  { "LATIN3", "ISO-8859-3" },
	{ "LATIN4", "ISO-8859-4" },  { "LATIN5", "ISO-8859-9" },
	{ "LATIN6", "ISO-8859-10" }, { "LATIN7", "ISO-8859-13" },
	{ "LATIN8", "ISO-8859-14" }, { "LATIN9", "ISO-8859-15" },
	{ "LATIN10", "ISO-8859-16" }, { "ISO_8859_5", "ISO-8859-5" },
	{ "ISO_8859_6", "ISO-8859-6" }, { "ISO_8859_7", "ISO-8859-7" },
	{ "ISO_8859_8", "ISO-8859-8" }, { "KOI8R", "KOI8-R" },
	{ "KOI8U", "KOI8-U" },       { "WIN866", "CP866" },
	{ "WIN874", "CP874" },       { "WIN1250", "CP1250" },
	{ "WIN1251", "CP1251" },     { "WIN1252", "CP1252" },
	{ "WIN1253", "CP1253" },     { "WIN1254", "CP1254" },
	{ "WIN1255", "CP1255" },     { "WIN1256", "CP1256" },
	{ "WIN1257", "CP1257" },     { "WIN1258", "CP1258" },
};

static bool open_tables(struct encoding *e, const char *iconv_name)
{
	e->to_utf8 = iconv_open("UTF-8", iconv_name);
	if (e->to_utf8 == (iconv_t)-1)
		return false;
	e->from_utf8 = iconv_open(iconv_name, "UTF-8");
	if (e->from_utf8 != (iconv_t)-1)
		return true;
	iconv_close(e->to_utf8);
	return false;
}

struct encoding *encoding_new(const char *server)
{
	struct encoding e = { .bytes = server && strcmp(server, "SQL_ASCII") == 0 };
	bool known = e.bytes;

	for (size_t i = 0; server && !known && i < ARRAY_SIZE(names); i++)
		known = strcmp(server, names[i].server) == 0 && open_tables(&e, names[i].iconv);
	if (!known)
		return NULL;
	e.name = xstrdup(server);
	e.id = pg_char_to_encoding(server);
	struct encoding *made = xmalloc(sizeof *made);
	*made = e;
	return made;
}

void encoding_free(struct encoding **e)
{
	if (!*e)
		return;
	if (!(*e)->bytes) {
		iconv_close((*e)->to_utf8);
		iconv_close((*e)->from_utf8);
	}
	free((*e)->name);
	free(*e);
	*e = NULL;
}

const char *encoding_name(const struct encoding *e)
{
	return e->name;
}

/* One character by itself: some of iconv's tables would join it with the one before. */
static bool convert(iconv_t table, struct buf *out, const char *s, size_t len)
{
	char there[CHARACTER_MAX * 4], *to = there;
	char *from = (char *)(uintptr_t)s;
	size_t room = sizeof there;

	iconv(table, NULL, NULL, NULL, NULL);
	if (iconv(table, &from, &len, &to, &room) != 0 || len > 0 ||
	    iconv(table, NULL, NULL, &to, &room) == (size_t)-1)
		return false;
	buf_add(out, there, sizeof there - room);
	return true;
}

bool encoding_is_plain(const struct encoding *e, const char *s, size_t len)
{
	return e->bytes || utf8_ascii_run(s, len) == len;
}

void encoding_decode(const struct encoding *e, struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_ascii_run(s + i, len - i);
		if (n == 0) {
			int whole = PQmblen(s + i, e->id);

			n = whole > 0 && (size_t)whole <= len - i ? (size_t)whole : 1;
			if (convert(e->to_utf8, out, s + i, n))
				continue;
			n = 1;
		}
		buf_add(out, s + i, n);
	}
}

bool encoding_encode(const struct encoding *e, struct buf *out, const char *s, size_t len)
{
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		n = e->bytes ? len - i : utf8_ascii_run(s + i, len - i);
		if (n == 0) {
			n = utf8_decode(s + i, len - i, &cp);
			if (cp != UTF8_INVALID) {
				if (!convert(e->from_utf8, out, s + i, n))
					return false;
				continue;
			}
		}
		buf_add(out, s + i, n);
	}
	return true;
}

/* ---- what came ---- */

static bool result_is_plain(const struct encoding *e, const PGresult *res)
{
	for (int col = 0; col < PQnfields(res); col++) {
		if (!encoding_is_plain(e, PQfname(res, col), strlen(PQfname(res, col))))
			return false;
		for (int row = 0; row < PQntuples(res); row++)
			if (!encoding_is_plain(e, PQgetvalue(res, row, col),
				   (size_t)PQgetlength(res, row, col)))
				return false;
	}
	return true;
}

static char *decoded(const struct encoding *e, const char *s, size_t len, int *n)
{
	struct buf text = BUF_INIT;

	encoding_decode(e, &text, s, len);
	*n = (int)text.len;
	return buf_detach(&text);
}

/* libpq's only complaint here is that memory is short. */
static void must(int ok)
{
	if (!ok)
		BUG("libpq: out of memory for a reply");
}

static void copy_attributes(const struct encoding *e, PGresult *to, const PGresult *from)
{
	int columns = PQnfields(from), n;
	PGresAttDesc *attrs = xcalloc((size_t)columns + 1, sizeof *attrs);

	for (int i = 0; i < columns; i++) {
		const char *name = PQfname(from, i);

		attrs[i] = (PGresAttDesc){ .name = decoded(e, name, strlen(name), &n),
					   .tableid = PQftable(from, i),
					   .columnid = PQftablecol(from, i),
					   .format = PQfformat(from, i),
					   .typid = PQftype(from, i),
					   .typlen = PQfsize(from, i),
					   .atttypmod = PQfmod(from, i) };
	}
	must(PQsetResultAttrs(to, columns, attrs));
	for (int i = 0; i < columns; i++)
		free(attrs[i].name);
	free(attrs);
}

PGresult *encoding_result(const struct encoding *e, PGresult *owned)
{
	PGresult *res;
	int n;

	if (result_is_plain(e, owned))
		return owned;
	res = PQcopyResult(owned, 0); /* the command tag */
	must(res != NULL);
	copy_attributes(e, res, owned);
	for (int row = 0; row < PQntuples(owned); row++) {
		for (int col = 0; col < PQnfields(owned); col++) {
			if (PQgetisnull(owned, row, col)) {
				must(PQsetvalue(res, row, col, NULL, -1));
				continue;
			}
			char *text = decoded(e, PQgetvalue(owned, row, col),
					     (size_t)PQgetlength(owned, row, col), &n);
			must(PQsetvalue(res, row, col, text, n));
			free(text);
		}
	}
	PQclear(owned);
	return res;
}

static void decode_field(const struct encoding *e, char **text)
{
	int n;

	if (!*text || encoding_is_plain(e, *text, strlen(*text)))
		return;
	char *now = decoded(e, *text, strlen(*text), &n);
	free(*text);
	*text = now;
}

void encoding_error(const struct encoding *e, struct server_error *error)
{
	char **const texts[] = { &error->message, &error->detail,   &error->hint,
				 &error->schema,  &error->table,    &error->column,
				 &error->datatype, &error->constraint, &error->context };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		decode_field(e, texts[i]);
}
