/* SPDX-License-Identifier: MIT */
/*
 * What souk learns of schemas that it has never seen.  A case is a schema and lines "key =
 * value" of the profile that must be there, "! key" that must not; "key ~ value" is there as a
 * candidate only.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "catalog/reader.h"
#include "domain/profile.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

static struct catalog *read_catalog(const char *conninfo)
{
	struct client c;
	struct reader *r;
	struct catalog *catalog;

	client_open(&c, conninfo);
	r = reader_new(c.db, DB_WATCH);
	reader_refresh(r);
	client_until(&c, !reader_busy(r));
	cr_assert(reader_catalog(r), "%s", reader_error(r) ? reader_error(r)->why : "?");
	catalog = catalog_ref(reader_catalog(r));
	reader_free(&r);
	client_close(&c);
	return catalog;
}

static struct profile *learn(const char *conninfo, const char *file)
{
	struct catalog *c = read_catalog(conninfo);
	struct err err = ERR_INIT;
	struct profile *p = profile_learn(c, file, NULL, &err);

	cr_assert(p, "%s: %s", err.what, err.why);
	catalog_free(&c);
	return p;
}

static const struct profile_item *item(const struct profile *p, const char *key,
				       const char *value)
{
	for (size_t i = 0; i < profile_items(p); i++) {
		const struct profile_item *it = profile_item_at(p, i);

		if (strcmp(it->key, key) == 0 && (!value || strcmp(it->value, value) == 0))
			return it;
	}
	return NULL;
}

static void expect_line(const struct profile *p, char *line)
{
	char *key = line, *op = strchr(line, ' '), *value;
	const struct profile_item *it;

	if (*line == '!') {
		it = item(p, line + 2, NULL);
		cr_expect(!it || !*it->value, "%s is \"%s\"", line + 2, it ? it->value : "");
		return;
	}
	*op = '\0';
	value = op + 3;
	it = item(p, key, value);
	cr_expect(it, "no %s = %s, but %s", key, value,
		  profile_value(p, key) ? profile_value(p, key) : "nothing");
	if (!it)
		return;
	cr_expect_eq(it->confidence == CONFIDENCE_CANDIDATE, op[1] == '~', "%s: confidence",
		     key);
	cr_expect(it->evidence && *it->evidence, "%s has no evidence", key);
}

static void expect(const struct profile *p, const char *lines)
{
	char *copy = xstrdup(lines), *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		expect_line(p, line);
	free(copy);
}

static void expect_of(const char *files, const char *lines)
{
	char *conninfo = cluster_database(files);
	struct profile *p = learn(conninfo, NULL);

	expect(p, lines);
	profile_free(&p);
	free(conninfo);
}

static void expect_sql(const char *sql, const char *lines)
{
	char *conninfo = cluster_database("");
	struct profile *p;

	free(cluster_sql(conninfo, sql));
	p = learn(conninfo, NULL);
	expect(p, lines);
	profile_free(&p);
	free(conninfo);
}

Test(profile, dialect_a)
{
	expect_of("tests/db/dialects/a.sql", "tenant_column = tenant_id\n"
					     "tenant_type = bigint\n"
					     "tenant_setting = app.tenant_id\n"
					     "tenant_cast = bigint\n"
					     "tenant_directory = public.tenancy_tenants\n"
					     "tenant_label = name\n"
					     "tenant_slug = slug\n"
					     "application_role = a_app\n"
					     "tenant:public.outbox_messages = tenant_id\n"
					     "concurrency:public.catalog_products = version\n"
					     "concurrency:public.catalog_brands = xmin\n"
					     "! tenant_claim\n! tenant_role\n");
}

Test(profile, dialect_b)
{
	expect_of("tests/db/dialects/b.sql", "tenant_column = tenant_id\n"
					     "tenant_type = uuid\n"
					     "tenant_setting = app.current_tenant_id\n"
					     "tenant_cast = uuid\n"
					     "tenant_directory = public.tenants\n"
					     "tenant_label = name\n"
					     "application_role = b_app\n"
					     "concurrency:public.outbox_events = xmin\n"
					     "personal:public.customers = email\n"
					     "! tenant:public.tenants\n");
}

Test(profile, dialect_c)
{
	expect_of("tests/db/dialects/c.sql", "tenant_column = tenant_id\n"
					     "tenant_setting = request.jwt.claims\n"
					     "tenant_claim = app_metadata.tenant_id\n"
					     "tenant_cast = uuid\n"
					     "tenant_role = authenticated\n"
					     "tenant_directory = public.tenants\n"
					     "tenant:public.tenants = id\n"
					     "tenant_column ~ id\n"
					     "application_role = authenticated\n"
					     "! tenant:public.profiles\n");
}

Test(profile, dialect_d_has_no_tenancy_and_says_so)
{
	char *conninfo = cluster_database("tests/db/dialects/d.sql");
	struct profile *p = learn(conninfo, NULL);

	cr_assert_eq(profile_tenancies(p), 0);
	expect(p, "! tenant_column\n"
		  "application_role = d_app\n"
		  "secret:public.users = password_hash\n"
		  "personal:public.users = phone\n");
	cr_assert(strstr(item(p, "tenant_column", "")->evidence, "unscoped"));
	profile_free(&p);
	free(conninfo);
}

Test(profile, several_models_in_one_database)
{
	char *conninfo = cluster_database("tests/db/schemas/models.sql");
	struct profile *p = learn(conninfo, NULL);

	cr_assert_eq(profile_tenancies(p), 2);
	cr_assert_str_eq(profile_tenancy(p, 1)->setting, "crm.org");
	cr_assert_str_eq(profile_tenancy(p, 1)->column, "organizationId");
	expect(p, "tenant_column = shop_id\n"
		  "tenant_setting = app.current_shop_id\n"
		  "tenant_slug = subdomain\n"
		  "tenant_column = organizationId\n"
		  "tenant_column ~ author\n"
		  "tenant:market.old_prices = shop_id\n"
		  "tenant:market.owned = owner\n"
		  "tenant:market.listing_names = shop_id\n"
		  "tenant_parent:market.stock = market.listings\n"
		  "! tenant:crm.notes\n"
		  "concurrency:market.listings = revision\n"
		  "concurrency:market.old_prices = xmin\n"
		  "concurrency:crm.Contact = lockVersion\n"
		  "concurrency:crm.Deal = xmin\n"
		  "audit = crm.audit_log\n");
	profile_free(&p);
	free(conninfo);
}

Test(profile, a_starter_with_membership)
{
	expect_of("tests/db/schemas/basejump.sql",
		  "tenant_column = account_id\n"
		  "! tenant_setting\n"
		  "tenant_directory = basejump.accounts\n"
		  "tenant_slug = slug\n"
		  "tenant_parent:public.tasks = public.projects\n"
		  "secret:basejump.invitations = token\n");
}

Test(profile, a_single_shop_with_store_fronts)
{
	expect_of("tests/db/schemas/spree.sql",
		  "! tenant_column\n"
		  "concurrency:public.spree_stock_items = lock_version\n"
		  "concurrency:public.spree_orders = xmin\n"
		  "secret:public.spree_users = spree_api_key\n");
}

Test(profile, distributed_keys_without_policies)
{
	expect_of("tests/db/schemas/citus.sql", "tenant_column = company_id\n"
						"! tenant_setting\n"
						"tenant_directory = public.companies\n"
						"tenant:public.clicks = company_id\n"
						"! tenant:public.geo_ips\n");
}

Test(profile, one_shop_has_no_tenants)
{
	expect_of("tests/db/schemas/medusa.sql", "! tenant_column\n! tenant_schemas\n"
						 "concurrency:public.order = version\n"
						 "concurrency:public.product = xmin\n"
						 "secret:public.api_key = token\n");
	expect_of("tests/db/schemas/saleor.sql", "! tenant_column\n! tenant_schemas\n"
						 "secret:public.account_user = password\n");
}

Test(profile, words_without_a_line_between)
{
	expect_of("tests/db/schemas/mattermost.sql",
		  "tenant_column = teamid\n! tenant_setting\n! tenant_schemas\n"
		  "tenant_directory = public.teams\ntenant_label = displayname\n"
		  "tenant_slug = name\ntenant:public.channels = teamid\n"
		  "! tenant:public.users\n");
	expect_of("tests/db/schemas/keycloak.sql",
		  "tenant_column = realm_id\n! tenant_setting\n"
		  "tenant_directory = public.realm\ntenant_label = name\n"
		  "tenant:public.client = realm_id\ntenant:public.user_entity = realm_id\n"
		  "tenant_parent:public.user_role_mapping = public.user_entity\n"
		  "secret:public.credential = secret_data\n");
	expect_of("tests/db/schemas/lago.sql",
		  "tenant_column = organization_id\n! tenant_setting\n"
		  "tenant_directory = public.organizations\ntenant_slug = slug\n"
		  "tenant_parent:public.wallets = public.customers\n"
		  "concurrency:public.wallets = lock_version\n"
		  "concurrency:public.invoices = xmin\n! tenant:public.users\n");
	/* "paid" is no tenant called "pa". */
	expect_sql("CREATE TABLE a(id int PRIMARY KEY, paid int NOT NULL);"
		   "CREATE TABLE b(id int PRIMARY KEY, paid int NOT NULL);"
		   "CREATE TABLE c(id int PRIMARY KEY, paid int NOT NULL);",
		   "! tenant_column\n");
}

