/* SPDX-License-Identifier: MIT */
#include "command/labels.h"

#include <stdio.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/mask.h"
#include "domain/equal.h"
#include "domain/value.h"

enum { KEY_MAX = 16 };

/* Of one column: what was asked for, and the answer. */
struct label {
	const struct column *column;
	const struct foreign_key *reference;
	const struct relation *to;
	const struct column *shown;
	char *key; /* the values that were asked for; NULL: nothing to ask */
	char *text;
};

struct labels {
	struct session *session;
	struct catalog *catalog; /* a share */
	const struct relation *relation;
	VEC(struct label) list;
	void (*changed)(void *ctx);
	void *ctx;
};

/* ---- what could be a label ---- */

/* A name in all its languages is a document, and says less than a code beside it. */
static bool structured(const struct column *c)
{
	enum value_kind kind = value_kind_of(c);

	return kind == VALUE_JSON || kind == VALUE_ARRAY || kind == VALUE_COMPOSITE ||
	       kind == VALUE_BYTEA;
}

static bool shown_as_it_is(const struct session *s, const struct relation *r,
			   const struct column *c)
{
	return (c->rights & RIGHT_SELECT) && !mask_column(s, r, c);
}

static const struct column *by_its_name(const struct session *s, const struct relation *r,
					bool also_structured)
{
	static const char *const names[] = { "name", "title", "label",	  "code",	"sku",
					     "slug", "email", "username", "description" };

	for (size_t n = 0; n < ARRAY_SIZE(names); n++) {
		const struct column *c = relation_column(r, names[n]);

		if (c && shown_as_it_is(s, r, c) && (also_structured || !structured(c)))
			return c;
	}
	return NULL;
}

/* What many records have alike names none of them: a comment is no "Product". */
static bool says_which(const struct column *c)
{
	static const char *const kinds[] = { "type",  "status", "state",    "kind",   "stage",
					     "phase", "locale", "language", "currency" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(c->name), n = strlen(kinds[i]);
		const char *last = c->name + len - n;

		/* the last word: doc_type, docType, but no prototype */
		if (len >= n && strcasecmp(last, kinds[i]) == 0 &&
		    (len == n || isupper((unsigned char)*last) ||
		     !isalpha((unsigned char)last[-1])))
			return false;
	}
	return !c->choices && c->type_kind != 'e';
}

/* Records that point to the same one have it alike, unless it makes them unique. */
static bool points_elsewhere(const struct relation *r, const struct column *c)
{
	size_t at;

	for (size_t i = 0; i < r->nindexes; i++)
		for (size_t k = 0; r->indexes[i].unique && k < r->indexes[i].nkeys; k++)
			if (r->indexes[i].columns[k] == c->attnum)
				return false;
	return label_reference(r, c, &at) != NULL;
}

const struct column *label_column(const struct session *s, const struct relation *r)
{
	const struct column *named = by_its_name(s, r, false);

	for (size_t i = 0; !named && i < r->ncolumns; i++)
		if (r->columns[i].type_category == 'S' && says_which(&r->columns[i]) &&
		    !points_elsewhere(r, &r->columns[i]) &&
		    shown_as_it_is(s, r, &r->columns[i]))
			named = &r->columns[i];
	return named ? named : by_its_name(s, r, true);
}

const struct foreign_key *label_reference(const struct relation *r, const struct column *c,
					  size_t *at)
{
	const struct foreign_key *found = NULL;

	for (size_t i = 0; i < r->nreferences; i++)
		for (size_t k = 0; k < r->references[i]->n; k++)
			if (r->references[i]->from_columns[k] == c->attnum &&
			    (!found || r->references[i]->n < found->n)) {
				*at = k;
				found = r->references[i];
			}
	return found;
}

/* Of a key over several columns the last names the record; the tenant's is only its scope. */
static bool names_it(const struct labels *l, const struct foreign_key *key, size_t at)
{
	const struct relation_profile *p =
		profile_relation(session_profile(l->session), l->relation->oid);
	size_t last = key->n - 1;

	while (last > 0 && p && key->from_columns[last] == p->tenant_attnum)
		last--;
	return at == last;
}

static void add(struct labels *l, const struct column *c)
{
	size_t at = 0;
	const struct foreign_key *key = label_reference(l->relation, c, &at);
	const struct relation *to = key ? catalog_relation(l->catalog, key->to) : NULL;
	const struct column *shown = to ? label_column(l->session, to) : NULL;

	if (!shown || !names_it(l, key, at) || key->n > KEY_MAX)
		return;
	for (size_t k = 0; k < key->n; k++) {
		const struct column *of = relation_attnum(to, key->to_columns[k]);

		if (!of || !(of->rights & RIGHT_SELECT))
			return;
		if (of == shown)
			return; /* the value says it already */
	}
	*VEC_PUSH(&l->list) = (struct label){ c, key, to, shown, NULL, NULL };
}

/* ---- life ---- */

