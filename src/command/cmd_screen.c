/* SPDX-License-Identifier: MIT */
/*
 * cmd_screen.c - the verbs that act on the current screen.  Each is only a row: the screen does
 * it.
 */
#include <stddef.h>

#include "command/command.h"

#define SCREEN_COMMAND(id, act, words, also, text, spec, more)                                 \
	const struct command cmd_##id = {                                                      \
		.name = words,                                                                 \
		.alias = also,                                                                 \
		.summary = text,                                                               \
		.args = spec,                                                                  \
		.help = more,                                                                  \
		.needs = NEEDS_SCREEN,                                                         \
		.action = act,                                                                 \
	}

/* ---- moving ---- */
SCREEN_COMMAND(move, ACTION_MOVE, "move", NULL, "Move the cursor",
	       "where:choice(up|down|left|right|pageup|pagedown|halfup|halfdown|first|last|"
	       "firstcolumn|lastcolumn|scrollup|scrolldown) [count:int(1)]",
	       NULL);
SCREEN_COMMAND(
	goto_, ACTION_GOTO, "goto", NULL, "Go to a key or to N %", "record:line",
	"goto 50% goes to the middle as far as the statistics tell; goto KEY goes to the row "
	"with this key, or to the place where it would be. Of a key of several columns the values "
	"stand with commas between, and the last ones may be left out.");
SCREEN_COMMAND(open_row, ACTION_OPEN_ROW, "enter", NULL, "Open the row under the cursor", "",
	       NULL);
SCREEN_COMMAND(back, ACTION_BACK, "back", NULL, "Go back one place, or some",
	       "[count:int(1)] [--or-quit]", NULL);
SCREEN_COMMAND(forward, ACTION_FORWARD, "forward", NULL, "Go forward again", "", NULL);
SCREEN_COMMAND(previous, ACTION_PREVIOUS, "previous", NULL, "The last place, and back again",
	       "", NULL);
SCREEN_COMMAND(pane, ACTION_NEXT_PANE, "pane", NULL,
	       "Next or previous pane or field, or more room for it",
	       "[where:choice(next|previous|larger|smaller)]", NULL);

/* ---- asking ---- */
SCREEN_COMMAND(
	filter, ACTION_FILTER, "filter", NULL, "Show only rows that match",
	"[--instead] [filter:line]",
	"A condition is COLUMN OPERATOR VALUE, or several with and, or, not and ( ): filter status "
	"= active and price < 5. The topic filter has all of them. It is added to the filters in "
	"force, and looks at all rows of the screen, not only at those in sight; --instead takes "
	"their place. Without words: edit the filters in force. filter @NAME: one that was kept.");
SCREEN_COMMAND(filters, ACTION_FILTERS, "filters", NULL,
	       "Choose among the filters that were kept", "", NULL);
SCREEN_COMMAND(filter_keep, ACTION_KEEP, "filter-keep", NULL,
	       "Keep the filters and the sort in force under a name", "name:kept…",
	       "filter-keep big ones keeps them as @big ones, and filter @big ones asks them "
	       "again. Names are the screen's own. Kept without a filter in force, a name is given "
	       "up.");
const struct command cmd_search = {
	.name = "search",
	.no_key = "/ begins it in the bar, which searches as one types",
	.summary = "Search the screen's search columns (/)",
	.args = "[text:line]",
	.needs = NEEDS_SCREEN,
	.action = ACTION_FILTER,
};
SCREEN_COMMAND(where, ACTION_WHERE, "where", NULL, "Filter by a raw SQL condition, read only",
	       "condition:line", NULL);
SCREEN_COMMAND(filter_cell, ACTION_FILTER_CELL, "filter-cell", NULL,
	       "Filter by the value under the cursor", "[how:choice(is|not)]", NULL);
SCREEN_COMMAND(unfilter, ACTION_UNFILTER, "unfilter", NULL, "Drop the last filter, or all",
	       "[which:choice(last|all)]", "The cursor stays on its row.");
SCREEN_COMMAND(find, ACTION_FIND_NEXT, "find", NULL, "Next or previous match",
	       "[where:choice(next|previous)]", NULL);
SCREEN_COMMAND(
	sort, ACTION_SORT, "sort", NULL, "Sort by columns, - in front descends",
	"[columns:sort…]",
	"sort -price sku sorts by price downwards, then by sku. sort next, previous and invert "
	"change the column under the sort mark, sort add sorts by the column under the cursor "
	"too.");
SCREEN_COMMAND(refresh, ACTION_REFRESH, "refresh", NULL, "Fetch again, or every so often",
	       "[interval:every]",
	       "refresh 2s watches the screen: it is fetched again every two seconds; refresh off "
	       "ends that.");
SCREEN_COMMAND(interval, ACTION_INTERVAL, "interval", NULL, "Watch more or less often",
	       "how:choice(longer|shorter)", NULL);
SCREEN_COMMAND(zoom, ACTION_ZOOM, "zoom", NULL, "More or less time in the history of a dashboard",
	       "[--in]", NULL);
SCREEN_COMMAND(pause, ACTION_PAUSE, "pause", NULL, "Pause or go on watching", "", NULL);
SCREEN_COMMAND(cancel, ACTION_CANCEL, "cancel", NULL, "Cancel what is running", "", NULL);

