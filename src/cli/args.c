/* SPDX-License-Identifier: MIT */
#include "cli/args.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/embed.h"
#include "cli_priv.h"
#include "command/parse.h"

/* ---- the general options: one row each; --help, the man page's list and parsing come from
 * here ---- */

enum kind { TEXT, FLAG, SIZE, MODE };

struct option {
	const char *name; /* long */
	char letter;	  /* psql's short flag, 0: none */
	enum kind kind;
	size_t offset;	   /* in struct cli_args; MODE: the mode itself */
	const char *value; /* name of the value in help */
	const char *help;
};

#define AT(member) offsetof(struct cli_args, member)

static const struct option options[] = {
	{ "host", 'h', TEXT, AT(session.db.host), "HOST", "server host or socket folder" },
	{ "port", 'p', TEXT, AT(session.db.port), "PORT", "server port" },
	{ "username", 'U', TEXT, AT(session.db.user), "NAME", "database user" },
	{ "dbname", 'd', TEXT, AT(session.db.dbname), "DBNAME",
	  "database, conninfo string or URI" },
	{ "no-password", 'w', FLAG, AT(session.db.no_password), NULL,
	  "never ask for a password" },
	{ "password", 'W', FLAG, AT(ask_password), NULL,
	  "ask for a password before connecting" },
	{ "tenant", 0, TEXT, AT(session.tenant), "T",
	  "work in this tenant (id or short name)" },
	{ "role", 0, TEXT, AT(session.role), "ROLE", "look with this role's eyes" },
	{ "armed", 0, FLAG, AT(session.armed), NULL,
	  "allow writing (the default is read-only)" },
	{ "reason", 0, TEXT, AT(session.reason), "TEXT", "why, for the audit" },
	{ "format", 0, TEXT, AT(format), "FORMAT", "table, csv, json and what a command adds" },
	{ "yes", 0, FLAG, AT(yes), NULL, "answer questions of a batch command with yes" },
	{ "confirm", 0, TEXT, AT(confirm), "NAME",
	  "the name that a risky command wants typed" },
	{ "profile", 0, TEXT, AT(session.profile), "NAME",
	  "profile file for what cannot be learned" },
	{ "screens", 0, TEXT, AT(session.screens), "DIR", "folder of screen files" },
	{ "sql", 0, TEXT, AT(session.sql), "DIR", "its queries/*.sql take the place of ours" },
	{ "echo-sql", 'E', FLAG, AT(session.echo_sql), NULL, "show every statement" },
	{ "log", 0, TEXT, AT(log), "FILE", "append a debug log" },
	{ "theme", 0, TEXT, AT(theme), "NAME", "auto, dark, light, contrast, mono or a file" },
	{ "keymap", 0, TEXT, AT(keymap), "FILE", "keys read over the shipped and your own" },
	{ "open", 0, TEXT, AT(open), "LINE", "the first screen, as in the command bar" },
	{ "no-mouse", 0, FLAG, AT(no_mouse), NULL, "leave the mouse to the terminal" },
	{ "plain", 0, FLAG, AT(plain), NULL, "told in lines, for screen readers" },
	{ "no-history", 0, FLAG, AT(no_history), NULL, "keep no history of command lines" },
	{ "size", 0, SIZE, 0, "COLSxROWS", "size of the screen in souk run" },
	{ "keep-going", 0, FLAG, AT(keep_going), NULL,
	  "souk run: go on after a step that failed" },
	{ "list", 0, TEXT, AT(list), "WHAT", "list commands, screens, options or settings" },
	{ "mdoc", 0, FLAG, AT(mdoc), NULL, "with --list: as source of a manual page" },
	{ "help", '?', MODE, CLI_HELP, NULL, "this help; after a command: of that command" },
	{ "version", 'V', MODE, CLI_VERSION, NULL, "the version" },
};

static const struct option *option_long(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (strlen(options[i].name) == len && memcmp(options[i].name, name, len) == 0)
			return &options[i];
	return NULL;
}

static const struct option *option_letter(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].letter == letter && letter)
			return &options[i];
	return NULL;
}

