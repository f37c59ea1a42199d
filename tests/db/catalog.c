/* SPDX-License-Identifier: MIT */
/* The snapshot against real servers: hostile names and paths, rights, locks, DDL beside it,
 * poolers, standbys. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "catalog/reader.h"
#include "support/client.h"
#include "support/cluster.h"
#include "support/leak.h"

struct reading {
	struct client c;
	struct reader *r;
	const struct catalog *catalog;
};

static void reread(struct reading *g)
{
	reader_refresh(g->r);
	client_until(&g->c, !reader_busy(g->r));
	cr_assert(reader_catalog(g->r), "%s",
		  reader_error(g->r) ? reader_error(g->r)->why : "?");
	g->catalog = reader_catalog(g->r);
}

static void reading_open(struct reading *g, const char *conninfo)
{
	client_open(&g->c, conninfo);
	g->r = reader_new(g->c.db, DB_WATCH);
	reread(g);
}

static void reading_close(struct reading *g)
{
	reader_free(&g->r);
	client_close(&g->c);
}

static const struct relation *find(const struct reading *g, const char *name)
{
	struct err err = ERR_INIT;
	const struct relation *r = catalog_find(g->catalog, name, &err);

	cr_assert(r, "%s: %s", name, err.why ? err.why : "?");
	return r;
}

static void run(const char *conninfo, const char *sql)
{
	free(cluster_sql(conninfo, sql));
}

/* Every text that the snapshot has of itself must be what the server would say. */
Test(catalog, plain_definitions_are_what_the_server_writes)
{
	char *conninfo = cluster_database("tests/db/dialects/a.sql");
	struct reading g;

	run(conninfo,
	    "CREATE TABLE \"Odd \"\"Table\"(\"a b\" int, \"select\" int, c text COLLATE \"C\", "
	    "d text);"
	    "CREATE INDEX \"I x\" ON \"Odd \"\"Table\" (\"a b\" DESC, \"select\" NULLS FIRST) "
	    "INCLUDE (d);"
	    "CREATE INDEX i2 ON \"Odd \"\"Table\" USING hash (c);"
	    "CREATE INDEX i3 ON \"Odd \"\"Table\" (d text_pattern_ops);"
	    "CREATE INDEX i4 ON \"Odd \"\"Table\" (lower(d)) WHERE c > 'a';"
	    "CREATE UNIQUE INDEX i5 ON \"Odd \"\"Table\" (c DESC NULLS LAST) NULLS NOT "
	    "DISTINCT;"
	    "CREATE INDEX i6 ON \"Odd \"\"Table\" (c) WITH (fillfactor = 70);"
	    "CREATE TABLE parts(k int) PARTITION BY RANGE (k); CREATE INDEX p_k ON parts (k);");
	reading_open(&g, conninfo);
	for (size_t i = 0; i < catalog_relations(g.catalog); i++) {
		const struct relation *r = catalog_relation_at(g.catalog, i);

		for (size_t k = 0; k < r->nindexes; k++) {
			char *sql = xasprintf("SELECT pg_get_indexdef(%u)", r->indexes[k].oid);
			char *wanted = cluster_sql(conninfo, sql);

			cr_expect_str_eq(r->indexes[k].definition, wanted);
			free(wanted);
			free(sql);
		}
	}
	cr_expect(find(&g, "\"Odd \"\"Table\"")->indexes[2].pattern_ops);
	reading_close(&g);
	free(conninfo);
}

