/* SPDX-License-Identifier: MIT */
/*
 * The laws of the merge on random records of all types.  SOUK_SEED (hex) repeats a run; a
 * failure prints the seed of its turn.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/decimal.h"
#include "base/json.h"
#include "domain/merge.h"
#include "domain/pgarray.h"
#include "support/leak.h"

enum { TURNS = 400, FIELDS = 5 };

static uint64_t rnd_state;

static int roll(int sides)
{
	rnd_state = rnd_state * 6364136223846793005u + 1442695040888963407u;
	return (int)(rnd_state >> 33) % sides;
}

/* --- random values -------------------------------------------------------------------------
 */

static const char *const words[] = {
	"rye", "loaf", "bread", "oven-fresh", "800", "g", "é", "語", "kg,", "\n",
};

static void any_json(struct buf *out, int depth)
{
	int n = roll(4);

	switch (roll(depth > 2 ? 5 : 8)) {
	case 0:
		buf_adds(out, "null");
		break;
	case 1:
		buf_adds(out, roll(2) ? "true" : "false");
		break;
	case 2:
		buf_addf(out, "%d.%d", roll(4), roll(3) * 10);
		break;
	case 3:
	case 4:
		json_write_string(out, words[roll(10)], 1);
		break;
	case 5:
		buf_addc(out, '[');
		for (int i = 0; i < n; i++) {
			buf_adds(out, i ? ", " : "");
			any_json(out, depth + 1);
		}
		buf_addc(out, ']');
		break;
	default:
		buf_addc(out, '{');
		for (int i = 0; i < n; i++) {
			buf_addf(out, "%s\"%c\": ", i ? ", " : "", 'a' + roll(5));
			any_json(out, depth + 1);
		}
		buf_addc(out, '}');
	}
}

static void any_text(struct buf *out)
{
	for (int n = roll(25); n >= 0; n--)
		buf_addf(out, "%s ", words[roll(10)]);
}

static void any_set(struct buf *out)
{
	buf_addc(out, '{');
	for (int n = roll(5); n > 0; n--)
		buf_addf(out, "%c,", 'a' + roll(8));
	buf_addf(out, "%s}", roll(8) ? "z" : "NULL");
}

static char *any_value(enum merge_type type)
{
	struct buf b = BUF_INIT;

	if (roll(12) == 0)
		return NULL;
	switch (type) {
	case MERGE_ATOM:
		buf_addc(&b, (char)('a' + roll(4)));
		break;
	case MERGE_NUMBER:
		if (roll(10) == 0)
			buf_adds(&b, "NaN");
		else
			buf_addf(&b, "%d.%0*d", roll(20) - 10, 1 + roll(2), 0);
		break;
	case MERGE_TEXT:
		any_text(&b);
		break;
	case MERGE_JSON:
		any_json(&b, 0);
		break;
	case MERGE_SET:
		any_set(&b);
		break;
	}
	return buf_detach(&b);
}

/* Change a word of a text, a member of a JSON object, an element of a set; else another value.
 */
static char *changed(enum merge_type type, const char *value)
{
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;
	struct pgarray a = PGARRAY_INIT;
	struct json *j;

	if (!value || roll(4) == 0)
		return any_value(type);
	if (type == MERGE_TEXT) {
		size_t at = (size_t)roll((int)strlen(value) + 1);

		while (value[at] && value[at] != ' ')
			at++;
		buf_add(&b, value, at);
		buf_addf(&b, " %s", words[roll(10)]);
		buf_adds(&b, value + at +
				     (value[at] ? strcspn(value + at + 1, " ") * (size_t)roll(2)
						: 0));
	} else if (type == MERGE_JSON && value[0] == '{') {
		char key[] = { (char)('a' + roll(5)), 0 };

		j = json_parse(value, strlen(value), &err);
		any_json(&b, 1);
		if (roll(3))
			json_set(j, key, json_parse(b.data, b.len, &err));
		else
			json_remove(j, key);
		buf_clear(&b);
		json_write(&b, j, 0);
		json_free(&j);
	} else if (type == MERGE_SET && pgarray_parse(&a, value)) {
		char tag[] = { (char)('a' + roll(12)), 0 };

		if (a.len && roll(2)) {
			free(a.v[a.len - 1]);
			a.len--;
		}
		if (roll(2))
			pgarray_append(&a, tag);
		pgarray_write(&b, &a);
		pgarray_release(&a);
	} else {
		return any_value(type);
	}
	return buf_detach(&b);
}

struct record {
	char *v[FIELDS];
};

static void fill(struct record *r, const struct record *base)
{
	for (int i = 0; i < FIELDS; i++) {
		enum merge_type type = (enum merge_type)i;

		if (!base)
			r->v[i] = any_value(type);
		else
			r->v[i] =
				roll(3) ? changed(type, base->v[i]) : xstrdup_null(base->v[i]);
	}
}

