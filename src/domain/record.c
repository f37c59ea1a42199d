/* SPDX-License-Identifier: MIT */
#include "domain/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"

void record_release(struct record *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->fields[i].value);
	free(r->fields);
	free(r->version);
	free(r->xmin);
	*r = (struct record){ 0 };
}

void record_copy(struct record *to, const struct record *from)
{
	struct record copy = {
		.fields = xcalloc(from->n + 1, sizeof *copy.fields),
		.n = from->n,
		.version = xstrdup_null(from->version),
		.xmin = xstrdup_null(from->xmin),
	};

	for (size_t i = 0; i < from->n; i++) {
		copy.fields[i].column = from->fields[i].column;
		copy.fields[i].value = xstrdup_null(from->fields[i].value);
	}
	record_release(to);
	*to = copy;
}

const struct record_field *record_field(const struct record *r, const char *column)
{
	for (size_t i = 0; i < r->n; i++)
		if (strcmp(r->fields[i].column->name, column) == 0)
			return &r->fields[i];
	return NULL;
}

const char *record_value(const struct record *r, const char *column)
{
	const struct record_field *f = record_field(r, column);

	return f ? f->value : NULL;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* FNV-1a over all values: only names a state, the server compares the values themselves. */
static unsigned long long values_hash(const struct record *r)
{
	unsigned long long h = 14695981039346656037ull;

	for (size_t i = 0; i < r->n; i++) {
		const char *p = r->fields[i].value;

		for (; p && *p; p++)
			h = (h ^ (unsigned char)*p) * 1099511628211ull;
		h = (h ^ (p ? 1u : 2u)) * 1099511628211ull;
	}
	return h;
}

void record_guard_text(struct buf *out, const struct record *r)
{
	if (r->version)
		buf_addf(out, "v%s", r->version);
	if (r->xmin)
		buf_addf(out, "%sx%s", out->len ? "." : "", r->xmin);
	if (!r->version && !r->xmin)
		buf_addf(out, "c%016llx", values_hash(r));
}

bool record_same_guard(const struct record *a, const struct record *b)
{
	if (a->version || a->xmin)
		return same(a->version, b->version) && same(a->xmin, b->xmin);
	for (size_t i = 0; i < a->n; i++)
		if (!same(a->fields[i].value, record_value(b, a->fields[i].column->name)))
			return false;
	return true;
}

void record_json(struct buf *out, const struct record *r, const struct record *other)
{
	struct json *object = json_new_object();

	for (size_t i = 0; i < r->n; i++) {
		const struct record_field *f = &r->fields[i];

		if (!other || !same(f->value, record_value(other, f->column->name)))
			json_set(object, f->column->name, json_new_text(f->value));
	}
	json_write(out, object, JSON_COMPACT);
	json_free(&object);
}

void record_key_text(struct buf *out, const char *const *key)
{
	if (key[0] && !key[1]) {
		buf_adds(out, key[0]);
		return;
	}
	buf_addc(out, '(');
	for (size_t i = 0; key[i]; i++)
		buf_addf(out, "%s%s", i ? ", " : "", key[i]);
	buf_addc(out, ')');
}
