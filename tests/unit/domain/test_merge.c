/* SPDX-License-Identifier: MIT */
#include "domain/merge.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "catalog/catalog.h"
#include "support/leak.h"

static void in_utf8(void)
{
	setlocale(LC_ALL, "C.UTF-8");
}

TestSuite(merge, .init = in_utf8);

static struct merge_plan *plan_of(enum merge_type type, const char *base, const char *theirs,
				  const char *mine)
{
	struct merge_input in = {
		.name = "field",
		.type = type,
		.counter = type == MERGE_NUMBER,
		.base = base,
		.theirs = theirs,
		.mine = mine,
	};

	return merge_new(&in, 1);
}

static void expect_text(const char *got, const char *expected)
{
	if (expected)
		cr_assert_str_eq(got, expected);
	else
		cr_assert_null(got, "%s instead of NULL", got);
}

struct one {
	enum merge_type type;
	const char *base, *theirs, *mine;
	enum merge_verdict verdict;
	const char *result; /* not looked at for a conflict */
};

/* Each case both ways round. */
static void expect(const struct one *c)
{
	static const enum merge_verdict swapped[] = {
		[MERGE_UNCHANGED] = MERGE_UNCHANGED, [MERGE_MINE] = MERGE_THEIRS,
		[MERGE_THEIRS] = MERGE_MINE,	     [MERGE_SAME] = MERGE_SAME,
		[MERGE_MERGED] = MERGE_MERGED,	     [MERGE_CONFLICT] = MERGE_CONFLICT,
	};
	struct merge_plan *plan = plan_of(c->type, c->base, c->theirs, c->mine);
	const char *text;

	cr_assert_eq(merge_at(plan, 0)->verdict, c->verdict, "%s | %s | %s: %s", c->base,
		     c->theirs, c->mine, merge_word(merge_at(plan, 0)));
	cr_assert_eq(merge_result(plan, 0, &text), c->verdict != MERGE_CONFLICT);
	cr_assert_eq(merge_is_resolved(plan), c->verdict != MERGE_CONFLICT);
	if (c->verdict != MERGE_CONFLICT)
		expect_text(text, c->result);
	merge_free(&plan);
	plan = plan_of(c->type, c->base, c->mine, c->theirs);
	cr_assert_eq(merge_at(plan, 0)->verdict, swapped[c->verdict], "swapped: %s | %s | %s",
		     c->base, c->mine, c->theirs);
	merge_free(&plan);
}

#define EXPECT_ALL(cases)                                                                      \
	for (size_t i_ = 0; i_ < ARRAY_SIZE(cases); i_++)                                      \
	expect(&(cases)[i_])

LEAK_TEST(merge, wholes)
{
	static const struct one cases[] = {
		{ MERGE_ATOM, "a", "a", "a", MERGE_UNCHANGED, "a" },
		{ MERGE_ATOM, NULL, NULL, NULL, MERGE_UNCHANGED, NULL },
		{ MERGE_ATOM, "a", "a", "b", MERGE_MINE, "b" },
		{ MERGE_ATOM, "a", "a", NULL, MERGE_MINE, NULL },
		{ MERGE_ATOM, NULL, "b", NULL, MERGE_THEIRS, "b" },
		{ MERGE_ATOM, "a", "b", "b", MERGE_SAME, "b" },
		{ MERGE_ATOM, "a", NULL, NULL, MERGE_SAME, NULL },
		{ MERGE_ATOM, "a", "b", "c", MERGE_CONFLICT, NULL },
		{ MERGE_ATOM, "a", NULL, "c", MERGE_CONFLICT, NULL },
		{ MERGE_ATOM, NULL, "b", "c", MERGE_CONFLICT, NULL },
		/* A change of case is a change. */
		{ MERGE_ATOM, "rye", "rye", "Rye", MERGE_MINE, "Rye" },
	};

	EXPECT_ALL(cases);
}

LEAK_TEST(merge, numbers)
{
	static const struct one cases[] = {
		{ MERGE_NUMBER, "10.0", "10.0", "10.00", MERGE_MINE, "10.00" },
		{ MERGE_NUMBER, "4.80", "5.00", "5.20", MERGE_CONFLICT, NULL },
		{ MERGE_NUMBER, "1", "2.0", "2.00", MERGE_SAME, "2.0" },
		{ MERGE_NUMBER, "1", "NaN", "NaN", MERGE_SAME, "NaN" },
		{ MERGE_NUMBER, "1", "NaN", "2", MERGE_CONFLICT, NULL },
		{ MERGE_NUMBER, "1", NULL, "2", MERGE_CONFLICT, NULL },
		{ MERGE_NUMBER, NULL, "2", "2.0", MERGE_SAME, "2" },
	};

	EXPECT_ALL(cases);
}

#define LONG "the old mill bakes bread of rye and of wheat, oven-fresh each day"

