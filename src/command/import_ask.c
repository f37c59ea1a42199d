/* SPDX-License-Identifier: MIT */
/* import_ask.c - the question that a batch is, and how its records travel to the server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "domain/equal.h"
#include "domain/pgtype.h"
#include "import_priv.h"

/* ---- the question ---- */

struct compose {
	const struct sqlset *set;
	struct buf typed, mine, theirs, columns, condition;
};

/* jsonb_to_recordset would read these as JSON, not as the type's own text (as in validate.c).
 */
bool import_by_cast(const struct column *c)
{
	return c->base_type_oid == PGTYPE_JSON || c->base_type_oid == PGTYPE_JSONB ||
	       c->element_oid || c->type_kind == 'c' || c->type_category == 'C' ||
	       c->type_category == 'A';
}

static void piece(const struct compose *c, struct buf *out, const char *name,
		  const struct sqlvar *vars, size_t n)
{
	if (out->len)
		buf_adds(out, ", ");
	sql_fragment(out, c->set, name, vars, n);
}

/* Is it part of what travels? */
static bool is_sent(const struct import_map *m, size_t column)
{
	return m->used[column] || (int)column == m->tenant;
}

static char *value_of(const struct compose *c, const struct column *column)
{
	struct buf out = BUF_INIT;
	const struct sqlvar vars[] = { { "column", column->name }, { "type", column->type } };

	sql_fragment(&out, c->set, import_by_cast(column) ? "import.cast" : "import.value",
		     vars, 2);
	return buf_detach(&out);
}

static void compose_mine(struct compose *c, const struct import_map *m)
{
	for (size_t i = 0; i < m->relation->ncolumns; i++) {
		const struct column *column = &m->relation->columns[i];
		char name[32];
		char *value;

		if (!is_sent(m, i))
			continue;
		value = value_of(c, column);
		snprintf(name, sizeof name, "souk mine %zu", i);
		piece(c, &c->typed, "import.typed",
		      (struct sqlvar[]){ { "column", column->name },
					 { "type", import_by_cast(column) ? "pg_catalog.text"
									  : column->type } },
		      2);
		piece(c, &c->mine, "import.mine",
		      (struct sqlvar[]){ { "value", value }, { "name", name } }, 2);
		free(value);
	}
}

/* The same columns as a form loads, with the guard: record_from_reply reads them. */
static void compose_theirs(struct compose *c, const struct import_map *m)
{
	const struct record_plan *plan = m->plan;
	const struct column *version =
		relation_attnum(m->relation, record_plan_profile(plan)->version_attnum);
	const char *names[2] = { "souk version", "souk xmin" };

	for (size_t i = 0; i < m->relation->ncolumns; i++) {
		const struct sqlvar vars[] = { { "column", m->relation->columns[i].name } };
		const struct sqlvar name[] = { { "name", m->relation->columns[i].name } };

		if (!(m->relation->columns[i].rights & RIGHT_SELECT))
			continue;
		piece(c, &c->columns, "save.column", vars, 1);
		piece(c, &c->theirs, "import.theirs", name, 1);
	}
	if (record_plan_guard(plan) == GUARD_VERSION && (version->rights & RIGHT_SELECT)) {
		piece(c, &c->columns, "save.version",
		      (struct sqlvar[]){ { "column", version->name } }, 1);
		piece(c, &c->theirs, "import.theirs", (struct sqlvar[]){ { "name", names[0] } },
		      1);
	}
	if (m->relation->xmin_readable && relation_is_table(m->relation)) {
		piece(c, &c->columns, "save.xmin", NULL, 0);
		piece(c, &c->theirs, "import.theirs", (struct sqlvar[]){ { "name", names[1] } },
		      1);
	}
	if (!c->columns.len) {
		piece(c, &c->columns, "import.nothing", NULL, 0);
		piece(c, &c->theirs, "import.nothing", NULL, 0);
	}
}

static void compose_condition(struct compose *c, const struct import_map *m)
{
	for (size_t i = 0; i < m->match.len; i++) {
		const struct column *column = &m->relation->columns[m->match.v[i]];
		char *value = value_of(c, column);

		if (i) {
			sql_fragment(&c->condition, c->set, "save.and", NULL, 0);
			buf_addc(&c->condition, ' ');
		}
		equal_sql(&c->condition, c->set, "r", column, value);
		free(value);
	}
	if (m->predicate)
		sql_fragment(&c->condition, c->set, "import.predicate",
			     (struct sqlvar[]){ { "predicate", m->predicate } }, 1);
}

/* What the records come from: the temporary table, or a parameter. */
static char *source_sql(const struct import *i, const struct compose *c)
{
	struct buf names = BUF_INIT, fields = BUF_INIT, out = BUF_INIT;

	for (size_t k = 0; i->staged && k < i->map.relation->ncolumns; k++) {
		char field[24];

		if (!is_sent(&i->map, k))
			continue;
		snprintf(field, sizeof field, "c%zu", k);
		piece(c, &names, "import.staged_name",
		      (struct sqlvar[]){ { "column", i->map.relation->columns[k].name } }, 1);
		piece(c, &fields, "import.staged_field",
		      (struct sqlvar[]){ { "field", field } }, 1);
	}
	sql_fragment(&out, c->set, i->staged ? "import.staged" : "import.sent",
		     (struct sqlvar[]){ { "names", names.data },
					{ "fields", fields.data },
					{ "typed", c->typed.data } },
		     3);
	buf_release(&names);
	buf_release(&fields);
	return buf_detach(&out);
}

