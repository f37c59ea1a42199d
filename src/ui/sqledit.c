/* SPDX-License-Identifier: MIT */
/* A statement written in the person's editor (\e): what was saved is run as :sql runs it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "editor.h"

static const char *statement_of(const struct screen *s)
{
	static const char given[] = "statement=";
	const struct place *p = s->place;

	for (size_t i = 0; p && p->where && p->where[i]; i++)
		if (strncmp(p->where[i], given, strlen(given)) == 0)
			return p->where[i] + strlen(given);
	return NULL;
}

/* The one whose rows are shown, or lie below; else the one that was written last. */
static const char *statement_at_hand(const struct ui *ui)
{
	for (size_t i = ui->stack.len; i-- > 0;)
		if (statement_of(ui->stack.v[i]))
			return statement_of(ui->stack.v[i]);
	return ui->statement ? ui->statement : "";
}

static bool blank(const char *text)
{
	while (isspace((unsigned char)*text) || *text == ';')
		text++;
	return !*text;
}

static void edited(void *ctx, const char *text, size_t len)
{
	struct ui *ui = ctx;
	bool same = text && strcmp(text, statement_at_hand(ui)) == 0;

	ui->editor = NULL;
	if (!text)
		return;
	if (strlen(text) != len) {
		ui_say(ui, SAY_ERROR, "the statement holds a NUL byte");
		return;
	}
	if (same || blank(text)) {
		ui_say(ui, SAY_INFO, "%s: nothing was run",
		       same ? "the statement is as it was" : "the statement is empty");
		return;
	}
	free(ui->statement);
	ui->statement = xstrdup(text);
	ui_command_words(ui, (const char *const[]){ "sql", ui->statement }, 2);
}

bool sqledit_open(struct ui *ui, struct err *err)
{
	if (!ui->term)
		return err_set(err, ERR_USAGE, "sql-edit", "needs a terminal");
	if (ui->editor)
		return err_set(err, ERR_FAILED, "sql-edit", "the editor is open already");
	ui->editor = editor_start(ui, statement_at_hand(ui), "sql", edited, ui, err);
	return ui->editor != NULL;
}

void sqledit_release(struct ui *ui)
{
	editor_free(&ui->editor);
	free(ui->statement);
}