/* ---- parsing ---- */

struct parser {
	struct cli_args *out;
	int argc;
	char *const *argv;
	int i;
	VEC(const char *) positional; /* no command: DBNAME USERNAME */
	struct spec spec;	      /* of the command */
	bool mode_set;
	struct err *err;
};

static bool parse_size(struct cli_args *out, const char *value, struct err *err)
{
	char rest;

	if (sscanf(value, "%dx%d%c", &out->cols, &out->rows, &rest) != 2 || out->cols < 1 ||
	    out->rows < 1 || out->cols > 1000 || out->rows > 1000)
		return err_set(err, ERR_USAGE, value, "--size wants COLSxROWS, such as 80x24");
	return true;
}

static bool option_apply(struct parser *p, const struct option *o, const char *value)
{
	char *base = (char *)p->out;

	switch (o->kind) {
	case TEXT:
		*(const char **)(void *)(base + o->offset) = value;
		return true;
	case FLAG:
		*(bool *)(void *)(base + o->offset) = true;
		return true;
	case SIZE:
		return parse_size(p->out, value, p->err);
	case MODE:
		p->mode_set = true;
		p->out->mode = (enum cli_mode)o->offset;
		return true;
	}
	return true;
}

static bool next_value(struct parser *p, const char *shown, const char **value)
{
	if (p->i >= p->argc)
		return err_set(p->err, ERR_USAGE, shown, "needs a value");
	*value = p->argv[p->i++];
	return true;
}

static bool takes_value(const struct option *o)
{
	return o->kind == TEXT || o->kind == SIZE;
}

static bool unknown_option(struct parser *p, const char *name)
{
	const char *names[ARRAY_SIZE(options) + 64] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < p->spec.list.len && n < 60; i++)
		if (p->spec.list.v[i].option)
			names[n++] = p->spec.list.v[i].name;
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		names[n++] = options[i].name;
	err_unknown(p->err, "option", name, names);
	p->err->kind = ERR_USAGE;
	if (!p->err->hint)
		err_hint(p->err, "souk --help lists the options");
	return false;
}

static const struct argspec *own_option(const struct parser *p, const char *name, size_t len)
{
	for (size_t i = 0; i < p->spec.list.len; i++) {
		const struct argspec *a = &p->spec.list.v[i];

		if (a->option && strlen(a->name) == len && memcmp(a->name, name, len) == 0)
			return a;
	}
	return NULL;
}

static bool parse_long(struct parser *p, const char *word)
{
	const char *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) - 2 : strlen(word) - 2;
	const struct argspec *own = own_option(p, word + 2, len);
	const struct option *o = option_long(word + 2, len);
	const char *value = eq ? eq + 1 : NULL;

	if (own) {
		*VEC_PUSH(&p->out->words) = word;
		if (own->type && !eq && p->i < p->argc)
			*VEC_PUSH(&p->out->words) = p->argv[p->i++];
		return true;
	}
	if (!o)
		return unknown_option(p, word + 2);
	if (!takes_value(o) && eq)
		return err_set(p->err, ERR_USAGE, word, "takes no value");
	if (takes_value(o) && !value && !next_value(p, word, &value))
		return false;
	return option_apply(p, o, value);
}

/* -hHOST, -h HOST, -wE */
static bool parse_short(struct parser *p, const char *word)
{
	for (const char *c = word + 1; *c; c++) {
		const struct option *o = option_letter(*c);
		const char *value = NULL;

		if (!o) {
			err_set(p->err, ERR_USAGE, word, "there is no option -%c", *c);
			return err_hint(p->err, "souk --help lists the options");
		}
		if (takes_value(o)) {
			value = c[1] ? c + 1 : NULL;
			if (!value && !next_value(p, word, &value))
				return false;
			return option_apply(p, o, value);
		}
		if (!option_apply(p, o, NULL))
			return false;
	}
	return true;
}

