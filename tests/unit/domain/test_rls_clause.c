/* SPDX-License-Identifier: MIT */
/* What each form of a clause admits. OWN is "tenant_id is the session's". */
#include <criterion/criterion.h>
#include <string.h>

#include "domain/rls_clause.h"

#define SET "current_setting('app.tenant_id'::text, true)"
#define OWN "(tenant_id = (NULLIF(" SET ", ''::text))::bigint)"

static const struct column own_columns[] = {
	{ .name = "tenant_id", .attnum = 1, .type = "bigint" },
	{ .name = "buyer_tenant_id", .attnum = 2, .type = "bigint" },
	{ .name = "readers", .attnum = 3, .type = "bigint[]" },
	{ .name = "batch", .attnum = 4, .type = "bigint" },
	{ .name = "grantee", .attnum = 5, .type = "bigint" },
};
enum { SHOPS = 7 };
static const struct foreign_key to_shop = { .to = SHOPS,
					    .from_columns = (const int[]){ 5 },
					    .to_columns = (const int[]){ 1 },
					    .n = 1 };
static const struct foreign_key *const own_references[] = { &to_shop };
static const struct relation table = { .name = "orders",
				       .schema = "public",
				       .columns = own_columns,
				       .ncolumns = ARRAY_SIZE(own_columns),
				       .references = own_references,
				       .nreferences = 1 };
static const struct column members_columns[] = { { .name = "tenant_id" },
						 { .name = "person" } };
static const struct relation members = { .name = "members",
					 .schema = "public",
					 .columns = members_columns,
					 .ncolumns = ARRAY_SIZE(members_columns) };
static const struct relation staff = { .name = "staff", .schema = "public" };
static const struct relation directory = { .name = "shops", .schema = "public" };
static const struct relation guarded = { .name = "guarded", .schema = "public", .rls = true };

static const struct relation *find(void *ctx, const char *schema, const char *name)
{
	static const struct relation *const all[] = { &members, &staff, &directory, &guarded };

	(void)ctx;
	(void)schema;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}

static const struct function functions[] = {
	{ .name = "tenant",
	  .schema = "public",
	  .language = "sql",
	  .volatility = 's',
	  .body = "select current_setting('app.tenant_id')" },
	{ .name = "fixed",
	  .schema = "public",
	  .language = "sql",
	  .volatility = 'i',
	  .body = "select current_setting('app.tenant_id')" },
	{ .name = "slow",
	  .schema = "public",
	  .language = "plpgsql",
	  .volatility = 's',
	  .body = "" },
	{ .name = "same",
	  .schema = "public",
	  .language = "sql",
	  .arguments = "t bigint",
	  .body = "  Select T = Tenant()::bigint -- the session's\n;" },
	{ .name = "returned",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "t bigint",
	  .body = "\nBEGIN\n  RETURN t = current_setting('app.tenant_id')::bigint;\nEND\n" },
	{ .name = "is_member",
	  .schema = "public",
	  .language = "sql",
	  .arguments = "t bigint",
	  .body = "select exists (select from members m where m.tenant_id = t and m.person = "
		  "current_user)" },
	{ .name = "captured",
	  .schema = "public",
	  .language = "sql",
	  .arguments = "tenant_id bigint",
	  .body = "select exists (select 1 from members where tenant_id = tenant_id and person "
		  "= current_user)" },
	{ .name = "forgetful",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "t bigint",
	  .body = "begin perform 1; return found; end" },
	{ .name = "yes",
	  .schema = "public",
	  .language = "sql",
	  .arguments = "t bigint",
	  .body = "select true" },
	{ .name = "switched",
	  .schema = "public",
	  .language = "sql",
	  .arguments = "",
	  .body = "select current_setting('app.super', true) = 'on'" },
	{ .name = "stepwise",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "t bigint",
	  .body = "declare v text; -- of the session\nbegin v := "
		  "current_setting('app.tenant_id', "
		  "true); if v is null or v = '' then return false; end if; return t = "
		  "v::bigint; "
		  "end" },
	{ .name = "generous",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "t bigint",
	  .body = "BEGIN IF coalesce(current_setting('app.tenant_id', true), '') = '' THEN "
		  "RETURN "
		  "true; ELSIF t IS NULL THEN RETURN false; END IF; RETURN t = "
		  "current_setting('app.tenant_id')::bigint; END" },
	{ .name = "found_member",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "t bigint",
	  .body = "begin perform 1 from members m where m.tenant_id = t and m.person = "
		  "current_user; if not found then raise exception 'no; end'; end if; return "
		  "found; "
		  "end" },
	{ .name = "first_one",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "",
	  .body = "declare v text := nullif(current_setting('app.tenant_id', true), ''); begin "
		  "if "
		  "v is null then return '7'::bigint; end if; return v::bigint; end" },
	{ .name = "catching",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "",
	  .body = "begin return current_setting('app.tenant_id')::bigint; exception when "
		  "others "
		  "then return 7; end" },
	{ .name = "looping",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "t bigint",
	  .body = "begin for i in 1..2 loop return true; end loop; return t is null; end" },
	{ .name = "privileged",
	  .schema = "public",
	  .language = "plpgsql",
	  .arguments = "",
	  .body = "declare r text := current_setting('app.role', true); begin if r = 'admin' "
		  "then "
		  "return true; else return false; end if; end" },
	{ .name = "moody",
	  .schema = "public",
	  .language = "sql",
	  .volatility = 'v',
	  .body = "" },
};

