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
	"constraints "
	"oid|kind|relation|name|target|keys|target_keys|on_delete|on_update|validated\n"
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

	schematext_write(&out, c, NULL, NULL);
	cr_assert_str_eq(out.data, written);
	buf_clear(&out);
	schematext_write(&out, c, NULL, "other");
	cr_assert_str_eq(out.data, "");
	buf_release(&out);
	catalog_free(&c);
}

Test(schematext, describe_tells_both_directions)
{
	struct catalog *c = snapshot_make(shop);
	struct buf out = BUF_INIT;

	schematext_describe(&out, c, catalog_relation(c, 100), NULL);
	cr_assert(strstr(out.data, "\treferred to by public.\"Two\\x0dlines\" fk (item)"), "%s",
		  out.data);
	buf_release(&out);
	catalog_free(&c);
}

static char *drawn(const char *rows)
{
	struct catalog *c = snapshot_make(rows);
	struct buf out = BUF_INIT;

	schematext_mermaid(&out, c, NULL);
	catalog_free(&c);
	return buf_detach(&out);
}

Test(schematext, mermaid_has_only_what_it_reads)
{
	char *got = drawn(shop);

	cr_assert_str_eq(got,
			 "erDiagram\n"
			 "    \"public.Two#13;lines\" {\n"
			 "        bigint item FK\n"
			 "    }\n"
			 "    \"public.items\" {\n"
			 "        bigint id PK\n"
			 "        text a_b \"a b\"\n"
			 "    }\n"
			 "    \"public.items\" ||--o{ \"public.Two#13;lines\" : \"item\"\n");
	free(got);
}

/* Names that one quotes, that would be markup there, that differ in one letter alone, that are
 * words of its grammar; a key that is unique and may be absent; no columns at all. */
Test(schematext, mermaid_keeps_odd_names_apart)
{
	char *got =
		drawn("roles oid|name|login\n12|anna|t\n"
		      "schemas oid|name|owner\n1|a.b|12\n2|a|12\n"
		      "types type|typmod|formatted|kind|category|base\n"
		      "20|-1|numeric(10,2)|b|N|20\n"
		      "relations oid|schema|name|kind|owner\n"
		      "100|1|c|r|12\n101|2|b.c|r|12\n102|2|q\"%\\#;<|r|12\n"
		      "103|2|\u05e2\u05e1\u05e7|r|12\n104|2|\u05e2\u05e1\u05e8|r|12\n"
		      "105|2|none|r|12\n106|2|rl\u202eo|r|12\n"
		      "constraints oid|kind|relation|name|target|keys|target_keys\n"
		      "900|f|104|fk|103|{1}|{1}\n"
		      "columns relation|attnum|name|type|typmod|not_null\n"
		      "100|1|PK|20|-1|t\n101|1|1st|20|-1|t\n102|1|x%\"|20|-1|t\n"
		      "103|1|\u05de\u05d6|20|-1|t\n104|1|up|20|-1|f\n106|1|id|20|-1|f\n"
		      "indexes oid|relation|name|method|keys|nkeys|unique|primary|valid|ready\n"
		      "200|104|u|btree|1|1|t|f|t|t\n");

	cr_assert_str_eq(
		got, "erDiagram\n"
		     "    \"a.b#46;c\" {\n"
		     "        numeric(10_2) _1st \"1st\"\n"
		     "    }\n"
		     "    \"a.none\"\n"
		     "    \"a.q#34;#37;#92;#35;#59;#60;\" {\n"
		     "        numeric(10_2) x__ \"x#37;#34;\"\n"
		     "    }\n"
		     "    \"a.rl#8238;o\" {\n"
		     "        numeric(10_2) id\n"
		     "    }\n"
		     "    \"a.\u05e2\u05e1\u05e7\" {\n"
		     "        numeric(10_2) ___ \"\u05de\u05d6\"\n"
		     "    }\n"
		     "    \"a.\u05e2\u05e1\u05e8\" {\n"
		     "        numeric(10_2) up FK\n"
		     "    }\n"
		     "    \"a#46;b.c\" {\n"
		     "        numeric(10_2) _PK \"PK\"\n"
		     "    }\n"
		     "    \"a.\u05e2\u05e1\u05e7\" |o--o| \"a.\u05e2\u05e1\u05e8\" : \"up\"\n");
	free(got);
}

/* The numbers that a server gave do not show: schemas, functions, grants and roles are in the
 * order of their names. */
Test(schematext, numbers_do_not_order_it)
{
	struct catalog *c = snapshot_make(
		"roles oid|name\n12|zoe\n13|anna\n14|eve\n"
		"acls "
		"acl|grantee|rights|grantable\n{r}|12|1|0\n{r}|13|4|0\n{r}|12|4|0\n{c}|13|2|0\n"
		"schemas oid|name|owner\n1|z|14\n2|a|14\n"
		"types type|typmod|formatted|kind|category|base\n20|-1|bigint|b|N|20\n"
		"relations oid|schema|name|kind|owner|acl\n100|1|t|r|14|{r}\n"
		"column_acls relation|attnum|acl|rights\n100|1|{c}|2\n"
		"columns relation|attnum|name|type|typmod\n100|1|i d|20|-1\n"
		"policies oid|relation|name|command|permissive|roles|using\n"
		"300|100|p|*|t|{12,13}|(x = 'a  b'::text)\n");
	struct buf out = BUF_INIT;

	schematext_write(&out, c, NULL, NULL);
	cr_assert_str_eq(out.data,
			 "schema a owner eve\n"
			 "schema z owner eve\n"
			 "table z.t owner eve\n"
			 "\tcolumn \"i d\" bigint\n"
			 "\tpolicy p permissive for all to anna, zoe using (x = 'a  b'::text)\n"
			 "\tgrant to anna update; insert of \"i d\"\n"
			 "\tgrant to zoe select, update\n");
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
	expect("table a.t owner x\n\tcolumn id int\n", "# words of a person\n",
	       "-table a.t \n");
	expect("table a.\"x y\" owner x\n", "table a.\"x y\" owner y\n", "~table a.\"x y\" \n");
	expect("function a.f(i integer) returns int\nfunction a.f(t text) returns int\n",
	       "function a.f(t text) returns bool\n",
	       "-function a.f(i integer) \n~function a.f(t text) \n");
}

