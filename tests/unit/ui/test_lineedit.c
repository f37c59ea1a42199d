/* SPDX-License-Identifier: MIT */
#include "ui/lineedit.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/path.h"
#include "support/leak.h"

/* What was told: "accepted text", or "given up". */
struct seen {
	char *done;
	int changes, completions, step;
};

static void on_done(void *ctx, const char *text)
{
	struct seen *s = ctx;

	free(s->done);
	s->done = strdup(text ? text : "(given up)");
}

static void on_changed(void *ctx)
{
	((struct seen *)ctx)->changes++;
}

static void on_complete(void *ctx, int step)
{
	((struct seen *)ctx)->completions++;
	((struct seen *)ctx)->step = step;
}

static struct lineedit *start(const char *inputrc, const char *history)
{
	setlocale(LC_ALL, "C.UTF-8");
	setenv("INPUTRC", inputrc, 1);
	setenv("TERM", "xterm", 1);
	return lineedit_new(history);
}

static struct line *edit(struct lineedit *le, struct seen *s, const char *text)
{
	struct line_ops ops = {
		.done = on_done, .changed = on_changed, .complete = on_complete, .ctx = s
	};

	*s = (struct seen){ 0 };
	return line_new(le, &ops, text);
}

static void press(struct line *l, const char *names)
{
	char *copy = strdup(names), *save = NULL;
	struct err err = ERR_INIT;
	struct key k;

	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		cr_assert(key_parse(w, &k, &err), "%s", w);
		line_key(l, &k);
	}
	free(copy);
}

static void shows(const struct line *l, const char *text, size_t point)
{
	cr_assert_str_eq(line_text(l), text);
	cr_assert_eq(line_point(l), point);
}

Test(lineedit, the_keys_that_fingers_know)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s;
	struct line *l = edit(le, &s, "one two");

	shows(l, "one two", 7);
	press(l, "Space t h r é");
	shows(l, "one two thré", 13);
	press(l, "Ctrl-A Alt-f Ctrl-K");
	shows(l, "one", 3);
	press(l, "Ctrl-W Ctrl-Y"); /* kills side by side are one */
	shows(l, "one two thré", 13);
	press(l, "Left Left Backspace Delete Home x End y");
	shows(l, "xone two téy", 13);
	press(l, "Ctrl-_ Ctrl-_");
	cr_assert_str_neq(line_text(l), "xone two téy");
	cr_assert_gt(s.changes, 5);
	press(l, "Enter");
	cr_assert_not_null(s.done);
	line_free(&l);
	free(s.done);
	lineedit_free(&le);
}

Test(lineedit, giving_up)
{
	static const char *const keys[] = { "Esc", "Ctrl-C", "Ctrl-G" };
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct line *l = edit(le, &s, "text");

		press(l, keys[i]);
		cr_assert_str_eq(s.done, "(given up)");
		line_free(&l);
		free(s.done);
	}
	lineedit_free(&le);
}

/* Lines beside lines, any keys, ended anyhow: one changes no other, and readline frees nothing
 * twice. */
