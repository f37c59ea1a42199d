/* SPDX-License-Identifier: MIT */
/* The merge of several fields: what is chosen in it, and what becomes of that. */
#include "domain/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "catalog/catalog.h"
#include "merges.h"

TestSuite(merge_plan, .init = in_utf8);

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

LEAK_TEST(merge_plan, a_plan_begins)
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

Test(merge_plan, a_field_that_is_not_there, .exit_code = 3)
{
	fatal_hook(leave);
	doomed = product();
	merge_at(doomed, 6);
}

LEAK_TEST(merge_plan, choices)
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

LEAK_TEST(merge_plan, the_offer)
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

LEAK_TEST(merge_plan, an_offer_needs_a_number)
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

LEAK_TEST(merge_plan, parts_of_json)
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

LEAK_TEST(merge_plan, a_json_value_is_one_part)
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

LEAK_TEST(merge_plan, parts_of_a_text)
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

LEAK_TEST(merge_plan, all_at_once)
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

LEAK_TEST(merge_plan, parts_alike_but_for_mine)
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

LEAK_TEST(merge_plan, paths_of_parts)
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

LEAK_TEST(merge_plan, rebase_keeps_choices)
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

LEAK_TEST(merge_plan, choices_come_back_with_the_conflict)
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

LEAK_TEST(merge_plan, an_offer_ends_when_a_side_is_no_number)
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

LEAK_TEST(merge_plan, the_server_is_asked)
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

LEAK_TEST(merge_plan, a_merge_waits_for_the_server)
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
