/* SPDX-License-Identifier: MIT */
#include "command/complete.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "command/parse.h"
#include "complete_priv.h"

/* ---- candidates ---- */

/* What the word holds already stays in front; the quote that a person opened stays open, so that
 * more can be said in it. */
static void put_word(const struct candidates *list, const char *text, struct buf *out)
{
	struct buf whole = BUF_INIT;

	buf_adds(&whole, list->lead ? list->lead : "");
	if (list->lead && !list->raw)
		buf_add_word(&whole, text);
	else
		buf_adds(&whole, text);
	buf_adds(out, list->before);
	if (list->raw && !list->lead)
		buf_adds(out, whole.data);
	else if (list->open)
		buf_add_quoted(out, whole.data, '\'');
	else
		buf_add_word(out, whole.data);
	if (list->open)
		buf_truncate(out, out->len - 1);
	buf_release(&whole);
}

void candidates_add(struct candidates *list, const char *text, const char *note)
{
	struct buf quoted = BUF_INIT;

	if (strncasecmp(text, list->prefix, strlen(list->prefix)) != 0)
		return;
	put_word(list, text, &quoted);
	for (size_t i = 0; i < list->v.len; i++) {
		if (strcmp(list->v.v[i].text, quoted.data) == 0) {
			buf_release(&quoted);
			return;
		}
	}
	*VEC_PUSH(&list->v) = (struct candidate){ buf_detach(&quoted), xstrdup_null(note) };
}

void candidates_any(struct candidates *list)
{
	free(list->prefix);
	list->prefix = xstrdup("");
}

static void candidates_release(struct candidates *list)
{
	for (size_t i = 0; i < list->v.len; i++) {
		free((void *)(uintptr_t)list->v.v[i].text);
		free((void *)(uintptr_t)list->v.v[i].note);
	}
	VEC_RELEASE(&list->v);
	free(list->prefix);
	free(list->before);
	free(list->lead);
}

static void tell(struct completing *c, bool more)
{
	struct completion out = {
		.candidates = c->list.v.v,
		.n = c->list.v.len,
		.start = c->start,
		.end = c->end,
		.more = more,
	};

	c->told |= !more;
	c->fn(c->ctx, &out);
}

void completing_answered(struct completing *c)
{
	tell(c, --c->waiting > 0);
}

/* The word under the cursor becomes the prefix; a sign in front (@ : \) stays. */
static void begin_word(struct completing *c, const char *line, size_t cursor, struct words *w)
{
	char *head = xstrndup(line, cursor);
	const struct word *last;

	words_split(w, head);
	last = w->list.len ? &w->list.v[w->list.len - 1] : NULL;
	c->start = c->end = cursor;
	c->list.prefix = xstrdup("");
	c->list.before = xstrdup("");
	if (last && (last->end == cursor || w->open)) {
		const char *sign =
			strchr("@:\\", last->text[0]) && last->text[0] ? last->text : NULL;

		c->start = last->start;
		free(c->list.prefix);
		free(c->list.before);
		c->list.prefix = xstrdup(last->text + (sign ? 1 : 0));
		c->list.before = sign ? xstrndup(sign, 1) : xstrdup("");
		free(last->text);
		w->list.len--;
	}
	free(head);
}

static void complete_word(struct completing *c, const struct words *w)
{
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	const struct command *cmd;
	const char *type;
	size_t used;

	for (size_t i = 0; i < w->list.len; i++)
		words[i] = w->list.v[i].text + (i == 0 && w->list.v[i].text[0] == ':');
	cmd = command_match(words, w->list.len, &used);
	if (c->list.before[0] == '@' && cmd && strcmp(cmd->name, "filter") == 0) {
		complete_typed(c, "kept");
	} else if (c->list.before[0] == '@') {
		complete_tenants(c);
	} else if (w->list.len && words[0][0] == '\\') {
		type = psql_argument(words[0] + 1);
		if (type)
			complete_typed(c, type);
	} else if (cmd) {
		if (used == w->list.len)
			complete_commands(c, words, used);
		complete_argument(c, cmd, words + used, w->list.len - used);
	} else if (w->list.len == 0 && c->list.before[0] == '\\') {
		psql_words(&c->list);
	} else if (w->list.len == 0) {
		complete_commands(c, NULL, 0);
		complete_nouns(c);
	} else {
		complete_commands(c, words, w->list.len);
		complete_noun(c, words, w->list.len);
	}
	free(words);
}

struct completing *complete_start(struct session *s, const struct complete_context *context,
				  const char *line, size_t cursor, complete_fn *fn, void *ctx)
{
	struct completing *c = xcalloc(1, sizeof *c);
	struct words w = WORDS_INIT;

	c->session = s;
	c->fn = fn;
	c->ctx = ctx;
	if (context)
		c->context = *context;
	begin_word(c, line, cursor, &w);
	c->quoted = w.open;
	complete_word(c, &w);
	if (!c->told)
		tell(c, c->waiting > 0);
	words_release(&w);
	c->context = (struct complete_context){ 0 };
	return c;
}

void complete_free(struct completing **cp)
{
	struct completing *c = *cp;

	*cp = NULL;
	if (!c)
		return;
	db_forget(session_db(c->session), c);
	records_free(&c->records);
	candidates_release(&c->list);
	free(c);
}