static void any_keys(const char *inputrc)
{
	static const char *const keys[] = {
		"Up",	  "Down",   "Up",     "x",	"Space", "y",	   "Ctrl-W", "Ctrl-Y",
		"Ctrl-_", "Ctrl-R", "o",      "Ctrl-U", "Home",	 "Alt-.",  "Delete", "Alt-u",
		"PageUp", "Ctrl-A", "Ctrl-K", "Alt-d",	"End",	 "Ctrl-S", "Left",   "Enter",
		"Ctrl-X", "e",	    "Ctrl-V", "Ctrl-]", "Alt-1", "Ctrl-G", "Esc",    "k",
		"/",	  "n",	    "Alt-<",  "Alt->"
	};
	static const char *const words[] = { "one", "two", "one two", "three", "a longer one" };
	struct lineedit *le = start(inputrc, NULL);
	struct seen s[3] = { { 0 } };
	struct line *l[3] = { NULL }, *resting;
	unsigned seed = 7;
	char *text;

	for (int i = 0; i < 4000; i++) {
		unsigned at = (seed = seed * 1103515245u + 12345u) >> 24;

		at = i % 8 ? 0 : at % 3;
		if (!l[at])
			l[at] = edit(le, &s[at], words[(seed >> 17) % ARRAY_SIZE(words)]);
		resting = l[(at + 1) % 3];
		text = strdup(resting ? line_text(resting) : "");
		press(l[at], keys[(seed >> 18) % ARRAY_SIZE(keys)]);
		if (resting)
			cr_assert_str_eq(line_text(resting), text);
		free(text);
		if (!s[at].done)
			continue;
		line_free(&l[at]);
		free(s[at].done);
		lineedit_remember(le, words[(seed >> 19) % ARRAY_SIZE(words)]);
	}
	for (unsigned i = 0; i < 3; i++)
		line_free(&l[i]);
	lineedit_free(&le);
}

Test(lineedit, any_keys_on_lines_that_rest_on_lines)
{
	any_keys("/dev/null");
}

Test(lineedit, any_keys_of_vi)
{
	static const char vi[] = "set editing-mode vi\n";
	char rc[] = "/tmp/souk-inputrc-XXXXXX";
	int fd = mkstemp(rc);

	cr_assert_eq(write(fd, vi, sizeof vi - 1), sizeof vi - 1);
	close(fd);
	any_keys(rc);
	unlink(rc);
}

Test(lineedit, ctrl_d_deletes_and_on_an_empty_line_gives_up)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s;
	struct line *l = edit(le, &s, "ab");

	press(l, "Home Ctrl-D");
	shows(l, "b", 0);
	cr_assert_null(s.done);
	press(l, "Ctrl-D Ctrl-D");
	cr_assert_str_eq(s.done, "(given up)");
	line_free(&l);
	free(s.done);
	lineedit_free(&le);
}

Test(lineedit, lines_nest)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen below, above;
	struct line *field = edit(le, &below, "field"), *bar;

	press(field, "Left Left x");
	bar = edit(le, &above, "");
	press(bar, "b a r");
	shows(bar, "bar", 3);
	cr_assert_str_eq(line_text(field), "fiexld");
	press(bar, "Enter");
	cr_assert_str_eq(above.done, "bar");
	line_free(&bar);
	shows(field, "fiexld", 4);
	press(field, "Ctrl-_"); /* what was typed before the bar came can still be undone */
	shows(field, "field", 3);
	line_free(&field);
	free(above.done);
	free(below.done);
	lineedit_free(&le);
}

