/* SPDX-License-Identifier: MIT */
#include "term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "term_priv.h"
#include "terminfo.h"

/* The whole screen scrolls again (brief.h). */
#define WHOLE_SCREEN "\033[r"

/* What a terminal that takes nothing may hold up the end. */
enum { PARTING_MS = 1000, AWAKE_MS = 100 };

/*
 * What a dying process needs to give the terminal back; a signal handler can reach nothing
 * else. fd -1: there is nothing to give back.
 */
static struct {
	int fd;
	struct termios before;
	char reset[256];
	size_t len;
} rescue = { .fd = -1 };

/* ---- writing past curses ---- */

void term_watch(struct term *t)
{
	if (t->watch && !t->paused && !t->gone)
		loop_watch_set(t->watch, LOOP_READ | (outlet_busy(t->out) ? LOOP_WRITE : 0));
}

void term_send(struct term *t, const char *s, size_t len)
{
	if (t->gone)
		return;
	outlet_send(t->out, s, len);
	term_watch(t);
}

void term_send_text(struct term *t, const char *s)
{
	term_send(t, s, strlen(s));
}

void term_send_paper(struct term *t)
{
	outlet_take(t->out);
	term_watch(t);
}

/* ---- giving the terminal back ---- */

static void give_back(void)
{
	if (rescue.fd < 0)
		return;
	outlet_rescue(rescue.fd, rescue.reset, rescue.len);
	tcsetattr(rescue.fd, TCSANOW, &rescue.before);
	rescue.fd = -1;
}

static void on_fatal(int signo)
{
	give_back();
	signal(signo, SIG_DFL);
	raise(signo);
}

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };

static void catch_fatal(bool on)
{
	struct sigaction act = { .sa_handler = on ? on_fatal : SIG_DFL };

	sigemptyset(&act.sa_mask);
	act.sa_flags = (int)SA_RESETHAND;
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &act, NULL);
	fatal_hook(on ? give_back : NULL);
}

static void add_reset(const char *s)
{
	size_t n = s && s != (char *)-1 ? strlen(s) : 0;

	if (rescue.len + n < sizeof rescue.reset) {
		memcpy(rescue.reset + rescue.len, s ? s : "", n);
		rescue.len += n;
	}
}

static const char *capability(const char *name)
{
	const char *s = tigetstr(name);

	return s == (char *)-1 ? NULL : s;
}

/* What brief.h counts on: attributes, jumps and scrolling as in ECMA-48, and that the last column
 * leads to the next row only with the next letter. */
static bool speaks_briefly(void)
{
	static const char *const needed[][2] = { { "hpa", "\033[%i%p1%dG" },
						 { "indn", "\033[%p1%dS" },
						 { "rin", "\033[%p1%dT" },
						 { "op", "\033[39;49m" } };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		const char *s = capability(needed[i][0]);

		if (!s || strcmp(s, needed[i][1]) != 0)
			return false;
	}
	return term_like_xterm() && tigetflag("xenl") > 0;
}

static void prepare_rescue(struct term *t)
{
	rescue.len = 0;
	if (term_like_xterm() && t->opts.linear)
		add_reset("\033[?2004l");
	else if (term_like_xterm())
		add_reset(WHOLE_SCREEN
			  "\033[23;2t\033[?1006l\033[?1002l\033[?1000l\033[?1004l\033[?2004l");
	if (t->screen) {
		add_reset(capability("sgr0"));
		add_reset(capability("op"));
		add_reset(capability("rmkx"));
		add_reset(capability("cnorm"));
		add_reset(capability("clear"));
		add_reset(capability("rmcup"));
	}
	rescue.fd = t->fd;
	catch_fatal(true);
}

/* ---- modes ---- */

/* Curses counts on it that nothing is made of newlines and tabs; told in lines a newline is a new
 * line. */
static void set_raw(const struct term *t)
{
	struct termios raw_ones = rescue.before;

	raw_ones.c_iflag &= ~(tcflag_t)(BRKINT | PARMRK | ICRNL | INLCR | IGNCR | IXON);
	raw_ones.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG | IEXTEN);
	if (t->screen)
		raw_ones.c_oflag &= ~(tcflag_t)OPOST;
	raw_ones.c_cc[VMIN] = 1;
	raw_ones.c_cc[VTIME] = 0;
	tcsetattr(t->fd, TCSANOW, &raw_ones);
}

