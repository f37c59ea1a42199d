/* SPDX-License-Identifier: MIT */
/* What souk learns of whole schemas that it has never seen, and of a file that says more. */
#include <stdio.h>

#include "profiles.h"

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