Test(catalog, names_of_any_kind)
{
	/* 62 bytes of 63 */
	static const char long_name[] = "éééééééééééééééé"
					"ééééééééééééééé";
	static const char *const names[] = {
		"with \"quote\"", "line\nbreak", "per%cent %s", "\u202ertl", "back\\slash",
		"semi;colon--",	  "select",	 "$1",		"u&name",    long_name,
	};
	char *conninfo = cluster_database("");
	struct reading g;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buf sql = BUF_INIT;

		buf_adds(&sql, "CREATE TABLE ");
		sql_ident(&sql, names[i]);
		buf_adds(&sql, "(");
		sql_ident(&sql, names[i]);
		buf_adds(&sql, " int PRIMARY KEY, CHECK (");
		sql_ident(&sql, names[i]);
		buf_adds(&sql, " >= 3)); COMMENT ON TABLE ");
		sql_ident(&sql, names[i]);
		buf_adds(&sql, " IS ");
		sql_literal(&sql, names[i]);
		run(conninfo, sql.data);
		buf_release(&sql);
	}
	reading_open(&g, conninfo);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct relation *r = NULL;

		for (size_t k = 0; k < catalog_relations(g.catalog); k++) {
			if (strcmp(catalog_relation_at(g.catalog, k)->name, names[i]) == 0)
				r = catalog_relation_at(g.catalog, k);
		}
		cr_assert(r, "%s is missing", names[i]);
		cr_assert_str_eq(r->columns[0].name, names[i]);
		cr_assert_str_eq(r->comment, names[i]);
		cr_assert_str_eq(r->columns[0].range_text, ">= 3");
		cr_assert_eq(relation_key(r)->columns[0], 1);
	}
	reading_close(&g);
	free(conninfo);
}

/* Functions, operators and tables of the same names before pg_catalog in the path change
 * nothing. */
Test(catalog, a_hostile_search_path_is_not_followed)
{
	char *conninfo = cluster_database("tests/db/dialects/b.sql"), *hostile;
	struct reading g;

	run(conninfo,
	    "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC;"
	    "CREATE TABLE evil.pg_class(oid oid); CREATE TABLE evil.pg_policy(oid oid);"
	    "CREATE VIEW evil.pg_attribute AS SELECT 1 AS x;"
	    "CREATE FUNCTION evil.boom(oid, oid) RETURNS bool LANGUAGE plpgsql AS "
	    "'BEGIN RAISE EXCEPTION ''evil''; END';"
	    "CREATE OPERATOR evil.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = evil.boom);"
	    "CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS "
	    "'SELECT ''evil''';"
	    "CREATE FUNCTION evil.set_config(text, text, bool) RETURNS text LANGUAGE sql AS "
	    "'SELECT ''evil''';");
	hostile = xasprintf("%s options='-c search_path=evil,pg_catalog,public'", conninfo);
	reading_open(&g, hostile);
	cr_assert_eq(find(&g, "public.tenants")->nreferrers, 3);
	cr_assert_eq(find(&g, "outbox_events")->npolicies, 2);
	reading_close(&g);
	free(hostile);
	free(conninfo);
}

Test(catalog, an_ordinary_role_sees_what_it_may_and_is_told_the_rest)
{
	char *conninfo = cluster_database("tests/db/dialects/b.sql");
	char *app = xasprintf("%s user=b_app", conninfo);
	const struct relation *r;
	struct reading g;
	bool told = false;

	run(conninfo, "CREATE TABLE hidden(id int PRIMARY KEY); CREATE SCHEMA closed;"
		      "CREATE TABLE closed.t(id int PRIMARY KEY);"
		      "GRANT SELECT ON closed.t TO b_app;");
	reading_open(&g, app);
	cr_assert_str_eq(catalog_current_role(g.catalog), "b_app");
	r = find(&g, "tenants");
	cr_assert_eq(r->rights, RIGHT_SELECT);
	cr_assert_eq(relation_column(r, "name")->rights, RIGHT_SELECT);
	cr_assert_eq(relation_column(r, "created_at")->rights, 0);
	cr_assert_not(r->xmin_readable);
	cr_assert_eq(find(&g, "hidden")->rights, 0);
	cr_assert_not(find(&g, "closed.t")->schema_usage);
	r = find(&g, "customers");
	cr_assert(r->xmin_readable && r->rls_active && !r->rls_forced);
	cr_assert_eq(r->rights, RIGHT_SELECT | RIGHT_INSERT | RIGHT_UPDATE | RIGHT_DELETE);
	for (size_t i = 0; catalog_unreadable(g.catalog)[i]; i++)
		told |= strstr(catalog_unreadable(g.catalog)[i], "pg_read_all_stats") != NULL;
	cr_assert(told);
	reading_close(&g);
	free(app);
	free(conninfo);
}

