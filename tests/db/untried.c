/* SPDX-License-Identifier: MIT */
/* Constraints that rows were never tried for, or that nothing checks: found and mended. */
#include "rls_mend.h"

static const char items[] =
	"CREATE TABLE shops (id int PRIMARY KEY, tenant_id int NOT NULL UNIQUE);"
	"CREATE TABLE items (id int PRIMARY KEY, tenant_id int NOT NULL,"
	" shop int NOT NULL, n int, CONSTRAINT tried CHECK (n < 9)) PARTITION BY RANGE (id);"
	"CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (1) TO (9);"
	"ALTER TABLE items ADD CONSTRAINT untried CHECK (n > 0) NOT VALID;"
	"CREATE TABLE parts (id int PRIMARY KEY, tenant_id int NOT NULL, shop int NOT NULL);"
	"CREATE INDEX ON parts (shop);"
	"ALTER TABLE parts ADD CONSTRAINT far FOREIGN KEY (shop) REFERENCES shops"
	" ON DELETE RESTRICT NOT VALID";

/* PostgreSQL 18 */
static const char unenforced[] =
	"ALTER TABLE parts ADD n int, ADD m int;"
	"ALTER TABLE parts ADD CONSTRAINT filled NOT NULL m NOT VALID,"
	" ADD CONSTRAINT told CHECK (n > 0) NOT ENFORCED,"
	" ADD CONSTRAINT wished FOREIGN KEY (shop) REFERENCES shops ON DELETE RESTRICT"
	" NOT ENFORCED";

static size_t count(const struct look *l, const char *said)
{
	size_t n = 0;

	for (size_t i = 0; i < l->scan->findings->list.len; i++) {
		const struct finding *f = &l->scan->findings->list.v[i];

		n += strcmp(f->id, "N12-invalid") == 0 && strstr(f->message, said);
	}
	return n;
}

LEAK_TEST(untried, found_and_mended)
{
	char *db = cluster_database("");
	struct look l;
	bool new;

	free(cluster_sql(db, items));
	look_at(&l, db, CHECK_DESIGN);
	new = catalog_server_version(l.scan->catalog) >= 180000;
	if (new) {
		look_release(&l);
		free(cluster_sql(db, unenforced));
		look_at(&l, db, CHECK_DESIGN);
	}
	cr_expect_eq(count(&l, "untried was never validated"), 1, "once, of the parent");
	cr_expect_eq(count(&l, "far was never validated"), 1);
	cr_expect_eq(count(&l, "filled was never validated"), new);
	cr_expect_eq(count(&l, "told is not enforced"), new);
	cr_expect_eq(count(&l, "wished is not enforced"), new);
	cr_expect_eq(count(&l, ""), new ? 5 : 2);
	expect_mended(&l, db);
	look_release(&l);
	free(db);
}
