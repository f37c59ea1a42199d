/* SPDX-License-Identifier: MIT */
/*
 * Three-way merge of JSON by key.  A missing key is NULL here; JSON's own null is a value.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "merge_list.h"
#include "merge_priv.h"

enum { BASE, THEIRS, MINE, SIDES };

struct merger {
	struct three *x;
	struct buf path;
};

static struct json *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct json *j = json_parse(text, strlen(text), &err);

	err_release(&err);
	return j;
}

static char *text_of(const struct json *j)
{
	struct buf out = BUF_INIT;

	if (!j)
		return NULL;
	json_write(&out, j, JSON_COMPACT);
	return buf_detach(&out);
}

/* Owned by the caller; NULL for a missing key. */
static struct json *take(const struct json *j)
{
	return j ? json_dup(j) : NULL;
}

static bool identical(const struct json *a, const struct json *b)
{
	return a && b ? json_identical(a, b) : a == b;
}

static bool is(const struct json *j, enum json_type type)
{
	return j && json_type(j) == type;
}

/* "weight.unit"; a key that is no plain word is quoted. */
static void push_key(struct buf *path, const char *key)
{
	const char *s = key;

	if (path->len)
		buf_addc(path, '.');
	while (isalnum((unsigned char)*s) || *s == '_' || *s == '-')
		s++;
	if (*key && !*s)
		buf_adds(path, key);
	else
		json_write_string(path, key, strlen(key));
}

static struct json *conflict(struct merger *m, const struct json *const v[SIDES])
{
	struct merge_part part = {
		.path = m->path.data, .base = text_of(v[BASE]),
		.theirs = text_of(v[THEIRS]), .mine = text_of(v[MINE]),
	};
	enum merge_choice choice = three_conflict(m->x, &part);

	free(part.base);
	free(part.theirs);
	free(part.mine);
	return take(v[choice == CHOICE_THEIRS ? THEIRS : choice == CHOICE_MINE ? MINE : BASE]);
}

static struct json *merge_value(struct merger *m, const struct json *const v[SIDES]);

static void merge_member(struct merger *m, const struct json *const v[SIDES], const char *key,
			 struct json *out)
{
	const struct json *member[SIDES];
	size_t depth = m->path.len;
	struct json *value;

	for (int s = BASE; s < SIDES; s++)
		member[s] = v[s] ? json_get(v[s], key) : NULL;
	push_key(&m->path, key);
	value = merge_value(m, member);
	buf_truncate(&m->path, depth);
	if (value)
		json_set(out, key, value);
}

static struct json *merge_objects(struct merger *m, const struct json *const v[SIDES])
{
	struct json *out = json_new_object();
	const char *key;

	for (void *it = NULL; json_next(v[THEIRS], &it, &key, NULL);)
		merge_member(m, v, key, out);
	for (void *it = NULL; json_next(v[MINE], &it, &key, NULL);)
		if (!json_get(v[THEIRS], key))
			merge_member(m, v, key, out);
	return out;
}

struct arrays {
	const struct json *const *v;
	struct json *out;
};

static void emit(void *ctx, int side, size_t i)
{
	struct arrays *a = ctx;

	json_append(a->out, json_dup(json_at(a->v[side], i)));
}

/* NULL unless both only added. */
static struct json *merge_arrays(const struct json *const v[SIDES])
{
	struct arrays a = { .v = v, .out = json_new_array() };
	struct list lists[SIDES];
	char **texts[SIDES];

	for (int s = BASE; s < SIDES; s++) {
		lists[s].len = json_len(v[s]);
		texts[s] = xcalloc(lists[s].len, sizeof *texts[s]);
		for (size_t i = 0; i < lists[s].len; i++)
			texts[s][i] = text_of(json_at(v[s], i));
		lists[s].v = (const char *const *)texts[s];
	}
	if (!merge_list(lists, LIST_ADDED, emit, &a))
		json_free(&a.out);
	for (int s = BASE; s < SIDES; s++) {
		for (size_t i = 0; i < lists[s].len; i++)
			free(texts[s][i]);
		free(texts[s]);
	}
	return a.out;
}

static struct json *merge_value(struct merger *m, const struct json *const v[SIDES])
{
	struct json *merged;

	if (identical(v[BASE], v[THEIRS]))
		return take(v[MINE]);
	if (identical(v[BASE], v[MINE]))
		return take(v[THEIRS]);
	if (!v[THEIRS] || !v[MINE])
		return conflict(m, v);
	if (json_same(v[THEIRS], v[MINE]))
		return take(v[THEIRS]);
	if (is(v[THEIRS], JSON_OBJECT) && is(v[MINE], JSON_OBJECT) &&
	    (!v[BASE] || is(v[BASE], JSON_OBJECT)))
		return merge_objects(m, v);
	if (is(v[THEIRS], JSON_ARRAY) && is(v[MINE], JSON_ARRAY) && is(v[BASE], JSON_ARRAY)) {
		merged = merge_arrays(v);
		if (merged)
			return merged;
	}
	return conflict(m, v);
}

char *merge_json(struct three *x)
{
	struct json *v[SIDES] = {
		x->base ? parse(x->base) : NULL, parse(x->theirs), parse(x->mine),
	};
	struct merger m = { .x = x, .path = BUF_INIT };
	struct json *merged = NULL;
	char *result = NULL;

	if (v[THEIRS] && v[MINE] && !x->base == !v[BASE])
		merged = merge_value(&m, (const struct json *const *)v);
	if (merged && !x->open)
		result = identical(merged, v[THEIRS]) ? xstrdup(x->theirs)
			 : identical(merged, v[MINE]) ? xstrdup(x->mine)
						      : text_of(merged);
	json_free(&merged);
	for (int s = BASE; s < SIDES; s++)
		json_free(&v[s]);
	buf_release(&m.path);
	return result;
}

bool merge_json_equal(const char *a, const char *b)
{
	struct json *x = parse(a), *y = parse(b);
	bool equal = x && y && json_same(x, y);

	json_free(&x);
	json_free(&y);
	return equal;
}
