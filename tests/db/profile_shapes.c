/* SPDX-License-Identifier: MIT */
/* The same thing said in other words: names, conditions and versions as the field writes them. */
#include "base/buf.h"
#include "profiles.h"

/* Each @ becomes the name. */
static char *fill(const char *form, const char *name)
{
	struct buf out = BUF_INIT;

	for (; *form; form++) {
		if (*form == '@')
			buf_adds(&out, name);
		else
			buf_addc(&out, *form);
	}
	return buf_detach(&out);
}

Test(profile_shapes, other_names)
{
	static const char *const names[] = { "account_id",   "org_id",		"shop_id",
					     "workspace_id", "organization_id", "store_id",
					     "merchant_id" };
	static const char form[] =
		"CREATE TABLE a(id int PRIMARY KEY, @ uuid NOT NULL);"
		"CREATE TABLE b(id int PRIMARY KEY, @ uuid NOT NULL);"
		"ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE b ENABLE ROW LEVEL "
		"SECURITY;"
		"CREATE POLICY p ON a USING (@ = (current_setting('my.@', true))::uuid);"
		"CREATE POLICY p ON b USING (@::text = current_setting('my.@', true));";

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char *sql = fill(form, names[i]);
		char *lines = fill("tenant_column = @\ntenant_setting = my.@\n"
				   "tenant:public.b = @\n",
				   names[i]);

		expect_sql(sql, lines);
		free(sql);
		free(lines);
	}
}

#define TWO(column, policy)                                                                    \
	"CREATE TABLE a(id int PRIMARY KEY, " column                                           \
	"); CREATE TABLE b(id int PRIMARY KEY, " column                                        \
	"); ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE b ENABLE ROW LEVEL "          \
	"SECURITY; CREATE POLICY p ON a USING (" policy                                        \
	"); CREATE POLICY p ON b USING (" policy ");"

