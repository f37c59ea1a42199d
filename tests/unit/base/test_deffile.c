/* SPDX-License-Identifier: MIT */
#include "base/deffile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "support/leak.h"

static bool note(void *ctx, const struct deffile_entry *e, struct err *err)
{
	struct buf *out = ctx;

	if (e->key && !strcmp(e->key, "bad"))
		return err_set(err, ERR_USAGE, "value", "%s is not allowed", e->value);
	if (e->key)
		buf_addf(out, "%d %s=%s|", e->line, e->key, e->value);
	else
		buf_addf(out, "%d [%s,%s]%d|", e->line, e->section, e->arg, e->section_no);
	return true;
}

static void expect(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	cr_assert(deffile_parse("f", text, strlen(text), note, &out, &err), "%s: %s", text,
		  err.why);
	cr_assert_str_eq(out.data, expected);
	buf_release(&out);
}

static void refuse(const char *text, size_t len, const char *expected)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	char *told;

	cr_assert_not(deffile_parse("x.screen", text, len, note, &out, &err), "%s", text);
	told = err_text(&err);
	cr_assert_str_eq(told, expected);
	free(told);
	err_release(&err);
	buf_release(&out);
}

LEAK_TEST(deffile, a_screen)
{
	expect("# a comment\n\n[screen]\ntitle = Roles   # here too\nkind=grid\n"
	       "[column  rolname ]\nwidth = 24\n[column x]\n[key Enter]\nrun = open x --role {y}\n",
	       "3 [screen,]0|4 title=Roles|5 kind=grid|6 [column,rolname]1|7 width=24|"
	       "8 [column,x]2|9 [key,Enter]3|10 run=open x --role {y}|");
	expect("", "");
	expect("# nothing", "");
	expect("\xEF\xBB\xBF[a]\r\nb = c\r\n", "1 [a,]0|2 b=c|");
	expect("top = 1\n[a]\nb = ", "1 top=1|2 [a,]0|3 b=|");
}

LEAK_TEST(deffile, bytes_that_inih_would_take)
{
	expect("[key ]]\n[key :]\n[key ;]\n[key \\#]\n[key [x]]\n",
	       "1 [key,]]0|2 [key,:]1|3 [key,;]2|4 [key,#]3|5 [key,[x]]4|");
	expect("a:b = c:d ; e\nfg = \\#ff0000\ngo = x#y\n; = semi\nq = a=b\n",
	       "1 a:b=c:d ; e|2 fg=#ff0000|3 go=x#y|4 ;=semi|5 q=a=b|");
	expect("p = back\\slash\\", "1 p=back\\slash\\|");
}

LEAK_TEST(deffile, continued_lines)
{
	expect("q = one\n  two : 2\n\n  # no\n\tthree # 3\nr =\n  only\ns = x\n",
	       "1 q=one\ntwo : 2\nthree|6 r=only|8 s=x|");
	expect("[a]\nq = one\n  two\n[b]\nc = d\n", "1 [a,]0|2 q=one\ntwo|4 [b,]1|5 c=d|");
}

LEAK_TEST(deffile, lines_of_any_length)
{
	struct buf text = BUF_INIT, expected = BUF_INIT;

	/* Each length of the value, so that each cut falls once on a blank. */
	for (int n = 150; n < 650; n += 7) {
		buf_clear(&text);
		buf_clear(&expected);
		buf_adds(&text, "k = ");
		buf_adds(&expected, "1 k=");
		for (int i = 0; i < n; i++) {
			char c = i % 3 && i != n - 1 ? ' ' : i % 2 ? ';' : 'x';

			buf_addc(&text, c);
			buf_addc(&expected, c);
		}
		buf_adds(&text, "\n  more\n");
		buf_adds(&expected, "\nmore|");
		expect(text.data, expected.data);
	}
	buf_release(&text);
	buf_release(&expected);
}

LEAK_TEST(deffile, section_names_of_any_length)
{
	struct buf text = BUF_INIT, expected = BUF_INIT;

	buf_adds(&text, "[column ");
	buf_addn(&text, 'c', 300);
	buf_adds(&text, "]\nx = 1\n");
	buf_adds(&expected, "1 [column,");
	buf_addn(&expected, 'c', 300);
	buf_adds(&expected, "]0|2 x=1|");
	expect(text.data, expected.data);
	buf_release(&text);
	buf_release(&expected);
}

