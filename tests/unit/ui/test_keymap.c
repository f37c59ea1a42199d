/* SPDX-License-Identifier: MIT */
#include "ui/keymap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../src/ui/bindings.h"
#include "base/path.h"
#include "command/command.h"
#include "command/parse.h"
#include "support/leak.h"

static struct keymap *shipped(void)
{
	struct err err = ERR_INIT;
	struct keymap *m;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	m = keymap_load(NULL, &err);
	cr_assert_not_null(m, "%s: %s", err.what, err.why);
	return m;
}

static const struct binding *find(const struct keymap *m, const char *section, const char *name)
{
	struct err err = ERR_INIT;
	struct key k;

	cr_assert(key_parse(name, &k, &err));
	return keymap_find(m, section, &k);
}

static void add(struct keymap *m, const char *text)
{
	struct err err = ERR_INIT;

	cr_assert(keymap_add(m, "own", text, strlen(text), &err), "%s %s", err.what, err.why);
}

LEAK_TEST(keymap, later_files_win_and_none_takes_away)
{
	struct keymap *m = shipped();

	add(m, "[grid]\nj J = move up\n    climb: up it goes\nx = none\n");
	cr_assert_str_eq(find(m, "grid", "j")->run, "move up");
	cr_assert_str_eq(find(m, "grid", "J")->run, "move up");
	cr_assert_eq(find(m, "grid", "j")->hint_len, 5);
	cr_assert_str_eq(find(m, "grid", "j")->help, "up it goes");
	cr_assert_null(find(m, "grid", "x"));
	cr_assert_str_eq(find(m, "grid", "Down")->run, "move down");
	cr_assert_null(keymap_problems(m)[0]);
	keymap_free(&m);
}

LEAK_TEST(keymap, a_key_twice_in_one_file_is_reported)
{
	struct keymap *m = shipped();

	add(m, "[grid]\nj = move up\n[text]\nj = back\n[grid]\nj k = move down\n");
	cr_assert_str_eq(find(m, "grid", "j")->run, "move down");
	cr_assert_str_eq(keymap_problems(m)[0],
			 "own:6: j was bound in [grid] on line 2 already");
	cr_assert_null(keymap_problems(m)[1]);
	keymap_free(&m);
}

LEAK_TEST(keymap, what_is_wrong_says_where)
{
	struct keymap *m = shipped();
	struct err err = ERR_INIT;
	char *told;

	cr_assert_not(keymap_add(m, "own", "[grid]\nCtlr-F = back\n", 21, &err));
	told = err_text(&err);
	cr_assert_str_eq(told, "own:2: unknown key \"Ctlr-F\"");
	free(told);
	err_release(&err);
	keymap_free(&m);
}

LEAK_TEST(keymap, the_persons_broken_file_is_a_problem_not_an_end)
{
	static const char broken[] =
		"[grid]\nNoKey = back\nJ = gobacks\nj = move up\n[gridd]\nx = back\n"
		"[grid]\nx = none\n";
	static const char ended[] = "[grid]\nj = move up\njust words\nx = none\n";
	char dir[] = "/tmp/souk-keymap-XXXXXX";
	struct err err = ERR_INIT;
	struct keymap *m;
	char *file;

	cr_assert_not_null(mkdtemp(dir));
	setenv("XDG_CONFIG_HOME", dir, 1);
	file = path_config(NULL);
	cr_assert(path_mkdirs(file, &err));
	free(file);
	file = path_config("keymap");
	cr_assert(path_write(file, broken, sizeof broken - 1, &err));
	m = keymap_load(NULL, &err);
	cr_assert_not_null(m);
	cr_assert_not_null(strstr(keymap_problems(m)[0], "keymap:2: unknown key \"NoKey\""));
	cr_assert_not_null(
		strstr(keymap_problems(m)[1], "keymap:3: there is no command \"gobacks\""));
	cr_assert_not_null(
		strstr(keymap_problems(m)[2], "keymap:6: there is no section [gridd]"));
	cr_assert_null(keymap_problems(m)[3]);
	/* What is right in it holds. */
	cr_assert_str_eq(find(m, "grid", "j")->run, "move up");
	cr_assert_null(find(m, "grid", "x"));
	keymap_free(&m);
	/* A line that is none ends it, and that is said. */
	cr_assert(path_write(file, ended, sizeof ended - 1, &err));
	m = keymap_load(NULL, &err);
	cr_assert_str_eq(find(m, "grid", "j")->run, "move up");
	cr_assert_not_null(strstr(keymap_problems(m)[0], "nothing below that line is read"), "%s",
			   keymap_problems(m)[0]);
	keymap_free(&m);
	cr_assert_null(keymap_load("/nowhere/keymap", &err)); /* asked for and not there */
	err_release(&err);
	cr_assert(path_remove_tree(dir, &err));
	free(file);
}

