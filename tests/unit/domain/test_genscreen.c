/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "domain/genscreen.h"
#include "support/leak.h"
#include "support/snapshot.h"

static const char shop[] =
	"server version|database|current_role|search_path\n"
	"150004|shop|anna|public\n"
	"roles oid|name|login\n"
	"12|anna|t\n"
	"schemas oid|name|usage\n"
	"1|public|t\n"
	"types type|typmod|formatted|kind|category|base\n"
	"16|-1|boolean|b|B|16\n"
	"17|-1|bytea|b|U|17\n"
	"20|-1|bigint|b|N|20\n"
	"25|-1|text|b|S|25\n"
	"1184|-1|timestamp with time zone|b|D|1184\n"
	"1700|-1|numeric|b|N|1700\n"
	"relations oid|schema|name|kind|rights|rls|active|updatable\n"
	"100|1|products|r|15|t|t|t\n"
	"101|1|brands|r|15|f|f|t\n"
	"102|1|Odd name|r|1|f|f|t\n"
	"103|1|v|v|15|f|f|t\n"
	"104|1|mv|m|15|f|f|f\n"
	"105|1|record|r|15|f|f|t\n"
	"constraints oid|kind|relation|name|target|keys|target_keys\n"
	"900|f|100|brand|101|{2,6}|{1,2}\n"
	"901|f|102|product|100|{2,3}|{2,1}\n"
	"columns relation|attnum|name|type|typmod|not_null\n"
	"100|1|id|20|-1|t\n"
	"100|2|tenant_id|20|-1|t\n"
	"100|3|created_at|1184|-1|t\n"
	"100|4|price|1700|-1|t\n"
	"100|5|picture|17|-1|f\n"
	"100|6|brand_id|20|-1|f\n"
	"100|7|status|25|-1|t\n"
	"100|8|name|25|-1|t\n"
	"100|9|api_key|25|-1|f\n"
	"101|1|tenant_id|20|-1|t\n"
	"101|2|id|20|-1|t\n"
	"102|1|a b|25|-1|t\n"
	"102|2|tenant_id|20|-1|t\n"
	"102|3|product|20|-1|t\n"
	"103|1|id|20|-1|f\n"
	"104|1|id|20|-1|f\n"
	"105|1|id|20|-1|t\n"
	"indexes oid|relation|name|method|keys|nkeys|unique|primary|valid|ready|definition\n"
	"200|100|pk|btree|1|1|t|t|t|t|x\n"
	"201|101|pk|btree|1 2|2|t|t|t|t|x\n"
	"202|105|pk|btree|1|1|t|t|t|t|x\n"
	"policies oid|relation|name|command|permissive|roles|using|columns\n"
	"300|100|iso|*|t|{0}|(tenant_id = (current_setting('app.tenant_id'::text))::bigint)|{2}\n";

struct fixture {
	struct catalog *c;
	struct profile *p;
	struct genscreens *g;
};

static struct fixture open_fixture(void)
{
	struct fixture f = { .c = snapshot_make(shop), .g = genscreens_new() };
	struct err err = ERR_INIT;

	f.p = profile_learn(f.c, NULL, NULL, &err);
	cr_assert(f.p, "%s", err.why);
	return f;
}

static void close_fixture(struct fixture *f)
{
	genscreens_free(&f->g);
	profile_free(&f->p);
	catalog_free(&f->c);
}

static const struct screendef *find(struct fixture *f, const char *name)
{
	struct err err = ERR_INIT;
	const struct screendef *def = genscreens_find(f->g, f->c, f->p, name, &err);

	cr_assert(def, "%s: %s", name, err.why);
	return def;
}

static void expect_shown(const struct screendef *def, const char *const *names)
{
	size_t n = 0;

	for (size_t i = 0; i < def->ncolumns; i++) {
		if (def->columns[i].hidden)
			continue;
		cr_assert(names[n], "%s is shown too", def->columns[i].name);
		cr_expect_str_eq(def->columns[i].name, names[n]);
		n++;
	}
	cr_expect_null(names[n], "%s is not shown", names[n]);
}