LEAK_TEST(merge, texts)
{
	static const struct one cases[] = {
		{ MERGE_TEXT, LONG,
		  "the old mill bakes bread of rye and of wheat, stone-oven each day",
		  "the new mill bakes bread of rye and of wheat, oven-fresh each day",
		  MERGE_MERGED,
		  "the new mill bakes bread of rye and of wheat, stone-oven each day" },
		/* Added at both ends. */
		{ MERGE_TEXT, LONG, "Since 1790 " LONG, LONG " but Sunday", MERGE_MERGED,
		  "Since 1790 " LONG " but Sunday" },
		/* A short text becomes long. */
		{ MERGE_TEXT, "rye bread", "fresh rye bread", "rye bread\nof our mill",
		  MERGE_MERGED, "fresh rye bread\nof our mill" },
		/* Both alike somewhere, apart elsewhere. */
		{ MERGE_TEXT, LONG,
		  "the small mill bakes bread of rye and of oats, oven-fresh each day",
		  "the small mill bakes bread of rye and of wheat, oven-fresh each week",
		  MERGE_MERGED,
		  "the small mill bakes bread of rye and of oats, oven-fresh each week" },
		/* The same word. */
		{ MERGE_TEXT, LONG,
		  "the small mill bakes bread of rye and of wheat, oven-fresh each day",
		  "the big mill bakes bread of rye and of wheat, oven-fresh each day",
		  MERGE_CONFLICT, NULL },
		/* Neighbours with only a blank between them. */
		{ MERGE_TEXT, LONG,
		  "the small mill bakes bread of rye and of wheat, oven-fresh each day",
		  "the old shop bakes bread of rye and of wheat, oven-fresh each day",
		  MERGE_CONFLICT, NULL },
		/* Taken away by one, changed by the other. */
		{ MERGE_TEXT, LONG, "the old mill bakes bread of rye, oven-fresh each day",
		  "the old mill bakes bread of rye and of oats, oven-fresh each day",
		  MERGE_CONFLICT, NULL },
		/* Parts of a number are no words. */
		{ MERGE_TEXT, "bread of rye and of wheat costs 1,234.50 today",
		  "bread of rye and of wheat costs 2,234.50 today",
		  "bread of rye and of wheat costs 1,234.75 today", MERGE_CONFLICT, NULL },
		{ MERGE_TEXT, "", LONG, LONG LONG, MERGE_CONFLICT, NULL },
		{ MERGE_TEXT, LONG, "", LONG " x", MERGE_CONFLICT, NULL },
		{ MERGE_TEXT, NULL, LONG, LONG " x", MERGE_CONFLICT, NULL },
		{ MERGE_TEXT, LONG, NULL, LONG " x", MERGE_CONFLICT, NULL },
		/* Short: a name, a code. */
		{ MERGE_TEXT, "red small box", "blue small box", "red small bag",
		  MERGE_CONFLICT, NULL },
		/* Each CJK character is a word. */
		{ MERGE_TEXT, "一二三四五六七八九十一二三四五六七八九十",
		  "零二三四五六七八九十一二三四五六七八九十",
		  "一二三四五六七八九十一二三四五六七八九零", MERGE_MERGED,
		  "零二三四五六七八九十一二三四五六七八九零" },
	};

	EXPECT_ALL(cases);
}

/* Long texts in which little was touched are no trouble. */
LEAK_TEST(merge, long_texts)
{
	struct buf base = BUF_INIT, theirs = BUF_INIT, mine = BUF_INIT, both = BUF_INIT;
	struct one merged = { .type = MERGE_TEXT, .verdict = MERGE_MERGED };

	for (int i = 0; i < 5000; i++) {
		buf_addf(&base, "word%d ", i % 50);
		buf_addf(&theirs, "word%d ", i == 1000 ? 99 : i % 50);
		buf_addf(&mine, "word%d ", i == 4000 ? 99 : i % 50);
		buf_addf(&both, "word%d ", i == 1000 || i == 4000 ? 99 : i % 50);
	}
	merged.base = base.data;
	merged.theirs = theirs.data;
	merged.mine = mine.data;
	merged.result = both.data;
	expect(&merged);
	buf_release(&base);
	buf_release(&theirs);
	buf_release(&mine);
	buf_release(&both);
}

/* Too many words for a comparison by words: lines, and at last nothing. */
LEAK_TEST(merge, huge_texts)
{
	struct buf base = BUF_INIT, theirs = BUF_INIT, mine = BUF_INIT, both = BUF_INIT;
	struct one by_lines = { .type = MERGE_TEXT, .verdict = MERGE_MERGED };

	/* Lines that they change, and lines that I do: what lies between is too much for words. */
	for (int i = 0; i < 60; i++) {
		const char *t = i == 3 || i == 25 ? "their" : "the";
		const char *m = i == 30 || i == 50 ? "my" : "the";

		buf_addf(&base, "line %d of the text\n", i);
		buf_addf(&theirs, "line %d of %s text\n", i, t);
		buf_addf(&mine, "line %d of %s text\n", i, m);
		buf_addf(&both, "line %d of %s text\n", i, t[3] ? t : m);
	}
	by_lines.base = base.data;
	by_lines.theirs = theirs.data;
	by_lines.mine = mine.data;
	by_lines.result = both.data;
	expect(&by_lines);
	for (int i = 0; i < 500; i++) {
		buf_addf(&base, "%d\n", i);
		buf_addf(&theirs, "%d\n", i + 1000);
		buf_addf(&mine, "%d\n", i + 2000);
	}
	by_lines = (struct one){ MERGE_TEXT,  base.data,      theirs.data,
				 mine.data,   MERGE_CONFLICT, NULL };
	expect(&by_lines);
	buf_release(&base);
	buf_release(&theirs);
	buf_release(&mine);
	buf_release(&both);
}

