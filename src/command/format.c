/* SPDX-License-Identifier: MIT */
#include "command/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/deffile.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"

#define SAMPLE_ROWS 200 /* rows that decide the widths of the table */
#define WIDTH_MAX 60	/* columns of one cell at most, but for the last column */
#define PIECE (64 << 10) /* a cell may be of any size: it is written in such pieces */

struct kind {
	void (*begin)(struct format *f);
	void (*row)(struct format *f, const char *const *cells);
	void (*end)(struct format *f);
};

struct format_column {
	char *name;
	int type; /* CELL_* */
	int width;
};

struct format {
	const struct kind *kind;
	format_write_fn *write;
	void *ctx;
	struct format_column *columns;
	size_t n;
	size_t rows;
	VEC(char **) sample; /* table: rows held until the widths are known */
	bool aligned;	     /* the widths are settled and the head is printed */
	struct buf line;
	/* sql */
	const struct sqlset *set;
	char *relation;
	bool overriding;
};

static void put(struct format *f)
{
	f->write(f->ctx, f->line.data, f->line.len);
	if (f->line.cap > 4 * PIECE)
		buf_release(&f->line);
	buf_clear(&f->line);
}

static void put_piece(struct format *f)
{
	if (f->line.len >= PIECE)
		put(f);
}

static void nothing(struct format *f UNUSED)
{
}

/* ---- CSV ---- */

static void csv_cell(struct format *f, const char *s)
{
	bool plain;

	if (!s)
		return;
	plain = *s && !strpbrk(s, "\",\r\n") && *s != ' ' && s[strlen(s) - 1] != ' ';
	buf_adds(&f->line, plain ? "" : "\"");
	while (*s) {
		size_t n = strnlen(s, PIECE);
		const char *quote = plain ? NULL : memchr(s, '"', n);

		n = quote ? (size_t)(quote - s) + 1 : n;
		buf_add(&f->line, s, n);
		buf_adds(&f->line, quote ? "\"" : "");
		put_piece(f);
		s += n;
	}
	buf_adds(&f->line, plain ? "" : "\"");
}

static void csv_begin(struct format *f)
{
	for (size_t i = 0; i < f->n; i++) {
		if (i)
			buf_addc(&f->line, ',');
		csv_cell(f, f->columns[i].name);
	}
	buf_adds(&f->line, "\r\n");
	put(f);
}

static void csv_row(struct format *f, const char *const *cells)
{
	for (size_t i = 0; i < f->n; i++) {
		if (i)
			buf_addc(&f->line, ',');
		csv_cell(f, cells[i]);
	}
	buf_adds(&f->line, "\r\n");
	put(f);
}

/* ---- tab-separated ---- */

static void tsv_line(struct format *f, const char *const *cells)
{
	for (size_t i = 0; i < f->n; i++) {
		buf_adds(&f->line, i ? "\t" : "");
		for (const char *s = cells[i]; s && *s; s++) {
			buf_addc(&f->line, strchr("\t\r\n", *s) ? ' ' : *s);
			put_piece(f);
		}
	}
	buf_addc(&f->line, '\n');
	put(f);
}

static void tsv_begin(struct format *f)
{
	const char **names = xcalloc(f->n + 1, sizeof *names);

	for (size_t i = 0; i < f->n; i++)
		names[i] = f->columns[i].name;
	tsv_line(f, names);
	free(names);
}

/* ---- JSON ---- */

static void json_cell(struct buf *out, const struct format_column *c, const char *s)
{
	if (!s)
		buf_adds(out, "null");
	else if (c->type == CELL_BOOL)
		buf_adds(out, *s == 't' ? "true" : "false");
	else if (c->type == CELL_JSON || (c->type == CELL_NUMBER && decimal_valid(s)))
		buf_adds(out, s);
	else
		json_write_bytes(out, s, strlen(s));
}

static void json_object(struct format *f, const char *const *cells)
{
	buf_addc(&f->line, '{');
	for (size_t i = 0; i < f->n; i++) {
		const struct format_column *c = &f->columns[i];

		if (i)
			buf_adds(&f->line, ", ");
		json_write_string(&f->line, c->name, strlen(c->name));
		buf_adds(&f->line, ": ");
		json_cell(&f->line, c, cells[i]);
	}
	buf_addc(&f->line, '}');
}

static void json_begin(struct format *f)
{
	buf_addc(&f->line, '[');
	put(f);
}

static void json_row(struct format *f, const char *const *cells)
{
	buf_adds(&f->line, f->rows ? ",\n " : "\n ");
	json_object(f, cells);
	put(f);
}

static void json_end(struct format *f)
{
	buf_adds(&f->line, f->rows ? "\n]\n" : "]\n");
	put(f);
}

static void jsonl_row(struct format *f, const char *const *cells)
{
	json_object(f, cells);
	buf_addc(&f->line, '\n');
	put(f);
}

/* ---- INSERT ---- */

static void sql_row(struct format *f, const char *const *cells)
{
	struct buf columns = BUF_INIT, values = BUF_INIT;

	for (size_t i = 0; i < f->n; i++) {
		buf_adds(&columns, i ? ", " : "");
		buf_adds(&values, i ? ", " : "");
		sql_ident(&columns, f->columns[i].name);
		if (cells[i])
			sql_literal(&values, cells[i]);
		else
			buf_adds(&values, "NULL");
	}
	const struct sqlvar v[] = {
		{ "relation", f->relation },
		{ "columns", columns.data },
		{ "overriding",
		  f->overriding ? sqlset_fragment(f->set, "export.overriding") : "" },
		{ "values", values.data },
	};
	sql_fragment(&f->line, f->set, "export.insert", v, ARRAY_SIZE(v));
	buf_addc(&f->line, '\n');
	buf_release(&columns);
	buf_release(&values);
	put(f);
}

