/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <limits.h>
#include <string.h>

#include "command/parse.h"

static void no_run(struct call *c)
{
	(void)c;
}

static const struct command sample = {
	.name = "outbox retry",
	.summary = "sample",
	.args = "id:text… [--reason:text] [--batch:int(1)] [--dry-run] [--how:choice(now|later)] "
		"[--set:assignment]",
	.run = no_run,
};

static const struct command raw = { .name = "sql", .args = "[--limit:int] query:line" };

Test(words, are_separated_by_blanks_and_quotes)
{
	struct words w = WORDS_INIT;

	words_split(&w, "  open  products name='Rye ''big'' loaf' \"a \"\"b\"\"\" x''");
	cr_assert_eq(w.list.len, 5);
	cr_assert_str_eq(w.list.v[0].text, "open");
	cr_assert_str_eq(w.list.v[2].text, "name=Rye 'big' loaf");
	cr_assert(w.list.v[2].quoted);
	cr_assert_str_eq(w.list.v[3].text, "a \"b\"");
	cr_assert_str_eq(w.list.v[4].text, "x");
	cr_assert_eq(w.list.v[0].start, 2);
	cr_assert_eq(w.list.v[0].end, 6);
	cr_assert_not(w.open);
	words_release(&w);
}

Test(words, an_open_quote_is_told)
{
	struct words w = WORDS_INIT;

	words_split(&w, "filter 'abc");
	cr_assert(w.open);
	cr_assert_str_eq(w.list.v[1].text, "abc");
	words_release(&w);
}

Test(words, quoting_is_the_inverse_of_splitting)
{
	static const char *const odd[] = {
		"plain", "", " ", "it's", "\"q\"", "a\tb", "ünïcode", "'", "''", "back\\slash",
		"line\nbreak",
	};

	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		struct words w = WORDS_INIT;
		struct buf line = BUF_INIT;

		buf_add_word(&line, odd[i]);
		words_split(&w, line.data);
		cr_assert_eq(w.list.len, 1, "%s: %zu words", line.data, w.list.len);
		cr_assert_str_eq(w.list.v[0].text, odd[i]);
		words_release(&w);
		buf_release(&line);
	}
}

static struct args *match(const struct command *cmd, const char *line, struct err *err)
{
	struct words w = WORDS_INIT;
	const char *words[16];
	struct args *a;

	words_split(&w, line);
	for (size_t i = 0; i < w.list.len; i++)
		words[i] = w.list.v[i].text;
	a = args_match(cmd, words, w.list.len, line, err);
	words_release(&w);
	return a;
}

Test(args, options_and_rest_in_any_order)
{
	struct err err = ERR_INIT;
	struct args *a =
		match(&sample, "17 --reason 'stuck relay' 18 --dry-run --batch=50", &err);

	cr_assert(a);
	cr_assert_str_eq(args_get(a, "id"), "17");
	cr_assert_str_eq(args_rest(a, "id")[1], "18");
	cr_assert_null(args_rest(a, "id")[2]);
	cr_assert_str_eq(args_get(a, "reason"), "stuck relay");
	cr_assert(args_has(a, "dry-run"));
	cr_assert_eq(args_int(a, "batch", 0), 50);
	cr_assert_eq(args_int(a, "absent", 7), 7);
	args_free(&a);
}

Test(args, each_wrong_word_is_named)
{
	static const struct {
		const char *line, *what, *why;
	} cases[] = {
		{ "", "outbox retry", "id is missing" },
		{ "1 --batch x", "x", "whole number" },
		{ "1 --batch 0", "0", "batch must be at least 1" },
		{ "1 --batch -1", "-1", "batch must be at least 1" },
		{ "1 --batch 99999999999999999999", "99999999999999999999",
		  "batch must be from 1 to" },
		{ "1 --how never", "never", "one of now|later" },
		{ "1 --set price", "price", "COLUMN=VALUE" },
		{ "1 --reason", "--reason", "needs a value" },
		{ "1 --dry-run=yes", "--dry-run=yes", "takes no value" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;
		struct args *a = match(&sample, cases[i].line, &err);

		cr_assert_null(a, "%s was taken", cases[i].line);
		cr_assert_eq(err.kind, ERR_USAGE);
		cr_assert_str_eq(err.what, cases[i].what);
		cr_assert(strstr(err.why, cases[i].why), "%s: %s", cases[i].line, err.why);
		err_release(&err);
	}
}

Test(args, a_line_is_taken_raw)
{
	struct err err = ERR_INIT;
	struct args *a = match(&raw, "SELECT 'it''s'  --odd", &err);

	cr_assert(a, "%s", err.why);
	cr_assert_str_eq(args_get(a, "query"), "SELECT 'it''s'  --odd");
	args_free(&a);
	a = match(&raw, "--limit 5  SELECT  'a  b'", &err);
	cr_assert(a, "%s", err.why);
	cr_assert_str_eq(args_get(a, "query"), "SELECT  'a  b'");
	cr_assert_eq(args_int(a, "limit", 0), 5);
	args_free(&a);
}

Test(commands, every_row_is_whole)
{
	for (const struct command *const *c = commands(); *c; c++) {
		struct spec spec;
		struct buf usage = BUF_INIT;

		cr_assert((*c)->name && (*c)->summary && (*c)->args, "%s", (*c)->name);
		cr_assert_neq((*c)->summary[strlen((*c)->summary) - 1], '.');
		cr_assert((*c)->run || (*c)->action || ((*c)->needs & FRONT), "%s does nothing",
			  (*c)->name);
		spec_parse(&spec, (*c)->args);
		command_usage(&usage, *c);
		cr_assert(usage.len >= strlen((*c)->name));
		buf_release(&usage);
		spec_release(&spec);
	}
}

Test(commands, the_longest_name_and_aliases_match)
{
	const char *tenant[] = { "use", "acme" };
	const char *none[] = { "frobnicate" };
	const char *family[] = { "rls", "findings" };
	const char *other[] = { "outbox", "findings" };
	size_t used;

	cr_assert_eq(command_match(tenant, 2, &used), command_find("tenant"));
	cr_assert_eq(used, 1);
	cr_assert_eq(command_match(family, 2, &used), command_find("rls check"));
	cr_assert_eq(used, 2);
	cr_assert_null(command_match(family, 1, &used));
	cr_assert_null(command_match(other, 2, &used));
	cr_assert_null(command_match(none, 1, &used));
}