Test(lineedit, history_and_searching_it)
{
	char dir[] = "/tmp/souk-history-XXXXXX";
	struct err err = ERR_INIT;
	struct lineedit *le;
	struct seen s;
	struct line *l;
	struct stat st;
	char *file;

	cr_assert_not_null(mkdtemp(dir));
	file = path_join(dir, "history");
	le = start("/dev/null", file);
	lineedit_remember(le, "products");
	lineedit_remember(le, "orders");
	lineedit_remember(le, " hidden");
	lineedit_remember(le, "connect postgres://anna:geheim@db1/x");
	lineedit_remember(le, "set password x");
	lineedit_remember(le, "connect host=db PGPASSWORD=x");
	lineedit_remember(le, "connect postgres://anna:hunter2@db/shop");
	lineedit_remember(le, "sql select 'http://a/', 'postgres://anna:hunter2@db/shop'");
	lineedit_remember(le, "where API_KEY = 'x'");
	lineedit_remember(le, "where Token = 'x'");
	/* A copy that others may read becomes ours alone again. */
	cr_assert_eq(chmod(file, 0644), 0);
	lineedit_remember(le, "products");
	cr_assert_str_eq(lineedit_history(le, 0), "products");
	cr_assert_str_eq(lineedit_history(le, 1), "orders");
	cr_assert_null(lineedit_history(le, 2));
	l = edit(le, &s, "");
	press(l, "Up");
	shows(l, "products", 8);
	press(l, "Up");
	shows(l, "orders", 6);
	press(l, "Down Down Ctrl-R p r o");
	cr_assert_not_null(strstr(line_prompt(l), "reverse-i-search"));
	cr_assert_str_eq(line_text(l), "products");
	press(l, "Enter");
	cr_assert_str_eq(s.done, "products");
	line_free(&l);
	free(s.done);
	lineedit_free(&le);
	cr_assert_eq(stat(file, &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0600);
	le = start("/dev/null", file);
	cr_assert_str_eq(lineedit_history(le, 0), "products");
	cr_assert_str_eq(lineedit_history(le, 1), "orders");
	lineedit_free(&le);
	cr_assert(path_remove_tree(dir, &err));
	free(file);
}

/* Where a byte of the line stands, wide characters and scrolling counted; and back. */
Test(lineedit, bytes_and_columns)
{
	struct seen seen = { 0 };
	struct lineedit *le = start("/dev/null", NULL);
	struct line *l = edit(le, &seen, "日本 filter prise");

	setlocale(LC_ALL, "C.UTF-8");
	cr_assert_eq(line_column(l, 40, strlen("日本 filter ")), 12);
	cr_assert_eq(line_byte(l, 40, 12), strlen("日本 filter "));
	cr_assert_eq(line_byte(l, 40, 1), 0);
	cr_assert_eq(line_byte(l, 40, 2), strlen("日"));
	cr_assert_eq(line_byte(l, 40, 39), strlen(line_text(l)));
	/* 17 columns in 10: the cursor stands at three quarters. */
	cr_assert_eq(line_column(l, 10, line_point(l)), 7);
	cr_assert_eq(line_column(l, 10, strlen("日本 filter ")), 2);
	cr_assert_eq(line_byte(l, 10, 2), strlen("日本 filter "));
	cr_assert_lt(line_column(l, 10, 0), 0);
	line_free(&l);
	lineedit_free(&le);
	free(seen.done);
}

/* Who searches goes through searches; what is typed elsewhere meanwhile keeps its own past. */
Test(lineedit, a_line_may_go_through_a_part_of_the_history)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s, t;
	struct line_ops ops = {
		.done = on_done, .changed = on_changed, .past = "/", .ctx = &t
	};
	struct line *l, *other;

	lineedit_remember(le, "products");
	lineedit_remember(le, "/rye");
	lineedit_remember(le, "/spelt");
	lineedit_remember(le, "orders");
	t = (struct seen){ 0 };
	l = line_new(le, &ops, "");
	press(l, "Up");
	shows(l, "spelt", 5);
	press(l, "Up Up Up");
	shows(l, "rye", 3);
	other = edit(le, &s, "");
	press(other, "Up Up");
	shows(other, "/spelt", 6);
	press(l, "Ctrl-U Ctrl-R s p e");
	shows(l, "spelt", 0);
	press(other, "Up");
	lineedit_remember(le, "/barley");
	cr_assert_str_eq(lineedit_history(le, 0), "/barley");
	cr_assert_str_eq(lineedit_history(le, 1), "orders");
	press(l, "Esc");
	line_free(&l);
	free(t.done);
	t = (struct seen){ 0 };
	l = line_new(le, &ops, "");
	press(l, "Up");
	shows(l, "barley", 6);
	press(l, "x Up Down");
	shows(l, "barleyx", 7);
	line_free(&other);
	line_free(&l);
	free(s.done);
	free(t.done);
	lineedit_free(&le);
}

