/* SPDX-License-Identifier: MIT */
#include "command/parse.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/timefmt.h"
#include "command_priv.h"

/* ---- words ---- */

static const char *word_end(const char *p, struct buf *text, struct words *w, bool *quoted)
{
	while (*p && !isspace((unsigned char)*p)) {
		char quote = *p;

		if (quote != '\'' && quote != '"') {
			buf_addc(text, *p++);
			continue;
		}
		*quoted = true;
		for (p++; *p && (*p != quote || p[1] == quote); p++) {
			if (*p == quote)
				p++;
			buf_addc(text, *p);
		}
		if (*p)
			p++;
		else
			w->open = true;
	}
	return p;
}

void words_split(struct words *w, const char *line)
{
	const char *p = line;

	w->open = false;
	for (;;) {
		struct buf text = BUF_INIT;
		bool quoted = false;
		size_t start;

		while (isspace((unsigned char)*p))
			p++;
		if (!*p)
			break;
		start = (size_t)(p - line);
		p = word_end(p, &text, w, &quoted);
		*VEC_PUSH(&w->list) = (struct word){
			.text = buf_detach(&text),
			.start = start,
			.end = (size_t)(p - line),
			.quoted = quoted,
		};
	}
}

void words_release(struct words *w)
{
	for (size_t i = 0; i < w->list.len; i++)
		free(w->list.v[i].text);
	VEC_RELEASE(&w->list);
}

/* ---- specs ---- */

static const char ellipsis[] = "…";

static void spec_word(struct spec *spec, const char *text, size_t len)
{
	struct argspec a = { 0 };
	char *s;
	char *colon;
	size_t dots = sizeof ellipsis - 1;

	if (text[0] == '[') {
		if (text[len - 1] != ']')
			BUG("spec \"%s\": no ]", text);
		a.optional = true;
		text++;
		len -= 2;
	}
	if (len > dots && memcmp(text + len - dots, ellipsis, dots) == 0) {
		a.rest = true;
		len -= dots;
	}
	if (len > 2 && text[0] == '-' && text[1] == '-') {
		a.option = true;
		text += 2;
		len -= 2;
	}
	s = xstrndup(text, len);
	colon = strchr(s, ':');
	if (colon)
		*colon = '\0';
	a.name = xstrdup(s);
	a.type = colon ? xstrdup(colon + 1) : NULL;
	if (!a.type && !a.option)
		BUG("spec: argument \"%s\" has no type", a.name);
	free(s);
	*VEC_PUSH(&spec->list) = a;
}

void spec_parse(struct spec *spec, const char *text)
{
	*spec = (struct spec){ VEC_INIT };
	while (*text) {
		size_t len = strcspn(text, " ");

		if (len)
			spec_word(spec, text, len);
		text += len;
		while (*text == ' ')
			text++;
	}
}

void spec_release(struct spec *spec)
{
	for (size_t i = 0; i < spec->list.len; i++) {
		free(spec->list.v[i].name);
		free(spec->list.v[i].type);
	}
	VEC_RELEASE(&spec->list);
}

int spec_positional(const struct spec *spec)
{
	int n = 0;

	for (size_t i = 0; i < spec->list.len; i++) {
		if (spec->list.v[i].option)
			continue;
		if (spec->list.v[i].rest || strcmp(spec->list.v[i].type, "line") == 0)
			return INT_MAX;
		n++;
	}
	return n;
}

void command_usage(struct buf *out, const struct command *cmd)
{
	struct spec spec;

	buf_adds(out, cmd->name);
	spec_parse(&spec, cmd->args);
	for (size_t i = 0; i < spec.list.len; i++) {
		const struct argspec *a = &spec.list.v[i];

		buf_adds(out, a->optional ? " [" : " ");
		if (a->option)
			buf_addf(out, a->type ? "--%s " : "--%s", a->name);
		if (a->type && strncmp(a->type, "choice(", 7) == 0)
			buf_add(out, a->type + 7, strlen(a->type) - 8);
		else if (a->type)
			for (const char *p = a->option ? a->type : a->name; *p && *p != '('; p++)
				buf_addc(out, (char)toupper((unsigned char)*p));
		if (a->rest)
			buf_adds(out, ellipsis);
		if (a->optional)
			buf_addc(out, ']');
	}
	spec_release(&spec);
}