/* What the snapshot computes for any role is what the server answers. */
Test(catalog, rights_agree_with_the_server)
{
	char *conninfo = cluster_database("tests/db/dialects/a.sql");
	struct reading g;

	run(conninfo, "GRANT UPDATE (name) ON catalog_brands TO PUBLIC; CREATE SCHEMA s2;"
		      "CREATE TABLE s2.t(id int); GRANT pg_read_all_data TO a_app;"
		      "REVOKE ALL ON sales_orders FROM a_owner;");
	reading_open(&g, conninfo);
	for (size_t i = 0; i < catalog_relations(g.catalog); i++) {
		const struct relation *r = catalog_relation_at(g.catalog, i);

		for (size_t k = 0; k < catalog_roles(g.catalog); k++) {
			const struct role *role = catalog_role_at(g.catalog, k);
			char *sql = xasprintf(
				"SELECT CASE WHEN has_schema_privilege(r, n, 'USAGE') THEN "
				"has_any_column_privilege(r, c, 'SELECT')::int | "
				"(has_any_column_privilege(r, c, 'INSERT')::int << 1) | "
				"(has_any_column_privilege(r, c, 'UPDATE')::int << 2) | "
				"(has_table_privilege(r, c, 'DELETE')::int << 3) ELSE 0 END "
				"FROM (VALUES (%u::oid, %u::oid, %u::oid)) AS v (r, n, c)",
				role->oid, r->schema_oid, r->oid);
			char *wanted = cluster_sql(conninfo, sql);

			cr_expect_eq(catalog_rights(g.catalog, role->oid, r) & 15,
				     (int)strtol(wanted, NULL, 10), "%s on %s: %d, not %s",
				     role->name, r->name,
				     catalog_rights(g.catalog, role->oid, r) & 15, wanted);
			free(wanted);
			free(sql);
		}
	}
	reading_close(&g);
	free(conninfo);
}

static const struct relation *stale;

static void on_swap(void *ctx, enum reader_event event, const struct catalog *old)
{
	struct err err = ERR_INIT;

	*(int *)ctx += event == READER_SWAPPED;
	if (old)
		stale = catalog_find(old, "catalog_brands", &err);
	err_release(&err);
}

Test(catalog, changes_are_noticed_when_asked_and_the_old_snapshot_stays_whole)
{
	char *conninfo = cluster_database("tests/db/dialects/a.sql");
	struct catalog *kept;
	struct reading g;
	int swaps = 0;

	reading_open(&g, conninfo);
	kept = catalog_ref(g.catalog);
	reader_observe(g.r, on_swap, &swaps);
	run(conninfo,
	    "ALTER TABLE catalog_brands RENAME name TO title;"
	    "ALTER TABLE catalog_brands DROP COLUMN created_at, ADD COLUMN extra int;");
	reader_moved(g.r);
	reader_moved(g.r);
	client_until(&g.c, !reader_busy(g.r));
	g.catalog = reader_catalog(g.r);
	cr_assert_eq(swaps, 2, "the wish that came meanwhile is folded into one more read");
	cr_assert(relation_column(find(&g, "catalog_brands"), "title"));
	cr_assert_null(relation_column(find(&g, "catalog_brands"), "created_at"));
	cr_assert(stale);
	stale = catalog_find(kept, "catalog_brands", &(struct err)ERR_INIT);
	cr_assert(relation_column(stale, "name"));
	reader_unobserve(g.r, &swaps);
	catalog_free(&kept);
	reading_close(&g);
	free(conninfo);
}

