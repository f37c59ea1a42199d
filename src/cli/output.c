/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "command/format.h"

struct output {
	FILE *file;
	struct format *format;
};

static void print(void *ctx, const char *data, size_t len)
{
	fwrite(data, 1, len, ctx);
}

struct output *output_new(FILE *file, const char *format, struct err *err)
{
	struct output *o = xcalloc(1, sizeof *o);

	o->file = file;
	o->format = format_new(format, print, file, err);
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
}

void output_row(struct output *o, const char *const *cells)
{
	format_row(o->format, cells);
}

void output_end(struct output *o)
{
	format_end(o->format);
	fflush(o->file);
}

bool output_failed(const struct output *o)
{
	return ferror(o->file) != 0;
}