Test(profile, a_row_that_stands_in_many_channels_has_no_tenant)
{
	expect_of("tests/db/schemas/vendure.sql", "! tenant_column\n! tenant_schemas\n"
						  "secret:public.session = token\n");
}

Test(profile, levels_of_one_table)
{
	expect_of("tests/db/schemas/calcom.sql",
		  "tenant_column = teamId\n! tenant_setting\n"
		  "tenant_directory = public.Team\ntenant_slug = slug\n"
		  "tenant:public.EventType = teamId\n! tenant:public.users\n");
}

Test(profile, a_database_for_each_site_has_no_tenants)
{
	expect_of("tests/db/schemas/discourse.sql", "! tenant_column\n! tenant_schemas\n"
						    "concurrency:public.posts = version\n");
}

Test(profile, companies_share_what_has_none)
{
	expect_of("tests/db/schemas/odoo.sql",
		  "tenant_column = company_id\n"
		  "! tenant_setting\n"
		  "tenant_directory = public.res_company\n"
		  "tenant:public.product_template = company_id\n"
		  "tenant:public.res_company_users_rel = cid\n"
		  "tenant_parent:public.product_product = public.product_template\n"
		  "! tenant:public.ir_sequence\n");
}

Test(profile, a_function_is_asked_for_membership)
{
	expect_of("tests/db/schemas/supabase.sql",
		  "tenant_column = organization_id\n"
		  "! tenant_setting\n"
		  "tenant_column ~ id\n"
		  "tenant_directory = public.organizations\n"
		  "tenant_slug = slug\n"
		  "tenant_parent:public.order_lines = public.orders\n"
		  "secret:auth.users = encrypted_password\n");
}