Test(profile_shapes, shapes_of_the_field)
{
	static const struct {
		const char *sql, *lines;
	} shapes[] = {
		/* PostgREST 9, PostgREST 8, PostGraphile, a header. */
		{ TWO("org_id text",
		      "org_id = (current_setting('request.jwt.claims', true)::jsonb #>> "
		      "'{app_metadata,org_id}')"),
		  "tenant_setting = request.jwt.claims\ntenant_claim = app_metadata.org_id\n"
		  "! tenant_cast\n" },
		{ TWO("tenant_id uuid",
		      "tenant_id = current_setting('request.jwt.claim.tenant_id', true)::uuid"),
		  "tenant_setting = request.jwt.claim.tenant_id\ntenant_cast = uuid\n"
		  "! tenant_claim\n" },
		{ TWO("organization_id int",
		      "organization_id = NULLIF(current_setting('jwt.claims.organization_id', "
		      "true), '')::int"),
		  "tenant_setting = jwt.claims.organization_id\n" },
		{ TWO("workspace_id bigint",
		      "workspace_id = (current_setting('app.context')::json ->> "
		      "'workspace_id')::bigint"),
		  "tenant_setting = app.context\ntenant_claim = workspace_id\n" },
		/* Casts on either side, an escape hatch, a CASE, several at once. */
		{ TWO("store_id bigint", "store_id::text = current_setting('app.store_id')"),
		  "tenant_setting = app.store_id\ntenant_type = bigint\n" },
		{ TWO("tenant_id uuid",
		      "tenant_id = current_setting('app.current_tenant')::uuid OR "
		      "current_setting('app.bypass_rls', true) = 'on'"),
		  "tenant_setting = app.current_tenant\n" },
		{ TWO("tenant_id bigint", "CASE WHEN current_setting('app.t', true) = '' THEN "
					  "false ELSE tenant_id = "
					  "current_setting('app.t', true)::bigint END"),
		  "tenant_setting = app.t\n" },
		{ TWO("tenant_id uuid",
		      "tenant_id = ANY (string_to_array(current_setting('app.tenants', true), "
		      "',')::uuid[])"),
		  "tenant_setting = app.tenants\n" },
		/* A name that tells nothing, but all policies obey it. */
		{ TWO("partition_key text", "partition_key = current_setting('app.ctx')"),
		  "tenant_column = partition_key\ntenant_setting = app.ctx\n" },
		/* A person is no tenant. */
		{ TWO("user_id uuid", "user_id = current_setting('app.user_id')::uuid"),
		  "tenant_column ~ user_id\n" },
		{ TWO("tenant text", "tenant = CURRENT_USER"),
		  "tenant_column = tenant\n! tenant_setting\n" },
		/* The comparison in a function that answers yes or no. */
		{ "CREATE FUNCTION mine(t bigint) RETURNS boolean STABLE LANGUAGE sql AS "
		  "'SELECT t = current_setting(''app.tenant_id'')::bigint';" TWO(
			  "tenant_id bigint", "mine(tenant_id)"),
		  "tenant_setting = app.tenant_id\n! tenant_cast\n" },
		/* No policy, but a default; two tables and their directory are enough. */
		{ "CREATE TABLE shops(id int PRIMARY KEY, name text);"
		  "CREATE TABLE a(id int PRIMARY KEY, shop_id int DEFAULT "
		  "NULLIF(current_setting('app.shop', true), '')::int REFERENCES shops);"
		  "CREATE TABLE b(id int PRIMARY KEY, shop_id int REFERENCES shops);",
		  "tenant_column = shop_id\ntenant_setting = app.shop\ntenant_directory = "
		  "public.shops\n" },
		/* Two levels: the organization is the tenant, projects hang from it. */
		{ "CREATE TABLE organizations(id int PRIMARY KEY, slug text UNIQUE);"
		  "CREATE TABLE projects(id int PRIMARY KEY, organization_id int NOT NULL "
		  "REFERENCES organizations);"
		  "CREATE TABLE teams(id int PRIMARY KEY, organization_id int NOT NULL "
		  "REFERENCES organizations);"
		  "CREATE TABLE keys(id int PRIMARY KEY, organization_id int NOT NULL "
		  "REFERENCES organizations);"
		  "CREATE TABLE issues(id int PRIMARY KEY, project_id int NOT NULL REFERENCES "
		  "projects);"
		  "CREATE TABLE events(id int PRIMARY KEY, issue_id int NOT NULL REFERENCES "
		  "issues);",
		  "tenant_column = organization_id\ntenant_parent:public.issues = "
		  "public.projects\ntenant_parent:public.events = public.issues\n" },
		/* A text of its own in each, whatever it is called, is a short name; what another
		 * program knows it by is not. */
		{ "CREATE TABLE shops(id int PRIMARY KEY, stripe_id text NOT NULL UNIQUE, "
		  "display_name text, kuerzel varchar(12) NOT NULL UNIQUE);"
		  "CREATE TABLE a(id int PRIMARY KEY, shop_id int DEFAULT "
		  "current_setting('app.shop')::int REFERENCES shops);"
		  "CREATE TABLE b(id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops);",
		  "tenant_label = display_name\ntenant_slug = kuerzel\n" },
		{ "CREATE TABLE shops(id int PRIMARY KEY, name text, stripe_id text NOT NULL "
		  "UNIQUE, callback_url text NOT NULL UNIQUE, phrase text UNIQUE);"
		  "CREATE TABLE a(id int PRIMARY KEY, shop_id int DEFAULT "
		  "current_setting('app.shop')::int REFERENCES shops);"
		  "CREATE TABLE b(id int PRIMARY KEY, shop_id int NOT NULL REFERENCES shops);",
		  "tenant_label = name\n! tenant_slug\n" },
		/* Prisma's names. */
		{ "CREATE TABLE \"Workspace\"(id text PRIMARY KEY, name text, slug text "
		  "UNIQUE);"
		  "CREATE TABLE \"Project\"(id text PRIMARY KEY, \"workspaceId\" text NOT NULL "
		  "REFERENCES \"Workspace\");"
		  "CREATE TABLE \"Task\"(id text PRIMARY KEY, \"workspaceId\" text NOT NULL "
		  "REFERENCES \"Workspace\");"
		  "CREATE TABLE \"User\"(id text PRIMARY KEY, email text);",
		  "tenant_column = workspaceId\ntenant_directory = public.Workspace\n"
		  "tenant_slug = slug\n" },
	};

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		expect_sql(shapes[i].sql, shapes[i].lines);
}

