/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <signal.h>

#include "base/attr.h"
#include "db/reply.h"
#include "db/txn.h"
#include "support/leak.h"

static struct reply *sample(void)
{
	static const char *const names[] = { "id", "Name", "on" };
	static const char *const cells[] = { "9223372036854775807", "Rye", "t", "x", NULL, "f" };

	return reply_new(names, 3, cells, 2);
}

LEAK_TEST(reply, made_by_hand)
{
	struct reply *r = sample(), *other = reply_ref(r);

	reply_free(&r);
	cr_assert_null(r);
	cr_assert_eq(reply_rows(other), 2);
	cr_assert_eq(reply_columns(other), 3);
	cr_assert_str_eq(reply_name(other, 1), "Name");
	cr_assert_eq(reply_column(other, "Name"), 1);
	cr_assert_eq(reply_column(other, "name"), -1);
	cr_assert_eq(reply_int(other, 0, 0), INT64_MAX);
	cr_assert_eq(reply_int(other, 1, 0), 0);
	cr_assert_eq(reply_int(other, 1, 1), 0);
	cr_assert(reply_null(other, 1, 1));
	cr_assert_null(reply_text(other, 1, 1));
	cr_assert_eq(reply_length(other, 0, 1), 3);
	cr_assert(reply_bool(other, 0, 2) && !reply_bool(other, 1, 2));
	cr_assert_str_eq(reply_get(other, 0, "Name"), "Rye");
	cr_assert_eq(reply_table(other, 0), 0);
	cr_assert_eq(reply_affected(other), -1);
	cr_assert_gt(reply_bytes(other), 20);
	reply_free(&other);
	reply_free(&other);
}

LEAK_TEST(reply, empty)
{
	struct reply *r = reply_new(NULL, 0, NULL, 0);

	cr_assert_eq(reply_rows(r), 0);
	cr_assert_eq(reply_columns(r), 0);
	cr_assert_str_eq(reply_tag(r), "");
	reply_free(&r);
}

Test(reply, a_missing_column_is_a_bug, .signal = SIGABRT)
{
	reply_get(sample(), 0, "nobody");
}

Test(reply, a_row_beyond_is_a_bug, .signal = SIGABRT)
{
	reply_text(sample(), 2, 0);
}

Test(reply, a_column_beyond_is_a_bug, .signal = SIGABRT)
{
	reply_type(sample(), 3);
}

LEAK_TEST(txn, statements_are_copied)
{
	char sql[] = "SELECT $1";
	struct params p = PARAMS_INIT;
	struct txn *t = txn_new(TXN_READ, NULL);

	params_text(&p, "x");
	cr_assert_eq(txn_add(t, sql, &p), 0);
	params_release(&p);
	sql[0] = 'x';
	cr_assert_eq(txn_add(t, "SELECT 2", NULL), 1);
	txn_stream(t, 1);
	cr_assert_eq(txn_len(t), 2);
	cr_assert_str_eq(txn_sql(t, 0), "SELECT $1");
	txn_free(&t);
	cr_assert_null(t);
	txn_free(&t);
}

Test(txn, a_statement_beyond_is_a_bug, .signal = SIGABRT)
{
	txn_stream(txn_new(TXN_READ, NULL), 0);
}