/* Somebody alters a table in an open transaction: nothing waits, its expressions are told as
 * unknown. */
Test(catalog, an_exclusive_lock_holds_nothing_up)
{
	char *conninfo = cluster_database("tests/db/dialects/a.sql");
	struct reading g;
	struct client other;
	struct answer a = { .verdicts = { TXN_CONTINUE, TXN_ROLLBACK },
			    .more = "SELECT pg_sleep(3)" };

	client_open(&other, conninfo);
	client_send(&other, DB_EDIT,
		    client_txn(TXN_WRITE,
			       "LOCK TABLE catalog_products IN ACCESS EXCLUSIVE MODE", NULL),
		    &a);
	client_until(&other, a.asked > 0);
	reading_open(&g, conninfo);
	cr_assert(find(&g, "catalog_products")->locked);
	cr_assert_null(find(&g, "catalog_products")->policies[0].using_expr);
	cr_assert_eq(find(&g, "catalog_products")->ncolumns, 16);
	cr_assert(find(&g, "catalog_brands")->policies[0].using_expr);
	cr_assert_eq(a.calls, 0, "the lock was held all the time");
	reading_close(&g);
	client_until(&other, a.calls > 0);
	answer_release(&a);
	client_close(&other);
	free(conninfo);
}

/* A database that was copied from the same one has the same numbers for its tables. */
Test(catalog, what_is_held_in_another_database_is_not_held_here)
{
	char *conninfo = cluster_database("tests/db/dialects/a.sql"),
	     *twin = cluster_database("tests/db/dialects/a.sql");
	struct reading g;
	struct client other;
	struct answer a = { .verdicts = { TXN_CONTINUE, TXN_ROLLBACK },
			    .more = "SELECT pg_sleep(3)" };

	client_open(&other, twin);
	client_send(&other, DB_EDIT,
		    client_txn(TXN_WRITE,
			       "LOCK TABLE catalog_products IN ACCESS EXCLUSIVE MODE", NULL),
		    &a);
	client_until(&other, a.asked > 0);
	reading_open(&g, conninfo);
	cr_expect_not(find(&g, "catalog_products")->locked);
	cr_expect(find(&g, "catalog_products")->policies[0].using_expr);
	cr_assert_eq(a.calls, 0, "the lock was held all the time");
	reading_close(&g);
	client_until(&other, a.calls > 0);
	answer_release(&a);
	client_close(&other);
	free(conninfo);
	free(twin);
}

Test(catalog, tables_come_and_go_while_it_reads)
{
	char *conninfo = cluster_database("tests/db/dialects/a.sql");
	struct client other;
	struct answer a = { 0 };
	struct reading g;

	client_open(&other, conninfo);
	run(conninfo,
	    "CREATE PROCEDURE churn() LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..60 LOOP "
	    "EXECUTE 'CREATE TABLE swap_new(id int PRIMARY KEY, n int CHECK (n > 0), v text "
	    "DEFAULT ''x'')';"
	    "EXECUTE 'CREATE INDEX ON swap_new (n) WHERE n > 5'; COMMIT;"
	    "EXECUTE 'DROP TABLE IF EXISTS swap'; EXECUTE 'ALTER TABLE swap_new RENAME TO "
	    "swap'; COMMIT;"
	    "EXECUTE 'ALTER TABLE swap ADD COLUMN w int'; EXECUTE 'ALTER TABLE swap DROP "
	    "COLUMN v'; COMMIT;"
	    "END LOOP; END $$");
	reading_open(&g, conninfo);
	{
		/* CALL with COMMIT inside needs a session of its own without our transaction.
		 */
		char *shell = xasprintf(
			"psql -X -q -d \"%s\" -c 'CALL churn()' >/dev/null 2>&1 &", conninfo);

		cr_assert_eq(system(shell), 0);
		free(shell);
	}
	for (int i = 0; i < 12; i++) {
		reread(&g);
		cr_assert_null(reader_error(g.r), "%s", reader_error(g.r)->why);
		cr_assert_eq(find(&g, "catalog_products")->ncolumns, 16);
	}
	reading_close(&g);
	answer_release(&a);
	client_close(&other);
	free(conninfo);
}