/* The setting may hold a list: its literal is what the server casts. */
Test(profile_shapes, a_list_of_tenants)
{
	struct tenancy t = { .setting = "app.tenants", .list = true };
	char *value = profile_setting_value(&t, "a\"b");
	char *conninfo = cluster_database("");
	struct profile *p;

	cr_expect_str_eq(value, "{\"a\\\"b\"}");
	free(value);
	free(cluster_sql(conninfo, TWO("tenant_id uuid", "tenant_id = ANY (current_setting("
							 "'app.tenants')::uuid[])")));
	p = learn(conninfo, NULL);
	cr_assert_eq(profile_tenancies(p), 1);
	cr_expect(profile_tenancy(p, 0)->list);
	profile_free(&p);
	free(conninfo);
}

Test(profile_shapes, settings_in_plpgsql_and_standard_bodies)
{
	expect_sql("CREATE TABLE a(id int PRIMARY KEY, tenant_id int);"
		   "ALTER TABLE a ENABLE ROW LEVEL SECURITY;"
		   "CREATE FUNCTION t() RETURNS int LANGUAGE plpgsql STABLE AS "
		   "'DECLARE v text := current_setting(''deep.tenant'', true); BEGIN RETURN v; "
		   "END';"
		   "CREATE POLICY p ON a USING (tenant_id = t());",
		   "tenant_setting = deep.tenant\n");
	expect_sql("CREATE TABLE a(id int PRIMARY KEY, tenant_id int);"
		   "ALTER TABLE a ENABLE ROW LEVEL SECURITY;"
		   "CREATE FUNCTION t() RETURNS int STABLE RETURN "
		   "current_setting('body.tenant')::int;"
		   "CREATE POLICY p ON a USING (tenant_id = (SELECT t()));",
		   "tenant_setting = body.tenant\ntenant_cast = integer\n");
	expect_sql("CREATE TABLE a(id int PRIMARY KEY, tenant_id bigint);"
		   "ALTER TABLE a ENABLE ROW LEVEL SECURITY;"
		   "CREATE POLICY p ON a USING (tenant_id = (SELECT "
		   "NULLIF(current_setting('sub.tenant', true), '')::bigint));",
		   "tenant_setting = sub.tenant\ntenant_cast = bigint\n");
	expect_sql("CREATE TABLE a(id int PRIMARY KEY, tenant_id text);"
		   "ALTER TABLE a ENABLE ROW LEVEL SECURITY;"
		   "CREATE POLICY p ON a USING (tenant_id = CURRENT_USER);",
		   "! tenant_setting\n");
}

/* Who belongs where is kept by the login; c has no policy.  @ is what the policies of a and b say.
 */
#define BY_LOGIN                                                                               \
	"CREATE TABLE house(code text PRIMARY KEY, name text);"                                \
	"CREATE TABLE who(login name PRIMARY KEY, house text NOT NULL, part int NOT NULL);"    \
	"CREATE TABLE a(house text NOT NULL, nr int, part int NOT NULL, PRIMARY KEY (house, nr));" \
	"CREATE TABLE b(house text NOT NULL, nr int, part int NOT NULL, PRIMARY KEY (house, nr));" \
	"CREATE TABLE c(house text NOT NULL, nr int, part int NOT NULL, PRIMARY KEY (house, nr));" \
	"ALTER TABLE a ENABLE ROW LEVEL SECURITY; ALTER TABLE b ENABLE ROW LEVEL SECURITY;"    \
	"ALTER TABLE who ENABLE ROW LEVEL SECURITY;"                                           \
	"CREATE POLICY own ON who USING (login = current_user);"                               \
	"CREATE FUNCTION mine() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER AS "         \
	"'SELECT w.house FROM public.who w WHERE w.login = session_user';"                     \
	"CREATE FUNCTION part() RETURNS int LANGUAGE sql STABLE AS "                           \
	"'select part from who where login=current_user';"                                     \
	"CREATE POLICY p ON a USING (@); CREATE POLICY p ON b USING (@);"

