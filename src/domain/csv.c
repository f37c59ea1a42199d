/* SPDX-License-Identifier: MIT */
#include "domain/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/vec.h"

enum state {
	FRESH,	/* at the beginning of a cell */
	PLAIN,	/* in a cell without quotes */
	QUOTED, /* between quotes */
	AFTER,	/* behind a quote: the end of the cell, or a doubled one */
	RETURN, /* behind CR */
	SKIP,	/* broken: on to the end of the line */
};

struct cell {
	size_t at; /* in text */
	bool quoted;
};

struct csv {
	char delimiter;
	size_t limit;
	const char *data; /* borrowed */
	size_t len, at;
	bool finished, marked; /* marked: the byte order mark was looked for */
	bool lost;	       /* where records begin cannot be known any more */

	enum state state;
	struct buf text; /* the cells, each terminated */
	struct buf raw;
	VEC(struct cell) cells;
	bool whole; /* what is there belongs to the record before */

	uint64_t offset, line, column;	/* of the next byte */
	uint64_t first_line;		/* of the record */
	uint64_t quote_line, quote_col; /* of the quote that was opened last */
	const char *why;
	uint64_t why_line, why_column;
};

struct csv *csv_new(char delimiter, size_t limit)
{
	struct csv *c = xcalloc(1, sizeof *c);

	c->delimiter = delimiter;
	c->limit = limit;
	buf_init(&c->text);
	buf_init(&c->raw);
	c->line = c->first_line = c->column = 1;
	return c;
}

void csv_free(struct csv **cp)
{
	struct csv *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	buf_release(&c->text);
	buf_release(&c->raw);
	VEC_RELEASE(&c->cells);
	free(c);
}

void csv_begin_at(struct csv *c, uint64_t offset, uint64_t line)
{
	c->offset = offset;
	c->line = c->first_line = line;
	c->marked = offset > 0;
}

void csv_feed(struct csv *c, const char *data, size_t len)
{
	c->data = data;
	c->len = len;
	c->at = 0;
}

void csv_finish(struct csv *c)
{
	c->finished = true;
}

/* ---- one byte ---- */

static void broken(struct csv *c, const char *why, uint64_t line, uint64_t column)
{
	if (!c->why) {
		c->why = why;
		c->why_line = line;
		c->why_column = column;
	}
	c->state = SKIP;
}

static void cell_begin(struct csv *c, bool quoted)
{
	*VEC_PUSH(&c->cells) = (struct cell){ c->text.len, quoted };
}

static void cell_end(struct csv *c)
{
	buf_addc(&c->text, '\0');
	c->state = FRESH;
}

/* The line ends here: true if a record (or a broken one) does. */
static bool line_end(struct csv *c)
{
	switch (c->state) {
	case FRESH:
		if (!c->cells.len)
			return false; /* an empty line */
		cell_begin(c, false);
		cell_end(c);
		return true;
	case PLAIN:
	case AFTER:
		cell_end(c);
		return true;
	case RETURN:
	case SKIP:
		return true;
	case QUOTED:
		break;
	}
	return false;
}

static void plain_byte(struct csv *c, char b)
{
	if (b == c->delimiter)
		cell_end(c);
	else if (b == '"')
		broken(c,
		       "a quote inside a value that is not quoted: put the value in quotes "
		       "and "
		       "double the quote",
		       c->line, c->column);
	else
		buf_addc(&c->text, b);
}

static void fresh_byte(struct csv *c, char b)
{
	cell_begin(c, b == '"');
	if (b == '"') {
		c->state = QUOTED;
		c->quote_line = c->line;
		c->quote_col = c->column;
		return;
	}
	c->state = PLAIN;
	plain_byte(c, b);
}

static void after_byte(struct csv *c, char b)
{
	if (b == '"') {
		buf_addc(&c->text, b);
		c->state = QUOTED;
	} else if (b == c->delimiter) {
		cell_end(c);
	} else {
		broken(c,
		       "text behind a closing quote: double a quote that belongs to the value",
		       c->line, c->column);
	}
}

static void byte(struct csv *c, char b)
{
	switch (c->state) {
	case FRESH:
		fresh_byte(c, b);
		break;
	case PLAIN:
		plain_byte(c, b);
		break;
	case QUOTED:
		if (b == '"')
			c->state = AFTER;
		else
			buf_addc(&c->text, b);
		break;
	case AFTER:
		after_byte(c, b);
		break;
	case RETURN:
	case SKIP:
		break;
	}
}

