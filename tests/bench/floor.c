/* SPDX-License-Identifier: MIT */
/*
 * floor.c - the least that a program with libpq and curses takes: connects, asks once, shows the
 * first column of what comes, and scrolls by a line, a page, or to the end of what it has.
 *
 *	floor SQL [SQL]
 *
 * With a second question G asks that one instead.
 *
 * Nothing of souk is in it: it is what souk's own work is held against.
 */
#include <curses.h>
#include <libpq-fe.h>
#include <locale.h>
#include <stdio.h>

static void show(const PGresult *r, int top)
{
	for (int row = 0; row < LINES; row++) {
		move(row, 0);
		clrtoeol();
		for (int col = 0; top + row < PQntuples(r) && col < PQnfields(r); col++)
			mvaddnstr(row, col * 24, PQgetvalue(r, top + row, col), 23);
	}
	refresh();
}

int main(int argc, char **argv)
{
	PGconn *db = PQconnectdb("");
	PGresult *r;
	int top = 0, key;

	setlocale(LC_ALL, "");
	r = argc == 2 || argc == 3 ? PQexec(db, argv[1]) : NULL;
	if (PQresultStatus(r) != PGRES_TUPLES_OK) {
		fprintf(stderr, "usage: floor SQL [SQL]\n%s", PQerrorMessage(db));
		return 1;
	}
	initscr();
	cbreak();
	noecho();
	nonl();
	idlok(stdscr, TRUE);
	scrollok(stdscr, FALSE);
	keypad(stdscr, TRUE);
	for (show(r, top); (key = getch()) != 'q'; show(r, top)) {
		int last;

		if (key == 'G' && argc == 3) {
			PQclear(r);
			r = PQexec(db, argv[2]);
		}
		last = PQntuples(r) > LINES ? PQntuples(r) - LINES : 0;
		top += key == 'j' ? 1 : key == KEY_NPAGE ? LINES : 0;
		if (top > last || key == 'G')
			top = last;
	}
	endwin();
	PQclear(r);
	PQfinish(db);
	return 0;
}