/* ---- args ---- */

struct value {
	char *name;
	VEC(char *) texts; /* NULL-terminated once matched; a switch has one "" */
};

struct args {
	VEC(struct value) list;
};

static struct value *args_value(const struct args *a, const char *name)
{
	for (size_t i = 0; a && i < a->list.len; i++)
		if (strcmp(a->list.v[i].name, name) == 0)
			return &a->list.v[i];
	return NULL;
}

static void args_add(struct args *a, const char *name, const char *text)
{
	struct value *v = args_value(a, name);

	if (!v) {
		v = VEC_PUSH(&a->list);
		*v = (struct value){ .name = xstrdup(name), .texts = VEC_INIT };
	}
	*VEC_PUSH(&v->texts) = xstrdup(text);
}

static void args_seal(struct args *a)
{
	for (size_t i = 0; i < a->list.len; i++)
		*VEC_PUSH(&a->list.v[i].texts) = NULL;
}

void args_free(struct args **ap)
{
	struct args *a = *ap;

	*ap = NULL;
	if (!a)
		return;
	for (size_t i = 0; i < a->list.len; i++) {
		struct value *v = &a->list.v[i];

		for (size_t k = 0; k < v->texts.len; k++)
			free(v->texts.v[k]);
		VEC_RELEASE(&v->texts);
		free(v->name);
	}
	VEC_RELEASE(&a->list);
	free(a);
}

const char *args_get(const struct args *a, const char *name)
{
	const struct value *v = args_value(a, name);

	return v ? v->texts.v[0] : NULL;
}

bool args_has(const struct args *a, const char *name)
{
	return args_value(a, name) != NULL;
}

const char *const *args_all(const struct args *a, const char *name)
{
	const struct value *v = args_value(a, name);

	return v ? (const char *const *)v->texts.v : NULL;
}

const char *const *args_rest(const struct args *a, const char *name)
{
	static const char *const none[] = { NULL };
	const char *const *all = args_all(a, name);

	return all ? all : none;
}

long args_int(const struct args *a, const char *name, long otherwise)
{
	const char *s = args_get(a, name);

	return s ? strtol(s, NULL, 10) : otherwise;
}

/* ---- matching ---- */

static bool usage_error(struct err *err, const struct command *cmd)
{
	struct buf usage = BUF_INIT;

	command_usage(&usage, cmd);
	err_hint(err, "usage: %s", usage.data);
	buf_release(&usage);
	return false;
}

static bool check_choice(const char *type, const char *word)
{
	const char *p = type + strlen("choice(");
	size_t len = strlen(word);

	while (*p && *p != ')') {
		size_t n = strcspn(p, "|)");

		if (n == len && memcmp(p, word, n) == 0)
			return true;
		p += n;
		if (*p == '|')
			p++;
	}
	return false;
}

static bool is_int(const char *type)
{
	return strcmp(type, "int") == 0 || strncmp(type, "int(", 4) == 0;
}

/* int(N): N or more. */
static bool check_int(const struct argspec *a, const char *word, struct err *err)
{
	long least = a->type[3] == '(' ? strtol(a->type + 4, NULL, 10) : LONG_MIN;
	char *end;
	long n;

	errno = 0;
	n = strtol(word, &end, 10);
	if (!*word || *end)
		return err_set(err, ERR_USAGE, word, "%s must be a whole number", a->name);
	if (errno == ERANGE)
		return err_set(err, ERR_USAGE, word, "%s must be from %ld to %ld", a->name,
			       least, LONG_MAX);
	if (n < least)
		return err_set(err, ERR_USAGE, word, "%s must be at least %ld", a->name, least);
	return true;
}