/* ---- records ---- */

static void begin_record(struct csv *c)
{
	buf_clear(&c->text);
	buf_clear(&c->raw);
	VEC_CLEAR(&c->cells);
	c->why = NULL;
	c->whole = false;
	c->state = FRESH;
	c->first_line = c->line;
}

static void keep_raw(struct csv *c, char b)
{
	if (c->raw.len < c->limit) {
		buf_addc(&c->raw, b);
		return;
	}
	if (c->state == QUOTED) {
		broken(c,
		       "the record does not end: a quote that is opened here is not closed; "
		       "nothing behind it is read",
		       c->quote_line, c->quote_col);
		c->lost = true;
	} else {
		broken(c, "the record is too long", c->line, c->column);
	}
	buf_clear(&c->text); /* what is not kept needs no memory */
	VEC_CLEAR(&c->cells);
}

static void step(struct csv *c, char b)
{
	c->offset++;
	if (b == '\n') {
		c->line++;
		c->column = 1;
	} else if (((unsigned char)b & 0xC0) != 0x80) {
		c->column++;
	}
}

static enum csv_what record(struct csv *c)
{
	c->whole = true;
	while (c->raw.len && c->raw.data[c->raw.len - 1] == '\r')
		buf_truncate(&c->raw, c->raw.len - 1);
	return c->why ? CSV_BROKEN : CSV_RECORD;
}

/* What does not stand in a cell: NUL, the ends of lines. True: a record is whole. */
static bool special(struct csv *c, char b)
{
	if (b == '\0') {
		broken(c, "a NUL byte, which no column can hold", c->line, c->column);
	} else if (c->state == RETURN && b != '\n') {
		broken(c, "a carriage return without a line feed: lines end with LF or CRLF",
		       c->line, c->column - 1);
	} else if (c->state != QUOTED && c->state != SKIP && b == '\r') {
		if (c->state != FRESH || c->cells.len) {
			line_end(c);
			c->state = RETURN;
		}
	} else if (c->state != QUOTED && b == '\n') {
		return line_end(c);
	} else {
		byte(c, b);
	}
	return false;
}

static enum csv_what at_end(struct csv *c)
{
	if (c->state == QUOTED)
		broken(c, "the quote that is opened here is never closed", c->quote_line,
		       c->quote_col);
	return line_end(c) ? record(c) : CSV_END;
}

static void skip_mark(struct csv *c)
{
	static const char mark[] = "\xEF\xBB\xBF";

	c->marked = true;
	if (c->len - c->at < 3 || memcmp(c->data + c->at, mark, 3) != 0)
		return;
	c->at += 3;
	c->offset += 3;
}

enum csv_what csv_next(struct csv *c)
{
	if (c->whole && c->lost)
		return CSV_END;
	if (c->whole)
		begin_record(c);
	if (!c->marked && c->len)
		skip_mark(c);
	while (c->at < c->len) {
		char b = c->data[c->at++];
		bool done = special(c, b);

		if (!done && !(c->state == FRESH && !c->cells.len))
			keep_raw(c, b);
		step(c, b);
		if (done || c->lost)
			return record(c);
		if (c->state == FRESH && !c->cells.len)
			c->first_line = c->line;
	}
	return c->finished ? at_end(c) : CSV_MORE;
}

size_t csv_cells(const struct csv *c)
{
	return c->cells.len;
}

const char *csv_cell(const struct csv *c, size_t i, bool *quoted)
{
	if (quoted)
		*quoted = c->cells.v[i].quoted;
	return c->text.data + c->cells.v[i].at;
}

const char *csv_raw(const struct csv *c, size_t *len)
{
	*len = c->raw.len;
	return c->raw.data;
}

uint64_t csv_line(const struct csv *c)
{
	return c->first_line;
}

uint64_t csv_offset(const struct csv *c)
{
	return c->offset;
}

uint64_t csv_next_line(const struct csv *c)
{
	return c->line;
}

const char *csv_why(const struct csv *c)
{
	return c->why;
}

uint64_t csv_why_line(const struct csv *c)
{
	return c->why_line;
}

uint64_t csv_why_column(const struct csv *c)
{
	return c->why_column;
}
