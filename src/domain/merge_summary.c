/* SPDX-License-Identifier: MIT */
/* What a cell of the merge dialog shows, and what the merge makes of a column. */
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/json.h"
#include "base/utf8.h"
#include "catalog/catalog.h"
#include "domain/diff.h"
#include "domain/merge.h"
#include "domain/pgarray.h"
#include "domain/value.h"

enum { SHORT_TEXT = 40, SHORT_JSON = 12 };

static void change(struct buf *out, char sign, const char *name)
{
	if (out->len)
		buf_addc(out, ' ');
	buf_addc(out, sign);
	utf8_sanitize(out, name, strlen(name), SANITIZE_LINE);
}

/* "+allergens ~weight -old": the keys in which the objects differ. */
static void object_changes(struct buf *out, const struct json *base, const struct json *side)
{
	struct json *value;
	const char *key;

	for (void *it = NULL; json_next(side, &it, &key, &value);) {
		const struct json *before = json_get(base, key);

		if (!before)
			change(out, '+', key);
		else if (!json_identical(before, value))
			change(out, '~', key);
	}
	for (void *it = NULL; json_next(base, &it, &key, NULL);)
		if (!json_get(side, key))
			change(out, '-', key);
}

static struct json *parse_object(const char *text)
{
	struct err err = ERR_INIT;
	struct json *j = text ? json_parse(text, strlen(text), &err) : NULL;

	err_release(&err);
	if (j && json_type(j) != JSON_OBJECT)
		json_free(&j);
	return j;
}

static void show_json(struct buf *out, const char *base, const char *side)
{
	struct json *before = parse_object(base), *after = parse_object(side);

	if (before && after && !json_identical(before, after))
		object_changes(out, before, after);
	else
		value_json_short(out, side, strlen(side), SHORT_JSON);
	json_free(&before);
	json_free(&after);
}

static bool contains(const struct pgarray *a, const char *s)
{
	for (size_t i = 0; i < a->len; i++)
		if (a->v[i] && s ? !strcmp(a->v[i], s) : a->v[i] == s)
			return true;
	return false;
}

static void missing_in(struct buf *out, const struct pgarray *a, const struct pgarray *b, char sign)
{
	for (size_t i = 0; i < a->len; i++)
		if (!contains(b, a->v[i]))
			change(out, sign, a->v[i] ? a->v[i] : "NULL");
}

static void show_set(struct buf *out, const char *base, const char *side)
{
	struct pgarray before = PGARRAY_INIT, after = PGARRAY_INIT;
	size_t start = out->len;

	if (base && pgarray_parse(&before, base) && pgarray_parse(&after, side)) {
		missing_in(out, &after, &before, '+');
		missing_in(out, &before, &after, '-');
	}
	if (out->len == start)
		utf8_sanitize(out, side, strlen(side), SANITIZE_LINE);
	pgarray_release(&before);
	pgarray_release(&after);
}

/* The runs of kind in what turns a into b, with "…" for what stands between. */
static void show_runs(struct buf *out, const char *a, const char *b, enum diff_kind kind)
{
	struct diff_run *runs;
	size_t n = diff_words(a, b, &runs);
	const char *blank = "";

	for (size_t i = 0; i < n; i++) {
		struct buf words = BUF_INIT;

		if (runs[i].kind != DIFF_EQUAL && runs[i].kind != kind)
			continue;
		buf_adds(out, blank);
		blank = " ";
		buf_add(&words, runs[i].text, runs[i].len);
		buf_trim(&words);
		if (runs[i].kind == DIFF_EQUAL)
			buf_adds(out, utf8_cut_mark());
		else
			utf8_sanitize(out, words.data, words.len, SANITIZE_LINE);
		buf_release(&words);
	}
	free(runs);
}

static void show_text(struct buf *out, const struct merge_field *f, enum merge_side side,
		      const char *text)
{
	const char *other = side != MERGE_SIDE_BASE	       ? f->base
			    : strcmp(f->base, f->theirs) != 0 ? f->theirs
							      : f->mine;

	if (!strcmp(text, other))
		utf8_sanitize(out, text, strlen(text), SANITIZE_LINE);
	else if (side == MERGE_SIDE_BASE)
		show_runs(out, text, other, DIFF_DELETED);
	else
		show_runs(out, other, text, DIFF_INSERTED);
}