/* What an older souk could not write is not compared with what it wrote; nor are its parts. */
Test(schematext, versions_and_lines_that_go_on)
{
	static const char now[] =
		"# souk schema 2\nview a.v owner x\n\tquery\n\t\tSELECT 1\n"
		"domain a.d owner x as text\n\tcheck c CHECK (true)\n"
		"function a.f() returns int\n\tbody\n\t\tone\n\t\t\n\t\ttwo\n";

	expect(now, now, "");
	expect(now,
	       "# souk schema 2\nview a.v owner x\n\tquery\n\t\tSELECT 2\n"
	       "domain a.d owner x as text\n\tcheck c CHECK (false)\n"
	       "function a.f() returns int\n\tbody\n\t\tone\n\t\ttwo\n",
	       "~domain a.d check c\n~function a.f() body\n~view a.v query\n");
	expect("view a.v owner y\nfunction a.f() returns int\n", now, "~view a.v \n");
	expect(now, "# souk schema 2\nview a.v owner x\n",
	       "-domain a.d \n-function a.f() \n-view a.v query\n");
	cr_expect_eq(schematext_version(now), 2);
	cr_expect_eq(schematext_version("view a.v owner y\n"), 1);
	cr_expect_eq(schematext_version("words\n\tcolumn a int\n"), 0);
	cr_expect_eq(schematext_version("<!-- x -->\n```text\n# souk schema 12\n"), 12);
}

static void spliced(const char *document, const char *part, const char *wanted)
{
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;

	buf_adds(&in, document);
	if (schematext_splice(&out, &in, "schema", part, &err))
		cr_expect_str_eq(out.data, wanted);
	else
		cr_expect_str_eq(err.why, wanted);
	err_release(&err);
	buf_release(&in);
	buf_release(&out);
}

#define BEGIN "<!-- souk:schema:begin -->"
#define END "<!-- souk:schema:end -->"

Test(schematext, hand_written_parts_are_kept)
{
	spliced("", "one\n", BEGIN "\none\n" END "\n");
	spliced("# Ours\n\ntext\n", "one\n", "# Ours\n\ntext\n" BEGIN "\none\n" END "\n");
	spliced("no newline", "one\n", "no newline\n" BEGIN "\none\n" END "\n");
	spliced("a\n" BEGIN "\none\nold\n" END "\ntail without newline", "two\n",
		"a\n" BEGIN "\ntwo\n" END "\ntail without newline");
	spliced(BEGIN "\n" END, "two\n", BEGIN "\ntwo\n" END);
	/* Other line ends, white space around the markers, a byte order mark. */
	spliced("a\r\n" BEGIN "\r\nold\r\n" END "\r\nb\n", "two\n",
		"a\r\n" BEGIN "\r\ntwo\r\n" END "\r\nb\n");
	spliced("a\r\nb", "one\n", "a\r\nb\r\n" BEGIN "\r\none\r\n" END "\r\n");
	spliced("- list\n  " BEGIN "  \nold\n\t" END "\n", "two\n",
		"- list\n  " BEGIN "  \ntwo\n\t" END "\n");
	spliced("\xef\xbb\xbf" BEGIN "\nold\n" END "\n", "two\n",
		"\xef\xbb\xbf" BEGIN "\ntwo\n" END "\n");
	/* In a sentence they are no markers, and others' are others'. */
	spliced("Between `" BEGIN "` and `" END "`.\n" BEGIN "\nold\n" END "\n", "two\n",
		"Between `" BEGIN "` and `" END "`.\n" BEGIN "\ntwo\n" END "\n");
	spliced("<!-- souk:diagram:begin -->\n", "one\n",
		"<!-- souk:diagram:begin -->\n" BEGIN "\none\n" END "\n");
}

Test(schematext, markers_that_are_no_pair_are_left_alone)
{
	spliced("a\n" BEGIN "\nsomebody's\n", "x\n", "stands in line 2 without " END);
	spliced("a\n" END "\n", "x\n", "stands in line 2 without " BEGIN);
	spliced(END "\n" BEGIN "\n", "x\n", "stands in line 2 without " END);
	spliced(BEGIN "\n" END "\n" BEGIN "\n" END "\n", "x\n",
		"stands twice, in the lines 1 and 3");
	spliced(BEGIN "\n" END "\nours\n" END "\n", "x\n",
		"stands twice, in the lines 2 and 4");
}

/* A zero in it is a byte of it. */
Test(schematext, bytes_behind_a_zero_are_kept)
{
	static const char document[] = "a\0b\n" BEGIN "\n" END "\nc\0d";
	static const char wanted[] = "a\0b\n" BEGIN "\nx\n" END "\nc\0d";
	struct buf in = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;

	buf_add(&in, document, sizeof document - 1);
	cr_assert(schematext_splice(&out, &in, "schema", "x\n", &err));
	cr_assert_eq(out.len, sizeof wanted - 1);
	cr_assert_eq(memcmp(out.data, wanted, out.len), 0);
	buf_release(&in);
	buf_release(&out);
}