LEAK_TEST(deffile, errors_say_where)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
		{ "[a]\nnonsense\n", "x.screen:2: expected \"key = value\" or \"[section]\"" },
		{ "[a]\nb = 1\nnonsense", "x.screen:3: expected \"key = value\" or \"[section]\"" },
		{ "[a\n", "x.screen:1: a section needs its ']' at the end of the line" },
		{ "[a] b\n", "x.screen:1: a section needs its ']' at the end of the line" },
		{ "[", "x.screen:1: a section needs its ']' at the end of the line" },
		{ "[ ]", "x.screen:1: a section needs a name" },
		{ "x = 1\n= 2\n", "x.screen:2: a key is missing before '='" },
		{ "  x = 1\n", "x.screen:1: the line begins with white space, but there is nothing "
			       "to continue" },
		{ "a = 1\n[s]\n  x\n", "x.screen:3: the line begins with white space, but there is "
				       "nothing to continue" },
		{ "a = 1\n\xff\n", "x.screen:2: not UTF-8 text" },
		{ "a = \x01\n", "x.screen:1: not UTF-8 text" },
		{ "a = 1\nbad = 7\nc = 1\n", "x.screen:2: value: 7 is not allowed" },
		{ "a = 1\nbad = 7", "x.screen:2: value: 7 is not allowed" },
		{ "bad = 7\n  8\nnonsense\n", "x.screen:1: value: 7\n8 is not allowed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		refuse(cases[i].text, strlen(cases[i].text), cases[i].told);
	refuse("a = \0\n", 6, "x.screen:1: not UTF-8 text");
}

static bool refuse_section(void *ctx UNUSED, const struct deffile_entry *e, struct err *err)
{
	static const char *const known[] = { "screen", "column", NULL };

	return !e->key ? err_unknown(err, "section", e->section, known) : true;
}

LEAK_TEST(deffile, a_section_can_be_refused)
{
	struct err err = ERR_INIT;
	char *told;

	cr_assert_not(deffile_parse("f", "\n[colunm x]\na = b\n", 18, refuse_section, NULL, &err));
	told = err_text(&err);
	cr_assert_str_eq(told, "f:2: unknown section \"colunm\" (did you mean \"column\"?)");
	free(told);
	err_release(&err);
}

LEAK_TEST(deffile, load)
{
	char path[] = "/tmp/souk-deffile-XXXXXX";
	int fd = mkstemp(path);
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	cr_assert_eq(write(fd, "[a]\nb = c\n", 10), 10);
	close(fd);
	cr_assert(deffile_load(path, note, &out, &err));
	cr_assert_str_eq(out.data, "1 [a,]0|2 b=c|");
	unlink(path);
	cr_assert_not(deffile_load(path, note, &out, &err));
	cr_assert_str_eq(err.what, path);
	cr_assert_str_eq(err.why, "No such file or directory");
	err_release(&err);
	buf_release(&out);
}

LEAK_TEST(deffile, nearest)
{
	static const char *const words[] = { "width", "align", "title", "x",
		"a-very-long-word-that-nobody-would-ever-want-to-type-into-a-file-x", NULL };
	static const char *const none[] = { NULL };
	struct err err = ERR_INIT;

	cr_assert_str_eq(nearest_word("wdith", words), "width");
	cr_assert_str_eq(nearest_word("algn", words), "align");
	cr_assert_str_eq(nearest_word("titles", words), "title");
	cr_assert_null(nearest_word("format", words));
	cr_assert_null(nearest_word("y", words));
	cr_assert_null(nearest_word("", words));
	cr_assert_null(nearest_word("width", none));
	cr_assert_str_eq(nearest_within("wdith", words, 1), "width");
	cr_assert_null(nearest_within("wdit", words, 1));
	cr_assert_not(err_unknown(&err, "key", "zzzzzzzz", words));
	cr_assert_str_eq(err.why, "unknown key \"zzzzzzzz\"");
	err_release(&err);
}