Test(catalog, through_a_pooler_in_transaction_mode)
{
	struct cluster *own = cluster_new(NULL);
	char *conninfo = cluster_database_in(own, "tests/db/dialects/a.sql"), *pooled;
	struct reading g;

	cluster_pooler(own, "postgres");
	pooled = xasprintf("%s port=6432", conninfo);
	reading_open(&g, pooled);
	cr_assert_eq(find(&g, "catalog_products")->npolicies, 2);
	reread(&g);
	cr_assert_eq(find(&g, "catalog_products")->npolicies, 2);
	reading_close(&g);
	free(pooled);
	free(conninfo);
	cluster_free(&own);
}

Test(catalog, wrappers_without_handler_and_odd_kinds)
{
	char *conninfo = cluster_database("");
	struct reading g;

	run(conninfo,
	    "CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER far FOREIGN DATA WRAPPER dummy;"
	    "CREATE FOREIGN TABLE ft(id int, note text) SERVER far;"
	    "CREATE TABLE par(id int, at date) PARTITION BY RANGE (at);"
	    "CREATE TABLE par_1 PARTITION OF par FOR VALUES FROM ('2026-01-01') TO "
	    "('2026-02-01');"
	    "CREATE TABLE ancestor(x int); CREATE TABLE child() INHERITS (ancestor);"
	    "CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one WITH NO DATA;"
	    "CREATE UNLOGGED TABLE unl(id int GENERATED BY DEFAULT AS IDENTITY, "
	    "g int GENERATED ALWAYS AS (2) STORED);"
	    "CREATE VIEW simple AS SELECT id, note FROM ft; CREATE VIEW no_rule AS SELECT 1;"
	    "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN score AS int CHECK (VALUE "
	    "> 0) NOT NULL;"
	    "CREATE TABLE types(a mood, b mood[], c score, d int4range, e jsonb, f point, g "
	    "varchar(20), "
	    "h numeric(12,2), i cidr);");
	reading_open(&g, conninfo);
	cr_assert_eq(find(&g, "ft")->kind, RELATION_FOREIGN);
	cr_assert_str_eq(find(&g, "par")->partition_key, "RANGE (at)");
	cr_assert_str_eq(find(&g, "par_1")->partition_bound,
			 "FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')");
	cr_assert_eq(find(&g, "par_1")->parent, find(&g, "par")->oid);
	cr_assert_eq(find(&g, "child")->parent, find(&g, "ancestor")->oid);
	cr_assert_not(find(&g, "mv")->populated);
	cr_assert(find(&g, "unl")->unlogged);
	cr_assert_eq(find(&g, "unl")->columns[0].identity, 'd');
	cr_assert_eq(find(&g, "unl")->columns[1].generated, 's');
	{
		const struct relation *t = find(&g, "types");

		cr_assert_str_eq(t->columns[0].choices[1], "sad");
		cr_assert_eq(t->columns[1].element_oid, t->columns[0].type_oid);
		cr_assert(t->columns[2].not_null);
		cr_assert_str_eq(t->columns[2].range_text, "> 0");
		cr_assert(t->columns[3].btree_order && t->columns[4].btree_order);
		cr_assert_not(t->columns[4].leakproof_order, "jsonb");
		cr_assert_not(t->columns[5].btree_order, "point");
		cr_assert_str_eq(t->columns[6].type, "character varying(20)");
		cr_assert(t->columns[6].btree_order && t->columns[6].leakproof_order);
		cr_assert(t->columns[7].btree_order && !t->columns[7].leakproof_order);
		cr_assert(t->columns[8].btree_order, "cidr sorts as inet");
	}
	reading_close(&g);
	free(conninfo);
}
