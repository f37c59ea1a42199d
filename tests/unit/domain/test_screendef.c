/* SPDX-License-Identifier: MIT */
#include "domain/screendef.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/path.h"
#include "support/leak.h"

static const char products[] = "[screen]\n"
			       "title = Products\n"
			       "query = products\n"
			       "relation = commerce.catalog_products\n"
			       "key = tenant_id product_id\n"
			       "order = sku -updated_at\n"
			       "search = sku, name\n"
			       "refresh = 2s\n"
			       "scope = tenant\n"
			       "alias = catalog prod\n"
			       "var kind = 'x'\n"
			       "[column price]\n"
			       "title = Price\n"
			       "format = money\n"
			       "align = right\n"
			       "style = a:b:ok <5:warning >=10:critical\n"
			       "[column note]\n"
			       "hidden = yes\n"
			       "[key i]\n"
			       "run = open inventory product_id={product_id}\n"
			       "help = stock of this product\n"
			       "[edit]\n"
			       "columns = name price\n"
			       "reason = required\n"
			       "[pane movements]\n"
			       "screen = movements\n"
			       "height = 8\n";

static struct screenset *empty_set(void)
{
	struct err err = ERR_INIT;
	struct screenset *s;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	s = screenset_load(NULL, &err);
	cr_assert_not_null(s, "%s", err.why);
	return s;
}

static const struct screendef *add(struct screenset *s, const char *name, const char *text)
{
	struct err err = ERR_INIT;
	const struct screendef *d = screenset_add(s, name, name, text, strlen(text), &err);

	cr_assert_not_null(d, "%s: %s", err.what, err.why);
	return d;
}

LEAK_TEST(screendef, a_whole_screen)
{
	struct screenset *s = empty_set();
	const struct screendef *d = add(s, "wares", products);

	cr_assert_str_eq(d->title, "Products");
	cr_assert_str_eq(d->key[1], "product_id");
	cr_assert_null(d->key[2]);
	cr_assert_str_eq(d->search[1], "name");
	cr_assert_eq(d->kind, SCREEN_GRID);
	cr_assert_eq(d->scope, SCOPE_TENANT);
	cr_assert_eq((int)d->refresh, 2);
	cr_assert_eq(d->ncolumns, 2);
	cr_assert_eq(d->columns[0].align, ALIGN_RIGHT);
	cr_assert_eq(d->columns[0].nstyles, 3);
	cr_assert_str_eq(d->columns[0].styles[0].value, "a:b");
	cr_assert_str_eq(d->columns[0].styles[0].style, "ok");
	cr_assert_eq(d->columns[0].styles[1].op, '<');
	cr_assert_str_eq(d->columns[0].styles[1].value, "5");
	cr_assert_eq(d->columns[0].styles[2].op, 'g');
	cr_assert(d->columns[1].hidden);
	cr_assert_str_eq(d->keys[0].run, "open inventory product_id={product_id}");
	cr_assert_eq(d->keys[0].line, 19);
	cr_assert(d->edit.allowed);
	cr_assert_eq(d->edit.reason, REASON_REQUIRED);
	cr_assert_str_eq(d->panes[0].screen, "movements");
	cr_assert_eq(d->panes[0].height, 8);
	cr_assert_str_eq(d->vars[0].name, "kind");
	cr_assert_str_eq(d->vars[0].value, "'x'");
	screenset_free(&s);
}

LEAK_TEST(screendef, a_dashboard)
{
	struct screenset *s = empty_set();
	const struct screendef *d = add(s, "watch",
					"[screen]\ntitle = Watch\nkind = dashboard\n"
					"[panel due]\nkind = number\nquery = q\nat = 0 3 2 9\n"
					"warn = 1m\ncrit = 300\n");

	cr_assert_eq(d->kind, SCREEN_DASHBOARD);
	cr_assert_eq(d->panels[0].col, 3);
	cr_assert_eq(d->panels[0].cols, 9);
	cr_assert_float_eq(d->panels[0].warn, 60.0, 1e-9);
	cr_assert_float_eq(d->panels[0].crit, 300.0, 1e-9);
	cr_assert(!isnan(d->panels[0].warn));
	screenset_free(&s);
}