/* ---- the aligned table ---- */

static char *text_cell(const char *s)
{
	struct buf out = BUF_INIT;

	if (s)
		utf8_sanitize(&out, s, strlen(s), SANITIZE_LINE);
	return buf_detach(&out);
}

static void text_print(struct format *f, char *const *cells)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct format_column *c = &f->columns[i];
		bool last = i + 1 == f->n;
		size_t len = strlen(cells[i]);
		int width = utf8_width(cells[i], len);
		size_t pad = width < c->width ? (size_t)(c->width - width) : 0;

		if (c->type == CELL_NUMBER)
			buf_addn(&f->line, ' ', pad);
		if (last)
			buf_adds(&f->line, cells[i]);
		else
			utf8_ellipsis(&f->line, cells[i], len, c->width);
		if (last)
			continue;
		if (c->type != CELL_NUMBER)
			buf_addn(&f->line, ' ', pad);
		buf_adds(&f->line, "  ");
	}
	while (f->line.len && f->line.data[f->line.len - 1] == ' ')
		buf_truncate(&f->line, f->line.len - 1);
	buf_addc(&f->line, '\n');
	put(f);
}

static void text_free(struct format *f, char **cells)
{
	for (size_t i = 0; i < f->n; i++)
		free(cells[i]);
	free(cells);
}

/* Settle the widths with the rows seen so far and print them below the head. */
static void text_settle(struct format *f)
{
	char **head = xcalloc(f->n + 1, sizeof *head);

	for (size_t i = 0; i < f->n; i++) {
		struct format_column *c = &f->columns[i];

		head[i] = text_cell(c->name);
		c->width = utf8_width(head[i], strlen(head[i]));
		for (size_t k = 0; k < f->sample.len; k++) {
			int width = utf8_width(f->sample.v[k][i], strlen(f->sample.v[k][i]));

			if (width > c->width)
				c->width = width < WIDTH_MAX ? width : WIDTH_MAX;
		}
	}
	text_print(f, head);
	text_free(f, head);
	for (size_t k = 0; k < f->sample.len; k++) {
		text_print(f, f->sample.v[k]);
		text_free(f, f->sample.v[k]);
	}
	VEC_CLEAR(&f->sample);
	f->aligned = true;
}

static void text_begin(struct format *f)
{
	f->aligned = false;
}

static void text_row(struct format *f, const char *const *cells)
{
	char **row = xcalloc(f->n + 1, sizeof *row);

	for (size_t i = 0; i < f->n; i++)
		row[i] = text_cell(cells[i]);
	if (f->aligned) {
		text_print(f, row);
		text_free(f, row);
		return;
	}
	*VEC_PUSH(&f->sample) = row;
	if (f->sample.len == SAMPLE_ROWS)
		text_settle(f);
}

static void text_end(struct format *f)
{
	if (!f->aligned)
		text_settle(f);
}

/* ---- the formats ---- */

const char *const format_names[] = { "table", "csv", "tsv", "json", "jsonl", "sql", NULL };

static const struct kind kinds[] = {
	{ text_begin, text_row, text_end }, { csv_begin, csv_row, nothing },
	{ tsv_begin, tsv_line, nothing },   { json_begin, json_row, json_end },
	{ nothing, jsonl_row, nothing },    { nothing, sql_row, nothing },
};

struct format *format_new(const char *name, format_write_fn *write, void *ctx, struct err *err)
{
	for (size_t i = 0; format_names[i]; i++) {
		if (name && strcmp(name, format_names[i]) != 0)
			continue;
		struct format *f = xcalloc(1, sizeof *f);
		f->kind = &kinds[i];
		f->write = write;
		f->ctx = ctx;
		buf_init(&f->line);
		return f;
	}
	err_unknown(err, "format", name, format_names);
	err->kind = ERR_USAGE;
	return NULL;
}

static void columns_free(struct format *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->columns[i].name);
	free(f->columns);
	f->columns = NULL;
	f->n = 0;
}

void format_free(struct format **fp)
{
	struct format *f = *fp;

	*fp = NULL;
	if (!f)
		return;
	for (size_t k = 0; k < f->sample.len; k++)
		text_free(f, f->sample.v[k]);
	VEC_RELEASE(&f->sample);
	columns_free(f);
	buf_release(&f->line);
	free(f->relation);
	free(f);
}

void format_relation(struct format *f, const struct sqlset *set, const char *relation,
		     bool overriding)
{
	free(f->relation);
	f->set = set;
	f->relation = xstrdup(relation);
	f->overriding = overriding;
}

void format_begin(struct format *f, const struct table_column *columns, size_t n)
{
	columns_free(f);
	f->columns = xcalloc(n + 1, sizeof *f->columns);
	f->n = n;
	f->rows = 0;
	for (size_t i = 0; i < n; i++)
		f->columns[i] = (struct format_column){
			.name = xstrdup(columns[i].name),
			.type = columns[i].type,
		};
	f->kind->begin(f);
}

void format_row(struct format *f, const char *const *cells)
{
	f->kind->row(f, cells);
	f->rows++;
}

void format_end(struct format *f)
{
	f->kind->end(f);
}

void format_break(struct format *f)
{
	if (f->kind->end == text_end)
		text_end(f);
	else if (f->kind->end == json_end)
		buf_addc(&f->line, '\n');
	put(f);
}