static const struct function *find_function(void *ctx, const char *schema, const char *name)
{
	(void)ctx;
	(void)schema;
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}

static const char *tenant_of(void *ctx, const struct relation *r)
{
	(void)ctx;
	return r == &staff ? NULL : "tenant_id";
}

static bool is_tenant(void *ctx, oid relation, int attnum)
{
	(void)ctx;
	return relation == SHOPS && attnum == 1;
}

static const struct clause_lookup lookup = { .relation = find,
					     .function = find_function,
					     .tenant = tenant_of,
					     .is_tenant = is_tenant };

struct form {
	const char *text;
	enum clause_level level;
	unsigned reasons;
};

static const struct form forms[] = {
	{ OWN, CLAUSE_OWN, 0 },
	{ "(" OWN " AND (body <> ''::text))", CLAUSE_OWN, 0 },
	{ "(" OWN " AND true)", CLAUSE_OWN, 0 },
	{ "((tenant_id IS NOT NULL) AND " OWN ")", CLAUSE_OWN, 0 },
	{ "(tenant_id = tenant())", CLAUSE_OWN, 0 },
	{ "(tenant_id = ( SELECT tenant() AS tenant))", CLAUSE_OWN, 0 },
	{ "((tenant_id)::text = " SET ")", CLAUSE_OWN, 0 },
	{ "(tenant_id = ANY ((string_to_array(" SET ", ','::text))::bigint[]))", CLAUSE_OWN,
	  0 },
	{ "(tenant_id = COALESCE((NULLIF(" SET ", ''::text))::bigint, '-1'::bigint))",
	  CLAUSE_OWN, 0 },
	{ "(tenant_id IN ( SELECT m.tenant_id\n FROM members m\n WHERE (m.person = "
	  "CURRENT_USER)))",
	  CLAUSE_OWN, 0 },
	{ "(EXISTS ( SELECT 1 FROM members m WHERE ((m.tenant_id = orders.tenant_id) AND "
	  "(m.person = CURRENT_USER))))",
	  CLAUSE_OWN, 0 },
	{ "(EXISTS ( SELECT 1 FROM guarded m WHERE (m.tenant_id = orders.tenant_id)))",
	  CLAUSE_OWN, 0 },
	{ "(EXISTS ( SELECT 1 FROM members m WHERE (m.tenant_id = orders.tenant_id)))",
	  CLAUSE_OPEN, OPEN_UNBOUND },
	{ "(id IN ( SELECT g.id FROM guarded g))", CLAUSE_OWN, 0 },
	{ "owns_row(tenant_id)", CLAUSE_OWN, 0 },
	{ "CASE WHEN (" SET " <> ''::text) THEN " OWN " ELSE false END", CLAUSE_OWN, 0 },
	{ "(" OWN " OR (tenant_id = (" SET ")::bigint))", CLAUSE_OWN, 0 },
	{ "(" OWN " OR false)", CLAUSE_OWN, 0 },
	{ "false", CLAUSE_NEVER, 0 },
	{ "NULL::boolean", CLAUSE_NEVER, 0 },
	{ "(1 = 2)", CLAUSE_NEVER, 0 },
	{ "(false AND (body = 'x'::text))", CLAUSE_NEVER, 0 },
	{ "(tenant_id = NULL::bigint)", CLAUSE_NEVER, 0 },
	{ "true", CLAUSE_OPEN, OPEN_TRUE },
	{ "(NOT false)", CLAUSE_OPEN, OPEN_TRUE },
	{ "(true AND true)", CLAUSE_OPEN, OPEN_TRUE },
	{ "(" OWN " OR true)", CLAUSE_OPEN, OPEN_TRUE },
	{ "(1 = 1)", CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "(tenant_id = tenant_id)", CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "(tenant_id IS NOT NULL)", CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "(body = 'x'::text)", CLAUSE_OPEN, OPEN_NO_TENANT },
	{ "is_public", CLAUSE_OPEN, OPEN_NO_TENANT },
	{ "(true AND is_public)", CLAUSE_OPEN, OPEN_NO_TENANT },
	{ "(is_public OR " OWN ")", CLAUSE_OPEN, OPEN_SHARED },
	{ "((" SET " IS NULL) OR " OWN ")", CLAUSE_OPEN, OPEN_UNSET },
	{ "((" SET " = ''::text) OR " OWN ")", CLAUSE_OPEN, OPEN_UNSET },
	{ "((COALESCE(" SET ", ''::text) = ''::text) OR " OWN ")", CLAUSE_OPEN, OPEN_UNSET },
	{ "((NULLIF(" SET ", ''::text) IS NULL) OR " OWN ")", CLAUSE_OPEN, OPEN_UNSET },
	{ "((tenant() IS NULL) OR " OWN ")", CLAUSE_OPEN, OPEN_UNSET },
	{ "CASE WHEN (" SET " <> ''::text) THEN " OWN " ELSE true END", CLAUSE_OPEN,
	  OPEN_UNSET },
	{ "COALESCE(" OWN ", true)", CLAUSE_OPEN, OPEN_UNSET },
	{ "(tenant_id = COALESCE((" SET ")::bigint, tenant_id))", CLAUSE_OPEN, OPEN_FALLBACK },
	{ "(tenant_id = CASE WHEN (" SET " <> ''::text) THEN (" SET
	  ")::bigint ELSE tenant_id END)",
	  CLAUSE_OPEN, OPEN_FALLBACK },
	{ "((tenant_id IS NULL) OR " OWN ")", CLAUSE_OPEN, OPEN_NULL_TENANT },
	{ "(tenant_id = 2)", CLAUSE_OPEN, OPEN_LITERAL },
	{ "(" OWN " OR (tenant_id = '2'::bigint))", CLAUSE_OPEN, OPEN_LITERAL },
	{ "(tenant_id = ANY (ARRAY[(1)::bigint, (2)::bigint]))", CLAUSE_OPEN, OPEN_LITERAL },
	{ "((tenant_id)::text ~~ " SET ")", CLAUSE_OPEN, OPEN_PATTERN },
	{ "((tenant_id)::text ~ " SET ")", CLAUSE_OPEN, OPEN_PATTERN },
	{ "(POSITION(((tenant_id)::text) IN (" SET ")) > 0)", CLAUSE_OPEN, OPEN_PATTERN },
	{ "(strpos(" SET ", (tenant_id)::text) > 0)", CLAUSE_OPEN, OPEN_PATTERN },
	{ "(EXISTS ( SELECT 1 FROM members m WHERE (m.person = CURRENT_USER)))", CLAUSE_OPEN,
	  OPEN_UNBOUND },
	{ "(tenant_id IN ( SELECT s.tenant_id FROM shops s))", CLAUSE_OPEN, OPEN_UNBOUND },
	{ "(" OWN " OR (EXISTS ( SELECT 1 FROM staff s WHERE (s.person = SESSION_USER))))",
	  CLAUSE_OPEN, OPEN_PERSON },
	{ "(" OWN " OR (current_setting('app.admin'::text, true) = 'on'::text))", CLAUSE_OPEN,
	  OPEN_SWITCH },
	{ "(" OWN " OR pg_has_role(CURRENT_USER, 'admin'::name, 'MEMBER'::text))", CLAUSE_OPEN,
	  OPEN_ROLE },
	{ "(person = CURRENT_USER)", CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_PERSON },
	{ "(NOT (tenant_id <> (" SET ")::bigint))", CLAUSE_OWN, 0 },
	{ "(NOT (tenant_id IS DISTINCT FROM (" SET ")::bigint))", CLAUSE_OWN, 0 },
	{ "(" OWN " IS TRUE)", CLAUSE_OWN, 0 },
	{ "(" OWN " IS NOT FALSE)", CLAUSE_OPEN, OPEN_UNSET },
	{ "((tenant_id <> (" SET ")::bigint) IS NOT TRUE)", CLAUSE_OPEN, OPEN_UNSET },
	{ "(NOT ((tenant_id <> (" SET ")::bigint) IS NOT FALSE))", CLAUSE_OWN, 0 },
	{ "(NOT ((tenant_id <> (" SET ")::bigint) IS TRUE))", CLAUSE_OPEN, OPEN_UNSET },
	{ "(NOT (" OWN " IS FALSE))", CLAUSE_OPEN, OPEN_UNSET },
	{ "(tenant_id >= (" SET ")::bigint)", CLAUSE_OPEN, OPEN_NO_TENANT | OPEN_OTHERS },
	/* whose rows the others are is said beside it: then they are shared */
	{ "((tenant_id <> (" SET ")::bigint) AND is_public)", CLAUSE_OPEN, OPEN_NO_TENANT },
	{ "((tenant_id = (" SET ")::bigint) OR (tenant_id <> batch))", CLAUSE_OPEN,
	  OPEN_NO_TENANT | OPEN_OTHERS },
	{ "starts_with((tenant_id)::text, " SET ")", CLAUSE_OPEN, OPEN_PATTERN },
	{ "(tenant_id = COALESCE((NULLIF(" SET ", ''::text))::bigint, '7'::bigint))",
	  CLAUSE_OPEN, OPEN_LITERAL },
	{ "(tenant_id = ANY (ARRAY[(0)::bigint, (" SET ")::bigint]))", CLAUSE_OPEN,
	  OPEN_SHARED },
	{ "(tenant_id = ANY (ARRAY[(7)::bigint, (" SET ")::bigint]))", CLAUSE_OPEN,
	  OPEN_LITERAL },
	{ "(" OWN " OR (NULLIF(current_setting('app.admin'::text, true), ''::text))::boolean)",
	  CLAUSE_OPEN, OPEN_SWITCH },
	/* functions, looked into */
	{ "public.same(tenant_id)", CLAUSE_OWN, 0 },
	{ "public.returned(tenant_id)", CLAUSE_OWN, 0 },
	{ "public.is_member(tenant_id)", CLAUSE_OWN, 0 },
	{ "public.captured(tenant_id)", CLAUSE_OPEN, OPEN_UNBOUND },
	{ "public.forgetful(tenant_id)", CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "public.yes(tenant_id)", CLAUSE_OPEN, OPEN_TRUE },
	{ "public.is_member(public.tenant())", CLAUSE_OPEN, OPEN_UNBOUND },
	{ "(" OWN " OR public.switched())", CLAUSE_OPEN, OPEN_SWITCH },
	{ "(id = public.tenant())", CLAUSE_OPEN, OPEN_NO_TENANT },
	/* … step by step */
	{ "public.stepwise(tenant_id)", CLAUSE_OWN, 0 },
	{ "public.generous(tenant_id)", CLAUSE_OPEN, OPEN_UNSET },
	{ "public.found_member(tenant_id)", CLAUSE_OWN, 0 },
	{ "(tenant_id = public.first_one())", CLAUSE_OPEN, OPEN_LITERAL },
	{ "(tenant_id = ( SELECT public.catching() AS catching))", CLAUSE_OPEN, OPEN_LITERAL },
	{ "public.looping(tenant_id)", CLAUSE_OWN, 0 }, /* not understood: silence */
	{ "(" OWN " OR public.privileged())", CLAUSE_OPEN, OPEN_SWITCH },
	/* what sub-queries find */
	{ "(( SELECT count(*) AS count FROM members m WHERE ((m.tenant_id = orders.tenant_id) "
	  "AND "
	  "(m.person = CURRENT_USER))) > 0)",
	  CLAUSE_OWN, 0 },
	{ "(( SELECT count(*) AS count FROM members m WHERE ((m.tenant_id = orders.tenant_id) "
	  "AND "
	  "(m.person = CURRENT_USER))) >= 0)",
	  CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "(EXISTS ( SELECT count(*) AS count FROM members m WHERE ((m.tenant_id = "
	  "orders.tenant_id) AND (m.person = CURRENT_USER))))",
	  CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "(EXISTS ( SELECT 1 FROM members m WHERE ((m.tenant_id = orders.tenant_id) OR "
	  "(m.person "
	  "= CURRENT_USER))))",
	  CLAUSE_OPEN, OPEN_UNBOUND },
	{ "(EXISTS ( SELECT 1 FROM members m WHERE ((m.tenant_id <> orders.tenant_id) AND "
	  "(m.person = CURRENT_USER))))",
	  CLAUSE_OPEN, OPEN_UNBOUND },
	{ "(( SELECT m.role FROM members m WHERE ((m.tenant_id = orders.tenant_id) AND "
	  "(m.person = "
	  "CURRENT_USER))) = ANY (ARRAY['owner'::text, 'admin'::text]))",
	  CLAUSE_OWN, 0 },
	{ "(COALESCE(( SELECT max(m.grade) AS max FROM members m WHERE ((m.tenant_id = "
	  "orders.tenant_id) AND (m.person = CURRENT_USER))), 0) < 3)",
	  CLAUSE_OPEN, OPEN_NO_TENANT },
	/* forms of equality */
	{ "(\"left\"((tenant_id)::text, 2) = \"left\"(" SET ", 2))", CLAUSE_OPEN,
	  OPEN_PATTERN },
	{ "(" SET " = ANY (ARRAY[(tenant_id)::text, '*'::text]))", CLAUSE_OPEN, OPEN_SWITCH },
	{ "(COALESCE(tenant_id, (" SET ")::bigint) = (" SET ")::bigint)", CLAUSE_OPEN,
	  OPEN_NULL_TENANT },
	{ "(NULLIF(tenant_id, (" SET ")::bigint) IS NULL)", CLAUSE_OWN, 0 },
	{ "CASE (" SET ")::bigint WHEN tenant_id THEN true ELSE false END", CLAUSE_OWN, 0 },
	{ "(tenant_id <> ALL (ARRAY[(" SET ")::bigint]))", CLAUSE_OPEN,
	  OPEN_NO_TENANT | OPEN_OTHERS },
	/* Given to the session's tenant by the row's. */
	{ "(grantee = (" SET ")::bigint)", CLAUSE_OPEN, OPEN_SHARED },
	{ "((grantee = (" SET ")::bigint) AND (batch > 0))", CLAUSE_OPEN, OPEN_SHARED },
	{ "(buyer_tenant_id = (" SET ")::bigint)", CLAUSE_OPEN, OPEN_SHARED },
	{ "((" SET ")::bigint = ANY (readers))", CLAUSE_OPEN, OPEN_SHARED },
	{ "((" SET ")::bigint <> ALL (readers))", CLAUSE_OPEN, OPEN_TAUTOLOGY },
	{ "(batch = (" SET ")::bigint)", CLAUSE_OPEN, OPEN_NO_TENANT },
	{ "(grantee > (" SET ")::bigint)", CLAUSE_OPEN, OPEN_NO_TENANT },
	{ "what is this", CLAUSE_UNKNOWN, 0 },
};