Test(profile, the_application_alone_scopes)
{
	expect_of("tests/db/schemas/acts_as_tenant.sql",
		  "tenant_column = account_id\n"
		  "! tenant_setting\n"
		  "tenant_directory = public.accounts\n"
		  "tenant_slug = subdomain\n"
		  "tenant:public.comments = account_id\n"
		  "tenant_parent:public.ticket_tags = public.tickets\n"
		  "! tenant:public.countries\n"
		  "concurrency:public.tickets = lock_version\n");
}

Test(profile, a_column_that_only_children_lack)
{
	expect_of("tests/db/schemas/laravel.sql",
		  "tenant_column = team_id\n! tenant_setting\n"
		  "tenant_directory = public.teams\ntenant_label = name\n"
		  "tenant:public.projects = team_id\n"
		  "tenant_parent:public.tasks = public.projects\n"
		  "tenant_parent:public.task_comments = public.tasks\n"
		  "! tenant_parent:public.attachments\n! tenant:public.users\n");
	expect_of("tests/db/schemas/dotnet.sql",
		  "tenant_column = TenantId\ntenant_type = uuid\n! tenant_setting\n"
		  "tenant_directory = public.Tenants\ntenant_slug = Identifier\n"
		  "tenant:public.Orders = TenantId\n"
		  "tenant_parent:public.OrderLines = public.Orders\n");
	expect_of("tests/db/schemas/ledger.sql",
		  "tenant_column = company_id\ntenant_directory = public.companies\n"
		  "tenant_label = title\ntenant_slug = company_code\n"
		  "tenant_parent:public.item_texts = public.items\n"
		  "! tenant:public.currencies\n");
}

