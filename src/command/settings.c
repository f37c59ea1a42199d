/* SPDX-License-Identifier: MIT */
#include "command/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/deffile.h"
#include "base/path.h"
#include "base/timefmt.h"

static const struct setting_row rows[] = {
	{ "all-tenants-timeout", SETTING_DURATION, "15m", NULL,
	  "time after which the scope of all tenants ends; 0 never" },
	{ "arm-timeout", SETTING_DURATION, "15m", NULL,
	  "idle time after which writing is disarmed; 0 never" },
	{ "bell", SETTING_BOOL, "no", NULL,
	  "ring when a watched state gets worse, or well again; each console for itself" },
	{ "clip", SETTING_TEXT, "", NULL,
	  "shell command that is given copied text (wl-copy, xclip -i); none: the terminal" },
	{ "cost-gate", SETTING_INT, "100000", NULL,
	  "planner cost above which a sort or filter that no index serves asks first; 0 "
	  "never" },
	{ "drafts", SETTING_BOOL, "yes", NULL, "keep unsaved edits on disk" },
	{ "draft-expiry", SETTING_DURATION, "14d", NULL, "age at which a draft is dropped" },
	{ "early-notice", SETTING_DURATION, "5s", NULL,
	  "how often an open form looks whether somebody else saved" },
	{ "keep-catalog", SETTING_BOOL, "yes", NULL,
	  "keep what the catalog says on disk, so that the next start need not read it" },
	{ "keyless-rows", SETTING_INT, "10000", NULL,
	  "rows shown at most of what has no key to page by" },
	{ "lock-timeout", SETTING_DURATION, "3s", NULL,
	  "how long a save waits for a row lock" },
	{ "mask", SETTING_BOOL, "yes", NULL, "hide columns that look secret or personal" },
	{ "max-edit-rows", SETTING_INT, "500", NULL,
	  "rows one bulk action may change at most" },
	{ "mouse", SETTING_BOOL, "yes", NULL, "use the mouse" },
	{ "notify", SETTING_BOOL, "no", NULL,
	  "tell the terminal (OSC 9 or 777) when a watched state gets worse, or well again; "
	  "each "
	  "console tells its own (tmux needs: set -g allow-passthrough on)" },
	{ "outbox-crit-age", SETTING_DURATION, "5m", NULL, "oldest due message: critical" },
	{ "outbox-crit-due", SETTING_INT, "10000", NULL, "due messages: critical" },
	{ "outbox-warn-age", SETTING_DURATION, "1m", NULL, "oldest due message: warning" },
	{ "outbox-warn-dead", SETTING_INT, "1", NULL, "dead messages: warning" },
	{ "outbox-warn-due", SETTING_INT, "1000", NULL, "due messages: warning" },
	{ "projection-warn-lag", SETTING_DURATION, "60s", NULL,
	  "consumer or projection lag: warning" },
	{ "reduced-motion", SETTING_BOOL, "no", NULL,
	  "nothing moves by itself: watched screens wait for r or p, no seconds are counted" },
	{ "refresh", SETTING_DURATION, "2s", NULL, "interval of watched screens" },
	{ "restore", SETTING_BOOL, "no", NULL,
	  "begin with the tabs and places that the last session ended with" },
	{ "save-timeout", SETTING_DURATION, "10s", NULL, "statement timeout of a save" },
	{ "sql-rows", SETTING_INT, "100000", NULL, "rows kept at most of a result of :sql" },
	{ "statement-timeout", SETTING_DURATION, "15s", NULL,
	  "statement timeout of a read; 0 the server's" },
	{ "theme", SETTING_TEXT, "auto", NULL,
	  "auto, dark, light, contrast, mono or a theme file's name" },
	{ "tour", SETTING_BOOL, "yes", NULL, "show the first-run tour in the demo" },
	{ "transaction-warn-age", SETTING_DURATION, "5m", NULL,
	  "a transaction that holds vacuum back: warning" },
	{ NULL, SETTING_TEXT, NULL, NULL, NULL },
};