LEAK_TEST(merge, json)
{
	static const struct one cases[] = {
		{ MERGE_JSON, "{\"a\": 1}", "{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"c\": 3}",
		  MERGE_MERGED, "{\"a\":1,\"b\":2,\"c\":3}" },
		/* They took a key away, I added one. */
		{ MERGE_JSON, "{\"a\": 1, \"b\": 2}", "{\"b\": 2}",
		  "{\"a\": 1, \"b\": 2, \"c\": 3}", MERGE_MERGED, "{\"b\":2,\"c\":3}" },
		/* Both took the same away; mine is the whole result and keeps its text. */
		{ MERGE_JSON, "{\"a\": 1, \"b\": 2}", "{\"b\": 2}", "{\"b\": 2, \"c\": 3}",
		  MERGE_MERGED, "{\"b\": 2, \"c\": 3}" },
		{ MERGE_JSON, "{\"a\": 1}", "{\"a\": 2, \"b\": 1}", "{\"a\": 2}", MERGE_MERGED,
		  "{\"a\": 2, \"b\": 1}" },
		/* At any depth. */
		{ MERGE_JSON, "{\"x\": {\"y\": {\"a\": 1, \"b\": 1}}}",
		  "{\"x\": {\"y\": {\"a\": 2, \"b\": 1}}}",
		  "{\"x\": {\"y\": {\"a\": 1, \"b\": 2}}}", MERGE_MERGED,
		  "{\"x\":{\"y\":{\"a\":2,\"b\":2}}}" },
		/* A key that both made. */
		{ MERGE_JSON, "{}", "{\"x\": {\"a\": 1}}", "{\"x\": {\"b\": 2}}", MERGE_MERGED,
		  "{\"x\":{\"a\":1,\"b\":2}}" },
		{ MERGE_JSON, NULL, "{\"a\": 1}", "{\"b\": 2}", MERGE_MERGED,
		  "{\"a\":1,\"b\":2}" },
		{ MERGE_JSON, "{}", "{\"x\": 1.0}", "{\"x\": 1.00, \"y\": 2}", MERGE_MERGED,
		  "{\"x\":1.0,\"y\":2}" },
		/* Numbers keep their text. */
		{ MERGE_JSON, "{\"n\": 12.50, \"a\": 1}",
		  "{\"n\": 12.50, \"a\": 1234567890123456789012345678901234567890}",
		  "{\"n\": 12.500, \"a\": 1}", MERGE_MERGED,
		  "{\"n\":12.500,\"a\":1234567890123456789012345678901234567890}" },
		{ MERGE_JSON, "{\"a\": 1}", "{\"a\": 2.0}", "{\"a\": 2.00}", MERGE_SAME,
		  "{\"a\": 2.0}" },
		{ MERGE_JSON, "{\"a\": 1}", "{\"a\": 2, \"b\": 1}", "{\"b\": 1,\"a\": 2}",
		  MERGE_SAME, "{\"a\": 2, \"b\": 1}" },
		/* Both changed it, or one changed what the other took away. */
		{ MERGE_JSON, "{\"a\": 1}", "{\"a\": 2}", "{\"a\": 3}", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{\"a\": 1}", "{}", "{\"a\": 3}", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{\"a\": {\"x\": 1}}", "{\"a\": {\"x\": 2}}", "{\"a\": 3}",
		  MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{\"a\": null}", "{\"a\": {\"x\": 2}}", "{\"a\": {\"y\": 2}}",
		  MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "1", "2", "3", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, NULL, "2", "3", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{}", NULL, "{\"a\": 1}", MERGE_CONFLICT, NULL },
		/* What is not JSON (cut, masked) is a whole. */
		{ MERGE_JSON, "{\"a\": 1", "{\"a\": 2}", "{\"b\": 2}", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{}", "{\"a\": 2", "{\"b\": 2}", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{}", "{\"a\": 2}", "****", MERGE_CONFLICT, NULL },
	};

	EXPECT_ALL(cases);
}

LEAK_TEST(merge, json_arrays)
{
	static const struct one cases[] = {
		{ MERGE_JSON, "[1]", "[1, 2]", "[1, 3]", MERGE_MERGED, "[1,2,3]" },
		{ MERGE_JSON, "[1, 4]", "[0, 1, 4]", "[1, 3, 4]", MERGE_MERGED, "[0,1,3,4]" },
		/* Alike once, twice where both meant twice. */
		{ MERGE_JSON, "[]", "[1, 2]", "[2, 3]", MERGE_MERGED, "[1,2,3]" },
		{ MERGE_JSON, "[1]", "[1, 1, 1]", "[1, 1, 2]", MERGE_MERGED, "[1,1,1,2]" },
		{ MERGE_JSON, "{\"l\": [1]}", "{\"l\": [1, {\"a\": 1}]}", "{\"l\": [1, \"x\"]}",
		  MERGE_MERGED, "{\"l\":[1,{\"a\":1},\"x\"]}" },
		{ MERGE_JSON, "[1, 2]", "[1]", "[1, 2, 3]", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "[1, 2]", "[2, 1]", "[1, 2, 3]", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{}", "{\"a\": [1]}", "{\"a\": [2]}", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "[1]", "[1, 2]", "{}", MERGE_CONFLICT, NULL },
		{ MERGE_JSON, "{}", "[1, 2]", "[1]", MERGE_CONFLICT, NULL },
	};

	EXPECT_ALL(cases);
}

LEAK_TEST(merge, sets)
{
	static const struct one cases[] = {
		{ MERGE_SET, "{bread,rye}", "{bread,rye,vegan}", "{bread,rye,organic}",
		  MERGE_MERGED, "{bread,rye,vegan,organic}" },
		{ MERGE_SET, "{a,b,c}", "{b,c,x}", "{a,b,y}", MERGE_MERGED, "{b,x,y}" },
		{ MERGE_SET, "{a,b}", "{x,a,b}", "{a,y,b}", MERGE_MERGED, "{x,a,y,b}" },
		{ MERGE_SET, "{a}", "{a,x,y}", "{y,a}", MERGE_MERGED, "{a,x,y}" },
		{ MERGE_SET, NULL, "{a}", "{b}", MERGE_MERGED, "{a,b}" },
		{ MERGE_SET, "{a}", "{}", "{a,b}", MERGE_MERGED, "{b}" },
		{ MERGE_SET, "{a}", "{a,NULL}", "{a,\"NULL\"}", MERGE_MERGED,
		  "{a,NULL,\"NULL\"}" },
		{ MERGE_SET, "{}", "{\"a b\"}", "{\"c\\\"d\"}", MERGE_MERGED,
		  "{\"a b\",\"c\\\"d\"}" },
		/* No sets: a twin, another order. */
		{ MERGE_SET, "{a}", "{a,a}", "{a,b}", MERGE_CONFLICT, NULL },
		{ MERGE_SET, "{a,b}", "{b,a}", "{a,b,c}", MERGE_CONFLICT, NULL },
		{ MERGE_SET, "{a,a}", "{a,a,b}", "{a,a,c}", MERGE_CONFLICT, NULL },
		{ MERGE_SET, "{a}", NULL, "{a,c}", MERGE_CONFLICT, NULL },
		{ MERGE_SET, "{{a}}", "{{b}}", "{{c}}", MERGE_CONFLICT, NULL },
		{ MERGE_SET, "{a}", "[0:0]={b}", "{a,c}", MERGE_CONFLICT, NULL },
	};

	EXPECT_ALL(cases);
}

/* --- the plan ------------------------------------------------------------------------------
 */

static struct merge_plan *product(void)
{
	static const struct merge_input fields[] = {
		{ .name = "name",
		  .type = MERGE_TEXT,
		  .base = "Rye loaf",
		  .theirs = "Rye loaf",
		  .mine = "Rye loaf 1 kg" },
		{ .name = "price",
		  .type = MERGE_NUMBER,
		  .base = "4.80",
		  .theirs = "5.00",
		  .mine = "5.20" },
		{ .name = "on_hand",
		  .type = MERGE_NUMBER,
		  .counter = true,
		  .base = "10",
		  .theirs = "15",
		  .mine = "8" },
		{ .name = "status",
		  .type = MERGE_ATOM,
		  .base = "active",
		  .theirs = "draft",
		  .mine = "active" },
		{ .name = "metadata",
		  .type = MERGE_JSON,
		  .base = "{\"weight\": 1, \"old\": 1}",
		  .theirs = "{\"weight\": 2, \"old\": 1, \"allergens\": []}",
		  .mine = "{\"weight\": 3}" },
		{ .name = "tags",
		  .type = MERGE_SET,
		  .base = "{a}",
		  .theirs = "{a,b}",
		  .mine = "{a,c}" },
	};

	return merge_new(fields, ARRAY_SIZE(fields));
}

enum { NAME, PRICE, ON_HAND, STATUS, METADATA, TAGS };

static void expect_result(const struct merge_plan *plan, size_t i, const char *expected)
{
	const char *text;

	cr_assert(merge_result(plan, i, &text), "%s has no result", merge_at(plan, i)->name);
	expect_text(text, expected);
}

static void expect_open(const struct merge_plan *plan, size_t i)
{
	const char *text;

	cr_assert_not(merge_result(plan, i, &text));
	cr_assert_not(merge_writes(plan, i));
}

LEAK_TEST(merge, a_plan_begins)
{
	struct merge_plan *plan = product(), *none = NULL;

	cr_assert_eq(merge_len(plan), 6u);
	cr_assert_eq(merge_find(plan, "price"), merge_at(plan, PRICE));
	cr_assert_null(merge_find(plan, "prize"));
	cr_assert_eq(merge_unresolved(plan), 3u);
	expect_result(plan, NAME, "Rye loaf 1 kg");
	cr_assert(merge_writes(plan, NAME));
	expect_result(plan, STATUS, "draft");
	cr_assert_not(merge_writes(plan, STATUS));
	cr_assert(merge_writes(plan, TAGS));
	expect_open(plan, PRICE);
	cr_assert_eq(merge_next_conflict(plan, -1, 1), PRICE);
	cr_assert_eq(merge_next_conflict(plan, PRICE, 1), ON_HAND);
	cr_assert_eq(merge_next_conflict(plan, METADATA, 1), PRICE);
	cr_assert_eq(merge_next_conflict(plan, -1, -1), METADATA);
	cr_assert_eq(merge_next_conflict(plan, PRICE, -1), METADATA);
	merge_free(&plan);
	cr_assert_null(plan);
	merge_free(&none);
	plan = plan_of(MERGE_ATOM, "a", "a", "b");
	cr_assert_eq(merge_next_conflict(plan, -1, 1), -1);
	merge_free(&plan);
	plan = merge_new(NULL, 0);
	cr_assert(merge_is_resolved(plan));
	cr_assert_eq(merge_next_conflict(plan, -1, -1), -1);
	merge_free(&plan);
}

static struct merge_plan *doomed;

static void leave(void)
{
	merge_free(&doomed);
	exit(3); /* abort() would lose the coverage of what it tests */
}

Test(merge, a_field_that_is_not_there, .exit_code = 3)
{
	fatal_hook(leave);
	doomed = product();
	merge_at(doomed, 6);
}

LEAK_TEST(merge, choices)
{
	struct merge_plan *plan = product();
	const struct merge_field *price = merge_at(plan, PRICE);

	cr_assert_str_eq(merge_word(price), "CONFLICT");
	cr_assert(merge_choose(plan, PRICE, CHOICE_THEIRS));
	expect_result(plan, PRICE, "5.00");
	cr_assert_str_eq(merge_word(price), "chosen: theirs");
	cr_assert_not(merge_writes(plan, PRICE));
	cr_assert(merge_choose(plan, PRICE, CHOICE_MINE));
	expect_result(plan, PRICE, "5.20");
	cr_assert(merge_writes(plan, PRICE));
	cr_assert(merge_choose(plan, PRICE, CHOICE_BASE));
	expect_result(plan, PRICE, "4.80");
	cr_assert_not(merge_choose(plan, PRICE, CHOICE_EDITED));
	cr_assert_not(merge_choose(plan, PRICE, CHOICE_OFFER)); /* a price is no counter */
	merge_edit(plan, PRICE, "5.10");
	expect_result(plan, PRICE, "5.10");
	merge_edit(plan, PRICE, price->edited);
	expect_result(plan, PRICE, "5.10");
	cr_assert(merge_choose(plan, PRICE, CHOICE_NONE));
	expect_open(plan, PRICE);
	cr_assert(merge_choose(plan, PRICE, CHOICE_EDITED)); /* what was typed is still there */
	expect_result(plan, PRICE, "5.10");
	merge_edit(plan, PRICE, NULL);
	expect_result(plan, PRICE, NULL);
	cr_assert_str_eq(merge_word(price), "chosen: edited");
	merge_free(&plan);
}

LEAK_TEST(merge, the_offer)
{
	static const struct {
		const char *base, *theirs, *mine, *offer;
	} cases[] = {
		{ "10", "15", "8", "13" },
		{ "10", "8", "8", "6" },
		{ "10", "10", "8", "8" },
		{ "0.10", "0.30", "0.2", "0.40" },
		{ "1", "-5", "3", "-3" },
		{ "99999999999999999999999999999999999999", "1",
		  "99999999999999999999999999999999999998", "0" },
		{ NULL, "15", "8", NULL },
		{ "10", NULL, "8", NULL },
		{ "10", "15", NULL, NULL },
		{ "NaN", "15", "8", NULL },
		{ "10", "Infinity", "8", NULL },
		{ "10", "15", "x", NULL },
		{ "1", "1e1990", "1e-1990", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct merge_plan *plan =
			plan_of(MERGE_NUMBER, cases[i].base, cases[i].theirs, cases[i].mine);

		expect_text(merge_at(plan, 0)->offer, cases[i].offer);
		cr_assert_eq(merge_choose(plan, 0, CHOICE_OFFER), cases[i].offer != NULL);
		if (cases[i].offer)
			expect_result(plan, 0, cases[i].offer);
		merge_free(&plan);
	}
}

LEAK_TEST(merge, an_offer_needs_a_number)
{
	struct merge_input in = {
		.name = "x",
		.type = MERGE_ATOM,
		.counter = true,
		.base = "1",
		.theirs = "2",
		.mine = "3",
	};
	struct merge_plan *plan = merge_new(&in, 1);

	cr_assert_null(merge_at(plan, 0)->offer);
	merge_free(&plan);
}

LEAK_TEST(merge, parts_of_json)
{
	struct merge_plan *plan =
		plan_of(MERGE_JSON,
			"{\"w\": {\"unit\": \"g\", \"n\": 1}, \"a b\": 1, \"\": 1, \"k\": 1}",
			"{\"w\": {\"unit\": \"kg\", \"n\": 1}, \"a b\": 2, \"\": 2, \"t\": 1}",
			"{\"w\": {\"unit\": \"lb\", \"n\": 2}, \"a b\": 3, \"\": 3, \"k\": 5}");
	const struct merge_field *f = merge_at(plan, 0);

	cr_assert_eq(f->verdict, MERGE_CONFLICT);
	cr_assert_eq(f->nparts, 4u);
	cr_assert_str_eq(f->parts[0].path, "w.unit");
	cr_assert_str_eq(f->parts[0].base, "\"g\"");
	cr_assert_str_eq(f->parts[0].theirs, "\"kg\"");
	cr_assert_str_eq(f->parts[0].mine, "\"lb\"");
	cr_assert_str_eq(f->parts[1].path, "\"a b\"");
	cr_assert_str_eq(f->parts[2].path, "\"\"");
	cr_assert_str_eq(f->parts[3].path, "k");
	cr_assert_null(f->parts[3].theirs);
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_THEIRS));
	cr_assert(merge_choose_part(plan, 0, 1, CHOICE_MINE));
	cr_assert(merge_choose_part(plan, 0, 2, CHOICE_BASE));
	expect_open(plan, 0);
	cr_assert_eq(f->parts[1].choice, CHOICE_MINE);
	cr_assert(merge_choose_part(plan, 0, 3, CHOICE_THEIRS));
	expect_result(plan, 0, "{\"w\":{\"unit\":\"kg\",\"n\":2},\"a b\":3,\"\":1,\"t\":1}");
	cr_assert_str_eq(merge_word(f), "chosen: parts");
	cr_assert(merge_is_resolved(plan));
	cr_assert(merge_choose_part(plan, 0, 3, CHOICE_NONE));
	expect_open(plan, 0);
	cr_assert_not(merge_choose_part(plan, 0, 4, CHOICE_MINE));
	cr_assert_not(merge_choose_part(plan, 0, 0, CHOICE_EDITED));
	cr_assert_not(merge_choose_part(plan, 0, 0, CHOICE_OFFER));
	/* The whole overrides the parts. */
	cr_assert(merge_choose(plan, 0, CHOICE_BASE));
	expect_result(plan, 0, f->base);
	merge_free(&plan);
}

LEAK_TEST(merge, a_json_value_is_one_part)
{
	struct merge_plan *plan = plan_of(MERGE_JSON, "1", "2", "3");

	cr_assert_eq(merge_at(plan, 0)->nparts, 1u);
	cr_assert_str_eq(merge_at(plan, 0)->parts[0].path, "");
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_MINE));
	expect_result(plan, 0, "3");
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_BASE));
	expect_result(plan, 0, "1");
	merge_free(&plan);
	/* Without a base its part has none either. */
	plan = plan_of(MERGE_JSON, NULL, "2", "3");
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_BASE));
	expect_open(plan, 0);
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_THEIRS));
	expect_result(plan, 0, "2");
	merge_free(&plan);
}