/* Only what can be judged without a server is judged here. */
static bool check_type(const struct argspec *a, const char *word, struct err *err)
{
	double seconds;

	if (is_int(a->type) || strcmp(a->type, "pid") == 0)
		return check_int(a, word, err);
	if (strcmp(a->type, "duration") == 0) {
		if (!timefmt_parse_duration(word, &seconds))
			return err_set(err, ERR_USAGE, word,
				       "%s must be a duration such as 250ms, 5s or 2m",
				       a->name);
	} else if (strcmp(a->type, "every") == 0) {
		if (strcmp(word, "off") != 0 && !timefmt_parse_duration(word, &seconds))
			return err_set(err, ERR_USAGE, word,
				       "%s must be a duration such as 500ms, 5s or 2m, or off",
				       a->name);
	} else if (strncmp(a->type, "choice(", 7) == 0) {
		if (!check_choice(a->type, word))
			return err_set(err, ERR_USAGE, word, "%s must be one of %.*s", a->name,
				       (int)strlen(a->type + 7) - 1, a->type + 7);
	} else if (strcmp(a->type, "assignment") == 0) {
		const char *eq = strchr(word, '=');

		if (!eq || eq == word)
			return err_set(err, ERR_USAGE, word, "expected COLUMN=VALUE");
	}
	return true;
}

struct matcher {
	const struct command *cmd;
	struct spec spec;
	struct args *args;
	size_t next; /* next positional in spec */
	const char *const *words;
	size_t n, i;
	const char *line;
	struct err *err;
};

static const struct argspec *find_option(const struct matcher *m, const char *name, size_t len)
{
	for (size_t i = 0; i < m->spec.list.len; i++) {
		const struct argspec *a = &m->spec.list.v[i];

		if (a->option && strlen(a->name) == len && memcmp(a->name, name, len) == 0)
			return a;
	}
	return NULL;
}

static bool match_option(struct matcher *m)
{
	const char *word = m->words[m->i++];
	const char *eq = strchr(word, '=');
	size_t len = eq ? (size_t)(eq - word) - 2 : strlen(word) - 2;
	const struct argspec *a = find_option(m, word + 2, len);
	const char *value;

	if (!a) {
		const char *names[32] = { 0 };
		size_t k = 0;
		char *name = xstrndup(word + 2, len);

		for (size_t i = 0; i < m->spec.list.len && k < ARRAY_SIZE(names) - 1; i++)
			if (m->spec.list.v[i].option)
				names[k++] = m->spec.list.v[i].name;
		err_unknown(m->err, "option", name, names);
		m->err->kind = ERR_USAGE;
		free(name);
		return usage_error(m->err, m->cmd);
	}
	if (!a->type) {
		if (eq)
			return err_set(m->err, ERR_USAGE, word, "takes no value");
		args_add(m->args, a->name, "");
		return true;
	}
	if (eq)
		value = eq + 1;
	else if (m->i < m->n)
		value = m->words[m->i++];
	else
		return err_set(m->err, ERR_USAGE, word, "needs a value") ||
		       usage_error(m->err, m->cmd);
	if (!check_type(a, value, m->err))
		return usage_error(m->err, m->cmd);
	args_add(m->args, a->name, value);
	return true;
}

/* Behind the first n words: options stand before a raw line. */
static const char *skip_words(const char *line, size_t n)
{
	for (; n > 0; n--) {
		line += strspn(line, " \t");
		for (char quote = 0; *line && (quote || !strchr(" \t", *line)); line++) {
			if (quote)
				quote = *line == quote ? 0 : quote;
			else if (*line == '\'' || *line == '"')
				quote = *line;
		}
	}
	return line;
}

/* The raw rest of the line, or what is left of the words. */
static void match_line(struct matcher *m, const struct argspec *a)
{
	struct buf rest = BUF_INIT;

	if (m->line) {
		buf_adds(&rest, skip_words(m->line, m->i));
		buf_trim(&rest);
	} else {
		for (; m->i < m->n; m->i++)
			buf_addf(&rest, "%s%s", rest.len ? " " : "", m->words[m->i]);
	}
	m->i = m->n;
	args_add(m->args, a->name, rest.data);
	buf_release(&rest);
}

