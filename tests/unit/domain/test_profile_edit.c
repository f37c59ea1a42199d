/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "domain/profile_edit.h"
#include "support/leak.h"

static void expect_put(const char *text, const struct profile_entry *e, const char *wanted)
{
	struct buf out = BUF_INIT;

	profile_text_put(&out, text, e);
	cr_expect_str_eq(out.data ? out.data : "", wanted);
	buf_release(&out);
}

LEAK_TEST(profile_edit, one_line_changes_and_the_rest_stays)
{
	struct profile_entry e = { "tenancy", "", "column", "shop_id" };

	expect_put("", &e, "[tenancy]\ncolumn = shop_id\n");
	expect_put("# ours\n[profile]\naudit = a.b", &e,
		   "# ours\n[profile]\naudit = a.b\n\n[tenancy]\ncolumn = shop_id\n");
	expect_put("[tenancy]\nsetting = x.y # why\n\n[profile]\n", &e,
		   "[tenancy]\nsetting = x.y # why\ncolumn = shop_id\n\n[profile]\n");
	expect_put("[ tenancy ]\ncolumn=a\n  b\nkey = id\n", &e,
		   "[ tenancy ]\ncolumn = shop_id\nkey = id\n");
	expect_put("[tenancy two]\ncolumn = a\n", &e,
		   "[tenancy two]\ncolumn = a\n\n[tenancy]\ncolumn = shop_id\n");
	expect_put("[tenancy]\ncolumns = a\n", &e, "[tenancy]\ncolumns = a\ncolumn = shop_id\n");
}

LEAK_TEST(profile_edit, a_line_goes)
{
	struct profile_entry e = { "relation", "a.b", "tenant", NULL };

	expect_put("[relation a.b]\ntenant = x\nconcurrency = y\n", &e,
		   "[relation a.b]\nconcurrency = y\n");
	expect_put("[relation a.bc]\ntenant = x\n", &e, "[relation a.bc]\ntenant = x\n");
	expect_put("", &e, "");
}

LEAK_TEST(profile_edit, a_value_is_not_cut_by_its_own_sign)
{
	struct profile_entry e = { "mask", "public.a #b", "c", "personal #1" };

	expect_put("", &e, "[mask public.a #b]\nc = personal \\#1\n");
}

LEAK_TEST(profile_edit, rows_are_lines)
{
	static const struct {
		const char *row, *value, *section, *arg, *key, *said;
	} cases[] = {
		{ "tenant_setting", "a.b", "tenancy", "", "setting", "a.b" },
		{ "environment", "staging", "profile", "", "environment", "staging" },
		{ "tenant:s.t", "none", "relation", "s.t", "tenant", "none" },
		{ "concurrency:s.t", "v", "relation", "s.t", "concurrency", "v" },
		{ "personal:s.t", "mail", "mask", "s.t", "mail", "personal" },
		{ "mask:s.t", "mail=none", "mask", "s.t", "mail", "none" },
		{ "outbox:s.t", "no", "outbox", "s.t", "is", "no" },
		{ "outbox:s.t", "done=at", "outbox", "s.t", "done", "at" },
	};
	struct arena *a = arena_new();
	struct err err = ERR_INIT;
	struct profile_entry e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		cr_assert(profile_entry_for(a, cases[i].row, cases[i].value, &e, &err), "%s",
			  cases[i].row);
		cr_expect_str_eq(e.section, cases[i].section);
		cr_expect_str_eq(e.arg, cases[i].arg);
		cr_expect_str_eq(e.key, cases[i].key);
		cr_expect_str_eq(e.value, cases[i].said);
	}
	cr_expect_not(profile_entry_for(a, "statements_schema", "x", &e, &err));
	err_clear(&err);
	cr_expect_not(profile_entry_for(a, "mask:s.t", "mail", &e, &err));
	err_clear(&err);
	cr_expect_not(profile_entry_for(a, "tenant:s.a\nb", "x", &e, &err));
	err_release(&err);
	arena_free(&a);
}