Test(rls_clause, admits)
{
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct arena *arena = arena_new();
		struct clause_lookup own = lookup;
		struct clause_context c = { .relation = &table,
					    .tenant = "tenant_id",
					    .setting = "app.tenant_id",
					    .lookup = &own,
					    .arena = arena };

		own.bodies = map_new(NULL);
		struct clause_verdict v = clause_judge(&c, expr_parse(arena, forms[i].text));

		cr_expect_eq(v.level, forms[i].level, "%s: level %d, not %d", forms[i].text,
			     v.level, forms[i].level);
		cr_expect_eq(v.reasons, forms[i].reasons, "%s: reasons %x, not %x",
			     forms[i].text, v.reasons, forms[i].reasons);
		map_free(&own.bodies);
		arena_free(&arena);
	}
}

Test(rls_clause, no_clause_admits_nothing)
{
	struct clause_context c = { .relation = &table, .tenant = "tenant_id" };

	cr_expect_eq(clause_judge(&c, NULL).level, CLAUSE_NEVER);
}

static struct clause_facts look(struct arena *arena, const char *text)
{
	struct clause_context c = { .relation = &table,
				    .tenant = "tenant_id",
				    .setting = "app.tenant_id",
				    .lookup = &lookup,
				    .arena = arena };
	struct clause_facts f;