struct labels *labels_new(struct session *s, const struct relation *r,
			  void (*changed)(void *ctx), void *ctx)
{
	struct labels *l = xcalloc(1, sizeof *l);

	*l = (struct labels){ .session = s,
			      .catalog = catalog_ref(session_catalog(s)),
			      .relation = r,
			      .changed = changed,
			      .ctx = ctx };
	for (size_t i = 0; i < r->ncolumns; i++)
		add(l, &r->columns[i]);
	return l;
}

void labels_free(struct labels **lp)
{
	struct labels *l = *lp;

	*lp = NULL;
	if (!l)
		return;
	db_forget(session_db(l->session), l);
	for (size_t i = 0; i < l->list.len; i++) {
		free(l->list.v[i].key);
		free(l->list.v[i].text);
	}
	VEC_RELEASE(&l->list);
	catalog_free(&l->catalog);
	free(l);
}

const char *labels_get(const struct labels *l, const struct column *column)
{
	for (size_t i = 0; l && i < l->list.len; i++)
		if (l->list.v[i].column == column)
			return l->list.v[i].text;
	return NULL;
}

/* ---- asking ---- */

struct asked {
	struct labels *labels;
	VEC(size_t) which; /* of labels->list, in the order of the statements */
	VEC(char *) keys;  /* as they were then */
};

static void asked_release(void *ctx)
{
	struct asked *a = ctx;

	for (size_t i = 0; i < a->keys.len; i++)
		free(a->keys.v[i]);
	VEC_RELEASE(&a->keys);
	VEC_RELEASE(&a->which);
	free(a);
}

static void on_labels(void *ctx, const struct txn_result *result)
{
	const struct asked *a = ctx;
	bool any = false;

	for (size_t i = 0; i < a->which.len && i < result->n && !result->err.kind; i++) {
		struct label *label = &a->labels->list.v[a->which.v[i]];
		const struct reply *r = result->replies[i];

		/* The record may refer to another one by now. */
		if (!label->key || strcmp(label->key, a->keys.v[i]) != 0 ||
		    reply_rows(r) != 1)
			continue;
		free(label->text);
		label->text = xstrdup_null(reply_text(r, 0, 0));
		any = true;
	}
	if (any)
		a->labels->changed(a->labels->ctx);
}

static void add_question(const struct labels *l, const struct label *label,
			 const char *const *values, struct txn *txn)
{
	const struct sqlset *set = session_sql(l->session);
	struct buf sql = BUF_INIT, condition = BUF_INIT, relation = BUF_INIT, column = BUF_INIT;
	struct params p = PARAMS_INIT;

	for (size_t k = 0; k < label->reference->n; k++) {
		const struct column *of =
			relation_attnum(label->to, label->reference->to_columns[k]);

		if (k)
			buf_adds(&condition, " AND ");
		equal_param(&condition, set, "r", of, params_text(&p, values[k]));
	}
	sql_qualified(&relation, label->to->schema, label->to->name);
	sql_fragment(&column, set, "save.column",
		     (struct sqlvar[]){ { "column", label->shown->name } }, 1);
	sql_fragment(&sql, set, "save.load",
		     (struct sqlvar[]){ { "columns", column.data },
					{ "relation", relation.data },
					{ "condition", condition.data } },
		     3);
	txn_add(txn, sql.data, &p);
	params_release(&p);
	buf_release(&sql);
	buf_release(&condition);
	buf_release(&relation);
	buf_release(&column);
}

/* The values of its key as one text, and one by one; NULL: one of them is not there. */
static char *key_values(const struct labels *l, const struct label *label,
			label_value_fn *value, void *ctx, const char *values[KEY_MAX])
{
	struct buf key = BUF_INIT;

	for (size_t k = 0; k < label->reference->n; k++) {
		const struct column *from =
			relation_attnum(l->relation, label->reference->from_columns[k]);

		values[k] = from ? value(ctx, from) : NULL;
		if (!values[k] || !*values[k]) {
			buf_release(&key);
			return NULL;
		}
		buf_addf(&key, "%zu:%s", strlen(values[k]), values[k]);
	}
	return buf_detach(&key);
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

void labels_look(struct labels *l, label_value_fn *value, void *ctx)
{
	struct request_callbacks cb = { .done = on_labels, .release = asked_release };
	struct asked *a = xcalloc(1, sizeof *a);
	struct txn *txn = NULL;
	struct scope scope;

	session_scope(l->session, USE_READ, &scope);
	a->labels = l;
	for (size_t i = 0; i < l->list.len; i++) {
		struct label *label = &l->list.v[i];
		const char *values[KEY_MAX];
		char *key = key_values(l, label, value, ctx, values);

		if (same(key, label->key)) {
			free(key);
			continue;
		}
		free(label->key);
		free(label->text);
		label->key = key;
		label->text = NULL;
		if (!key)
			continue;
		if (!txn)
			txn = txn_new(TXN_READ, &scope);
		add_question(l, label, values, txn);
		*VEC_PUSH(&a->which) = i;
		*VEC_PUSH(&a->keys) = xstrdup(key);
	}
	cb.ctx = a;
	if (txn)
		db_send(session_db(l->session), DB_READ, txn, &cb, l);
	else
		asked_release(a);
	scope_release(&scope);
}