Test(profile, a_column_of_two_types)
{
	expect_of("tests/db/schemas/chatwoot.sql",
		  "tenant_column = account_id\ntenant_directory = public.accounts\n"
		  "tenant:public.contacts = account_id\ntenant:public.labels = account_id\n"
		  "! tenant:public.tags\n");
}

Test(profile, numbers_as_ids_and_levels)
{
	expect_of("tests/db/schemas/idempiere.sql",
		  "tenant_column = ad_client_id\ntenant_column ~ ad_org_id\n"
		  "tenant_directory = public.ad_client\ntenant_label = name\n"
		  "tenant:public.c_orderline = ad_client_id\n");
}

Test(profile, claims_of_another_name)
{
	expect_of("tests/db/schemas/hasura.sql",
		  "tenant_column = org_id\ntenant_setting = hasura.user\n"
		  "tenant_claim = x-hasura-org-id\ntenant_cast = uuid\n"
		  "tenant_slug = slug\ntenant_parent:public.cart_lines = public.carts\n");
}

Test(profile, policies_that_ask_for_a_member)
{
	expect_of("tests/db/schemas/supabase_teams.sql",
		  "tenant_column = team_id\n! tenant_setting\ntenant_column ~ user_id\n"
		  "tenant_directory = public.teams\n"
		  "tenant:public.documents = team_id\n"
		  "tenant_parent:public.document_blocks = public.documents\n");
	expect_of("tests/db/schemas/todos.sql",
		  "! tenant_column\ntenant_column ~ user_id\n! tenant:public.todos\n");
}

Test(profile, views_that_choose)
{
	expect_of("tests/db/schemas/scoped_views.sql",
		  "tenant_column = merchant_id\ntenant_setting = app.merchant_id\n"
		  "tenant_cast = integer\ntenant_directory = data.merchants\n"
		  "tenant:data.products = merchant_id\ntenant:api.products = merchant_id\n"
		  "tenant_view:api.products = app.merchant_id\n"
		  "tenant_view:api.order_items = app.merchant_id\n"
		  "! tenant_view:api.revenue\n! tenant_schemas\n");
	/* The column is not shown, and the view is one by who is logged in. */
	expect_sql(
		"CREATE TABLE base(id int PRIMARY KEY, tenant_id int, name text);"
		"CREATE VIEW shown AS SELECT id, name FROM base WHERE tenant_id = "
		"current_setting('x.tenant')::int;"
		"CREATE VIEW joined AS SELECT b.id FROM base b JOIN base c ON c.id = b.id AND "
		"b.tenant_id = current_setting('x.tenant')::int;"
		"CREATE VIEW halves AS SELECT id FROM base WHERE tenant_id = "
		"current_setting('x.tenant')::int UNION SELECT id FROM base;",
		"tenant_setting = x.tenant\ntenant_view:public.shown = x.tenant\n"
		"tenant_view:public.joined = x.tenant\n! tenant_view:public.halves\n");
}

Test(profile, three_models_in_three_schemas)
{
	expect_of("tests/db/schemas/three_models.sql",
		  "tenant_column = tenant_id\ntenant_column = workspace_id\n"
		  "tenant_column = org_id\ntenant_directory = crm.orgs\n"
		  "tenant:crm.people = org_id\ntenant_parent:crm.calls = crm.people\n"
		  "tenant_view:app.invoices = app.workspace\n"
		  "tenant_parent:raw.lines = raw.invoices\n"
		  "tenant_parent:shop.variants = shop.products\n! tenant_schemas\n");
}