static void refuse(const char *text, const char *expected)
{
	struct screenset *s = empty_set();
	struct err err = ERR_INIT;
	char *told;

	cr_assert_null(screenset_add(s, "x.screen", "x", text, strlen(text), &err), "%s", text);
	told = err_text(&err);
	cr_assert_str_eq(told, expected);
	free(told);
	err_release(&err);
	screenset_free(&s);
}

#define HEAD "[screen]\ntitle = T\nquery = q\n"

LEAK_TEST(screendef, what_is_refused_says_where)
{
	refuse(HEAD "[column a]\nwidt = 3\n",
	       "x.screen:5: unknown key \"widt\" (did you mean \"width\"?)");
	refuse(HEAD "[kolumn a]\n",
	       "x.screen:4: unknown section \"kolumn\" (did you mean \"column\"?)");
	refuse(HEAD "kind = grod\n",
	       "x.screen:4: unknown kind \"grod\" (did you mean \"grid\"?)");
	refuse(HEAD "refresh = soon\n",
	       "x.screen:4: refresh: \"soon\" is not a duration such as 2s");
	refuse(HEAD "[column a]\nwidth = wide\n",
	       "x.screen:5: width: \"wide\" is not a number from 0 to 10000");
	refuse(HEAD "[column a]\nhidden = maybe\n",
	       "x.screen:5: hidden: \"maybe\" is neither yes nor no");
	refuse(HEAD "[column a]\nstyle = red\n",
	       "x.screen:5: style: \"red\" is not VALUE:STYLE");
	refuse(HEAD "[column a]\nstyle = <x:ok\n", "x.screen:5: style: \"x\" is not a number");
	refuse(HEAD "[column a]\n[column a]\n", "x.screen:5: a: this column was there before");
	refuse(HEAD "[key]\n", "x.screen:4: key: a name is missing: [key NAME]");
	refuse(HEAD "[key i]\nhelp = h\n", "x.screen: i: run is missing in [key]");
	refuse("[screen]\nquery = q\n", "x.screen: title is missing in [screen]");
	refuse("[screen]\ntitle = q\n", "x.screen: query or relation is missing in [screen]");
	refuse("[screen]\ntitle = D\nkind = dashboard\n[panel p]\nkind = pie\nquery = q\n",
	       "x.screen: p: kind is one of number spark bars histogram series table text "
	       "heat stack outbox");
	refuse("[screen]\ntitle = D\nkind = dashboard\n[panel p]\nat = 0 6 1 7\n",
	       "x.screen:5: at: \"0 6 1 7\" does not lie on a grid of 12 columns");
}

LEAK_TEST(screendef, found_by_name_alias_and_number)
{
	struct screenset *s = empty_set();
	const struct screendef *d = add(s, "gadgets", products);
	const struct screendef *c = add(s, "query", HEAD "alias = q\n");

	cr_assert_eq(screenset_find(s, "gadgets"), d);
	cr_assert_eq(screenset_find(s, "gadget"), d);
	cr_assert_eq(screenset_find(s, "prod"), d);
	cr_assert_eq(screenset_find(s, "queries"), c);
	cr_assert_null(screenset_find(s, "nothing-like-it"));
	cr_assert_null(screenset_find(s, ""));
	screenset_free(&s);
}

LEAK_TEST(screendef, one_of_the_same_name_replaces)
{
	struct screenset *s = empty_set();
	const struct screendef *d;
	size_t n;

	add(s, "gadgets", products);
	n = screenset_len(s);
	d = add(s, "gadgets", HEAD);
	cr_assert_eq(screenset_len(s), n);
	cr_assert_eq(screenset_find(s, "gadgets"), d);
	screenset_free(&s);
}

