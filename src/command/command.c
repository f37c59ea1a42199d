/* SPDX-License-Identifier: MIT */
#include "command/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "command/parse.h"
#include "command_priv.h"

#define COMMAND(name) extern const struct command cmd_##name;
#include "commands.def"
#undef COMMAND

const struct command *const *commands(void)
{
	static const struct command *const table[] = {
#define COMMAND(name) &cmd_##name,
#include "commands.def"
#undef COMMAND
		NULL,
	};

	return table;
}

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands(); *c; c++)
		if ((*c)->name[0] == *name && strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

/* ---- a command under way ---- */

/* Outlives the call where a host cannot take a question back. */
struct asking {
	struct call *call; /* NULL: it has ended */
	void (*answer)(void *actx, const char *text);
	void *actx;
};

struct call {
	struct host host;
	const struct command *cmd;
	struct args *args;
	command_done_fn *done;
	void *ctx;
	void *data;
	void (*free_data)(void *data);
	struct asking *asking;		   /* the question that is open; NULL: none */
	void (*on_cancel)(struct call *c); /* NULL: none, or it was called */
	struct call **handle; /* while starting: told when the call is gone */
	bool starting;	      /* inside run(): free only after it returned */
	bool finished;
	struct err err;
	int status;
};

struct session *call_session(const struct call *c)
{
	return c->host.session;
}

const struct args *call_args(const struct call *c)
{
	return c->args;
}

const struct host *call_host(const struct call *c)
{
	return &c->host;
}

const struct command *call_command(const struct call *c)
{
	return c->cmd;
}

void call_set_data(struct call *c, void *data, void (*free_data)(void *data))
{
	if (c->free_data)
		c->free_data(c->data);
	c->data = data;
	c->free_data = free_data;
}

void *call_data(const struct call *c)
{
	return c->data;
}

static void answered(void *ctx, const char *text)
{
	struct asking *a = ctx, all = *a;

	free(a);
	if (!all.call)
		return;
	all.call->asking = NULL;
	all.answer(all.actx, text);
}

void call_ask(struct call *c, const struct question *q,
	      void (*answer)(void *actx, const char *text), void *actx)
{
	if (c->asking)
		BUG("%s asks twice", c->cmd->name);
	c->asking = xcalloc(1, sizeof *c->asking);
	*c->asking = (struct asking){ c, answer, actx };
	c->host.ops->ask(c->host.ctx, q, answered, c->asking);
}

static void take_question_back(struct call *c)
{
	struct asking *a = c->asking;

	if (!a)
		return;
	c->asking = NULL;
	a->call = NULL;
	if (!c->host.ops->unask)
		return;
	c->host.ops->unask(c->host.ctx, a);
	free(a);
}

static void call_free(struct call *c)
{
	take_question_back(c);
	if (c->host.session) {
		db_forget(session_db(c->host.session), c);
		loop_forget(session_loop(c->host.session), c);
		session_forget(c->host.session, c);
	}
	if (c->handle)
		*c->handle = NULL;
	call_set_data(c, NULL, NULL);
	args_free(&c->args);
	err_release(&c->err);
	free(c);
}

void call_abandon(struct call **cp)
{
	struct call *c = *cp;

	*cp = NULL;
	if (c)
		call_free(c);
}

void call_on_cancel(struct call *c, void (*fn)(struct call *c))
{
	c->on_cancel = fn;
}

bool call_cancel(struct call **cp)
{
	struct call *c = *cp;
	void (*fn)(struct call *) = c ? c->on_cancel : NULL;

	if (!fn) {
		call_abandon(cp);
		return false;
	}
	c->on_cancel = NULL;
	fn(c);
	return true;
}

static void call_report(struct call *c)
{
	command_done_fn *done = c->done;
	void *ctx = c->ctx;
	struct err err = ERR_INIT;
	int status = c->status;

	err_move(&err, &c->err);
	call_free(c);
	if (done)
		done(ctx, &err, status);
	err_release(&err);
}

void call_done(struct call *c, const struct err *err, int status)
{
	if (c->finished)
		BUG("command %s ended twice", c->cmd->name);
	c->finished = true;
	if (err && err->kind != ERR_NONE)
		err_copy(&c->err, err);
	c->status = status >= 0 ? status : err_exit_status(&c->err);
	if (!c->starting)
		call_report(c);
}

/* ---- starting ---- */

static bool check_needs(const struct host *host, const struct command *cmd, struct err *err)
{
	struct session *s = host->session;

	if ((cmd->needs & NEEDS_SCREEN) && host->batch)
		return err_set(err, ERR_USAGE, cmd->name,
			       "acts on a screen: only in the console");
	if ((cmd->needs & NEEDS_WRITE) && s && !session_armed(s)) {
		err_set(err, ERR_FAILED, cmd->name, "souk is read-only");
		return err_hint(err, host->batch ? "add --armed" : "arm it with :arm");
	}
	return true;
}

static void call_run(struct call *c)
{
	c->starting = true;
	if (c->cmd->run) {
		c->cmd->run(c);
	} else {
		struct err err = ERR_INIT;

		if (!c->host.ops->action(c->host.ctx, c->cmd->action, c->args, &err))
			call_done(c, &err, -1);
		else
			call_done(c, NULL, 0);
		err_release(&err);
	}
	c->starting = false;
	if (c->finished)
		call_report(c);
}

static void call_ready(void *ctx, const struct err *err)
{
	struct call *c = ctx;

	if (err)
		call_done(c, err, -1);
	else
		call_run(c);
}

bool call_may_choose(const struct call *c, const struct tenant_choice *choice, struct err *err)
{
	const struct tenant_choice *now = session_tenant(c->host.session);
	bool same = now->kind == choice->kind && now->tenancy == choice->tenancy &&
		    strcmp(now->id ? now->id : "", choice->id ? choice->id : "") == 0;

	return same || !c->host.ops->leave_tenant ||
	       c->host.ops->leave_tenant(c->host.ctx, err);
}

static enum session_ready how_far(const struct command *cmd)
{
	if (!(cmd->needs & NEEDS_CATALOG))
		return READY_CONNECTED;
	return cmd->needs & CHOOSES_TENANT ? READY_CATALOG : READY_SCOPE;
}

struct start {
	const struct host *host;
	const struct command *cmd;
	command_done_fn *done;
	void *ctx;
};

static struct call *call_begin(const struct start *st, const char *const *words, size_t n,
			       const char *line)
{
	struct err err = ERR_INIT;
	struct args *args = NULL;
	struct call *c, *alive;

	if (check_needs(st->host, st->cmd, &err))
		args = args_match(st->cmd, words, n, line, &err);
	if (!args) {
		if (st->done)
			st->done(st->ctx, &err, err_exit_status(&err));
		err_release(&err);
		return NULL;
	}
	c = xcalloc(1, sizeof *c);
	c->host = *st->host;
	c->cmd = st->cmd;
	c->args = args;
	c->done = st->done;
	c->ctx = st->ctx;
	alive = c;
	c->handle = &alive;
	/* In batch mode nothing else waits for the server; in the console screens say what is
	 * missing. */
	if (c->host.session && (st->cmd->needs & (NEEDS_CONNECTION | NEEDS_CATALOG)))
		session_when_ready(c->host.session, how_far(st->cmd), call_ready, c);
	else
		call_run(c);
	if (alive)
		alive->handle = NULL;
	return alive;
}

/* What is near nothing that is known may be a relation that was made since the catalog was read:
 * that is looked for behind the message, which stands at once, and the line with it. */
static void look_for(const struct host *host, struct err *err)
{
	if (host->batch || err->hint || !host->session || !session_catalog(host->session) ||
	    db_state(session_db(host->session), DB_READ) != DB_READY)
		return;
	reader_moved(session_reader(host->session));
	err_hint(err, "what was made just now is known when asked again");
}

static void unknown_command(const struct start *st, const char *word)
{
	struct err err = ERR_INIT;
	const char **names = NULL;
	size_t n = 0;

	for (const struct command *const *c = commands(); *c; c++) {
		names = xreallocarray(names, n + 2, sizeof *names);
		names[n++] = (*c)->name;
	}
	if (st->host->session) {
		const struct screenset *set = session_screens(st->host->session);

		for (size_t i = 0; i < screenset_len(set); i++) {
			names = xreallocarray(names, n + 2, sizeof *names);
			names[n++] = screenset_at(set, i)->name;
		}
	}
	if (names)
		names[n] = NULL;
	err_unknown(&err, "command", word, names);
	err.kind = ERR_USAGE;
	free(names);
	look_for(st->host, &err);
	if (st->done)
		st->done(st->ctx, &err, 1);
	err_release(&err);
}

struct call *command_words(const struct host *host, const char *const *words, size_t n,
			   command_done_fn *done, void *ctx)
{
	struct start st = { .host = host, .done = done, .ctx = ctx };
	size_t used;

	st.cmd = command_match(words, n, &used);
	if (!st.cmd) {
		unknown_command(&st, n ? words[0] : "");
		return NULL;
	}
	return call_begin(&st, words + used, n - used, NULL);
}

/* ---- lines: verbs, nouns, /text, @tenant, \psql ---- */

/* Is there a relation of this name, in whatever schema, or one whose record is meant? */
static bool is_relation(const struct catalog *c, const char *word)
{
	static const char suffix[] = ".record";
	size_t len = strlen(word), end = sizeof suffix - 1;
	struct err err = ERR_INIT;
	bool found = false;
	char *base;

	for (size_t i = 0; !found && i < catalog_relations(c); i++)
		found = strcmp(catalog_relation_at(c, i)->name, word) == 0;
	if (!found && len > end && strcmp(word + len - end, suffix) == 0) {
		base = xstrndup(word, len - end);
		found = catalog_find(c, base, &err);
		free(base);
	}
	found = found || catalog_find(c, word, &err);
	err_release(&err);
	return found;
}

static bool is_noun(const struct session *s, const char *word)
{
	if (!s)
		return false;
	/* Before the catalog is known it may be a relation: open waits and tells. */
	return screenset_find(session_screens(s), word) || !session_catalog(s) ||
	       is_relation(session_catalog(s), word);
}

/* "products @acme /rye status=active" is "open products @acme /rye status=active". */
static struct call *run_noun(const struct start *st, const struct words *w)
{
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	struct start open = *st;
	struct call *c;

	for (size_t i = 0; i < w->list.len; i++)
		words[i] = w->list.v[i].text;
	open.cmd = command_find("open");
	if (!open.cmd)
		BUG("there is no command open");
	c = call_begin(&open, words, w->list.len, NULL);
	free(words);
	return c;
}

static struct call *run_verb(const struct start *st, const struct words *w, size_t used,
			     const char *line)
{
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	const char *rest = line + w->list.v[used - 1].end;
	struct call *c;

	for (size_t i = 0; i < w->list.len; i++)
		words[i] = w->list.v[i].text;
	c = call_begin(st, words + used, w->list.len - used, rest);
	free(words);
	return c;
}

static struct call *run_prefixed(const struct start *st, const char *name, const char *text)
{
	struct start named = *st;
	const char *words[] = { text };

	named.cmd = command_find(name);
	if (!named.cmd)
		BUG("there is no command %s", name);
	return call_begin(&named, words, 1, text);
}

static struct call *run_psql(const struct start *st, const char *line)
{
	struct err err = ERR_INIT;
	char *translated = psql_translate(line, &err);
	struct call *c = NULL;

	if (translated)
		c = command_line(st->host, translated, st->done, st->ctx);
	else if (st->done)
		st->done(st->ctx, &err, 1);
	free(translated);
	err_release(&err);
	return c;
}

/* ":q!" as in vi: a command that has --force, forced. NULL: the word is none. */
static const struct command *forced(const char *word)
{
	size_t len = strlen(word), used;
	char *name = xstrndup(word, len ? len - 1 : 0);
	const struct command *cmd =
		len && word[len - 1] == '!' ? command_match((const char *[]){ name }, 1, &used)
					    : NULL;

	free(name);
	return cmd && strstr(cmd->args, "[--force]") ? cmd : NULL;
}

static struct call *run_forced(const struct start *st, const struct words *w)
{
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	struct call *c;

	words[0] = "--force";
	for (size_t i = 1; i < w->list.len; i++)
		words[i] = w->list.v[i].text;
	c = call_begin(st, words, w->list.len, NULL);
	free(words);
	return c;
}

static struct call *run_words(const struct start *st, const struct words *w, const char *line)
{
	struct start verb = *st;
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	const char *first = w->list.v[0].text;
	struct call *c = NULL;
	size_t used;

	for (size_t i = 0; i < w->list.len; i++)
		words[i] = w->list.v[i].text;
	verb.cmd = command_match(words, w->list.len, &used);
	free(words);
	if (verb.cmd && !(verb.cmd->needs & BATCH_ONLY))
		c = run_verb(&verb, w, used, line);
	else if ((verb.cmd = forced(first)))
		c = run_forced(&verb, w);
	else if (is_noun(st->host->session, first) || first[0] == '@')
		c = run_noun(st, w);
	else
		unknown_command(st, first);
	return c;
}

/* A filter and a statement have their own quotes (name = O'Brien). */
static bool has_own_quotes(const struct words *w)
{
	const char **words = xcalloc(w->list.len + 1, sizeof *words);
	const struct command *cmd;
	size_t used;

	for (size_t i = 0; i < w->list.len; i++)
		words[i] = w->list.v[i].text;
	cmd = command_match(words, w->list.len, &used);
	free(words);
	return cmd && strstr(cmd->args, ":line") && !w->list.v[used - 1].quoted;
}

struct call *command_line(const struct host *host, const char *line, command_done_fn *done,
			  void *ctx)
{
	struct start st = { .host = host, .done = done, .ctx = ctx };
	struct words w = WORDS_INIT;
	struct call *c = NULL;

	while (*line == ' ' || *line == '\t' || *line == ':')
		line++;
	if (*line == '/')
		return run_prefixed(&st, "search", line + 1);
	if (*line == '\\')
		return run_psql(&st, line);
	words_split(&w, line);
	if (w.open && !has_own_quotes(&w)) {
		struct err err = ERR_INIT;

		err_set(&err, ERR_USAGE, w.list.v[w.list.len - 1].text,
			"the quote is not closed");
		err_hint(&err, "a word with ' in it stands in \"double quotes\"");
		if (done)
			done(ctx, &err, 1);
		err_release(&err);
	} else if (w.list.len) {
		c = run_words(&st, &w, line);
	} else if (done) {
		struct err none = ERR_INIT;

		done(ctx, &none, 0);
	}
	words_release(&w);
	return c;
}
