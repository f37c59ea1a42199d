/* SPDX-License-Identifier: MIT */
/* What a schema's text says beside the snapshot of the catalog: see
 * sql/queries/schema_details.sql. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/vec.h"
#include "schematext_priv.h"

struct schema_details {
	struct arena *arena;
	VEC(struct schema_detail) list; /* as they came: by kind, schema, name */
	VEC(const struct schema_detail *) by_oid;
};

struct schema_details *schema_details_new(void)
{
	struct schema_details *d = xcalloc(1, sizeof *d);

	d->arena = arena_new();
	return d;
}

void schema_details_free(struct schema_details **dp)
{
	struct schema_details *d = *dp;

	*dp = NULL;
	if (!d)
		return;
	VEC_RELEASE(&d->list);
	VEC_RELEASE(&d->by_oid);
	arena_free(&d->arena);
	free(d);
}

static const char *keep(struct schema_details *d, const char *text)
{
	return text ? arena_strdup(d->arena, text) : NULL;
}

void schema_details_add(struct schema_details *d, const struct schema_detail *detail)
{
	*VEC_PUSH(&d->list) = (struct schema_detail){
		.kind = keep(d, detail->kind),
		.oid = detail->oid,
		.schema = keep(d, detail->schema),
		.name = keep(d, detail->name),
		.part = keep(d, detail->part),
		.part_name = keep(d, detail->part_name),
		.text = keep(d, detail->text),
	};
}

static int by_oid(const void *a, const void *b)
{
	const struct schema_detail *x = *(const struct schema_detail *const *)a;
	const struct schema_detail *y = *(const struct schema_detail *const *)b;
	int order = strcmp(x->kind, y->kind);

	if (order == 0)
		order = (x->oid > y->oid) - (x->oid < y->oid);
	return order ? order : (x > y) - (x < y);
}

void schema_details_sort(struct schema_details *d)
{
	VEC_CLEAR(&d->by_oid);
	for (size_t i = 0; i < d->list.len; i++)
		*VEC_PUSH(&d->by_oid) = &d->list.v[i];
	if (d->by_oid.len > 1)
		qsort(d->by_oid.v, d->by_oid.len, sizeof *d->by_oid.v, by_oid);
}

/* A text of several lines, each below its word by two tabs; tabs of its own stay. */
static void add_lines(struct buf *out, const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && strchr(" \t\r\n", text[len - 1]))
		len--;
	while (len > 0 && (*text == '\n' || *text == '\r')) {
		text++;
		len--;
	}
	buf_adds(out, "\n\t\t");
	for (size_t n; len > 0; text += n, len -= n) {
		const char *end = memchr(text, '\n', len), *tab = memchr(text, '\t', len);

		n = (size_t)((end ? end : text + len) - text);
		if (tab && (size_t)(tab - text) < n)
			n = (size_t)(tab - text);
		schematext_safe(out, text, n);
		if (n == len)
			break;
		buf_adds(out, text[n] == '\t' ? "\t" : "\n\t\t");
		n++;
	}
}

static void write_part(struct buf *out, const struct schema_detail *d)
{
	buf_addf(out, "\t%s", d->part);
	if (d->part_name) {
		buf_addc(out, ' ');
		schematext_name(out, d->part_name);
	}
	if (!d->text) {
		buf_adds(out, " ?");
	} else if (strcmp(d->part, "body") == 0 || strcmp(d->part, "query") == 0) {
		add_lines(out, d->text);
	} else {
		buf_addc(out, ' ');
		schematext_flat(out, d->text);
	}
	buf_addc(out, '\n');
}

void schemadetail_parts(struct buf *out, const struct schema_details *d, const char *kind,
			oid o)
{
	size_t lo = 0, hi = d->by_oid.len;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct schema_detail *x = d->by_oid.v[mid];
		int order = strcmp(x->kind, kind);

		if (order < 0 || (order == 0 && x->oid < o))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < d->by_oid.len && d->by_oid.v[lo]->oid == o &&
	       strcmp(d->by_oid.v[lo]->kind, kind) == 0;
	     lo++)
		write_part(out, d->by_oid.v[lo]);
}

/* Sequences, types and domains, which no snapshot of the catalog has. */
void schemadetail_objects(struct buf *out, const struct schema_details *d, const char *only)
{
	for (size_t i = 0; i < d->list.len; i++) {
		const struct schema_detail *x = &d->list.v[i];

		if (!schematext_wanted(x->schema, only) || strcmp(x->kind, "relation") == 0 ||
		    strcmp(x->kind, "function") == 0)
			continue;
		if (*x->part) {
			write_part(out, x);
			continue;
		}
		buf_addf(out, "%s ", x->kind);
		schematext_qualified(out, x->schema, x->name);
		buf_addc(out, ' ');
		schematext_flat(out, x->text);
		buf_addc(out, '\n');
	}
}