Test(profile_shapes, where_a_login_belongs)
{
	static const char *const ways[] = {
		"house = (SELECT mine())",
		"mine() = house",
		"house = (SELECT w.house FROM who w WHERE w.login = current_user)",
		"house IN (SELECT w.house FROM who w WHERE w.login = session_user)",
		"house = ANY (ARRAY(SELECT w.house FROM who w WHERE w.login = current_user))",
	};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		char *sql = fill(BY_LOGIN, ways[i]);

		expect_sql(sql, "tenant_column = house\ntenant:public.c = house\n");
		free(sql);
	}
	/* Of two columns the one that keys do not begin with divides more. */
	char *sql = fill(BY_LOGIN, "part = (SELECT part()) AND house = (SELECT mine())");

	expect_sql(sql, "tenant_column = part\ntenant:public.c = part\n");
	free(sql);
}

/* The row that keeps the login is who asks, and not where he belongs. */
Test(profile_shapes, who_a_login_is)
{
	expect_sql("CREATE TABLE clerks(nr int PRIMARY KEY, login name UNIQUE);"
		   "CREATE TABLE a(id int PRIMARY KEY, clerk int NOT NULL REFERENCES clerks);"
		   "CREATE TABLE b(id int PRIMARY KEY, clerk int NOT NULL REFERENCES clerks);"
		   "CREATE TABLE c(id int PRIMARY KEY, clerk int NOT NULL REFERENCES clerks);"
		   "ALTER TABLE a ENABLE ROW LEVEL SECURITY;"
		   "ALTER TABLE b ENABLE ROW LEVEL SECURITY;"
		   "CREATE FUNCTION me() RETURNS int LANGUAGE sql STABLE AS "
		   "'SELECT nr FROM public.clerks WHERE login = current_user';"
		   "CREATE POLICY p ON a USING (clerk = (SELECT me()));"
		   "CREATE POLICY p ON b USING (clerk = (SELECT me()));",
		   "! tenant_column\n");
}

Test(profile_shapes, versions_must_be_proven)
{
	expect_sql(
		"CREATE TABLE ok0(id int PRIMARY KEY, version int NOT NULL DEFAULT 0);"
		"CREATE TABLE ok1(id int PRIMARY KEY, row_version bigint NOT NULL DEFAULT 1);"
		"CREATE TABLE null_able(id int PRIMARY KEY, version int DEFAULT 0);"
		"CREATE TABLE keyed(id int, version int NOT NULL DEFAULT 1, PRIMARY KEY (id, "
		"version));"
		"CREATE TABLE texts(id int PRIMARY KEY, version text NOT NULL DEFAULT '1');"
		"CREATE TABLE other(id int PRIMARY KEY, version int NOT NULL DEFAULT 7);"
		"CREATE TABLE bumped(id int PRIMARY KEY, version int NOT NULL);"
		"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
		"'BEGIN NEW.version = OLD.version + 1; RETURN NEW; END';"
		"CREATE TRIGGER g BEFORE UPDATE ON bumped FOR EACH ROW EXECUTE FUNCTION f();"
		"CREATE VIEW v AS SELECT * FROM bumped;"
		"CREATE VIEW agg AS SELECT count(*) FROM bumped;"
		"CREATE MATERIALIZED VIEW m AS SELECT 1 AS version;",
		"concurrency:public.ok0 = version\n"
		"concurrency:public.ok1 = row_version\n"
		"concurrency:public.null_able = xmin\n"
		"concurrency:public.keyed = xmin\n"
		"concurrency:public.texts = xmin\n"
		"concurrency:public.other = xmin\n"
		"concurrency:public.bumped = version\n"
		"concurrency:public.v = columns\n"
		"! concurrency:public.agg\n"
		"! concurrency:public.m\n");
}