	clause_look(&c, expr_parse(arena, text), &f);
	return f;
}

Test(rls_clause, facts)
{
	struct arena *arena = arena_new();
	struct clause_facts f = look(arena, OWN);

	cr_expect_str_eq(f.setting, "app.tenant_id");
	cr_expect(f.agreed && f.bare_setting && f.own_by_setting && f.bare_tenant);
	cr_expect(!f.one_argument && !f.empty_cast && !f.wrapped_tenant && !f.slow &&
		  !f.immutable);
	cr_expect_str_eq(f.cast, "bigint");
	f = look(arena, "(tenant_id = (current_setting('app.other'::text, true))::bigint)");
	cr_expect(f.empty_cast && !f.agreed && !f.one_argument);
	f = look(arena, "(tenant_id = (current_setting('app.tenant_id'::text))::bigint)");
	cr_expect(f.one_argument && f.empty_cast);
	f = look(arena, "((tenant_id)::text = ( SELECT " SET " AS current_setting))");
	cr_expect(f.wrapped_tenant && !f.bare_tenant && !f.bare_setting);
	f = look(arena, "(tenant_id = fixed())");
	cr_assert_not_null(f.immutable);
	cr_expect(f.agreed && !f.bare_function);
	f = look(arena, "(tenant_id = slow())");
	cr_expect(f.bare_function && !f.row_function);
	f = look(arena, "(tenant_id = ( SELECT slow() AS slow))");
	cr_expect(!f.bare_function);
	f = look(arena, "slow(tenant_id)");
	cr_expect(f.row_function);
	f = look(arena, "(tenant_id = moody())");
	cr_expect(f.volatile_function);
	arena_free(&arena);
}