Test(lineedit, a_paste_is_one_line_and_one_step_of_undo)
{
	static const char text[] = "a\nb\x1b[31m\tc";
	struct lineedit *le = start("/dev/null", NULL);
	struct key paste = { .code = K_PASTE, .text = text, .len = sizeof text - 1 };
	struct seen s;
	struct line *l = edit(le, &s, "x");

	line_key(l, &paste);
	shows(l, "xa b[31m c", 10);
	press(l, "Ctrl-_");
	shows(l, "x", 1);
	line_free(&l);
	lineedit_free(&le);
}

/* What is pasted into a search is searched for; an edit from outside ends the search first. */
Test(lineedit, paste_and_edits_while_it_searches)
{
	static char text[2000];
	struct lineedit *le = start("/dev/null", NULL);
	struct key paste = { .code = K_PASTE, .text = "ord\xc3\xa9\n", .len = 6 };
	struct seen s;
	struct line *l;

	lineedit_remember(le, "ord\xc3\xa9s");
	lineedit_remember(le, "products");
	l = edit(le, &s, "mine");
	press(l, "Ctrl-R");
	line_key(l, &paste);
	cr_assert_not_null(strstr(line_prompt(l), "ord\xc3\xa9"));
	cr_assert_str_eq(line_text(l), "ord\xc3\xa9s");
	memset(text, 'x', sizeof text);
	paste = (struct key){ .code = K_PASTE, .text = text, .len = sizeof text };
	line_key(l, &paste);
	press(l, "Space Left");
	line_set(l, "other");
	shows(l, "other", 5);
	press(l, "Ctrl-R p Shift-Tab");
	cr_assert_str_eq(line_prompt(l), "");
	press(l, "Ctrl-R o");
	line_replace(l, 0, 0, "x");
	cr_assert_str_eq(line_prompt(l), "");
	line_free(&l);
	lineedit_free(&le);
}

Test(lineedit, the_persons_inputrc_counts)
{
	char dir[] = "/tmp/souk-inputrc-XXXXXX";
	struct err err = ERR_INIT;
	struct lineedit *le;
	struct seen s;
	struct line *l;
	char *file;
	static const char rc[] = "set editing-mode vi\n\"\\C-t\": \"macro!\"\n";

	cr_assert_not_null(mkdtemp(dir));
	file = path_join(dir, "inputrc");
	cr_assert(path_write(file, rc, sizeof rc - 1, &err));
	le = start(file, NULL);
	l = edit(le, &s, "one two");
	press(l, "Ctrl-T");
	cr_assert_str_eq(line_text(l), "one twomacro!");
	press(l, "Esc"); /* to command mode, not away */
	cr_assert_null(s.done);
	press(l, "0 d w");
	cr_assert_str_eq(line_text(l), "twomacro!");
	press(l, "Esc");
	cr_assert_str_eq(s.done, "(given up)");
	line_free(&l);
	free(s.done);
	lineedit_free(&le);
	cr_assert(path_remove_tree(dir, &err));
	free(file);
}