Test(genscreen, sensible_columns_come_first)
{
	struct fixture f = open_fixture();
	const struct screendef *def = find(&f, "products");

	expect_shown(def, (const char *const[]){ "id", "name", "status", "tenant_id", "brand_id",
						 "price", "created_at", "picture", NULL });
	cr_assert_eq(def->ncolumns, 9, "what is secret is there too, hidden");
	for (size_t i = 0; i < def->ncolumns; i++)
		cr_assert_eq(def->columns[i].tenant,
			     strcmp(def->columns[i].name, "tenant_id") == 0,
			     "%s: whose it is, one knows while a tenant is chosen",
			     def->columns[i].name);
	cr_assert(def->columns[0].freeze, "the key stays in sight");
	cr_assert_not(def->columns[1].freeze);
	cr_assert_eq(def->kind, SCREEN_GRID);
	cr_assert_eq(def->scope, SCOPE_TENANT, "row-level security shows nothing without one");
	cr_assert_str_eq(def->key[0], "id");
	cr_assert_null(def->key[1]);
	cr_assert_str_eq(def->search[0], "name");
	cr_assert(def->edit.allowed);
	cr_assert_eq(find(&f, "brands")->scope, SCOPE_ANY);
	close_fixture(&f);
}

Test(genscreen, foreign_keys_are_followed_both_ways)
{
	struct fixture f = open_fixture();
	const struct screendef *def = find(&f, "products");
	const struct screendef *record = find(&f, "public.products.record");

	cr_assert_str_eq(def->enter, "open public.products.record id={id}");
	cr_assert_eq(record->kind, SCREEN_DETAIL);
	cr_assert_str_eq(record->columns[2].name, "created_at", "as the table has them");
	cr_assert_eq(record->nkeys, 1);
	cr_assert_str_eq(record->keys[0].key, "1");
	cr_assert_str_eq(record->keys[0].run,
			 "open public.brands.record tenant_id={tenant_id} id={brand_id}");
	for (size_t i = 0; i < record->ncolumns; i++) {
		if (strcmp(record->columns[i].name, "brand_id") == 0)
			cr_assert_str_eq(record->columns[i].open, record->keys[0].run);
		else
			cr_assert_null(record->columns[i].open);
	}
	cr_assert_eq(record->npanes, 1);
	cr_assert_str_eq(record->panes[0].screen, "public.\"Odd name\"");
	cr_assert_str_eq(record->panes[0].where, "tenant_id={tenant_id} product={id}");
	close_fixture(&f);
}

Test(genscreen, what_cannot_be_edited_says_why)
{
	struct fixture f = open_fixture();

	cr_assert(strstr(find(&f, "v")->edit.why, "no key"));
	cr_assert(strstr(find(&f, "mv")->edit.why, "refreshed"));
	cr_assert(strstr(find(&f, "Odd name")->edit.why, "primary key"));
	cr_assert_null(find(&f, "products")->edit.why);
	cr_assert_not(find(&f, "v")->edit.allowed);
	cr_assert_null(find(&f, "v")->enter);
	close_fixture(&f);
}

Test(genscreen, a_relation_may_be_called_record)
{
	struct fixture f = open_fixture();
	struct err err = ERR_INIT;

	cr_assert_eq(find(&f, "public.record")->kind, SCREEN_GRID);
	cr_assert_eq(find(&f, "public.record.record")->kind, SCREEN_DETAIL);
	cr_assert_eq(find(&f, "products"), find(&f, "products"), "made once");
	cr_assert_null(genscreens_find(f.g, f.c, f.p, "prodcuts", &err));
	cr_assert(strstr(err.hint, "products"));
	err_release(&err);
	close_fixture(&f);
}
