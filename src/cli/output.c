/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <errno.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "command/format.h"

struct output {
	FILE *file;
	struct format *format;
	bool open; /* rows may still come */
	int error;
};

static void failed(struct output *o)
{
	if (!o->error)
		o->error = errno ? errno : EIO;
}

static void print(void *ctx, const char *data, size_t len)
{
	struct output *o = ctx;

	errno = 0;
	if (fwrite(data, 1, len, o->file) != len)
		failed(o);
}

static void flush(struct output *o)
{
	errno = 0;
	if (fflush(o->file) != 0)
		failed(o);
}

struct output *output_new(FILE *file, const char *format, struct err *err)
{
	struct output *o = xcalloc(1, sizeof *o);

	o->file = file;
	o->format = format_new(format, print, o, err);
	if (!o->format)
		output_free(&o);
	return o;
}

void output_free(struct output **op)
{
	struct output *o = *op;

	*op = NULL;
	if (!o)
		return;
	format_free(&o->format);
	free(o);
}

void output_begin(struct output *o, const char *title UNUSED,
		  const struct table_column *columns, size_t n)
{
	format_begin(o->format, columns, n);
	o->open = true;
}

void output_row(struct output *o, const char *const *cells)
{
	format_row(o->format, cells);
}

void output_end(struct output *o)
{
	format_end(o->format);
	o->open = false;
	flush(o);
}

void output_break(struct output *o)
{
	if (!o->open)
		return;
	format_break(o->format);
	o->open = false;
	flush(o);
}

void output_text(struct output *o, const char *text, size_t len)
{
	print(o, text, len);
	flush(o);
}

int output_error(const struct output *o)
{
	return o->error;
}
