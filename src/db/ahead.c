/* SPDX-License-Identifier: MIT */
/* Answers to what was asked ahead (scope.h): who asks the same gets them, whoever asked first. */
#include <string.h>

#include "base/buf.h"
#include "db_priv.h"

static void spell_text(struct buf *out, const char *text)
{
	if (text)
		buf_addf(out, "%zu:", strlen(text));
	buf_adds(out, text ? text : "-");
}

static void spell_statement(void *ctx, const char *sql, const struct params *params)
{
	struct buf *out = ctx;

	spell_text(out, sql);
	for (size_t i = 0; params && i < params->list.len; i++)
		spell_text(out, params->list.v[i].text);
	buf_addc(out, ';');
}

/* All that the server would be told. */
static void spell(const struct db *db, const struct txn *t, struct buf *out)
{
	scope_statements(&t->scope, db->sql, NULL, spell_statement, out);
	for (size_t i = 0; i < t->statements.len; i++)
		spell_statement(out, t->statements.v[i].sql, &t->statements.v[i].params);
}

/* Its answer comes in one piece, and can be told twice. */
static bool is_plain(const struct txn *t)
{
	for (size_t i = 0; i < t->statements.len; i++)
		if (t->statements.v[i].stream || t->statements.v[i].hand_on)
			return false;
	return t->kind == TXN_READ;
}

static bool same(const struct db *db, const struct txn *a, const struct txn *b)
{
	struct buf first = BUF_INIT, second = BUF_INIT;
	bool is;

	spell(db, a, &first);
	spell(db, b, &second);
	is = first.len == second.len && memcmp(first.data, second.data, first.len) == 0;
	buf_release(&first);
	buf_release(&second);
	return is;
}

static struct request *find(const struct conn *c, const struct txn *t)
{
	struct request *r;

	for (size_t i = 0; (r = conn_request(c, i)); i++)
		if (r->ahead && !r->unwanted && !r->result.err.kind && is_plain(r->txn) &&
		    same(c->db, r->txn, t))
			break;
	return r;
}

struct request *ahead_take(struct conn *c, const struct txn *t,
			   const struct request_callbacks *cb, const void *owner)
{
	struct request *r = !t->scope.ahead && is_plain(t) ? find(c, t) : NULL;

	if (!r)
		return NULL;
	if (r->cb.release)
		r->cb.release(r->cb.ctx);
	r->cb = *cb;
	r->owner = owner;
	r->ahead = false;
	r->given = r->phase == PHASE_ENDING;
	r->silent = false;
	return r;
}

bool ahead_keep(struct request *r)
{
	if (!r->ahead || r->unwanted || r->result.err.kind)
		return false;
	r->silent = false; /* whoever asks for it is told */
	*VEC_PUSH(&r->conn->kept) = r;
	return true;
}

void ahead_turn(struct conn *c)
{
	for (size_t i = 0; i < c->kept.len;) {
		struct request *r = c->kept.v[i];

		if (!r->given && !r->unwanted) {
			i++;
			continue;
		}
		VEC_REMOVE(&c->kept, i);
		if (r->given)
			request_give(r);
		request_free(r);
		i = 0; /* the callback may have taken others */
	}
}

void ahead_drop(struct conn *c)
{
	for (size_t i = 0; i < c->kept.len; i++)
		c->kept.v[i]->unwanted |= !c->kept.v[i]->given;
}