static void release(struct record *r)
{
	for (int i = 0; i < FIELDS; i++)
		free(r->v[i]);
}

static struct merge_plan *merge(const struct record *b, const struct record *t,
				const struct record *m)
{
	struct merge_input in[FIELDS];

	for (int i = 0; i < FIELDS; i++)
		in[i] = (struct merge_input){
			.name = "f",
			.type = (enum merge_type)i,
			.counter = true,
			.base = b->v[i],
			.theirs = t->v[i],
			.mine = m->v[i],
		};
	return merge_new(in, FIELDS);
}

/* --- the laws ------------------------------------------------------------------------------
 */

static uint64_t turn_seed;

#define HOLDS(condition)                                                                       \
	cr_assert(condition, "SOUK_SEED=%llx: " #condition, (unsigned long long)turn_seed)

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool result_is(const struct merge_plan *plan, const struct record *x)
{
	const char *text;

	for (int i = 0; i < FIELDS; i++)
		if (!merge_result(plan, (size_t)i, &text) || !same(text, x->v[i]))
			return false;
	return merge_is_resolved(plan);
}

static void law_of_one_side(const struct record *b, const struct record *x)
{
	struct merge_plan *mine = merge(b, b, x), *theirs = merge(b, x, b),
			  *both = merge(b, x, x);

	HOLDS(result_is(mine, x));
	HOLDS(result_is(theirs, x));
	HOLDS(result_is(both, x));
	merge_free(&mine);
	merge_free(&theirs);
	merge_free(&both);
}

static int by_text(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return strcmp(x ? x : "", y ? y : "");
}

static char *in_any_order(const struct json *j);

static void sorted(struct buf *out, char **v, size_t n)
{
	qsort(v, n, sizeof *v, by_text);
	for (size_t i = 0; i < n; i++) {
		buf_addf(out, "%s ", v[i]);
		free(v[i]);
	}
}

/* A text that is the same however arrays and keys are ordered. */
static char *in_any_order(const struct json *j)
{
	char *v[64];
	struct buf b = BUF_INIT;
	struct json *value;
	const char *key;
	size_t n = 0;

	if (json_type(j) == JSON_ARRAY) {
		for (; n < json_len(j); n++)
			v[n] = in_any_order(json_at(j, n));
		sorted(&b, v, n);
	} else if (json_type(j) == JSON_OBJECT) {
		for (void *it = NULL; json_next(j, &it, &key, &value); n++) {
			char *inner = in_any_order(value);

			v[n] = xasprintf("%s:{%s}", key, inner);
			free(inner);
		}
		sorted(&b, v, n);
	} else if (json_type(j) == JSON_NUMBER) {
		buf_addf(&b, "%g", strtod(json_text(j), NULL)); /* 1.0 equals 1.00 */
	} else {
		json_write(&b, j, 0);
	}
	return buf_detach(&b);
}

/* Equal but for the order of what was added. */
static bool alike(enum merge_type type, const char *a, const char *b)
{
	char *x = NULL, *y = NULL;
	bool equal;

	if (same(a, b))
		return true;
	if (!a || !b)
		return false;
	if (type == MERGE_JSON) {
		struct err err = ERR_INIT;
		struct json *j = json_parse(a, strlen(a), &err),
			    *k = json_parse(b, strlen(b), &err);

		x = in_any_order(j);
		y = in_any_order(k);
		json_free(&j);
		json_free(&k);
	} else if (type == MERGE_SET) {
		struct pgarray p, q;
		struct buf l = BUF_INIT, r = BUF_INIT;

		if (!pgarray_parse(&p, a) || !pgarray_parse(&q, b))
			return false;
		qsort(p.v, p.len, sizeof *p.v, by_text);
		qsort(q.v, q.len, sizeof *q.v, by_text);
		pgarray_write(&l, &p);
		pgarray_write(&r, &q);
		x = buf_detach(&l);
		y = buf_detach(&r);
		pgarray_release(&p);
		pgarray_release(&q);
	} else if (type == MERGE_NUMBER) {
		return decimal_valid(a) && decimal_valid(b) && !decimal_compare(a, b);
	}
	equal = x && !strcmp(x, y);
	free(x);
	free(y);
	return equal;
}

static void law_of_swapping(const struct record *b, const struct record *t,
			    const struct record *m)
{
	static const enum merge_verdict swapped[] = {
		[MERGE_UNCHANGED] = MERGE_UNCHANGED, [MERGE_MINE] = MERGE_THEIRS,
		[MERGE_THEIRS] = MERGE_MINE,	     [MERGE_SAME] = MERGE_SAME,
		[MERGE_MERGED] = MERGE_MERGED,	     [MERGE_CONFLICT] = MERGE_CONFLICT,
	};
	struct merge_plan *plan = merge(b, t, m), *mirror = merge(b, m, t);

	for (size_t i = 0; i < FIELDS; i++) {
		const struct merge_field *f = merge_at(plan, i), *g = merge_at(mirror, i);
		const char *x, *y;

		HOLDS(g->verdict == swapped[f->verdict]);
		HOLDS(f->nparts == g->nparts);
		HOLDS(same(f->offer, g->offer) || !f->offer == !g->offer);
		if (merge_result(plan, i, &x) && merge_result(mirror, i, &y))
			HOLDS(alike(f->type, x, y));
	}
	merge_free(&plan);
	merge_free(&mirror);
}

static bool has(const char *set, const char *tag)
{
	struct pgarray a;
	bool found = false;

	if (set && pgarray_parse(&a, set)) {
		for (size_t i = 0; i < a.len; i++)
			found = found || same(a.v[i], tag);
		pgarray_release(&a);
	}
	return found;
}

/* A merged set has exactly what nobody took away and what anybody added. */
static void law_of_sets(const struct merge_field *f)
{
	for (char c = 'a'; c <= 'z'; c++) {
		char tag[] = { c, 0 };
		bool b = has(f->base, tag), t = has(f->theirs, tag), m = has(f->mine, tag);

		HOLDS(has(f->merged, tag) == (b ? t && m : t || m));
	}
}

/* Every word of a merged text comes from a side; what both kept of base is there. */
static void law_of_texts(const struct merge_field *f)
{
	for (size_t w = 0; w < ARRAY_SIZE(words); w++)
		HOLDS(!strstr(f->merged, words[w]) || strstr(f->theirs, words[w]) ||
		      strstr(f->mine, words[w]));
}

static void law_of_rebasing(const struct record *b, const struct record *t,
			    const struct record *m)
{
	struct record again;
	struct merge_plan *plan = merge(b, t, m), *fresh;
	const char *x, *y;
	enum merge_choice choice = (enum merge_choice)(1 + roll(3));
	size_t chosen = (size_t)roll(FIELDS);

	fill(&again, t);
	fresh = merge(b, &again, m);
	merge_choose(plan, chosen, choice);
	merge_rebase(plan, (const char *const *)again.v);
	for (size_t i = 0; i < FIELDS; i++) {
		const struct merge_field *f = merge_at(plan, i), *g = merge_at(fresh, i);

		HOLDS(f->verdict == g->verdict && same(f->merged, g->merged));
		if (i == chosen) {
			HOLDS(merge_result(plan, i, &x));
			HOLDS(same(x, choice == CHOICE_THEIRS ? again.v[i]
				      : choice == CHOICE_MINE ? m->v[i]
							      : b->v[i]));
		} else {
			HOLDS(merge_result(plan, i, &x) == merge_result(fresh, i, &y));
			HOLDS(same(x, y));
		}
	}
	merge_free(&plan);
	merge_free(&fresh);
	release(&again);
}

static void turn(int merged[FIELDS])
{
	struct record b, t, m;
	struct merge_plan *plan;

	fill(&b, NULL);
	fill(&t, &b);
	fill(&m, &b);
	law_of_one_side(&b, &t);
	law_of_swapping(&b, &t, &m);
	law_of_rebasing(&b, &t, &m);
	plan = merge(&b, &t, &m);
	for (size_t i = 0; i < FIELDS; i++) {
		const struct merge_field *f = merge_at(plan, i);

		if (f->verdict != MERGE_MERGED)
			continue;
		merged[i]++;
		if (f->type == MERGE_SET)
			law_of_sets(f);
		else if (f->type == MERGE_TEXT)
			law_of_texts(f);
	}
	merge_choose_all(plan, CHOICE_MINE, MERGE_ALL_FIELDS);
	HOLDS(result_is(plan, &m));
	merge_choose_all(plan, CHOICE_THEIRS, MERGE_ALL_FIELDS);
	HOLDS(result_is(plan, &t));
	merge_free(&plan);
	release(&b);
	release(&t);
	release(&m);
}

LEAK_TEST(merge_laws, hold)
{
	const char *seed = getenv("SOUK_SEED"), *turns = getenv("SOUK_TURNS");
	int merged[FIELDS] = { 0 };

	rnd_state = seed ? strtoull(seed, NULL, 16) : 0x20261002;
	for (long i = turns ? strtol(turns, NULL, 10) : TURNS; i > 0; i--) {
		turn_seed = rnd_state;
		turn(merged);
	}
	cr_log_info("first seed %s; merged: %d texts, %d json, %d sets",
		    seed ? seed : "20261002", merged[MERGE_TEXT], merged[MERGE_JSON],
		    merged[MERGE_SET]);
	if (!turns) /* or the laws said nothing */
		cr_assert(merged[MERGE_TEXT] > 5 && merged[MERGE_JSON] > 5 &&
			  merged[MERGE_SET] > 5);
}