/* Readline would follow it until the stack is full. */
Test(lineedit, an_inputrc_that_includes_itself_counts_but_for_that)
{
	char dir[] = "/tmp/souk-inputrc-XXXXXX";
	struct err err = ERR_INIT;
	struct lineedit *le;
	struct seen s;
	struct line *l;
	char *file, *other, *rc, *more, *said;

	cr_assert_not_null(mkdtemp(dir));
	file = path_join(dir, "inputrc");
	other = path_join(dir, "more");
	rc = xasprintf("$include %s\n$nosuch\n\"\\C-t\": \"macro!\"\n", other);
	more = xasprintf("# both ways\n$include %s\n\"\\C-o\": \"other!\"\n", file);
	cr_assert(path_write(file, rc, strlen(rc), &err));
	cr_assert(path_write(other, more, strlen(more), &err));
	le = start(file, NULL);
	l = edit(le, &s, "one ");
	press(l, "Ctrl-T Ctrl-O Ctrl-X Ctrl-R");
	cr_assert_str_eq(line_text(l), "one macro!other!");
	said = lineedit_complaints(le);
	cr_assert_not_null(said);
	cr_expect(strstr(said, "more: line 2: ") && strstr(said, "includes itself"), "%s",
		  said);
	cr_expect(strstr(said, "nosuch"), "%s", said);
	cr_assert_str_eq(getenv("INPUTRC"), file);
	cr_assert_null(lineedit_complaints(le));
	/* Mended, and read again. */
	cr_assert(path_write(other, "\"\\C-o\": \"mended!\"\n", 18, &err));
	press(l, "Ctrl-X Ctrl-R Ctrl-O");
	cr_assert_str_eq(line_text(l), "one macro!other!mended!");
	free(said);
	said = lineedit_complaints(le);
	cr_expect(said && strstr(said, "nosuch"), "%s", said);
	line_free(&l);
	lineedit_free(&le);
	free(said);
	free(s.done);
	free(rc);
	free(more);
	free(other);
	cr_assert(path_remove_tree(dir, &err));
	free(file);
}

/* Newer protocols tell Ctrl-- from Ctrl-M: it is not Enter, and Ctrl-. not the history. */
Test(lineedit, ctrl_and_a_sign_is_no_other_key)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s;
	struct line *l = edit(le, &s, "one");

	press(l, "Ctrl-- Ctrl-. Ctrl-, Ctrl-; Ctrl-1 Ctrl-= Ctrl-é x");
	cr_assert_null(s.done);
	cr_assert_str_eq(line_text(l), "onex");
	press(l, "Ctrl-/");
	cr_assert_str_eq(line_text(l), "one");
	line_free(&l);
	lineedit_free(&le);
}

Test(lineedit, keys_that_readline_does_not_know_by_itself)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s;
	struct line *l = edit(le, &s, "one two three");

	press(l, "Ctrl-Left x Ctrl-Left Ctrl-Left Ctrl-Right y");
	cr_assert_str_eq(line_text(l), "one twoy xthree");
	press(l, "Home Delete Ctrl-Delete");
	cr_assert_str_eq(line_text(l), " twoy xthree");
	line_free(&l);
	lineedit_free(&le);
}

Test(lineedit, tab_asks_and_a_replacement_can_be_undone)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct seen s;
	struct line *l = edit(le, &s, "open pro");

	press(l, "Tab");
	cr_assert_eq(s.completions, 1);
	cr_assert_eq(s.step, 1);
	press(l, "Shift-Tab");
	cr_assert_eq(s.step, -1);
	line_replace(l, 5, 8, "products ");
	shows(l, "open products ", 14);
	press(l, "Ctrl-_");
	cr_assert_str_eq(line_text(l), "open pro");
	line_free(&l);
	lineedit_free(&le);
}

Test(lineedit, painted_so_that_the_cursor_is_seen)
{
	struct lineedit *le = start("/dev/null", NULL);
	struct canvas *c = canvas_new(1, 12);
	struct buf b = BUF_INIT;
	struct seen s;
	struct line *l = edit(le, &s, "0123456789abcdef");
	int row, col;

	line_paint(l, c, 0, 1, 10, STYLE_INPUT);
	cr_assert(canvas_cursor_at(c, &row, &col));
	cr_assert_eq(row, 0);
	cr_assert(col > 1 && col <= 10, "%d", col);
	press(l, "Home");
	canvas_clear(c, STYLE_NORMAL);
	line_paint(l, c, 0, 1, 10, STYLE_INPUT);
	cr_assert(canvas_cursor_at(c, &row, &col));
	cr_assert_eq(col, 1);
	canvas_to_text(c, &b);
	cr_assert_str_eq(b.data, " 012345678…\n");
	buf_release(&b);
	canvas_free(&c);
	line_free(&l);
	lineedit_free(&le);
}