LEAK_TEST(merge, parts_of_a_text)
{
	struct merge_plan *plan = plan_of(
		MERGE_TEXT, LONG " long",
		"the small mill bakes bread of rye and of wheat, stone-oven each hour long",
		"the big mill bakes bread of rye and of oats, oven-fresh each week long");
	const struct merge_field *f = merge_at(plan, 0);

	cr_assert_eq(f->nparts, 3u);
	cr_assert_null(f->parts[0].path);
	cr_assert_str_eq(f->parts[0].theirs, "small");
	cr_assert_str_eq(f->parts[0].mine, "big");
	cr_assert_str_eq(f->parts[1].base, "wheat, oven-fresh");
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_MINE));
	cr_assert(merge_choose_part(plan, 0, 1, CHOICE_THEIRS));
	expect_open(plan, 0);
	cr_assert(merge_choose_part(plan, 0, 2, CHOICE_BASE));
	expect_result(plan, 0,
		      "the big mill bakes bread of rye and of wheat, stone-oven each day long");
	merge_free(&plan);
}

LEAK_TEST(merge, all_at_once)
{
	struct merge_plan *plan = product();

	cr_assert(merge_choose(plan, PRICE, CHOICE_BASE));
	merge_choose_all(plan, CHOICE_MINE, MERGE_ALL_OPEN);
	expect_result(plan, PRICE, "4.80"); /* had a result */
	expect_result(plan, ON_HAND, "8");
	expect_result(plan, TAGS, "{a,b,c}");
	expect_result(plan, STATUS, "draft");
	merge_choose_all(plan, CHOICE_MINE, MERGE_ALL_BOTH);
	expect_result(plan, PRICE, "5.20");
	expect_result(plan, TAGS, "{a,c}");
	expect_result(plan, STATUS, "draft"); /* theirs alone: not mine to take back */
	merge_choose_all(plan, CHOICE_THEIRS, MERGE_ALL_FIELDS);
	for (size_t i = 0; i < merge_len(plan); i++)
		cr_assert_not(merge_writes(plan, i));
	expect_result(plan, NAME, "Rye loaf");
	merge_free(&plan);
}

