/* SPDX-License-Identifier: MIT */
#include "command/topics.h"

#include <stddef.h>

static const struct topic_row topics[] = {
	{ "start", "the first five minutes",
	  "Enter opens what is under the cursor, q or Esc leads back, ? shows the keys\n"
	  "of where one is, : opens the command bar, Ctrl-P finds anything by a part of\n"
	  "its name, T chooses a tenant.\n"
	  "\n"
	  "Nothing can be written before :arm. souk demo has data to try it on.\n" },
	{ "keys", "the keys, and how to change them",
	  "? shows the keys in force; those that souk comes with:\n"
	  "\n"
	  "  arrows hjkl PgUp PgDn g G    move, also 5j and 50%\n"
	  "  Enter  q Esc  -  [ ]         open, back, the place before, history\n"
	  "  /  n N  f F  Backspace       search, matches, filter by the value, drop it\n"
	  "  < > s S I                    sort\n"
	  "  e o O D u  Space             edit, new, alike, delete, take back, mark\n"
	  "  v d w y  x                   see whole, describe, unfold, copy, export\n"
	  "  Tab  { }                     panes, and their size\n"
	  "  r p + =                      refresh, pause, interval of what is watched\n"
	  "\n"
	  "Your own go to ~/.config/souk/keymap, in the form of the shipped one:\n"
	  "\n"
	  "  [grid]\n"
	  "  Ctrl-E = edit-row\n"
	  "      edit: edit the record\n"
	  "  D = none\n"
	  "\n"
	  "The sections are global, grid, detail, dashboard, home, text, form,\n"
	  "form-new, action and merge. What is wrong in the file is told with its line\n"
	  "at start. Alt-m or the right button lists what can be done here.\n" },
	{ "bar", "the command bar",
	  "Tab completes, Shift-Tab goes back, Up and Ctrl-R look through the history,\n"
	  "Ctrl-_ takes back; ~/.inputrc holds (also vi). A line is a command, or a\n"
	  "screen or relation with @TENANT /TEXT COLUMN=VALUE behind it: :products\n"
	  "@acme /rye status=active. Lines that hold passwords are not kept.\n" },
	{ "filter", "which rows are shown",
	  "A row is shown if every filter in force holds for it. Filters look at all\n"
	  "rows of the screen, on the server, not only at those in sight.\n"
	  "\n"
	  "/TEXT, as one types: rows where a search column of the screen holds the\n"
	  "text, letters of any case. What a command listed is searched in all columns.\n"
	  "\n"
	  ":filter CONDITION: rows for which it holds. A condition is COLUMN OPERATOR\n"
	  "VALUE, or several with and, or, not and ( ):\n"
	  "\n"
	  "  status = active              also != < <= > >=\n"
	  "  price = 5..10                a range: also 5.. ..10, between 5 and 10\n"
	  "  sku in (AB-1, AB-2)          also not in, not like, not between\n"
	  "  sku = AB*                    begins with it; also like 'A%1', ilike\n"
	  "  name ~ rye                   holds the text, letters of any case; !~ not\n"
	  "  name ~ /^rye +[0-9]/i        a regular expression; i: of any case\n"
	  "  brand is null                is not null\n"
	  "  is_digital                   a boolean; not is_digital\n"
	  "  created_at > -7d             times: now, today, yesterday, -2h, 2026-10-01\n"
	  "  created_at = 2026-10         in that month; so a year, a day, a minute\n"
	  "  metadata.color = red         inside json, any depth, or in a list there\n"
	  "  tags = bread                 an array that holds it; a range does so too\n"
	  "  price < 5 and (status = new or not is_digital)\n"
	  "\n"
	  "A value with blanks or signs stands in 'quotes' and is never a time, a range\n"
	  "or a pattern; a column's name in \"double\" ones. What is not known (NULL) is\n"
	  "neither equal nor less: != and not hold there.\n"
	  "\n"
	  "f filters by the value under the cursor, F by all others, Backspace drops\n"
	  "the last filter. :filter-keep NAME keeps the filters in force, @ chooses\n"
	  "among those that were kept. One that no index serves, and that would cost\n"
	  "much, asks first. :where CONDITION is one in SQL.\n" },
	{ "scope", "whose records one sees",
	  "The tenant is set inside each transaction and the server's row-level\n"
	  "security enforces it. :tenant NAME, :tenant - (the one before), :tenant *\n"
	  "(all: asks for a reason, never edits). @TENANT in a line goes there on the\n"
	  "way. :as ROLE looks with a role's eyes, :as - with one's own again.\n" },
	{ "save", "how a record is saved",
	  "souk starts read-only. :arm allows writing, :disarm ends it; idle minutes,\n"
	  "suspending and a lost connection do too.\n"
	  "\n"
	  "e opens the form, Enter types into a field, p picks, E opens $EDITOR, N is\n"
	  "NULL; Ctrl-S saves and asks why, for the audit. A save writes the changed\n"
	  "columns only and names the version that it was made upon; whoever was faster\n"
	  "is not overwritten (see merge). A connection that dies meanwhile is not\n"
	  "guessed about: souk asks the server what became of the save.\n"
	  "\n"
	  "u takes my last save back, :redo-save does it again; :drafts has what was\n"
	  "typed and never saved, on disk within a second; :journal all that I wrote.\n" },
	{ "merge", "two people edited one record",
	  "A save that finds another version opens the merge: base is what you began\n"
	  "from, theirs what is there now, mine what you typed. Fields that only one\n"
	  "changed, texts changed in different places, keys of json and entries of\n"
	  "lists are merged already; the rest is a CONFLICT that wants a choice:\n"
	  "\n"
	  "  t theirs  m mine  b base     e type the result\n"
	  "  o   of a counter: my change applied to their number\n"
	  "  n N the next conflict, the one before    v all of it, side by side\n"
	  "  x   take a choice back       T M for every open conflict, asks\n"
	  "  a   fields too that nobody changed\n"
	  "\n"
	  "Enter chooses nothing. Ctrl-S saves on top of theirs; if that has moved too,\n"
	  "the dialog goes on from there and every choice is kept. Esc leads back to\n"
	  "the form, nothing typed is lost.\n" },
	{ "import", "records from a file",
	  "Every record is judged by the server and guarded like a save; batches are\n"
	  "transactions of their own. --dry-run first tells what would be done. What is\n"
	  "refused goes to a file, so do conflicts. One that was interrupted goes on\n"
	  "with --resume.\n" },
	{ "export", "rows to a file",
	  "x or :export csv FILE: all rows of the filter in force, not only those in\n"
	  "sight. Personal and secret columns are masked; unmasking asks why and is\n"
	  "audited.\n" },
	{ "sql", "questions of one's own",
	  ":sql SELECT … runs one reading statement in the scope; Alt-q writes it in\n"
	  "your editor. :where CONDITION filters a screen, :explain shows how the\n"
	  "server finds its rows, E shows the SQL of the screen in front. A line that\n"
	  "begins with a backslash is psql's: \\d \\dt \\dp \\l \\x \\timing.\n" },
	{ "outbox", "messages that wait",
	  ":outbox watches how many are due, how old the oldest is, what comes in and\n"
	  "goes out, and when it is drained; WHY names what keeps them. l lists\n"
	  "messages, d dead ones, c consumers, o the next outbox.\n"
	  "\n"
	  "On a list, with marks or the row under the cursor: R retry, P postpone, K\n"
	  "dead, R revive, Q requeue. Each counts first, wants a reason, goes in small\n"
	  "batches past what a relay holds, and never lets a message pass an earlier\n"
	  "one of its aggregate. :outbox list, find and record look a message up. What\n"
	  "was not recognised is set right in :profile.\n" },
	{ "rls", "who may see which rows",
	  ":rls lists every relation, its policies and who bypasses them.\n"
	  "  s  rls status    isolated or not, and why     f  rls check   findings\n"
	  "  x  rls explain   who sees what, in sentences  P  rls probe   try it\n"
	  "Probes read, and with --write also write, as the application's roles for two\n"
	  "tenants, and are rolled back. :rls fix shows and copies the SQL that mends a\n"
	  "finding; souk never runs it. :rls rules tells of each rule.\n" },
	{ "waivers", "findings that are meant",
	  "~/.config/souk/waivers.ini, one section each; a reason and a last day are\n"
	  "due:\n"
	  "\n"
	  "  [waiver R82]\n"
	  "  object  = commerce.tenancy_tenants\n"
	  "  reason  = slugs are public names\n"
	  "  expires = 2027-03-31\n"
	  "\n"
	  "* at the end of an object stands for anything. One that has ended, or covers\n"
	  "nothing, is told by :rls check.\n" },
	{ "profile", "what souk learned of the schema",
	  "Tenant column and setting, directory, guards of saves, outboxes, audit,\n"
	  "personal columns: each with its evidence and how sure it is. Enter on a row\n"
	  "sets it right, :profile forget takes that back; it is a line in a file that\n"
	  "can be kept beside the code (souk(1), PROFILE).\n" },
	{ "tabs", "several tenants or servers at once",
	  ":tab opens another tab on this server, :tab TENANT in that tenant, :connect\n"
	  "NAME on another server. Ctrl-T, Alt-1 to Alt-4, Ctrl-PgDn, a click; :q\n"
	  "closes one. Each has its own tenant, colour, screens and state of arming.\n"
	  ":restore opens the tabs and places of the last session.\n" },
	{ "connect", "another server or database",
	  ":connect takes what psql takes: a name of pg_service.conf, a database,\n"
	  "key=value or a postgresql:// address. Passwords come from .pgpass or are\n"
	  "asked for; a line that holds one is not kept in the history.\n" },
	{ "themes", "colours",
	  ":theme dark, light, contrast, mono or auto (the terminal is asked for\n"
	  "its background); your own is ~/.config/souk/theme.NAME (souk(1), FILES).\n"
	  "NO_COLOR, COLORTERM and TERM are honoured. Every colour that means something\n"
	  "stands beside a word or a sign that says it too.\n" },
	{ "terminal", "terminals, mouse, editor",
	  "Any that terminfo knows, from 80x24; boxes and bars are ASCII where the\n"
	  "locale has no UTF-8. :set mouse no leaves the mouse to the terminal, :set\n"
	  "clip says how copies travel, :set reduced-motion yes keeps still what would\n"
	  "move by itself. When the terminal is lost souk ends; what was typed is in\n"
	  ":drafts.\n" },
	{ "plain", "for screen readers",
	  "souk --plain tells everything in lines: no boxes, no colours, one change at\n"
	  "a time, nothing by itself. What is watched is read with r. Keys and commands\n"
	  "are the same; it works on TERM=dumb.\n" },
	{ 0 },
};

const struct topic_row *topic_rows(void)
{
	return topics;
}
