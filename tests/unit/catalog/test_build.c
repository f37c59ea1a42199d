/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <string.h>

#include "catalog/catalog.h"
#include "support/leak.h"
#include "support/snapshot.h"

static const char shop[] =
	"server version|database|current_role|block_size|search_path|collation_c|keywords\n"
	"150004|shop|anna|8192|\"$user\", public|t|{order,user}\n"
	"roles oid|name|superuser|login|inherit|bypassrls\n"
	"9|pg_read_all_data|f|f|t|f\n"
	"10|boss|t|t|t|t\n"
	"11|owner|f|f|t|f\n"
	"12|anna|f|t|t|f\n"
	"13|group|f|f|t|f\n"
	"14|loner|f|t|f|f\n"
	"15|reader|f|t|t|f\n"
	"memberships role|member|admin|inherit|set\n"
	"9|15|f|t|t\n"
	"13|12|f|t|t\n"
	"13|14|f|f|t\n"
	"acls acl|grantee|rights|grantable\n"
	"{col}|14|4|0\n"
	"{rel}|11|127|0\n"
	"{rel}|13|3|0\n"
	"{sch}|0|256|0\n"
	"{empty}|-|-|-\n"
	"schemas oid|name|owner|acl|usage\n"
	"1|public|11|{sch}|t\n"
	"2|odd|11|-|f\n"
	"choices type|kind|text|place\n"
	"500|enum|small|1\n"
	"500|enum|large|2\n"
	"510|domain|CHECK ((VALUE >= 0))|1\n"
	"types type|typmod|formatted|kind|category|base|element|not_null|btree|leakproof\n"
	"20|-1|bigint|b|N|20|0|f|t|t\n"
	"25|-1|text|b|S|25|0|f|t|t\n"
	"500|-1|public.size|e|E|500|0|f|t|f\n"
	"510|-1|public.cents|d|N|23|0|t|t|t\n"
	"comments relation|attnum|text\n"
	"100|0|What is sold\n"
	"100|2|Short name\n"
	"relations oid|schema|name|kind|owner|acl|estimate|pages|rls|forced|rights|options\n"
	"100|1|products|r|11|{rel}|1000|10|t|f|1|-\n"
	"101|1|order|r|11|{rel}|-1|0|f|f|1|-\n"
	"102|2|products|r|11|{empty}|0|0|f|f|0|-\n"
	"103|1|v|v|11|-|0|0|f|f|0|{security_invoker=on,check_option=local}\n"
	"104|1|parts|p|11|{rel}|-1|0|f|f|1|-\n"
	"105|1|parts_1|r|11|{rel}|40|2|f|f|1|-\n"
	"107|2|Products|r|11|{empty}|0|0|f|f|0|-\n"
	"parents relation|parent\n"
	"105|104\n"
	"reads relation|target\n"
	"103|100\n"
	"103|101\n"
	"constraints "
	"oid|kind|relation|name|target|keys|target_keys|on_delete|definition|validated\n"
	"900|c|100|c1|0|{4}|-|-|CHECK ((qty >= 0))|t\n"
	"901|f|101|f1|100|{2}|{1}|c|-|t\n"
	"column_acls relation|attnum|acl|rights\n"
	"102|-2|{col}|1\n"
	"102|1|{col}|4\n"
	"columns relation|attnum|name|type|typmod|not_null|made|collation|default\n"
	"100|1|id|20|-1|t|a|0|-\n"
	"100|2|sku|25|-1|t||100|-\n"
	"100|3|size|500|-1|f||0|'small'::public.size\n"
	"100|4|qty|20|-1|t||0|0\n"
	"100|6|price|510|-1|f||0|-\n"
	"101|1|id|20|-1|t|a|0|-\n"
	"101|2|product|20|-1|t||0|-\n"
	"102|1|id|20|-1|t|s|0|(1 + 1)\n"
	"indexes "
	"oid|relation|name|method|keys|nkeys|options|unique|primary|valid|ready|definition|pages\n"
	"200|100|products_pkey|btree|1|1|0|t|t|t|t|-|2\n"
	"201|100|by_sku|btree|2 4|1|3|t|f|t|t|-|1\n"
	"202|101|half|btree|2|1|0|t|f|f|t|-|1\n"
	"policies oid|relation|name|command|permissive|roles|using|check|columns|functions\n"
	"300|100|iso|*|t|{0}|true|-|{1,2}|{7}\n"
	"triggers oid|relation|name|function|function_name|type|enabled|definition\n"
	"400|101|t|7|public.f|19|O|x\n"
	"settings role|database|setting\n"
	"anna|-|work_mem=64MB\n"
	"-|shop|app.environment=staging\n"
	"extensions name|version\n"
	"citus|12.1\n";