LEAK_TEST(merge, parts_alike_but_for_mine)
{
	struct merge_plan *plan =
		plan_of(MERGE_TEXT, "old mill of the town, long known, has an old oven",
			"big mill of the town, long known, has an big oven",
			"new mill of the town, long known, has an hot oven");

	cr_assert_eq(merge_at(plan, 0)->nparts, 2u);
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_THEIRS));
	expect_open(plan, 0);
	cr_assert(merge_choose_part(plan, 0, 1, CHOICE_MINE));
	expect_result(plan, 0, "big mill of the town, long known, has an hot oven");
	merge_free(&plan);
}

LEAK_TEST(merge, paths_of_parts)
{
	struct merge_plan *plan =
		plan_of(MERGE_JSON, "{\"a_b\": 1, \"c-d\": 1}", "{\"a_b\": 2, \"c-d\": 2}",
			"{\"a_b\": 3, \"c-d\": 3}");

	cr_assert_str_eq(merge_at(plan, 0)->parts[0].path, "a_b");
	cr_assert_str_eq(merge_at(plan, 0)->parts[1].path, "c-d");
	merge_free(&plan);
}

/* --- theirs moves again --------------------------------------------------------------------
 */

LEAK_TEST(merge, rebase_keeps_choices)
{
	static const char *const moved[] = {
		"Rye bread",
		"5.50",
		"4",
		"active",
		"{\"weight\": 4, \"old\": 1, \"allergens\": []}",
		"{a,b}",
	};
	struct merge_plan *plan = product();

	cr_assert(merge_choose(plan, PRICE, CHOICE_THEIRS));
	cr_assert(merge_choose(plan, ON_HAND, CHOICE_OFFER));
	cr_assert(merge_choose(plan, TAGS, CHOICE_MINE));
	cr_assert(merge_choose_part(plan, METADATA, 0, CHOICE_MINE));
	cr_assert(merge_is_resolved(plan));
	merge_rebase(plan, moved);
	cr_assert_eq(merge_at(plan, NAME)->verdict, MERGE_CONFLICT);
	cr_assert_not(merge_at(plan, NAME)->moved); /* nothing had been chosen there */
	expect_result(plan, PRICE, "5.50");
	cr_assert(merge_at(plan, PRICE)->moved);
	expect_result(plan, ON_HAND, "2");
	cr_assert_eq(merge_at(plan, STATUS)->verdict, MERGE_UNCHANGED);
	expect_result(plan, METADATA, "{\"weight\":3,\"allergens\":[]}");
	cr_assert(merge_at(plan, METADATA)->moved);
	expect_result(plan, TAGS, "{a,c}");
	cr_assert_not(merge_at(plan, TAGS)->moved); /* theirs is the same as before */
	cr_assert(merge_choose(plan, PRICE, CHOICE_MINE));
	cr_assert_not(merge_at(plan, PRICE)->moved);
	merge_free(&plan);
}