static bool match_positional(struct matcher *m)
{
	const struct argspec *a;
	const char *word = m->words[m->i];

	while (m->next < m->spec.list.len && m->spec.list.v[m->next].option)
		m->next++;
	if (m->next == m->spec.list.len) {
		err_set(m->err, ERR_USAGE, word, "is one word too many");
		return usage_error(m->err, m->cmd);
	}
	a = &m->spec.list.v[m->next];
	if (strcmp(a->type, "line") == 0) {
		match_line(m, a);
		m->next++;
		return true;
	}
	m->i++;
	if (!check_type(a, word, m->err))
		return usage_error(m->err, m->cmd);
	args_add(m->args, a->name, word);
	if (!a->rest)
		m->next++;
	return true;
}

static bool match_missing(struct matcher *m)
{
	for (size_t i = 0; i < m->spec.list.len; i++) {
		const struct argspec *a = &m->spec.list.v[i];

		if (!a->optional && !args_has(m->args, a->name)) {
			err_set(m->err, ERR_USAGE, m->cmd->name, "%s%s is missing",
				a->option ? "--" : "", a->name);
			return usage_error(m->err, m->cmd);
		}
	}
	return true;
}

struct args *args_match(const struct command *cmd, const char *const *words, size_t n,
			const char *line, struct err *err)
{
	struct matcher m = { .cmd = cmd, .words = words, .n = n, .line = line, .err = err };
	bool options = true, ok = true;

	spec_parse(&m.spec, cmd->args);
	m.args = xcalloc(1, sizeof *m.args);
	while (ok && m.i < m.n) {
		const char *word = m.words[m.i];

		if (options && strcmp(word, "--") == 0) {
			options = false;
			m.i++;
		} else if (options && word[0] == '-' && word[1] == '-' &&
			   spec_positional(&m.spec) != INT_MAX) {
			ok = match_option(&m);
		} else if (options && word[0] == '-' && word[1] == '-' &&
			   find_option(&m, word + 2, strcspn(word + 2, "="))) {
			ok = match_option(&m);
		} else {
			ok = match_positional(&m);
		}
	}
	ok = ok && match_missing(&m);
	spec_release(&m.spec);
	args_seal(m.args);
	if (!ok)
		args_free(&m.args);
	return m.args;
}

/* ---- names ---- */

static bool name_matches(const char *name, const char *const *words, size_t n, size_t *used)
{
	size_t k = 0;

	while (*name) {
		size_t len = strcspn(name, " ");

		if (k == n || strlen(words[k]) != len || memcmp(words[k], name, len) != 0)
			return false;
		k++;
		name += len;
		while (*name == ' ')
			name++;
	}
	*used = k;
	return true;
}

static bool alias_matches(const char *alias, const char *word)
{
	size_t len = strlen(word);

	while (alias && *alias) {
		size_t n = strcspn(alias, " ");

		if (n == len && memcmp(alias, word, n) == 0)
			return true;
		alias += n;
		while (*alias == ' ')
			alias++;
	}
	return false;
}

/* "rls findings": by the first word of its name and an alias. */
static bool family_matches(const struct command *c, const char *const *words, size_t n)
{
	size_t first = strcspn(c->name, " ");

	return n > 1 && c->name[first] && strlen(words[0]) == first &&
	       memcmp(words[0], c->name, first) == 0 && alias_matches(c->alias, words[1]);
}

const struct command *command_match(const char *const *words, size_t n, size_t *used)
{
	const struct command *best = NULL;

	*used = 0;
	for (const struct command *const *c = commands(); *c; c++) {
		size_t k;

		if (name_matches((*c)->name, words, n, &k) && k > *used) {
			best = *c;
			*used = k;
		}
	}
	for (const struct command *const *c = commands(); *used < 2 && *c; c++)
		if (family_matches(*c, words, n)) {
			best = *c;
			*used = 2;
		}
	for (const struct command *const *c = commands(); !best && n && *c; c++)
		if (alias_matches((*c)->alias, words[0])) {
			best = *c;
			*used = 1;
		}
	return best;
}