Test(profile, a_schema_for_each_tenant)
{
	expect_of("tests/db/schemas/django_tenants.sql",
		  "! tenant_column\n"
		  "tenant_schemas = bakery, flowers, tools\n"
		  "tenant_schema_list = public.customers_client\n");
	/* Two alike may be old and new; with a list of tenants they are tenants'. */
	expect_sql("CREATE SCHEMA a; CREATE TABLE a.x(); CREATE TABLE a.y();"
		   "CREATE SCHEMA b; CREATE TABLE b.x(); CREATE TABLE b.y();",
		   "! tenant_schemas\n");
	expect_sql("CREATE TABLE tenants(id int PRIMARY KEY, subdomain text);"
		   "CREATE SCHEMA a; CREATE TABLE a.x(); CREATE TABLE a.y();"
		   "CREATE SCHEMA b; CREATE TABLE b.x(); CREATE TABLE b.y();",
		   "tenant_schemas = a, b\n! tenant_schema_list\n");
	/* One of them is a migration ahead; public has the template and what all share. */
	expect_sql(
		"CREATE TABLE tenants(id int PRIMARY KEY, subdomain text);"
		"CREATE TABLE w(); CREATE TABLE x(); CREATE TABLE y();"
		"CREATE SCHEMA a; CREATE TABLE a.w(); CREATE TABLE a.x(); CREATE TABLE a.y();"
		"CREATE SCHEMA b; CREATE TABLE b.w(); CREATE TABLE b.x(); CREATE TABLE b.y();"
		"CREATE SCHEMA c; CREATE TABLE c.w(); CREATE TABLE c.x(); CREATE TABLE c.y();"
		"CREATE TABLE c.z(); CREATE SCHEMA d; CREATE TABLE d.w(); CREATE TABLE d.q();",
		"tenant_schemas = a, b, c\n");
}

Test(profile, a_login_for_each_tenant)
{
	char *conninfo = cluster_database("tests/db/schemas/role_per_tenant.sql");
	struct profile *p = learn(conninfo, NULL);

	expect(p, "tenant_column = tenant_name\n"
		  "! tenant_setting\n"
		  "tenant_directory = public.tenants\n"
		  "tenant_label = title\n"
		  "tenant:public.payments = tenant_name\n"
		  "tenant:public.reminders = tenant_name\n"
		  "application_role = rpt_north\n");
	cr_assert_eq(profile_tenancies(p), 1);
	cr_expect(profile_tenancy(p, 0)->by_login);
	profile_free(&p);
	free(conninfo);
}

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

Test(profile, other_names)
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

Test(profile, shapes_of_the_field)
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
Test(profile, a_list_of_tenants)
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

Test(profile, settings_in_plpgsql_and_standard_bodies)
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

Test(profile, versions_must_be_proven)
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

static char *write_file(const char *text)
{
	char *path = xstrdup("/tmp/souk-profile-XXXXXX");
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	fputs(text, f);
	fclose(f);
	return path;
}

Test(profile, a_file_says_what_cannot_be_learned)
{
	char *conninfo = cluster_database("tests/db/dialects/d.sql");
	char *file = write_file("[profile]\nenvironment = production\n"
				"application_role = web, api\n"
				"[tenancy]\ncolumn = region\nsetting = app.region\n"
				"[relation public.orders]\nconcurrency = columns\n"
				"[relation public.users]\ntenant = none\n"
				"[mask public.products]\nsku = secret\n");
	struct profile *p = learn(conninfo, file);

	expect(p, "tenant_column = region\n"
		  "tenant_setting = app.region\n"
		  "environment = production\n"
		  "application_role = web\n"
		  "concurrency:public.orders = columns\n"
		  "secret:public.products = sku\n"
		  "! tenant:public.users\n");
	cr_assert_eq(item(p, "tenant_column", "region")->how, PROFILE_CONFIGURED);
	cr_assert_str_eq(profile_application_roles(p)[1], "api");
	profile_free(&p);
	remove(file);
	free(file);
	free(conninfo);
}

Test(profile, a_broken_file_names_its_line)
{
	char *conninfo = cluster_database("");
	char *file = write_file("[profile]\nenvironmnet = production\n");
	struct catalog *c = read_catalog(conninfo);
	struct err err = ERR_INIT;

	cr_assert_null(profile_learn(c, file, NULL, &err));
	cr_assert(strstr(err.what, ":2"), "%s", err.what);
	cr_assert(strstr(err.why, "environment"), "%s", err.why);
	err_release(&err);
	catalog_free(&c);
	remove(file);
	free(file);
	free(conninfo);
}
