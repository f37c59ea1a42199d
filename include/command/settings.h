/* SPDX-License-Identifier: MIT */
/*
 * settings.h - what a person may tune: one row each, with its default parsed by the same parser.
 *
 * $XDG_CONFIG_HOME/souk/souk.conf holds a section [settings]; `:set NAME VALUE` changes one for the session.
 */
#ifndef COMMAND_SETTINGS_H
#define COMMAND_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct settings;

struct setting_row {
	const char *name;
	enum { SETTING_BOOL, SETTING_INT, SETTING_DURATION, SETTING_TEXT, SETTING_CHOICE } type;
	const char *otherwise;  /* the default, as text */
	const char *choices;    /* SETTING_CHOICE: "dark|light|auto" */
	const char *help;
};

/* In order of name; name NULL ends the table. */
const struct setting_row *setting_rows(void);

struct settings *settings_new(void);
void settings_free(struct settings **s);
/* path NULL: the person's souk.conf, which may be missing. */
bool settings_load(struct settings *s, const char *path, struct err *err) MUST_CHECK;
bool settings_set(struct settings *s, const char *name, const char *value, struct err *err) MUST_CHECK;
/* A name that is not in the table is a BUG(). */
const char *settings_text(const struct settings *s, const char *name);
bool settings_bool(const struct settings *s, const char *name);
long settings_int(const struct settings *s, const char *name);
double settings_seconds(const struct settings *s, const char *name);

#endif