static bool is_excerpt(const struct merge_field *f, const char *text)
{
	return f->type == MERGE_TEXT && f->base && f->theirs && f->mine &&
	       (strlen(text) > SHORT_TEXT || strchr(text, '\n'));
}

bool merge_summary(const struct merge_plan *plan, size_t i, enum merge_side side, struct buf *out)
{
	const struct merge_field *f = merge_at(plan, i);
	const char *text = side == MERGE_SIDE_BASE     ? f->base
			   : side == MERGE_SIDE_THEIRS ? f->theirs
						       : f->mine;

	if (side == MERGE_SIDE_RESULT && !merge_result(plan, i, &text))
		return false;
	if (!text)
		return false;
	if (f->type == MERGE_JSON)
		show_json(out, side == MERGE_SIDE_BASE ? NULL : f->base, text);
	else if (f->type == MERGE_SET)
		show_set(out, side == MERGE_SIDE_BASE ? NULL : f->base, text);
	else if (is_excerpt(f, text))
		show_text(out, f, side, text);
	else
		utf8_sanitize(out, text, strlen(text), SANITIZE_LINE);
	return true;
}

const char *merge_word(const struct merge_field *f)
{
	static const char *const verdicts[] = {
		[MERGE_UNCHANGED] = "unchanged", [MERGE_MINE] = "mine",
		[MERGE_THEIRS] = "theirs", [MERGE_SAME] = "both the same",
		[MERGE_MERGED] = "merged", [MERGE_CONFLICT] = "CONFLICT",
	};
	static const char *const choices[] = {
		[CHOICE_NONE] = "chosen: parts", [CHOICE_THEIRS] = "chosen: theirs",
		[CHOICE_MINE] = "chosen: mine", [CHOICE_BASE] = "chosen: base",
		[CHOICE_OFFER] = "chosen: both", [CHOICE_EDITED] = "chosen: edited",
	};

	if (f->choice != CHOICE_NONE || (f->verdict == MERGE_CONFLICT && f->merged))
		return choices[f->choice];
	return verdicts[f->verdict];
}

/* One word of a name in snake case, in a list of words set between blanks. */
static bool has_word(const char *name, const char *words)
{
	struct buf word = BUF_INIT;
	bool found = false;

	for (size_t n; *name && !found; name += n + (name[n] == '_')) {
		n = strcspn(name, "_");
		buf_clear(&word);
		buf_addc(&word, ' ');
		buf_add(&word, name, n);
		buf_addc(&word, ' ');
		found = strstr(words, word.data) != NULL;
	}
	buf_release(&word);
	return found;
}

bool merge_counter_name(const char *column)
{
	static const char counted[] =
		" quantity qty hand stock reserved available count counter points balance attempts "
		"retries views likes hits uses used usage sold ";
	static const char others[] = " id version threshold limit min max level low rate percent ";

	return has_word(column, counted) && !has_word(column, others);
}

/* Arrays that people use as sets of tags: of texts and of uuids. */
static bool is_tags(const struct column *column)
{
	static const uint32_t elements[] = { 25, 1042, 1043, 2950 };

	for (size_t i = 0; i < ARRAY_SIZE(elements); i++)
		if (elements[i] == column->element_oid)
			return true;
	return false;
}

struct merge_input merge_input_of(const struct column *column)
{
	static const enum merge_type types[] = {
		[VALUE_TEXT] = MERGE_TEXT, [VALUE_NUMBER] = MERGE_NUMBER,
		[VALUE_JSON] = MERGE_JSON, [VALUE_NAME] = MERGE_TEXT, [VALUE_OTHER] = MERGE_ATOM,
	};
	struct merge_input in = {
		.name = column->name,
		.type = is_tags(column) ? MERGE_SET : types[value_kind_of(column)],
	};

	in.counter = in.type == MERGE_NUMBER && merge_counter_name(column->name);
	in.server_equality = in.type != MERGE_SET && !value_equal_as_text(column);
	return in;
}