LEAK_TEST(screendef, a_broken_file_of_a_folder_is_reported_and_skipped)
{
	char dir[] = "/tmp/souk-screens-XXXXXX";
	struct err err = ERR_INIT;
	struct screenset *s;
	char *good, *bad;

	setenv("XDG_CONFIG_HOME", "/nowhere", 1);
	cr_assert_not_null(mkdtemp(dir));
	good = path_join(dir, "zz-good.screen");
	bad = path_join(dir, "zz-bad.screen");
	cr_assert(path_write(good, HEAD, strlen(HEAD), &err));
	cr_assert(path_write(bad, "[screen]\nx = y\n", 15, &err));
	s = screenset_load(dir, &err);
	cr_assert_not_null(s);
	cr_assert_not_null(screenset_find(s, "zz-good"));
	cr_assert_null(screenset_find(s, "zz-bad"));
	cr_assert_not_null(
		strstr(screenset_problems(s)[0], "zz-bad.screen:2: unknown key \"x\""));
	cr_assert_null(screenset_problems(s)[1]);
	screenset_free(&s);
	cr_assert(path_remove_tree(dir, &err));
	cr_assert_null(screenset_load(dir, &err)); /* asked for and not there */
	err_release(&err);
	free(good);
	free(bad);
}

static const char *cell(void *ctx, const char *column)
{
	(void)ctx;
	return strcmp(column, "id") == 0     ? "7"
	       : strcmp(column, "name") == 0 ? "it's a {id}"
	       : strcmp(column, "none") == 0 ? ""
					     : NULL;
}

LEAK_TEST(screendef, templates_keep_values_as_one_word)
{
	struct err err = ERR_INIT;
	char *out;

	cr_assert(screen_template("open x a={id} {name} {none} {{id}", cell, NULL, &out, &err));
	cr_assert_str_eq(out, "open x a=7 'it''s a {id}' '' {id}");
	free(out);
	cr_assert_not(screen_template("open {nope}", cell, NULL, &out, &err));
	cr_assert_str_eq(err.what, "nope");
	err_release(&err);
}

static const struct screen_action *parse_action(struct screenset *set, const char *call,
						struct err *err)
{
	char *text = xasprintf("[screen]\ntitle = T\nrelation = t\n[action go]\n%s\n", call);
	const struct screendef *def =
		screenset_add(set, "t.screen", "t", text, strlen(text), err);

	free(text);
	return def ? &def->actions[0] : NULL;
}

Test(screendef, actions_are_taken_apart)
{
	struct err err = ERR_INIT;
	struct screenset *set = screenset_load(NULL, &err);
	const struct screen_action *a = parse_action(
		set,
		"call = s.f(p_id bigint, amount numeric(12,2)?, ts timestamp with time zone , t "
		"text[] ?)\nfixed = p_id={id}\npick = amount=s.t",
		&err);

	cr_assert(a, "%s", err.why);
	cr_assert_str_eq(a->function, "s.f");
	cr_assert_eq(a->nparams, 4);
	cr_assert_str_eq(a->params[0].title, "id");
	cr_assert_str_eq(a->params[0].value, "{id}");
	cr_assert_str_eq(a->params[1].type, "numeric(12,2)");
	cr_assert_str_eq(a->params[1].pick, "s.t");
	cr_assert(a->params[1].optional);
	cr_assert_str_eq(a->params[2].type, "timestamp with time zone");
	cr_assert_not(a->params[2].optional);
	cr_assert_str_eq(a->params[3].type, "text[]");
	screenset_free(&set);
}

Test(screendef, actions_that_are_none)
{
	static const char *const wrong[] = {
		"title = x",
		"call = f",
		"call = (a int)",
		"call = f(a)",
		"call = f(a int",
		"call = f(a int; DROP TABLE t)",
		"call = f(a int)) --",
		"call = f(a int, )",
		"call = f(a int)\nfixed = b={id}",
		"call = f(a int)\npick = b=t",
	};
	struct err err = ERR_INIT;
	struct screenset *set = screenset_load(NULL, &err);

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		cr_assert_null(parse_action(set, wrong[i], &err), "%s", wrong[i]);
		cr_assert_eq(err.kind, ERR_USAGE, "%s", wrong[i]);
		err_release(&err);
	}
	screenset_free(&set);
}
