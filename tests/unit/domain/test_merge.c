/* SPDX-License-Identifier: MIT */
#include "domain/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "merges.h"

TestSuite(merge, .init = in_utf8);

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