struct settings {
	char *values[ARRAY_SIZE(rows) - 1];
};

const struct setting_row *setting_rows(void)
{
	return rows;
}

static int row_index(const char *name)
{
	for (int i = 0; rows[i].name; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -1;
}

static const char *bool_text(const char *value)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		if (strcmp(value, yes[i]) == 0)
			return "yes";
		if (strcmp(value, no[i]) == 0)
			return "no";
	}
	return NULL;
}

static bool row_check(const struct setting_row *row, const char **value, struct err *err)
{
	double seconds;
	char *end;

	switch (row->type) {
	case SETTING_BOOL:
		if (!bool_text(*value))
			return err_set(err, ERR_USAGE, row->name, "\"%s\" is not yes or no",
				       *value);
		*value = bool_text(*value);
		return true;
	case SETTING_INT:
		if (strtol(*value, &end, 10) < 0 || !**value || *end)
			return err_set(err, ERR_USAGE, row->name,
				       "\"%s\" is not a whole number", *value);
		return true;
	case SETTING_DURATION:
		if (!timefmt_parse_duration(*value, &seconds) || seconds < 0)
			return err_set(err, ERR_USAGE, row->name,
				       "\"%s\" is not a duration such as 250ms, 5s or 2m",
				       *value);
		return true;
	case SETTING_TEXT:
	case SETTING_CHOICE:
		return true;
	}
	return true;
}

struct settings *settings_new(void)
{
	struct settings *s = xcalloc(1, sizeof *s);
	struct err err = ERR_INIT;

	for (int i = 0; rows[i].name; i++)
		if (!settings_set(s, rows[i].name, rows[i].otherwise, &err))
			BUG("default of %s: %s", rows[i].name, err.why);
	return s;
}

void settings_free(struct settings **sp)
{
	struct settings *s = *sp;

	*sp = NULL;
	if (!s)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(s->values); i++)
		free(s->values[i]);
	free(s);
}

bool settings_set(struct settings *s, const char *name, const char *value, struct err *err)
{
	int i = row_index(name);

	if (i < 0) {
		const char *names[ARRAY_SIZE(rows)] = { 0 };

		for (int k = 0; rows[k].name; k++)
			names[k] = rows[k].name;
		err_unknown(err, "setting", name, names);
		err->kind = ERR_USAGE;
		return false;
	}
	if (!row_check(&rows[i], &value, err))
		return false;
	free(s->values[i]);
	s->values[i] = xstrdup(value);
	return true;
}

static bool settings_entry(void *ctx, const struct deffile_entry *e, struct err *err)
{
	static const char *const sections[] = { "settings", NULL };

	if (strcmp(e->section, "settings") != 0)
		return err_unknown(err, "section", e->section, sections);
	return !e->key || settings_set(ctx, e->key, e->value, err);
}

bool settings_load(struct settings *s, const char *path, struct err *err)
{
	char *own = path ? NULL : path_config("souk.conf");
	bool ok = true;

	if (path || path_exists(own))
		ok = deffile_load(path ? path : own, settings_entry, s, err);
	free(own);
	return ok;
}

const char *settings_text(const struct settings *s, const char *name)
{
	int i = row_index(name);

	if (i < 0)
		BUG("no setting %s", name);
	return s->values[i];
}

bool settings_bool(const struct settings *s, const char *name)
{
	return strcmp(settings_text(s, name), "yes") == 0;
}

long settings_int(const struct settings *s, const char *name)
{
	return strtol(settings_text(s, name), NULL, 10);
}

double settings_seconds(const struct settings *s, const char *name)
{
	double seconds = 0;

	if (!timefmt_parse_duration(settings_text(s, name), &seconds))
		BUG("setting %s is not a duration", name);
	return seconds;
}