LEAK_TEST(merge, choices_come_back_with_the_conflict)
{
	static const char *const there[] = { "{\"a\": 2}" }, *const gone[] = { "{\"a\": 1}" };
	struct merge_plan *plan = plan_of(MERGE_JSON, "{\"a\": 1}", there[0], "{\"a\": 3}");

	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_MINE));
	cr_assert(merge_choose_part(plan, 0, 0, CHOICE_BASE));
	merge_rebase(plan, gone);
	cr_assert_eq(merge_at(plan, 0)->verdict, MERGE_MINE);
	expect_result(plan, 0, "{\"a\": 3}");
	merge_rebase(plan, there);
	expect_result(plan, 0, "{\"a\":1}");
	merge_free(&plan);
}

LEAK_TEST(merge, an_offer_ends_when_a_side_is_no_number)
{
	static const char *const null[] = { NULL };
	struct merge_plan *plan = plan_of(MERGE_NUMBER, "10", "15", "8");

	cr_assert(merge_choose(plan, 0, CHOICE_OFFER));
	merge_rebase(plan, null);
	expect_open(plan, 0);
	cr_assert(merge_at(plan, 0)->moved);
	merge_free(&plan);
}

/* --- what only the server knows ------------------------------------------------------------
 */

static struct merge_plan *citext(const char *base, const char *theirs, const char *mine)
{
	struct merge_input in = {
		.name = "email",
		.type = MERGE_TEXT,
		.server_equality = true,
		.base = base,
		.theirs = theirs,
		.mine = mine,
	};

