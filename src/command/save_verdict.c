/* SPDX-License-Identifier: MIT */
/*
 * save_verdict.c - what the answers say before COMMIT: written, or not, and then why not.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "save_priv.h"

/* pg_trigger.tgtype: for each row, before it is written, of this kind. */
static bool may_refuse(const struct trigger *t, enum save_kind kind)
{
	int event = kind == SAVE_INSERT ? 4 : kind == SAVE_DELETE ? 8 : 16;

	return t->enabled != 'D' && (t->type & 1) && (t->type & 2) && (t->type & event);
}

/* The row is there, and was not written: what could have kept it so. */
static void say_refused(struct save *s)
{
	const struct relation *r = record_plan_relation(s->plan);
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < r->ntriggers; i++)
		if (may_refuse(&r->triggers[i], s->kind))
			buf_addf(&names, "%s%s", names.len ? ", " : "", r->triggers[i].name);
	err_set(&s->result.err, ERR_FAILED, r->name,
		"you may see this record but not change it: %s refuses",
		r->rls_active && names.len ? "a policy or a trigger"
		: r->rls_active		   ? "a policy"
		: names.len		   ? "a trigger"
					   : "a rule of the server");
	if (names.len)
		err_hint(&s->result.err, "triggers that may leave a row out: %s%s", names.data,
			 r->rls_active ? "; the screen rls explains the policies" : "");
	else if (r->rls_active)
		err_hint(&s->result.err, "the screen rls explains the policies of %s", r->name);
	buf_release(&names);
}

/* Nothing was written: the re-read in the same transaction tells why. */
static enum save_outcome classify(struct save *s, const struct reply *reread)
{
	struct record now = { 0 };
	const char *name = record_plan_relation(s->plan)->name;
	enum save_outcome outcome;

	if (s->kind == SAVE_INSERT) {
		err_set(&s->result.err, ERR_FAILED, name,
			"a trigger or a rule of the server left the new record out: nothing "
			"was "
			"written");
		return SAVE_REFUSED;
	}
	if (!reread || reply_rows(reread) == 0) {
		err_set(&s->result.err, ERR_FAILED, name,
			"the record is gone: deleted, or no longer visible to you");
		err_hint(&s->result.err,
			 "nothing was written; what you typed is kept as a draft");
		return SAVE_GONE;
	}
	record_from_reply(&now, s->plan, reread, 0);
	if (record_same_guard(&s->base, &now)) {
		say_refused(s);
		outcome = SAVE_REFUSED;
	} else {
		err_set(&s->result.err, ERR_CONFLICT, name,
			"somebody else changed the record meanwhile");
		record_release(&s->result.theirs);
		s->result.theirs = now;
		now = (struct record){ 0 };
		outcome = SAVE_CONFLICT;
	}
	record_release(&now);
	return outcome;
}

/* Did the version grow by two: ours and a trigger's? (Beyond 2^53, so compared as integers of
 * 64 bits.) */
static bool double_bump(const struct save *s, const struct reply *reread)
{
	struct record now = { 0 };
	bool twice = false;

	if (s->kind != SAVE_UPDATE || !s->bump || !s->base.version || reply_rows(reread) != 1)
		return false;
	record_from_reply(&now, s->plan, reread, 0);
	if (now.version)
		twice = strtoll(now.version, NULL, 10) - strtoll(s->base.version, NULL, 10) ==
			2;
	record_release(&now);
	return twice;
}

/* A new record is read by the key that the server gave it: a statement more before COMMIT. */
static enum txn_verdict inserted(struct save *s, struct txn *txn, const struct reply *written)
{
	const struct column *const *key = record_plan_key(s->plan);
	const char *texts[16] = { 0 };
	struct params p = PARAMS_INIT;
	struct buf sql = BUF_INIT;

	for (size_t i = 0; key[i] && i < ARRAY_SIZE(texts) - 1; i++) {
		int col = reply_column(written, key[i]->name);

		texts[i] = col < 0 ? NULL : reply_text(written, 0, (size_t)col);
	}
	record_load_sql(&sql, &p, session_sql(s->session), s->plan, texts);
	s->reread = txn_add(txn, sql.data, &p);
	free(s->entity_id);
	s->entity_id = NULL;
	{
		struct record keyed = { 0 };

		record_from_reply(&keyed, s->plan, written, 0);
		s->entity_id = save_entity_id(s->plan, &keyed);
		record_release(&keyed);
	}
	save_add_trail(s, txn);
	params_release(&p);
	buf_release(&sql);
	return TXN_CONTINUE;
}

static bool stands(const struct save *s, const struct reply *now, const struct column *column)
{
	const struct relation *r = record_plan_relation(s->plan);

	for (size_t i = 0; i < reply_rows(now); i++)
		if (strcmp(reply_get(now, i, "name"), column->name) == 0)
			return strtoul(reply_get(now, i, "relation"), NULL, 10) == r->oid &&
			       strtol(reply_get(now, i, "attnum"), NULL, 10) == column->attnum;
	return false;
}

/* A name that was read may be another column's by now, or another relation's: what was written
 * by it is not what the person meant. */
static bool moved(struct save *s, const struct reply *now)
{
	const struct column *const *key = record_plan_key(s->plan);
	const char *name = NULL;

	for (size_t i = 0; i < s->nchanges && !name; i++)
		if (!stands(s, now, s->changes[i].column))
			name = s->changes[i].column->name;
	for (size_t i = 0; key[i] && !name; i++)
		if (!stands(s, now, key[i]))
			name = key[i]->name;
	if (!name)
		return false;
	err_set(&s->result.err, ERR_FAILED, record_plan_relation(s->plan)->name,
		"%s is another column than when you began: nothing was written", name);
	err_hint(&s->result.err,
		 "the catalog is read anew; look at the record, then save again");
	s->result.moved = true;
	s->result.outcome = SAVE_FAILED;
	s->verdict_told = true;
	return true;
}

enum txn_verdict save_on_verdict(void *ctx, struct txn *txn, const struct txn_result *result)
{
	struct save *s = ctx;
	const struct reply *written = result->replies[s->write];
	const struct reply *reread = s->reread >= 0 ? result->replies[s->reread] : NULL;

	lockwait_end(s->wait);
	if (moved(s, result->replies[s->columns]))
		return TXN_ROLLBACK;
	if (reply_affected(written) > 1) {
		err_set(&s->result.err, ERR_FAILED, record_plan_relation(s->plan)->name,
			"the key names %lld records, not one: nothing was written",
			(long long)reply_affected(written));
		s->result.outcome = SAVE_FAILED;
		s->verdict_told = true;
		return TXN_ROLLBACK;
	}
	if (reply_affected(written) == 0) {
		s->result.outcome = classify(s, reread);
		s->verdict_told = true;
		return TXN_ROLLBACK;
	}
	if (s->kind == SAVE_INSERT && s->reread < 0)
		return inserted(s, txn, written);
	if (reread && double_bump(s, reread)) {
		s->retry_bump = true;
		return TXN_ROLLBACK;
	}
	if (s->kind != SAVE_DELETE && reread && reply_rows(reread) == 1)
		record_from_reply(&s->result.after, s->plan, reread, 0);
	return TXN_COMMIT;
}