static void set_modes(struct term *t, bool on)
{
	if (!term_like_xterm())
		return;
	if (t->opts.linear) {
		term_send_text(t, on ? "\033[?2004h" : "\033[?2004l");
		return;
	}
	/* The window's title is put aside and taken back. */
	term_send_text(t,
		  on ? "\033[22;2t\033[?2004h\033[?1004h" : "\033[23;2t\033[?2004l\033[?1004l");
	if (t->mouse || !on)
		term_send_text(t, on ? "\033[?1000h\033[?1002h\033[?1006h"
				: "\033[?1006l\033[?1002l\033[?1000l");
}

void term_mouse(struct term *t, bool on)
{
	set_modes(t, false);
	t->mouse = on;
	set_modes(t, true);
}

static void read_size(struct term *t)
{
	struct winsize ws = { .ws_row = 0 };

	if (ioctl(t->fd, TIOCGWINSZ, &ws) != 0 || !ws.ws_row || !ws.ws_col) {
		ws.ws_row = (unsigned short)(tigetnum("lines") > 0 ? tigetnum("lines") : 24);
		ws.ws_col = (unsigned short)(tigetnum("cols") > 0 ? tigetnum("cols") : 80);
	}
	t->rows = ws.ws_row;
	t->cols = ws.ws_col;
}

static void take_size(struct term *t)
{
	read_size(t);
	if (t->opts.linear)
		return;
	resizeterm(t->rows, t->cols);
	term_new_shadow(t);
}

/* ---- input ---- */

static void hang_up(struct term *t)
{
	t->gone = true;
	rescue.fd = -1;
	loop_watch_set(t->watch, 0);
	t->opts.hangup(t->opts.ctx);
}

static void hand_out(struct term *t)
{
	struct key key;

	while (!t->paused && input_next(t->input, &key)) {
		if (key.code == K_REPORT && key.len > 3 && memcmp(key.text, "11;", 3) == 0)
			t->answered = true;
		t->opts.key(t->opts.ctx, &key);
	}
	if (input_wait_ms(t->input))
		loop_timer_start(t->half, input_wait_ms(t->input), 0);
	else
		loop_timer_stop(t->half);
}

static void on_half(void *ctx)
{
	struct term *t = ctx;

	input_timeout(t->input);
	hand_out(t);
}

/* What has changed since is painted in one go, once the terminal has taken what it was sent. */
static void on_writable(struct term *t)
{
	outlet_go_on(t->out);
	term_watch(t);
	if (outlet_busy(t->out) || !t->late)
		return;
	t->late = false;
	t->opts.ready(t->opts.ctx);
}

static void on_event(void *ctx, int events)
{
	struct term *t = ctx;
	char bytes[4096];
	ssize_t n;

	if (events & LOOP_WRITE)
		on_writable(t);
	if (!(events & LOOP_READ))
		return;
	n = read(t->fd, bytes, sizeof bytes);
	if (n > 0) {
		input_feed(t->input, bytes, (size_t)n, time_monotonic_us());
		hand_out(t);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		hang_up(t);
	}
}

static void on_winch(void *ctx, int signo UNUSED)
{
	struct term *t = ctx;

	if (t->paused || t->gone)
		return;
	take_size(t);
	t->opts.resized(t->opts.ctx);
}

/* As it was ours, whatever it became meanwhile. */
static void take_back(struct term *t)
{
	set_raw(t);
	set_modes(t, true);
	take_size(t);
	term_repaint(t);
	t->opts.back(t->opts.ctx);
}

static void on_awake(void *ctx)
{
	struct term *t = ctx;

	t->stopped = false;
	loop_timer_stop(t->awake);
	term_resume(t);
}

/* Somebody stopped us (kill -STOP) and the shell put its own modes on the terminal. */
static void on_cont(void *ctx, int signo UNUSED)
{
	struct term *t = ctx;

	if (t->stopped)
		on_awake(t);
	else if (!t->paused && !t->gone)
		take_back(t);
}

static void on_tstp(void *ctx, int signo UNUSED)
{
	term_suspend(ctx);
}

