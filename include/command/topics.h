/* SPDX-License-Identifier: MIT */
/*
 * topics.h - what help tells in words because no table knows it: `:help TOPIC` and the manual souk-commands(7)
 * print these rows.  Keys in them are the ones that souk comes with; `?` shows the ones in force.
 */
#ifndef COMMAND_TOPICS_H
#define COMMAND_TOPICS_H

struct topic_row {
	const char *name;    /* a command's name too where there is more to tell of it */
	const char *summary; /* a few words */
	const char *text;    /* lines of at most 78 columns */
};

/* From what one meets first; name NULL ends the table. */
const struct topic_row *topic_rows(void);

#endif
