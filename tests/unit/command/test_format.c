/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "command/format.h"
#include "support/leak.h"

static void collect(void *ctx, const char *data, size_t len)
{
	buf_add(ctx, data, len);
}

static const struct table_column columns[] = {
	{ .name = "id", .type = CELL_TEXT },
	{ .name = "n", .type = CELL_NUMBER },
	{ .name = "ok", .type = CELL_BOOL },
	{ .name = "text, \"odd\"", .type = CELL_TEXT },
};

static const char *const rows[][4] = {
	{ "9007199254740993", "1.5", "t", "a \"b\", c\nd" },
	{ "2", "NaN", "f", "" },
	{ "3", NULL, NULL, NULL },
};

/* The three rows in this format. */
static void expect(const char *name, const char *want)
{
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;
	struct sqlset *set = sqlset_load(NULL, &err);
	struct format *f = format_new(name, collect, &out, &err);

	cr_assert(f);
	format_relation(f, set, "\"s\".\"t\"", true);
	format_begin(f, columns, 4);
	for (size_t i = 0; i < 3; i++)
		format_row(f, rows[i]);
	format_end(f);
	cr_expect_str_eq(out.data, want, "%s\ngot:\n%s\nwant:\n%s", name, out.data, want);
	format_free(&f);
	sqlset_free(&set);
	buf_release(&out);
}

/* NULL and the empty text are told apart, whatever is inside stays. */
LEAK_TEST(format, csv)
{
	expect("csv", "id,n,ok,\"text, \"\"odd\"\"\"\r\n"
		      "9007199254740993,1.5,t,\"a \"\"b\"\", c\nd\"\r\n"
		      "2,NaN,f,\"\"\r\n"
		      "3,,,\r\n");
}

/* Big numbers are texts, and what is no JSON number is quoted. */
LEAK_TEST(format, json)
{
	expect("json",
	       "[\n {\"id\": \"9007199254740993\", \"n\": 1.5, \"ok\": true, "
	       "\"text, \\\"odd\\\"\": \"a \\\"b\\\", c\\nd\"},\n"
	       " {\"id\": \"2\", \"n\": \"NaN\", \"ok\": false, \"text, \\\"odd\\\"\": \"\"},\n"
	       " {\"id\": \"3\", \"n\": null, \"ok\": null, \"text, \\\"odd\\\"\": null}\n]\n");
}

LEAK_TEST(format, jsonl)
{
	expect("jsonl",
	       "{\"id\": \"9007199254740993\", \"n\": 1.5, \"ok\": true, "
	       "\"text, \\\"odd\\\"\": \"a \\\"b\\\", c\\nd\"}\n"
	       "{\"id\": \"2\", \"n\": \"NaN\", \"ok\": false, \"text, \\\"odd\\\"\": \"\"}\n"
	       "{\"id\": \"3\", \"n\": null, \"ok\": null, \"text, \\\"odd\\\"\": null}\n");
}

LEAK_TEST(format, sql)
{
	const char *head = "INSERT INTO \"s\".\"t\" (\"id\", \"n\", \"ok\", \"text, "
			   "\"\"odd\"\"\") OVERRIDING SYSTEM VALUE VALUES ";
	struct buf want = BUF_INIT;

	buf_addf(&want, "%s('9007199254740993', '1.5', 't', 'a \"b\", c\nd');\n", head);
	buf_addf(&want, "%s('2', 'NaN', 'f', '');\n", head);
	buf_addf(&want, "%s('3', NULL, NULL, NULL);\n", head);
	expect("sql", want.data);
	buf_release(&want);
}

/* On a terminal nothing of a value may act: the newline is a mark. */
LEAK_TEST(format, table)
{
	expect("table", "id                  n  ok  text, \"odd\"\n"
			"9007199254740993  1.5  t   a \"b\", c\\nd\n"
			"2                 NaN  f\n"
			"3\n");
}

LEAK_TEST(format, an_unknown_one_names_the_nearest)
{
	struct err err = ERR_INIT;

	cr_expect_null(format_new("cvs", collect, NULL, &err));
	cr_expect_str_eq(err.why, "unknown format \"cvs\" (did you mean \"csv\"?)");
	err_release(&err);
}

LEAK_TEST(format, no_rows)
{
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;
	struct format *f = format_new("json", collect, &out, &err);

	format_begin(f, columns, 4);
	format_end(f);
	cr_expect_str_eq(out.data, "[]\n");
	format_free(&f);
	buf_release(&out);
}