static const struct relation *find(const struct catalog *c, const char *name)
{
	struct err err = ERR_INIT;
	const struct relation *r = catalog_find(c, name, &err);

	cr_assert(r, "%s: %s", name, err.why);
	return r;
}

Test(build, relations_are_in_order_of_name)
{
	struct catalog *c = snapshot_make(shop);

	cr_assert_eq(catalog_relations(c), 7);
	cr_assert_str_eq(catalog_relation_at(c, 0)->schema, "odd");
	cr_assert_str_eq(catalog_relation_at(c, 2)->name, "order");
	cr_assert_eq(catalog_relation(c, 101)->oid, 101);
	cr_assert_null(catalog_relation(c, 999));
	catalog_free(&c);
}

Test(build, columns_know_their_types_choices_and_ranges)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *r = catalog_relation(c, 100);

	cr_assert_eq(r->ncolumns, 5);
	cr_assert_eq(relation_attnum(r, 6)->base_type_oid, 23);
	cr_assert(relation_attnum(r, 6)->not_null, "the domain forbids NULL");
	cr_assert_str_eq(relation_attnum(r, 6)->range_text, ">= 0");
	cr_assert_str_eq(relation_column(r, "qty")->range_text, ">= 0");
	cr_assert_str_eq(relation_column(r, "size")->choices[1], "large");
	cr_assert_null(relation_column(r, "size")->choices[2]);
	cr_assert_eq(relation_column(r, "id")->identity, 'a');
	cr_assert_eq(relation_column(r, "id")->generated, 0);
	cr_assert_eq(catalog_relation(c, 102)->columns[0].generated, 's');
	cr_assert(relation_column(r, "sku")->collation_c);
	cr_assert_not(relation_column(r, "id")->collation_c);
	cr_assert_str_eq(r->comment, "What is sold");
	cr_assert_str_eq(relation_column(r, "sku")->comment, "Short name");
	cr_assert_null(relation_attnum(r, 5), "a dropped column");
	catalog_free(&c);
}

Test(build, keys_and_indexes)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *r = catalog_relation(c, 100);
	const int sku[] = { 2 }, qty[] = { 4 };

	cr_assert_str_eq(relation_key(r)->name, "products_pkey");
	cr_assert_null(relation_key(catalog_relation(c, 101)), "an invalid one identifies nothing");
	cr_assert_str_eq(relation_index_leading(r, sku, 1)->name, "by_sku");
	cr_assert_null(relation_index_leading(r, qty, 1));
	cr_assert_eq(r->indexes[1].ncolumns, 2);
	cr_assert_str_eq(r->indexes[1].definition,
			 "CREATE UNIQUE INDEX by_sku ON public.products USING btree (sku DESC) "
			 "INCLUDE (qty)");
	cr_assert_str_eq(catalog_relation(c, 101)->indexes[0].definition,
			 "CREATE UNIQUE INDEX half ON public.\"order\" USING btree (product)");
	catalog_free(&c);
}

Test(build, foreign_keys_are_known_at_both_ends)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *from = catalog_relation(c, 101), *to = catalog_relation(c, 100);

	cr_assert_eq(from->nreferences, 1);
	cr_assert_eq(to->nreferrers, 1);
	cr_assert_eq(from->references[0], to->referrers[0]);
	cr_assert_eq(to->referrers[0]->from_columns[0], 2);
	cr_assert_eq(to->nreferences, 0);
	catalog_free(&c);
}

Test(build, views_and_partitions)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *v = catalog_relation(c, 103), *p = catalog_relation(c, 104);

	cr_assert_eq(v->reads[0], 100);
	cr_assert_eq(v->reads[2], 0);
	cr_assert_eq(catalog_relation(c, 101)->read_by[0], 103);
	cr_assert_null(p->read_by);
	cr_assert(v->security_invoker && v->check_option && !v->security_barrier);
	cr_assert_eq(catalog_relation(c, 105)->parent, 104);
	catalog_free(&c);
}