/* "outbox statsu": the first word of a command whose others do not fit. */
static bool half_command(struct parser *p, const char *word)
{
	const char *names[128] = { 0 };
	size_t n = 0, len = strlen(word);
	struct buf said = BUF_INIT;

	for (const struct command *const *c = commands(); *c && n < ARRAY_SIZE(names) - 1; c++)
		if (!((*c)->needs & NEEDS_SCREEN) && strncmp((*c)->name, word, len) == 0 &&
		    (*c)->name[len] == ' ')
			names[n++] = (*c)->name;
	if (!n || (p->i < p->argc && cli_is_conninfo(p->argv[p->i])))
		return false;
	buf_adds(&said, word);
	if (p->i < p->argc && *p->argv[p->i] != '-')
		buf_addf(&said, " %s", p->argv[p->i]);
	err_unknown(p->err, "command", said.data, names);
	p->err->kind = ERR_USAGE;
	buf_clear(&said);
	for (size_t i = 0; i < n; i++)
		buf_addf(&said, "%s%s", i ? ", " : "", names[i]);
	err_hint(p->err, "there are %s", said.data);
	buf_release(&said);
	return true;
}

/* The first plain word may begin a command's name. */
static bool parse_command(struct parser *p, const char *word)
{
	const char *words[4] = { word };
	size_t n = 1, used;
	const struct command *cmd;

	for (int k = p->i; k < p->argc && n < ARRAY_SIZE(words) && p->argv[k][0] != '-'; k++)
		words[n++] = p->argv[k];
	cmd = command_match(words, n, &used);
	if (!cmd || !(cmd->needs & (BATCH | BATCH_ONLY)))
		return false;
	p->out->mode = p->mode_set ? p->out->mode : CLI_COMMAND;
	p->out->command = cmd;
	for (size_t k = 0; k < used; k++)
		*VEC_PUSH(&p->out->words) = words[k];
	p->i += (int)used - 1;
	spec_parse(&p->spec, cmd->args);
	return true;
}

static void plain_word(struct parser *p, const char *word)
{
	if (!p->positional.len && !cli_is_conninfo(word))
		p->out->unknown = word;
	*VEC_PUSH(&p->positional) = word;
}

static bool parse_words(struct parser *p)
{
	bool options_end = false;

	while (p->i < p->argc) {
		const char *word = p->argv[p->i++];
		bool ok = true;

		if (!options_end && strcmp(word, "--") == 0)
			options_end = true;
		else if (!options_end && word[0] == '-' && word[1] == '-')
			ok = parse_long(p, word);
		else if (!options_end && word[0] == '-' && word[1])
			ok = parse_short(p, word);
		else if (p->out->command)
			*VEC_PUSH(&p->out->words) = word;
		else if (!p->positional.len && parse_command(p, word))
			continue;
		else if (!p->positional.len && half_command(p, word))
			ok = false;
		else
			plain_word(p, word);
		if (!ok)
			return false;
	}
	return true;
}

/* ---- which of a command's words is the CONNINFO ---- */

bool cli_is_conninfo(const char *word)
{
	static const char *const keywords[] = { "host",	    "hostaddr", "port",
						"dbname",   "user",	"service",
						"passfile", "sslmode",	"password" };
	const char *eq = strchr(word, '=');

	if (strncmp(word, "postgresql://", 13) == 0 || strncmp(word, "postgres://", 11) == 0)
		return true;
	for (size_t i = 0; eq && i < ARRAY_SIZE(keywords); i++)
		if (strlen(keywords[i]) == (size_t)(eq - word) &&
		    memcmp(keywords[i], word, (size_t)(eq - word)) == 0)
			return true;
	return false;
}

/* Index of the last positional word of the command, and how many there are. */
static int last_positional(const struct parser *p, size_t first, int *count)
{
	int last = -1;

	*count = 0;
	for (size_t i = first; i < p->out->words.len; i++) {
		const char *word = p->out->words.v[i];

		if (word[0] == '-' && word[1] == '-') {
			const char *eq = strchr(word, '=');
			const struct argspec *own = own_option(
				p, word + 2, eq ? (size_t)(eq - word) - 2 : strlen(word + 2));

			if (own && own->type && !eq)
				i++;
			continue;
		}
		last = (int)i;
		++*count;
	}
	return last;
}

