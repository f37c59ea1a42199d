/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/deffile.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"

#define SAMPLE_ROWS 200 /* rows that decide the widths of the text form */
#define WIDTH_MAX 60	/* columns of one cell at most, but for the last column */

struct format {
	const char *name;
	void (*begin)(struct output *o);
	void (*row)(struct output *o, const char *const *cells);
	void (*end)(struct output *o);
};

struct output_column {
	char *name;
	int type; /* CELL_* */
	int width;
};

struct output {
	FILE *file;
	const struct format *format;
	struct output_column *columns;
	size_t n;
	size_t rows;
	VEC(char **) sample; /* text form: rows held until the widths are known */
	bool aligned;	     /* the widths are settled and the head is printed */
	struct buf line;
};

static void put(struct output *o)
{
	fwrite(o->line.data, 1, o->line.len, o->file);
	buf_clear(&o->line);
}

/* ---- CSV ---- */

static void csv_cell(struct buf *out, const char *s)
{
	if (!s)
		return;
	if (*s && !strpbrk(s, "\",\r\n") && *s != ' ' && s[strlen(s) - 1] != ' ') {
		buf_adds(out, s);
		return;
	}
	buf_addc(out, '"');
	for (; *s; s++) {
		if (*s == '"')
			buf_addc(out, '"');
		buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

static void csv_begin(struct output *o)
{
	for (size_t i = 0; i < o->n; i++) {
		if (i)
			buf_addc(&o->line, ',');
		csv_cell(&o->line, o->columns[i].name);
	}
	buf_adds(&o->line, "\r\n");
	put(o);
}

static void csv_row(struct output *o, const char *const *cells)
{
	for (size_t i = 0; i < o->n; i++) {
		if (i)
			buf_addc(&o->line, ',');
		csv_cell(&o->line, cells[i]);
	}
	buf_adds(&o->line, "\r\n");
	put(o);
}

static void csv_end(struct output *o UNUSED)
{
}

/* ---- JSON ---- */

static void json_begin(struct output *o)
{
	fputc('[', o->file);
}

static void json_cell(struct buf *out, const struct output_column *c, const char *s)
{
	if (!s)
		buf_adds(out, "null");
	else if (c->type == CELL_BOOL)
		buf_adds(out, *s == 't' ? "true" : "false");
	else if (c->type == CELL_NUMBER || c->type == CELL_JSON)
		buf_adds(out, s);
	else
		json_write_string(out, s, strlen(s));
}

static void json_row(struct output *o, const char *const *cells)
{
	buf_adds(&o->line, o->rows ? ",\n {" : "\n {");
	for (size_t i = 0; i < o->n; i++) {
		const struct output_column *c = &o->columns[i];

		if (i)
			buf_adds(&o->line, ", ");
		json_write_string(&o->line, c->name, strlen(c->name));
		buf_adds(&o->line, ": ");
		json_cell(&o->line, c, cells[i]);
	}
	buf_addc(&o->line, '}');
	put(o);
}

static void json_end(struct output *o)
{
	fputs(o->rows ? "\n]\n" : "]\n", o->file);
}

/* ---- aligned text ---- */

static char *text_cell(const char *s)
{
	struct buf out = BUF_INIT;

	if (s)
		utf8_sanitize(&out, s, strlen(s), SANITIZE_LINE);
	return buf_detach(&out);
}

static void text_print(struct output *o, char *const *cells)
{
	for (size_t i = 0; i < o->n; i++) {
		const struct output_column *c = &o->columns[i];
		bool last = i + 1 == o->n;
		size_t len = strlen(cells[i]);
		int width = utf8_width(cells[i], len);
		size_t pad = width < c->width ? (size_t)(c->width - width) : 0;

		if (c->type == CELL_NUMBER)
			buf_addn(&o->line, ' ', pad);
		if (last)
			buf_adds(&o->line, cells[i]);
		else
			utf8_ellipsis(&o->line, cells[i], len, c->width);
		if (last)
			continue;
		if (c->type != CELL_NUMBER)
			buf_addn(&o->line, ' ', pad);
		buf_adds(&o->line, "  ");
	}
	while (o->line.len && o->line.data[o->line.len - 1] == ' ')
		buf_truncate(&o->line, o->line.len - 1);
	buf_addc(&o->line, '\n');
	put(o);
}

static void text_free(struct output *o, char **cells)
{
	for (size_t i = 0; i < o->n; i++)
		free(cells[i]);
	free(cells);
}

/* Settle the widths with the rows seen so far and print them below the head. */
static void text_settle(struct output *o)
{
	char **head = xcalloc(o->n + 1, sizeof *head);

	for (size_t i = 0; i < o->n; i++) {
		struct output_column *c = &o->columns[i];

		head[i] = text_cell(c->name);
		c->width = utf8_width(head[i], strlen(head[i]));
		for (size_t k = 0; k < o->sample.len; k++) {
			int width = utf8_width(o->sample.v[k][i], strlen(o->sample.v[k][i]));

			if (width > c->width)
				c->width = width < WIDTH_MAX ? width : WIDTH_MAX;
		}
	}
	text_print(o, head);
	text_free(o, head);
	for (size_t k = 0; k < o->sample.len; k++) {
		text_print(o, o->sample.v[k]);
		text_free(o, o->sample.v[k]);
	}
	VEC_CLEAR(&o->sample);
	o->aligned = true;
}

static void text_begin(struct output *o)
{
	o->aligned = false;
}

static void text_row(struct output *o, const char *const *cells)
{
	char **row = xcalloc(o->n + 1, sizeof *row);

	for (size_t i = 0; i < o->n; i++)
		row[i] = text_cell(cells[i]);
	if (o->aligned) {
		text_print(o, row);
		text_free(o, row);
		return;
	}
	*VEC_PUSH(&o->sample) = row;
	if (o->sample.len == SAMPLE_ROWS)
		text_settle(o);
}

static void text_end(struct output *o)
{
	if (!o->aligned)
		text_settle(o);
}

/* ---- the table of formats ---- */

static const struct format formats[] = {
	{ "table", text_begin, text_row, text_end },
	{ "csv", csv_begin, csv_row, csv_end },
	{ "json", json_begin, json_row, json_end },
};

struct output *output_new(FILE *file, const char *format, struct err *err)
{
	const char *names[ARRAY_SIZE(formats) + 1] = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		names[i] = formats[i].name;
		if (!format || strcmp(format, formats[i].name) == 0) {
			struct output *o = xcalloc(1, sizeof *o);

			o->file = file;
			o->format = &formats[i];
			buf_init(&o->line);
			return o;
		}
	}
	err_unknown(err, "format", format, names);
	err->kind = ERR_USAGE;
	return NULL;
}

static void columns_free(struct output *o)
{
	for (size_t i = 0; i < o->n; i++)
		free(o->columns[i].name);
	free(o->columns);
	o->columns = NULL;
	o->n = 0;
}

void output_free(struct output **op)
{
	struct output *o = *op;

	*op = NULL;
	if (!o)
		return;
	for (size_t k = 0; k < o->sample.len; k++)
		text_free(o, o->sample.v[k]);
	VEC_RELEASE(&o->sample);
	columns_free(o);
	buf_release(&o->line);
	free(o);
}

void output_begin(struct output *o, const char *title UNUSED,
		  const struct table_column *columns, size_t n)
{
	columns_free(o);
	o->columns = xcalloc(n + 1, sizeof *o->columns);
	o->n = n;
	o->rows = 0;
	for (size_t i = 0; i < n; i++)
		o->columns[i] = (struct output_column){
			.name = xstrdup(columns[i].name),
			.type = columns[i].type,
		};
	o->format->begin(o);
}

void output_row(struct output *o, const char *const *cells)
{
	o->format->row(o, cells);
	o->rows++;
}

void output_end(struct output *o)
{
	o->format->end(o);
	fflush(o->file);
}

bool output_failed(const struct output *o)
{
	return ferror(o->file) != 0;
}
