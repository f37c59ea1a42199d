/* SPDX-License-Identifier: MIT */
/* Texts as pg_get_expr() prints them, and what a person should read instead. */
#include <criterion/criterion.h>
#include <string.h>

#include "domain/policy_expr.h"

static const char *const pairs[][2] = {
	{ "true", "true" },
	{ "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), "
	  "''::text))::bigint)",
	  "tenant_id = nullif(setting app.tenant_id, '')" },
	{ "((current_setting('app.t'::text, true) IS NULL) OR (tenant_id = 2))",
	  "setting app.t is null or tenant_id = 2" },
	{ "((a = 1) AND ((b = 2) OR (c IS NOT NULL)))", "a = 1 and (b = 2 or c is not null)" },
	{ "(NOT (a AND b))", "not (a and b)" },
	{ "(tenant_id = ( SELECT auth.uid() AS uid))", "tenant_id = auth.uid()" },
	{ "(tenant_id = (((( SELECT auth.jwt() AS jwt) -> 'app_metadata'::text) ->> "
	  "'tenant_id'::text))::uuid)",
	  "tenant_id = (auth.jwt() -> 'app_metadata' ->> 'tenant_id')" },
	{ "(EXISTS ( SELECT 1\n   FROM members m\n  WHERE ((m.tenant_id = t.tenant_id) AND "
	  "(m.person = CURRENT_USER))))",
	  "exists (1 of members m where m.tenant_id = t.tenant_id and m.person = "
	  "current_user)" },
	{ "(tenant_id IN ( SELECT m.tenant_id\n   FROM members m\n  WHERE (m.p = 'x'::text)))",
	  "tenant_id in (m.tenant_id of members m where m.p = 'x')" },
	{ "(tenant_id = ANY (ARRAY[(1)::bigint, (2)::bigint]))", "tenant_id = any of (1, 2)" },
	{ "(me() = ANY (ARRAY[buyer, seller]))", "buyer = me() or seller = me()" },
	{ "(tenant_id = ANY ((string_to_array(current_setting('a.b'::text), "
	  "','::text))::bigint[]))",
	  "tenant_id = any of string_to_array(setting a.b, ',')" },
	{ "((tenant_id)::text ~~ current_setting('app.t'::text, true))",
	  "tenant_id like setting app.t" },
	{ "(POSITION(((tenant_id)::text) IN (current_setting('app.t'::text, true))) > 0)",
	  "position((tenant_id in setting app.t)) > 0" },
	{ "CASE\n    WHEN (a > 1) THEN true\n    ELSE false\nEND",
	  "if a > 1 then true else false" },
	{ "(tenant_id = COALESCE((NULLIF(current_setting('a.b'::text, true), "
	  "''::text))::bigint, '-1'::bigint))",
	  "tenant_id = coalesce(nullif(setting a.b, ''), -1)" },
	{ "(tenant_id IS NOT DISTINCT FROM x)", "tenant_id is not distinct from x" },
	{ "(\"Tenant Id\" = 'it''s'::text)", "Tenant Id = 'it's'" },
	{ "(a OPERATOR(public.=) b)", "a = b" },
	{ "(created_at > (now() - '1 day'::interval))", "created_at > (now() - '1 day')" },
	{ "(EXISTS ( SELECT 1\n   FROM (a x\n     JOIN b y ON ((x.id = y.id)))\n  WHERE (y.t = "
	  "tab.t)\n LIMIT 1))",
	  "exists (1 of a x, b y where x.id = y.id and y.t = tab.t)" },
	{ "((data ->> 'k'::text))::character varying(10) IS NULL", "(data ->> 'k') is null" },
	{ "((at AT TIME ZONE 'UTC'::text) > b)", "timezone('UTC', at) > b" },
	{ "((flag IS TRUE) OR (x).y)", "flag is true or x.y" },
};

Test(policy_expr, is_read_and_told)
{
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		struct arena *arena = arena_new();
		struct buf out = BUF_INIT;
		const struct expr *e = expr_parse(arena, pairs[i][0]);

		cr_expect(!expr_has_opaque(e), "not understood: %s", pairs[i][0]);
		expr_readable(&out, e);
		cr_expect_str_eq(out.data, pairs[i][1], "%s\n is told as %s\n instead of %s",
				 pairs[i][0], out.data, pairs[i][1]);
		buf_release(&out);
		arena_free(&arena);
	}
}

Test(policy_expr, keeps_what_it_does_not_know)
{
	static const char *const odd[] = { "",
					   "(",
					   "(a = ",
					   "a = 'x",
					   "sum(x) OVER (PARTITION BY y)",
					   "1 2",
					   "(a,",
					   "EXISTS (VALUES (1))",
					   ")",
					   "CASE WHEN",
					   "\"x",
					   "a IS",
					   "a[1:2" };

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		struct arena *arena = arena_new();
		const struct expr *e = expr_parse(arena, odd[i]);

		cr_expect_eq(e->kind, EXPR_OPAQUE, "%s", odd[i]);
		cr_expect_str_eq(e->name, odd[i]);
		arena_free(&arena);
	}
}

Test(policy_expr, deep_nesting_ends)
{
	struct arena *arena = arena_new();
	struct buf text = BUF_INIT;

	buf_addn(&text, '(', 100000);
	cr_expect_eq(expr_parse(arena, text.data)->kind, EXPR_OPAQUE);
	buf_release(&text);
	arena_free(&arena);
}

Test(policy_expr, null_stays_null)
{
	struct arena *arena = arena_new();

	cr_expect_null(expr_parse(arena, NULL));
	arena_free(&arena);
}

Test(policy_expr, settings_are_found_below_casts)
{
	struct arena *arena = arena_new();
	const struct expr *e = expr_parse(arena, "(current_setting('a.b'::text, true))::uuid");

	cr_expect_str_eq(expr_setting(e), "a.b");
	cr_expect(expr_setting_missing_ok(e));
	e = expr_parse(arena, "current_setting('a.b'::text)");
	cr_expect_not(expr_setting_missing_ok(e));
	cr_expect_null(expr_setting(expr_parse(arena, "lower('a.b'::text)")));
	arena_free(&arena);
}