static void is_a_command(const struct binding *b)
{
	struct words w = WORDS_INIT;
	const char *words[8] = { NULL };
	size_t used = 0;

	words_split(&w, b->run);
	cr_assert(w.list.len > 0 && w.list.len < 8 && !w.open, "%s", b->run);
	for (size_t i = 0; i < w.list.len; i++)
		words[i] = w.list.v[i].text;
	cr_assert_not_null(command_match(words, w.list.len, &used), "%s:%d: %s", b->file,
			   b->line, b->run);
	words_release(&w);
}

/* Every shipped key runs a command that there is, with words for people. */
LEAK_TEST(keymap, the_shipped_file_is_whole)
{
	static const char *const sections[] = { "global",    "grid", "detail",
						"dashboard", "home", "text" };
	struct keymap *m = shipped();

	cr_assert_null(keymap_problems(m)[0], "%s", keymap_problems(m)[0]);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct binding *b = NULL;
		size_t n = 0;

		for (; (b = keymap_next(m, sections[i], b)); n++) {
			is_a_command(b);
			cr_assert(*b->help, "%s:%d has no help", b->file, b->line);
		}
		cr_assert_gt(n, 5, "[%s]", sections[i]);
	}
	keymap_free(&m);
}

/* No lowercase letter destroys anything, and nothing that writes is on a key that others
 * swallow. */
LEAK_TEST(keymap, no_slip_of_a_finger_destroys)
{
	static const char *const harmless[] = { "Ctrl-D", "Ctrl-K", "Ctrl-A", "Ctrl-B",
						"Ctrl-\\" };
	struct keymap *m = shipped();

	cr_assert_null(strstr(find(m, "grid", "d")->run, "delete"));
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		const struct binding *b = find(m, "grid", harmless[i]);

		cr_assert(!b || strncmp(b->run, "move ", 5) == 0);
	}
	keymap_free(&m);
}

LEAK_TEST(keymap, a_screens_own_key)
{
	struct screen_key keys[] = {
		{ .key = "i", .run = "open inventory id={id}", .help = "stock of this" },
		{ .key = "a", .run = "audit", .help = "log: who changed it" },
		{ .key = "F99", .run = "x" },
	};
	struct screendef def = { .file = "f", .keys = keys, .nkeys = 3 };
	struct err err = ERR_INIT;
	struct binding b;

	cr_assert(keymap_screen(&b, &def, 0, &err));
	cr_assert(strncmp(b.hint, "inventory", (size_t)b.hint_len) == 0 && b.hint_len == 9);
	cr_assert_str_eq(b.help, "stock of this");
	cr_assert(keymap_screen(&b, &def, 1, &err));
	cr_assert(strncmp(b.hint, "log", (size_t)b.hint_len) == 0 && b.hint_len == 3);
	cr_assert_str_eq(b.help, "who changed it");
	cr_assert_not(keymap_screen(&b, &def, 2, &err));
	err_release(&err);
}

/* ---- every action by key, by command and by mouse ---- */

/* Kinds whose keys are no words of commands (dialogs, menus) have no section. */
static const char *const sections[] = { "global", "grid", "detail",   "dashboard", "home",
					"text",	  "form", "form-new", "merge",	   "action" };