static void look_sql(const struct import *i, struct buf *sql)
{
	const struct import_map *m = &i->map;
	struct compose c = {
		session_sql(i->session), BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT
	};
	struct buf relation = BUF_INIT;
	char *source;

	compose_mine(&c, m);
	source = source_sql(i, &c);
	if (m->match.len) {
		compose_theirs(&c, m);
		compose_condition(&c, m);
	}
	sql_qualified(&relation, m->relation->schema, m->relation->name);
	{
		const struct sqlvar vars[] = {
			{ "source", source },	       { "mine", c.mine.data },
			{ "theirs", c.theirs.data },   { "columns", c.columns.data },
			{ "relation", relation.data }, { "condition", c.condition.data },
		};

		sql_fragment(sql, c.set, m->match.len ? "import.look" : "import.judge", vars,
			     ARRAY_SIZE(vars));
	}
	free(source);
	buf_release(&relation);
	buf_release(&c.typed);
	buf_release(&c.mine);
	buf_release(&c.theirs);
	buf_release(&c.columns);
	buf_release(&c.condition);
}

/* The rows of a range that can be read, as an array of objects of texts. */
static char *range_json(const struct import *i, const struct import_range *range)
{
	const struct relation *r = i->map.relation;
	struct buf out = BUF_INIT;

	buf_addc(&out, '[');
	for (size_t n = range->from; n < range->to; n++) {
		const struct import_row *row = &i->rows.v[n];

		if (row->fate != FATE_OPEN)
			continue;
		buf_addf(&out, "%s{\"souk row\":%zu", out.len > 1 ? "," : "", n);
		for (size_t k = 0; k < r->ncolumns; k++) {
			const char *text = row->cells[k].text;

			if (!row->cells[k].given)
				continue;
			buf_addc(&out, ',');
			json_write_string(&out, r->columns[k].name, strlen(r->columns[k].name));
			buf_addc(&out, ':');
			if (text)
				json_write_string(&out, text, strlen(text));
			else
				buf_adds(&out, "null");
		}
		buf_addc(&out, '}');
	}
	buf_addc(&out, ']');
	return buf_detach(&out);
}

/* ---- the records as COPY takes them ---- */

static void copy_text(struct buf *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '\\' || *s == '\t' || *s == '\n' || *s == '\r')
			buf_addc(out, '\\');
		buf_addc(out, *s == '\t' ? 't' : *s == '\n' ? 'n' : *s == '\r' ? 'r' : *s);
	}
}

static void range_copy(const struct import *i, const struct import_range *range,
		       struct buf *out)
{
	for (size_t n = range->from; n < range->to; n++) {
		const struct import_row *row = &i->rows.v[n];

		if (row->fate != FATE_OPEN)
			continue;
		buf_addf(out, "%zu", n);
		for (size_t k = 0; k < i->map.relation->ncolumns; k++) {
			const struct import_cell *cell = &row->cells[k];

			if (!is_sent(&i->map, k))
				continue;
			buf_addc(out, '\t');
			if (cell->given && cell->text)
				copy_text(out, cell->text);
			else
				buf_adds(out, "\\N");
		}
		buf_addc(out, '\n');
	}
}

static void add_table(const struct import *i, struct txn *txn, const struct import_range *range)
{
	const struct sqlset *set = session_sql(i->session);
	struct buf columns = BUF_INIT, sql = BUF_INIT, data = BUF_INIT;

	for (size_t k = 0; k < i->map.relation->ncolumns; k++) {
		char field[24];

		snprintf(field, sizeof field, "c%zu", k);
		if (is_sent(&i->map, k))
			sql_fragment(&columns, set, "import.table_column",
				     (struct sqlvar[]){ { "field", field } }, 1);
	}
	sql_fragment(&sql, set, "import.table",
		     (struct sqlvar[]){ { "columns", columns.data } }, 1);
	txn_add(txn, sql.data, NULL);
	range_copy(i, range, &data);
	txn_copy(txn, sqlset_fragment(set, "import.copy"), data.data, data.len);
	buf_release(&columns);
	buf_release(&sql);
	buf_release(&data);
}

/* ---- sending ---- */

struct txn *import_ask(const struct import *i, const struct import_range *range)
{
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *txn;

	session_scope(i->session, USE_BULK, &scope);
	txn = txn_new(i->staged ? TXN_WRITE : TXN_READ, &scope);
	look_sql(i, &sql);
	if (i->staged) {
		add_table(i, txn, range);
	} else {
		char *json = range_json(i, range);

		params_text(&p, json);
		free(json);
	}
	txn_add(txn, sql.data, &p);
	scope_release(&scope);
	params_release(&p);
	buf_release(&sql);
	return txn;
}
