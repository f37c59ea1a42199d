/* SPDX-License-Identifier: MIT */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "domain/schematext.h"
#include "support/leak.h"
#include "support/snapshot.h"

static const char shop[] =
	"roles oid|name|login\n12|anna|t\n13|web|t\n"
	"acls acl|grantee|rights|grantable\n{r}|12|127|0\n{r}|13|5|0\n"
	"schemas oid|name|owner\n1|public|12\n"
	"types type|typmod|formatted|kind|category|base\n"
	"20|-1|bigint|b|N|20\n25|-1|text|b|S|25\n"
	"relations oid|schema|name|kind|owner|acl|rls|forced\n"
	"100|1|items|r|12|{r}|t|t\n"
	"101|1|Two\rlines|r|12|-|f|f\n"
	"constraints oid|kind|relation|name|target|keys|target_keys|on_delete|on_update|validated\n"
	"900|f|101|fk|100|{1}|{1}|c|a|f\n"
	"columns relation|attnum|name|type|typmod|not_null|made|default\n"
	"100|1|id|20|-1|t|a|-\n"
	"100|2|a b|25|-1|f||'x'::text\n"
	"101|1|item|20|-1|t||-\n"
	"indexes oid|relation|name|method|keys|nkeys|unique|primary|valid|ready|definition\n"
	"200|100|pk|btree|1|1|t|t|t|t|x\n"
	"policies oid|relation|name|command|permissive|roles|using\n"
	"300|100|iso|r|t|{0}|(id > 0)\n";

static const char written[] =
	"schema public owner anna\n"
	"table public.\"Two\\x0dlines\" owner anna\n"
	"\tcolumn item bigint not null\n"
	"\tforeign key fk (item) to public.items (id) on delete cascade not valid\n"
	"table public.items owner anna row-security forced\n"
	"\tcolumn id bigint not null identity always\n"
	"\tcolumn \"a b\" text default 'x'::text\n"
	"\tprimary key pk (id)\n"
	"\tpolicy iso permissive for select to public using (id > 0)\n"
	"\tgrant to web select, update\n";

Test(schematext, is_the_same_for_the_same_schema)
{
	struct catalog *c = snapshot_make(shop);
	struct buf out = BUF_INIT;

	schematext_write(&out, c, NULL);
	cr_assert_str_eq(out.data, written);
	buf_clear(&out);
	schematext_write(&out, c, "other");
	cr_assert_str_eq(out.data, "");
	buf_release(&out);
	catalog_free(&c);
}

Test(schematext, describe_tells_both_directions)
{
	struct catalog *c = snapshot_make(shop);
	struct buf out = BUF_INIT;

	schematext_describe(&out, c, catalog_relation(c, 100));
	cr_assert(strstr(out.data, "\treferred to by public.\"Two\\x0dlines\" fk (item)"), "%s",
		  out.data);
	buf_release(&out);
	catalog_free(&c);
}

Test(schematext, mermaid_has_only_words_that_it_reads)
{
	struct catalog *c = snapshot_make(shop);
	struct buf out = BUF_INIT;

	schematext_mermaid(&out, c, NULL);
	cr_assert_str_eq(out.data, "erDiagram\n"
				   "    public_Two_lines {\n"
				   "        bigint item\n"
				   "    }\n"
				   "    public_items {\n"
				   "        bigint id PK\n"
				   "        text a_b\n"
				   "    }\n"
				   "    public_items ||--o{ public_Two_lines : item\n");
	buf_release(&out);
	catalog_free(&c);
}

/* "+object part", "-…", "~…" in one text. */
static char *differences(const char *before, const char *after)
{
	struct schema_changes changes;
	struct buf out = BUF_INIT;

	schematext_diff(&changes, before, after);
	for (size_t i = 0; i < changes.n; i++)
		buf_addf(&out, "%c%s %s\n", "+-~"[changes.v[i].kind], changes.v[i].object,
			 changes.v[i].part);
	schema_changes_release(&changes);
	return buf_detach(&out);
}

static void expect(const char *before, const char *after, const char *wanted)
{
	char *got = differences(before, after);

	cr_expect_str_eq(got, wanted);
	free(got);
}

Test(schematext, differences_name_object_and_part)
{
	expect(written, written, "");
	expect("table a.t owner x\n\tcolumn id int\n\tcolumn old text\n",
	       "table a.t owner x\n\tcolumn id bigint\n\tcolumn new text\n",
	       "~table a.t column id\n+table a.t column new\n-table a.t column old\n");
	expect("", "table a.t owner x\n\tcolumn id int\n", "+table a.t \n");
	expect("table a.t owner x\n\tcolumn id int\n", "# words of a person\n", "-table a.t \n");
	expect("table a.\"x y\" owner x\n", "table a.\"x y\" owner y\n", "~table a.\"x y\" \n");
	expect("function a.f(i integer) returns int\nfunction a.f(t text) returns int\n",
	       "function a.f(t text) returns bool\n",
	       "-function a.f(i integer) \n~function a.f(t text) \n");
}

Test(schematext, hand_written_parts_are_kept)
{
	struct buf out = BUF_INIT, again = BUF_INIT;

	schematext_splice(&out, "# Ours\n\ntext\n", "schema", "one\n");
	cr_assert_str_eq(out.data, "# Ours\n\ntext\n<!-- souk:schema:begin -->\none\n"
				   "<!-- souk:schema:end -->\n");
	buf_adds(&out, "tail without newline");
	schematext_splice(&again, out.data, "schema", "two\n");
	cr_assert_str_eq(again.data, "# Ours\n\ntext\n<!-- souk:schema:begin -->\ntwo\n"
				     "<!-- souk:schema:end -->\ntail without newline");
	buf_release(&out);
	buf_release(&again);
}