Test(build, names_are_found_as_people_write_them)
{
	struct catalog *c = snapshot_make(shop);
	struct err err = ERR_INIT;

	cr_assert_eq(find(c, "products")->oid, 100, "the search path decides");
	cr_assert_eq(find(c, "odd.products")->oid, 102);
	cr_assert_eq(find(c, "PUBLIC.Products")->oid, 100);
	cr_assert_eq(find(c, "odd.Products")->oid, 107, "as it is, before it is folded");
	cr_assert_eq(find(c, "\"order\"")->oid, 101);
	cr_assert_eq(find(c, "order")->oid, 101);
	cr_assert_null(catalog_find(c, "producst", &err));
	cr_assert(strstr(err.hint, "products"), "%s", err.hint);
	cr_assert_null(catalog_find(c, "odd.order", &err));
	cr_assert_null(catalog_find(c, "a.b.c", &err));
	err_release(&err);
	catalog_free(&c);
}

Test(build, rights_of_any_role)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *r = catalog_relation(c, 100), *odd = catalog_relation(c, 102);

	cr_assert_eq(catalog_rights(c, 12, r), RIGHT_SELECT | RIGHT_INSERT, "by her group");
	cr_assert_eq(catalog_rights(c, 14, r), 0, "a member that does not inherit");
	cr_assert(catalog_can_set(c, 14, 13) && !catalog_inherits(c, 14, 13));
	cr_assert_eq(catalog_rights(c, 10, odd), 127);
	cr_assert_eq(catalog_rights(c, 12, odd), 0, "no way into the schema");
	cr_assert_eq(catalog_rights(c, 15, odd), RIGHT_SELECT, "pg_read_all_data");
	cr_assert_eq(catalog_rights(c, 11, odd), 0, "an empty list: not even the owner");
	cr_assert(catalog_bound(c, 12, r));
	cr_assert_not(catalog_bound(c, 11, r), "the owner, not forced");
	cr_assert_not(catalog_bound(c, 10, r));
	cr_assert_not(catalog_bound(c, 12, odd));
	catalog_free(&c);
}

Test(build, column_grants_open_xmin_and_count_for_the_relation)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *odd = catalog_relation(c, 102);

	cr_assert(odd->xmin_readable);
	cr_assert_eq(odd->rights, RIGHT_UPDATE);
	cr_assert_eq(odd->columns[0].rights, RIGHT_UPDATE);
	cr_assert_eq(catalog_relation(c, 100)->columns[0].rights, RIGHT_SELECT);
	cr_assert_not(catalog_relation(c, 103)->xmin_readable, "a view has none");
	catalog_free(&c);
}

Test(build, sizes_of_partitions_add_up)
{
	struct catalog *c = snapshot_make(shop);
	const struct relation *p = catalog_relation(c, 104);

	cr_assert_eq(catalog_relation(c, 105)->bytes, 2 * 8192);
	cr_assert_eq(p->bytes, 0, "parts_1 is no partition by its own flag");
	catalog_free(&c);
}

Test(build, policies_triggers_settings)
{
	struct catalog *c = snapshot_make(shop);
	const struct policy *p = &catalog_relation(c, 100)->policies[0];

	cr_assert_str_eq(p->roles[0], "public");
	cr_assert_null(p->roles[1]);
	cr_assert_eq(p->columns[1], 2);
	cr_assert_eq(p->columns[2], 0);
	cr_assert_eq(p->functions[0], 7);
	cr_assert_eq(p->relations[0], 0);
	cr_assert_str_eq(catalog_relation(c, 101)->triggers[0].function, "public.f");
	cr_assert_eq(catalog_settings(c), 2);
	cr_assert_str_eq(catalog_setting_at(c, 1)->value, "staging");
	cr_assert_str_eq(catalog_extension(c, "citus"), "12.1");
	cr_assert_null(catalog_extension(c, "vector"));
	catalog_free(&c);
}

Test(build, a_snapshot_lives_until_its_last_share_goes)
{
	struct catalog *c = snapshot_make(shop), *share = catalog_ref(c);

	catalog_free(&c);
	cr_assert_null(c);
	cr_assert_str_eq(catalog_database(share), "shop");
	cr_assert_gt(catalog_bytes(share), 1000);
	catalog_free(&share);
}

Test(build, nothing_at_all_is_an_empty_snapshot)
{
	struct catalog *c = snapshot_make("");

	cr_assert_eq(catalog_relations(c), 0);
	cr_assert_null(catalog_relation(c, 1));
	catalog_free(&c);
}