	return merge_new(&in, 1);
}

LEAK_TEST(merge, the_server_is_asked)
{
	static const char *const moved[] = { "C" };
	struct merge_plan *plan = citext("a", "B", "b");

	cr_assert(merge_at(plan, 0)->ask_server);
	merge_server_equal(plan, 0, true);
	cr_assert_eq(merge_at(plan, 0)->verdict, MERGE_SAME);
	expect_result(plan, 0, "B");
	cr_assert(merge_is_resolved(plan));
	merge_server_equal(plan, 0, false); /* nobody asked */
	cr_assert_eq(merge_at(plan, 0)->verdict, MERGE_SAME);
	merge_rebase(plan, moved);
	cr_assert(merge_at(plan, 0)->ask_server);
	merge_server_equal(plan, 0, false);
	cr_assert_eq(merge_at(plan, 0)->verdict, MERGE_CONFLICT);
	merge_free(&plan);
	for (int i = 0; i < 2; i++) {
		plan = citext("a", i ? NULL : "B", i ? "b" : NULL);
		cr_assert_not(merge_at(plan, 0)->ask_server);
		merge_free(&plan);
	}
}

LEAK_TEST(merge, a_merge_waits_for_the_server)
{
	struct merge_plan *plan = citext(LONG, "Since 1790 " LONG, LONG " but Sunday");

	cr_assert_eq(merge_at(plan, 0)->verdict, MERGE_MERGED);
	cr_assert_not(merge_is_resolved(plan));
	cr_assert(
		merge_choose(plan, 0, CHOICE_MINE)); /* a choice needs no word of the server */
	cr_assert(merge_is_resolved(plan));
	cr_assert(merge_choose(plan, 0, CHOICE_NONE));
	merge_server_equal(plan, 0, false);
	cr_assert(merge_is_resolved(plan));
	expect_result(plan, 0, "Since 1790 " LONG " but Sunday");
	merge_free(&plan);
}

/* --- for the dialog ------------------------------------------------------------------------
 */

static void expect_summary(const struct merge_plan *plan, size_t i, enum merge_side side,
			   const char *expected)
{
	struct buf b = BUF_INIT;

	cr_assert_eq(merge_summary(plan, i, side, &b), expected != NULL);
	cr_assert_str_eq(b.data, expected ? expected : "");
	buf_release(&b);
}

LEAK_TEST(merge, summaries)
{
	struct merge_plan *plan = product();

	expect_summary(plan, NAME, MERGE_SIDE_BASE, "Rye loaf");
	expect_summary(plan, NAME, MERGE_SIDE_RESULT, "Rye loaf 1 kg");
	expect_summary(plan, PRICE, MERGE_SIDE_RESULT, NULL);
	expect_summary(plan, PRICE, MERGE_SIDE_THEIRS, "5.00");
	expect_summary(plan, METADATA, MERGE_SIDE_BASE, "{2 keys}");
	expect_summary(plan, METADATA, MERGE_SIDE_THEIRS, "~weight +allergens");
	expect_summary(plan, METADATA, MERGE_SIDE_MINE, "~weight -old");
	expect_summary(plan, TAGS, MERGE_SIDE_BASE, "{a}");
	expect_summary(plan, TAGS, MERGE_SIDE_THEIRS, "+b");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "+b +c");
	merge_edit(plan, PRICE, NULL);
	expect_summary(plan, PRICE, MERGE_SIDE_RESULT, NULL);
	merge_edit(plan, METADATA, "[1, 2, 3, 4, 5, 6]");
	expect_summary(plan, METADATA, MERGE_SIDE_RESULT, "[6 items]");
	merge_edit(plan, METADATA, "nonsense");
	expect_summary(plan, METADATA, MERGE_SIDE_RESULT, "nonsense");
	merge_edit(plan, METADATA, "{\"weight\": 1, \"old\": 1}");
	expect_summary(plan, METADATA, MERGE_SIDE_RESULT, "{2 keys}");
	merge_edit(plan, TAGS, "{NULL,a\x1b}");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "+NULL +a␛ -a");
	merge_edit(plan, TAGS, "{a}");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "{a}");
	merge_edit(plan, TAGS, "{{a}}");
	expect_summary(plan, TAGS, MERGE_SIDE_RESULT, "{{a}}");
	merge_free(&plan);
	plan = plan_of(MERGE_SET, NULL, "{a}", "{NULL,b}");
	expect_summary(plan, 0, MERGE_SIDE_BASE, NULL);
	expect_summary(plan, 0, MERGE_SIDE_MINE, "{NULL,b}");
	merge_free(&plan);
	plan = plan_of(MERGE_SET, "{NULL,x}", "{NULL}", "{{1}}");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "-x");
	merge_free(&plan);
	plan = plan_of(MERGE_SET, "{{1}}", "{2}", "{NULL}");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "{2}");
	merge_free(&plan);
}