/* ---- looking ---- */
SCREEN_COMMAND(view, ACTION_VIEW, "view", NULL, "The whole value under the cursor", "", NULL);
SCREEN_COMMAND(wrap, ACTION_WRAP, "wrap", NULL, "Wrap or cut long text, fold JSON, show bytes",
	       "[what:choice(lines|fold|bytes)]", NULL);
SCREEN_COMMAND(show_sql, ACTION_SHOW_SQL, "show-sql", NULL, "The SQL of this screen", "", NULL);
SCREEN_COMMAND(column, ACTION_COLUMN, "column", NULL,
	       "Find, hide, show, size, move or freeze a column",
	       "how:choice(choose|hide|show|wider|narrower|fit|left|right|freeze|reset) "
	       "[name:column]",
	       NULL);
SCREEN_COMMAND(mark, ACTION_MARK, "mark", NULL, "Mark the row, all in the window, or none",
	       "[which:choice(toggle|all|none|invert)]", NULL);
SCREEN_COMMAND(copy, ACTION_COPY, "copy", NULL, "Copy the cell, the row or the marked rows",
	       "[what:choice(cell|row|marked)] [--as:choice(text|csv|json|sql)]", NULL);
SCREEN_COMMAND(save_screen, ACTION_SAVE_SCREEN, "save-screen", NULL,
	       "Write this screen as text", "file:file", NULL);
SCREEN_COMMAND(bar, ACTION_BAR, "bar", NULL, "Open the command bar", "[text:line]", NULL);
SCREEN_COMMAND(sql_edit, ACTION_SQL_EDIT, "sql-edit", NULL,
	       "Write a statement in your editor, and run what was saved", "",
	       "It begins with the statement whose rows are shown, or the last one. What is saved "
	       "empty, or as it was, is not run.");
SCREEN_COMMAND(menu, ACTION_MENU, "menu", NULL, "What can be done here, with the keys", "",
	       "Of the row, the field or the panel under the cursor, and everywhere: whatever a "
	       "key does here is in it.");
SCREEN_COMMAND(palette, ACTION_PALETTE, "palette", NULL, "Find a command, screen or tenant", "",
	       NULL);
SCREEN_COMMAND(tab, ACTION_TAB, "tab", "tabnew",
	       "Another tab on this server, in this tenant or another", "[tenant:tenant]",
	       "Each tab has its own scope, places, connections and colour, and begins "
	       "read-only. :tab go next, :tab go 2 and a click go to another; :quit closes it. A "
	       "slow question goes on behind, and what is said there is told with the tab's name.");
SCREEN_COMMAND(tab_go, ACTION_TAB_GO, "tab go", NULL,
	       "Go to the next, the previous or the N-th tab",
	       "where:choice(next|previous|1|2|3|4|5|6|7|8|9)", NULL);
SCREEN_COMMAND(connect, ACTION_CONNECT, "connect", NULL,
	       "Another server or database, in a tab of its own", "conninfo:line",
	       "A service of ~/.pg_service.conf, a conninfo string (user=a dbname=b) or URI, or "
	       "the name of another database on this server.");
SCREEN_COMMAND(restore, ACTION_RESTORE, "restore", NULL,
	       "Open the tabs and places that the last session ended with", "",
	       "The setting restore does so at each start. Filters and forms are not restored; "
	       "drafts offer themselves.");
SCREEN_COMMAND(messages, ACTION_MESSAGES, "messages", NULL, "What was said so far", "", NULL);
SCREEN_COMMAND(repaint, ACTION_REPAINT, "repaint", NULL, "Paint the whole screen again", "",
	       NULL);
SCREEN_COMMAND(suspend, ACTION_SUSPEND, "suspend", NULL, "Back to the shell for a while", "",
	       NULL);

/* ---- changing: the screen asks the session whether it is armed, so that it can offer to ----
 */
SCREEN_COMMAND(edit_row, ACTION_EDIT, "edit-row", NULL, "Edit the record, or the marked ones",
	       "", NULL);
SCREEN_COMMAND(new_, ACTION_NEW, "new", NULL, "A new record", "", NULL);
SCREEN_COMMAND(duplicate, ACTION_DUPLICATE, "duplicate", NULL, "A new record like this one", "",
	       NULL);
SCREEN_COMMAND(save, ACTION_SAVE, "write", "w wq", "Save the form", "[--and-close]", NULL);
SCREEN_COMMAND(undo, ACTION_UNDO, "undo", NULL,
	       "Undo: in a form the last change, else my last save", "", NULL);
SCREEN_COMMAND(redo, ACTION_REDO, "redo", NULL, "Redo in a form", "", NULL);
SCREEN_COMMAND(field, ACTION_FIELD, "field", NULL,
	       "Change the field under the cursor in a form",
	       "how:choice(edit|editor|pick|null|empty|default|revert)", NULL);
SCREEN_COMMAND(choose, ACTION_CHOOSE, "choose", NULL, "Decide a conflict in the merge dialog",
	       "side:choice(mine|theirs|base|offer|none|edit|all-mine|all-theirs)", NULL);