static void bind_terminfo(struct term *t)
{
	static const struct {
		const char *cap;
		uint32_t code;
		uint8_t mods;
	} keys[] = {
		{ "kcuu1", K_UP, 0 },	      { "kcud1", K_DOWN, 0 },
		{ "kcub1", K_LEFT, 0 },	      { "kcuf1", K_RIGHT, 0 },
		{ "khome", K_HOME, 0 },	      { "kend", K_END, 0 },
		{ "kpp", K_PGUP, 0 },	      { "knp", K_PGDN, 0 },
		{ "kich1", K_INSERT, 0 },     { "kdch1", K_DELETE, 0 },
		{ "kbs", K_BACKSPACE, 0 },    { "kent", K_ENTER, 0 },
		{ "kcbt", K_TAB, MOD_SHIFT }, { "kf1", K_F1, 0 },
		{ "kf2", K_F1 + 1, 0 },	      { "kf3", K_F1 + 2, 0 },
		{ "kf4", K_F1 + 3, 0 },	      { "kf5", K_F1 + 4, 0 },
		{ "kf6", K_F1 + 5, 0 },	      { "kf7", K_F1 + 6, 0 },
		{ "kf8", K_F1 + 7, 0 },	      { "kf9", K_F1 + 8, 0 },
		{ "kf10", K_F1 + 9, 0 },      { "kf11", K_F1 + 10, 0 },
		{ "kf12", K_F1 + 11, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		const char *s = capability(keys[i].cap);

		if (s)
			input_bind(t->input, s, keys[i].code, keys[i].mods);
	}
	input_erase_is_backspace(t->input, rescue.before.c_cc[VERASE] == '\b');
}

/* ---- opening ---- */

static enum color_depth find_depth(void)
{
	const char *no_color = getenv("NO_COLOR");

	if ((no_color && *no_color) || !has_colors() || start_color() == ERR || COLORS < 8)
		return DEPTH_MONO;
	if (COLORS >= 1 << 24)
		return DEPTH_TRUE;
	return COLORS >= 256 ? DEPTH_256 : COLORS >= 16 ? DEPTH_16 : DEPTH_8;
}

static bool open_tty(struct term *t, struct err *err)
{
	/* Opened by us it may refuse to take more: with the shell we would share that. */
	t->fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (t->fd < 0 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		t->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	if (t->fd < 0 || tcgetattr(t->fd, &rescue.before) != 0) {
		err_set(err, ERR_USAGE, "the console", "needs a terminal");
		return err_hint(err, "without one: souk list, souk run FILE, souk --help");
	}
	t->out = outlet_new(t->fd, err);
	return t->out != NULL;
}

/* An unknown TERM is nobody's fault at three in the morning: go on as a plain xterm and say so.
 */
static bool start_curses(struct term *t, struct err *err)
{
	const char *name = getenv("TERM"), *other;
	FILE *paper = outlet_paper(t->out);
	char *richer;

	if (!name || !*name || strcmp(name, "dumb") == 0) {
		err_set(err, ERR_USAGE, name && *name ? "TERM=dumb" : "TERM",
			name && *name ? "this terminal cannot place text" : "is not set");
		return err_hint(err, "souk list and souk run FILE work without; "
				     "souk --plain tells everything in lines; "
				     "else set TERM, for example TERM=xterm-256color");
	}
	richer = term_richer_name(name, t->fd);
	if (richer)
		t->screen = newterm(richer, paper, paper);
	else if (terminfo_colors(name, t->fd) >= 0)
		t->screen = newterm(name, paper, paper);
	else if ((other = term_substitute(name, t->fd)) &&
		 (t->screen = newterm(other, paper, paper)))
		t->complaint = xasprintf("TERM=%s is not known here, using %s", name, other);
	free(richer);
	if (!t->screen)
		return err_set(err, ERR_FAILED, "TERM",
			       "\"%s\" is not in the terminal database", name);
	set_term(t->screen);
	if (!capability("cup")) {
		endwin();
		err_set(err, ERR_USAGE, name, "this terminal cannot place text");
		return err_hint(err, "souk --plain tells everything in lines");
	}
	return true;
}

static void set_up_curses(struct term *t)
{
	/* Paper has no size: what curses wrote for a guess it writes again for what is true. */
	read_size(t);
	wresize(stdscr, 1, 1); /* nothing is painted there */
	resizeterm(t->rows, t->cols);
	endwin();
	outlet_wipe(t->out);
	refresh();
	term_send_paper(t);
	nonl();
	const char *name = getenv("TERM");

	t->console = name && strncmp(name, "linux", 5) == 0;
	idlok(stdscr, TRUE);
	typeahead(-1);
	curs_set(0);
	t->depth = find_depth();
	if (speaks_briefly())
		outlet_shorten(t->out, &t->brief);
	if (t->depth != DEPTH_MONO)
		t->default_colors = use_default_colors() == OK;
}

static void ask_background(struct term *t)
{
	if (!t->opts.ask_background || !term_like_xterm())
		return;
	term_send_text(t, "\033]11;?\033\\");
	t->asked = true;
	t->asked_us = time_monotonic_us();
}

struct term *term_open(struct loop *loop, const struct term_options *opts, struct err *err)
{
	struct term *t = xcalloc(1, sizeof *t);

	t->loop = loop;
	t->opts = *opts;
	t->mouse = opts->mouse;
	/* Ours first: curses leaves handlers alone that are not the default. */
	t->winch = loop_signal_new(loop, SIGWINCH, on_winch, t);
	t->cont = loop_signal_new(loop, SIGCONT, on_cont, t);
	t->tstp = loop_signal_new(loop, SIGTSTP, on_tstp, t);
	if (!open_tty(t, err) || (!opts->linear && !start_curses(t, err))) {
		term_close(&t);
		return NULL;
	}
	prepare_rescue(t);
	if (t->screen)
		set_up_curses(t);
	set_raw(t);
	set_modes(t, true);
	t->input = input_new();
	input_take_locale(t->input);
	bind_terminfo(t);
	t->half = loop_timer_new(loop, on_half, t);
	t->awake = loop_timer_new(loop, on_awake, t);
	t->watch = loop_watch_new(loop, t->fd, on_event, t);
	term_watch(t);
	take_size(t);
	ask_background(t);
	return t;
}

/* The orderly way; give_back() is for those who die.  Where there is no screen beside the
 * shell's own, or only the word for it (screen and mosh as they come), what was shown does not
 * stay there. */
static void leave(struct term *t)
{
	const char *clear = t->screen ? capability("clear") : NULL;

	outlet_drop(t->out);
	set_modes(t, false);
	if (t->screen && speaks_briefly())
		term_send_text(t, WHOLE_SCREEN);
	if (clear)
		term_send_text(t, clear);
	if (t->screen)
		endwin();
	term_send_paper(t);
	if (clear && !capability("rmcup"))
		term_send_text(t, clear);
	outlet_drain(t->out, PARTING_MS);
	tcsetattr(t->fd, TCSANOW, &rescue.before);
	rescue.fd = -1;
}

/* A late answer to OSC 11 must not be typed into the person's shell. */
static void drain_answer(struct term *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	char bytes[256];

	if (!t->asked || t->answered || t->gone || time_monotonic_us() - t->asked_us > 1000000)
		return;
	if (poll(&p, 1, 100) > 0 && read(t->fd, bytes, sizeof bytes) < 0)
		return;
}

void term_close(struct term **tp)
{
	struct term *t = *tp;

	if (!t)
		return;
	loop_timer_free(&t->half);
	loop_timer_free(&t->awake);
	loop_signal_free(&t->winch);
	loop_signal_free(&t->cont);
	loop_signal_free(&t->tstp);
	if (t->input) {
		drain_answer(t);
		if (!t->paused && !t->gone)
			leave(t);
		catch_fatal(false);
	}
	loop_watch_free(&t->watch);
	if (t->screen)
		delscreen(t->screen);
	rescue.fd = -1;
	outlet_free(&t->out);
	if (t->fd > 0)
		close(t->fd);
	input_free(&t->input);
	free(t->shadow);
	free(t->run);
	free(t->complaint);
	free(t);
	*tp = NULL;
}

/* ---- what it is ---- */

void term_size(const struct term *t, int *rows, int *cols)
{
	*rows = t->rows;
	*cols = t->cols;
}

enum color_depth term_depth(const struct term *t)
{
	return t->depth;
}

const char *term_complaint(const struct term *t)
{
	return t->complaint;
}

/* ---- away and back ---- */

void term_pause(struct term *t)
{
	if (t->paused || t->gone)
		return;
	leave(t);
	t->paused = true;
	loop_watch_set(t->watch, 0);
}

void term_resume(struct term *t)
{
	if (!t->paused || t->gone)
		return;
	t->paused = false;
	rescue.fd = t->fd;
	brief_forget(&t->brief, t->rows, t->cols);
	if (t->screen)
		doupdate(); /* leaves endwin's state */
	term_send_paper(t);
	take_back(t);
}

void term_suspend(struct term *t)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, before;

	if (t->paused || t->gone)
		return;
	term_pause(t);
	t->stopped = true;
	/* The default action, which the kernel leaves out where nobody could continue us. */
	sigemptyset(&dfl.sa_mask);
	sigaction(SIGTSTP, &dfl, &before);
	kill(getpid(), SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	loop_timer_start(t->awake, AWAKE_MS, 0);
}