LEAK_TEST(merge, summaries_of_long_texts)
{
	struct merge_plan *plan =
		plan_of(MERGE_TEXT, LONG,
			"the old mill bakes bread of rye and of wheat, stone-oven each day",
			"the new mill bakes bread of rye and of wheat, oven-fresh each day");

	expect_summary(plan, 0, MERGE_SIDE_BASE, "… oven-fresh …");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "… stone-oven …");
	expect_summary(plan, 0, MERGE_SIDE_MINE, "… new …");
	expect_summary(plan, 0, MERGE_SIDE_RESULT, "… new … stone-oven …");
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, LONG, LONG, "x\n");
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, LONG);
	expect_summary(plan, 0, MERGE_SIDE_MINE, "x");
	expect_summary(plan, 0, MERGE_SIDE_BASE, LONG);
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, LONG, NULL, LONG " x");
	expect_summary(plan, 0, MERGE_SIDE_MINE, LONG " x");
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, NULL, LONG, LONG " x");
	expect_summary(plan, 0, MERGE_SIDE_MINE, LONG " x");
	merge_free(&plan);
	plan = plan_of(MERGE_TEXT, LONG, LONG " x", NULL);
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, LONG " x");
	merge_free(&plan);
	setlocale(LC_ALL, "C");
	plan = plan_of(MERGE_TEXT, LONG, LONG " x", LONG);
	expect_summary(plan, 0, MERGE_SIDE_THEIRS, "... x");
	merge_free(&plan);
}

LEAK_TEST(merge, words)
{
	static const enum merge_choice choices[] = { CHOICE_MINE, CHOICE_BASE, CHOICE_OFFER };
	static const char *const words[] = { "chosen: mine", "chosen: base",
					     "chosen: both changes" };
	struct merge_plan *plan = plan_of(MERGE_NUMBER, "1", "2", "3");

	for (size_t i = 0; i < ARRAY_SIZE(choices); i++) {
		cr_assert(merge_choose(plan, 0, choices[i]));
		cr_assert_str_eq(merge_word(merge_at(plan, 0)), words[i]);
	}
	merge_free(&plan);
	plan = product();
	cr_assert_str_eq(merge_word(merge_at(plan, NAME)), "mine");
	cr_assert_str_eq(merge_word(merge_at(plan, STATUS)), "theirs");
	cr_assert_str_eq(merge_word(merge_at(plan, TAGS)), "merged");
	merge_free(&plan);
}

LEAK_TEST(merge, counters_by_name)
{
	static const char *const counters[] = {
		"quantity",	  "qty",	 "on_hand", "reserved", "attempts",
		"points_balance", "usage_count",
	};
	static const char *const others[] = {
		"price",
		"discount",
		"product_id",
		"low_stock_threshold",
		"reorder_level",
		"version",
		"quantity_id",
		"max_uses",
		"",
		"_",
		"account",
	};

	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		cr_assert(merge_counter_name(counters[i]), "%s", counters[i]);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		cr_assert_not(merge_counter_name(others[i]), "%s", others[i]);
}

LEAK_TEST(merge, columns)
{
	static const struct {
		struct column column;
		enum merge_type type;
		bool counter, server;
	} cases[] = {
		{ { .name = "a", .base_type_oid = 25, .type_category = 'S' },
		  MERGE_TEXT,
		  false,
		  false },
		{ { .name = "a", .base_type_oid = 99999, .type_category = 'S' },
		  MERGE_TEXT,
		  false,
		  true }, /* citext */
		{ { .name = "a", .base_type_oid = 25, .type_category = 'S', .collation = "ci" },
		  MERGE_TEXT,
		  false,
		  true },
		{ { .name = "a",
		    .base_type_oid = 1043,
		    .type_category = 'S',
		    .collation = "C",
		    .collation_c = true },
		  MERGE_TEXT,
		  false,
		  false },
		{ { .name = "price", .base_type_oid = 1700, .type_category = 'N' },
		  MERGE_NUMBER,
		  false,
		  false },
		{ { .name = "qty", .base_type_oid = 23, .type_category = 'N' },
		  MERGE_NUMBER,
		  true,
		  false },
		{ { .name = "a", .base_type_oid = 3802, .type_category = 'U' },
		  MERGE_JSON,
		  false,
		  false },
		{ { .name = "a",
		    .base_type_oid = 1009,
		    .element_oid = 25,
		    .type_category = 'A' },
		  MERGE_SET,
		  false,
		  false },
		{ { .name = "a",
		    .base_type_oid = 1007,
		    .element_oid = 23,
		    .type_category = 'A' },
		  MERGE_ATOM,
		  false,
		  true },
		{ { .name = "a", .base_type_oid = 16, .type_category = 'B' },
		  MERGE_ATOM,
		  false,
		  false },
		{ { .name = "a", .base_type_oid = 1186, .type_category = 'T' },
		  MERGE_ATOM,
		  false,
		  true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct merge_input in = merge_input_of(&cases[i].column);

		cr_assert_eq(in.type, cases[i].type, "case %zu", i);
		cr_assert_eq(in.counter, cases[i].counter, "case %zu", i);
		cr_assert_eq(in.server_equality, cases[i].server, "case %zu", i);
	}
}