static bool keymap_runs(const struct keymap *m, const struct command *c)
{
	const struct binding *b = NULL;

	for (size_t s = 0; s < ARRAY_SIZE(sections); s++)
		while ((b = keymap_next(m, sections[s], b)))
			if (binding_command(b) == c)
				return true;
	return false;
}

static bool screens_run(const struct screenset *set, const struct command *c)
{
	struct err err = ERR_INIT;
	struct binding b;

	for (size_t i = 0; i < screenset_len(set); i++) {
		const struct screendef *d = screenset_at(set, i);

		for (size_t k = 0; k < d->nkeys; k++) {
			cr_assert(keymap_screen(&b, d, k, &err), "%s: %s", err.what, err.why);
			if (binding_command(&b) == c)
				return true;
		}
	}
	return false;
}

/* By command: each is a row of the table, which the bar runs and completes.  By key: a binding,
 * or the row says why there is none.  By mouse: the right button opens the menu of all
 * bindings, one of which is the palette of all commands. */
LEAK_TEST(keymap, every_command_has_a_key_or_says_why_not)
{
	struct err err = ERR_INIT;
	struct keymap *m = shipped();
	struct screenset *set = screenset_load(NULL, &err);

	cr_assert_not_null(set, "%s: %s", err.what, err.why);
	for (const struct command *const *c = commands(); *c; c++) {
		bool key = keymap_runs(m, *c) || screens_run(set, *c);

		if ((*c)->needs & BATCH_ONLY)
			continue;
		cr_expect(key || (*c)->no_key, "no key runs %s, and it does not say why",
			  (*c)->name);
		cr_expect(!key || !(*c)->no_key, "%s has a key, and says that it has none: %s",
			  (*c)->name, (*c)->no_key);
	}
	screenset_free(&set);
	keymap_free(&m);
}

LEAK_TEST(keymap, every_action_of_a_screen_has_a_command)
{
	/* Commands that do more than to ask the screen. */
	static const struct {
		enum action action;
		const char *name;
	} more[] = { { ACTION_ACT, "action" },	{ ACTION_DESCRIBE, "describe" },
		     { ACTION_COUNT, "count" }, { ACTION_DELETE, "delete" },
		     { ACTION_HELP, "help" },	{ ACTION_QUIT, "quit" },
		     { ACTION_SET, "set" } };
	bool known[ACTIONS] = { false };

	for (const struct command *const *c = commands(); *c; c++)
		known[(*c)->action] = true;
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		known[more[i].action] = command_find(more[i].name) != NULL;
	for (int a = ACTION_NONE + 1; a < ACTIONS; a++)
		cr_expect(known[a], "action %d has no command", a);
}

LEAK_TEST(keymap, the_mouse_reaches_what_keys_reach)
{
	struct keymap *m = shipped();
	const struct binding *b = NULL;
	struct err err = ERR_INIT;
	struct key right;

	cr_assert(key_parse("RightClick", &right, &err));
	cr_assert_str_eq(find(m, "global", "RightClick")->run, "menu");
	cr_assert_str_eq(find(m, "global", "Ctrl-P")->run, "palette");
	/* No section has another use for the button that opens the menu. */
	for (size_t s = 1; s < ARRAY_SIZE(sections); s++)
		cr_expect_null(keymap_find(m, sections[s], &right), "in [%s]", sections[s]);
	/* And the menu has words for all of them. */
	for (size_t s = 0; s < ARRAY_SIZE(sections); s++)
		while ((b = keymap_next(m, sections[s], b)))
			cr_expect(*binding_help(b), "[%s] %s", sections[s], b->run);
	keymap_free(&m);
}

LEAK_TEST(keymap, what_a_binding_runs)
{
	struct binding b = { .help = "" };

	b.run = "bar 'filter '";
	cr_assert_str_eq(binding_command(&b)->name, "filter");
	b.run = "bar /";
	cr_assert_str_eq(binding_command(&b)->name, "bar");
	b.run = "tab go next";
	cr_assert_str_eq(binding_command(&b)->name, "tab go");
	b.run = "products";
	cr_assert_null(binding_command(&b));
	cr_assert_str_eq(binding_help(&b), "products");
}