static void take_conninfo(struct parser *p)
{
	const struct command *cmd;
	size_t first = 0;
	int count, last;

	cmd = command_match(p->out->words.v, p->out->words.len, &first);
	/* What opens its own connections has them for arguments. */
	if (cmd && (cmd->needs & NEEDS_SESSION))
		return;
	last = last_positional(p, first, &count);
	if (last < 0 || p->out->session.db.dbname)
		return;
	if (count > spec_positional(&p->spec) || cli_is_conninfo(p->out->words.v[last])) {
		p->out->session.db.dbname = p->out->words.v[last];
		VEC_REMOVE(&p->out->words, (size_t)last);
	}
}

static bool take_database(struct parser *p)
{
	struct db_params *db = &p->out->session.db;
	size_t i = 0;

	/* As psql: the first word is the database unless -d gave it, the next the user. */
	if (i < p->positional.len && !db->dbname)
		db->dbname = p->positional.v[i++];
	if (i < p->positional.len && !db->user)
		db->user = p->positional.v[i++];
	if (i < p->positional.len) {
		err_set(p->err, ERR_USAGE, p->positional.v[i], "is one word too many");
		return err_hint(
			p->err,
			"souk [OPTION]… [DBNAME [USERNAME]], or souk COMMAND; see souk --help");
	}
	return true;
}

bool cli_parse(struct cli_args *out, int argc, char *const *argv, struct err *err)
{
	struct parser p = { .out = out, .argc = argc, .argv = argv, .i = 1, .err = err };
	bool ok;

	*out = (struct cli_args){ .mode = CLI_CONSOLE };
	ok = parse_words(&p);
	if (ok && out->command)
		take_conninfo(&p);
	else if (ok)
		ok = take_database(&p);
	if (ok && out->list && !p.mode_set)
		out->mode = CLI_LIST;
	VEC_RELEASE(&p.positional);
	spec_release(&p.spec);
	return ok;
}

static bool is_screen(const char *word)
{
	char *path = xasprintf("screens/%s.screen", word);
	bool found = embed_find(embed_screens, path) != NULL;

	free(path);
	return found;
}

void cli_meant(struct buf *out, const struct cli_args *a)
{
	const char *names[128] = { 0 }, *near;
	size_t n = 0;

	if (!a->unknown)
		return;
	for (const struct command *const *c = commands(); *c && n < ARRAY_SIZE(names) - 1; c++)
		if ((*c)->needs & (BATCH | BATCH_ONLY) && !strchr((*c)->name, ' '))
			names[n++] = (*c)->name;
	near = nearest_within(a->unknown, names, strlen(a->unknown) > 3 ? 2 : 1);
	if (near)
		buf_addf(out,
			 "\"%s\" was taken for a database; there is no such command, "
			 "nearest: %s",
			 a->unknown, near);
	else if (is_screen(a->unknown))
		buf_addf(out,
			 "\"%s\" was taken for a database; the screen of this name: "
			 "souk --open %s, or souk list %s",
			 a->unknown, a->unknown, a->unknown);
}

void cli_args_release(struct cli_args *a)
{
	VEC_RELEASE(&a->words);
}

/* ---- for help and lists ---- */

void cli_options(struct buf *out, bool mdoc)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *o = &options[i];
		struct buf head = BUF_INIT;

		if (mdoc) {
			buf_adds(out, ".It ");
			if (o->letter)
				buf_addf(out, "Fl %c , ", o->letter);
			buf_addf(out, "Fl \\-%s", o->name);
			if (o->value)
				buf_addf(out, " Ar %s", o->value);
			buf_addf(out, "\n%s.\n", o->help);
			continue;
		}
		if (o->letter)
			buf_addf(&head, "  -%c, --%s", o->letter, o->name);
		else
			buf_addf(&head, "      --%s", o->name);
		if (o->value)
			buf_addf(&head, "=%s", o->value);
		buf_addf(out, "%-28s %s\n", head.data, o->help);
		buf_release(&head);
	}
}
