/* SPDX-License-Identifier: MIT */
/*
 * outbox_act_journal.c - each batch of changed messages in the journal: before its COMMIT, and what
 * became of it.
 */
#include <inttypes.h>

#include "base/alloc.h"
#include "base/json.h"
#include "command/journal.h"
#include "outbox_act.h"

enum { IDS_SHOWN = 20 };

/* All that fit; of more the first and the last. */
static void ids_text(struct buf *out, const struct reply *chosen)
{
	size_t n = reply_rows(chosen);

	for (size_t i = 0; i < n; i++) {
		if (n > IDS_SHOWN && i > 0 && i + 1 < n)
			continue;
		buf_adds(out, !i ? "" : n > IDS_SHOWN ? " … " : ", ");
		buf_adds(out, reply_get(chosen, i, "id"));
	}
}

void act_journal(struct act *a)
{
	const struct args *args = call_args(a->call);
	struct buf ids = BUF_INIT, after = BUF_INIT;
	char *name = xasprintf("%s.%s", a->of.outbox->relation->schema,
			       a->of.outbox->relation->name);

	uuid_make(a->batch.save_id);
	ids_text(&ids, a->of.last);
	buf_addf(&after, "{\"messages\": %" PRId64, a->batch.matched);
	if (args_has(args, "until")) {
		const char *until = args_get(args, "until");

		buf_adds(&after, ", \"until\": ");
		json_write_string(&after, until, strlen(until));
	}
	buf_addc(&after, '}');
	journal_write(&(struct journal_entry){
		.save_id = a->batch.save_id,
		.action = call_command(a->call)->name,
		.relation = name,
		.key = ids.data,
		.before = "{}",
		.after = after.data,
		.reason = a->reason,
	});
	buf_release(&ids);
	buf_release(&after);
	free(name);
}

void act_journal_end(const struct act *a, const struct txn_result *result, int64_t changed)
{
	static const char *const names[] = { [TXN_DONE] = "done",
					     [TXN_ROLLED_BACK] = "refused",
					     [TXN_FAILED] = "failed",
					     [TXN_UNKNOWN] = "unknown" };
	char *some = NULL;

	if (!a->batch.save_id[0])
		return;
	if (result->outcome == TXN_DONE && changed != a->batch.matched)
		some = xasprintf("done, %" PRId64 " of %" PRId64, changed, a->batch.matched);
	journal_outcome(a->batch.save_id, some ? some : names[result->outcome],
			result->server.sqlstate ? result->server.sqlstate : "");
	free(some);
}
