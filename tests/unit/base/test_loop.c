/* SPDX-License-Identifier: MIT */
#include "base/loop.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/timefmt.h"
#include "support/leak.h"

struct scene {
	struct loop *loop;
	struct buf seen;
	struct loop_timer *timer;
	struct loop_watch *watch;
	struct loop_signal *signal;
	struct loop_child *child;
	struct loop_work *work;
	struct loop_resolve *resolve;
	int fd, count;
};

static void begin(struct scene *s)
{
	*s = (struct scene){ .loop = loop_new(), .seen = BUF_INIT, .fd = -1 };
}

static void end(struct scene *s)
{
	loop_free(&s->loop);
	cr_assert_null(s->loop);
	buf_release(&s->seen);
}

/* --- timers --- */

static void on_timer_once(void *ctx)
{
	struct scene *s = ctx;

	buf_addc(&s->seen, 't');
}

static void on_timer_thrice(void *ctx)
{
	struct scene *s = ctx;

	buf_addc(&s->seen, 't');
	if (++s->count == 3)
		loop_timer_free(&s->timer); /* in its own callback */
}

LEAK_TEST(loop, nothing_to_do)
{
	struct loop *none = NULL;
	struct scene s;

	begin(&s);
	loop_run(s.loop);
	cr_assert_not(loop_turn(s.loop, true));
	end(&s);
	loop_free(&none);
}

LEAK_TEST(loop, timers)
{
	struct scene s;
	int64_t start;

	begin(&s);
	s.timer = loop_timer_new(s.loop, on_timer_once, &s);
	cr_assert_not(loop_timer_active(s.timer));
	loop_timer_start(s.timer, 100000, 0);
	loop_timer_start(s.timer, 20, 0); /* replaces */
	cr_assert(loop_timer_active(s.timer));
	start = time_monotonic_us();
	loop_run(s.loop);
	cr_assert_geq(time_monotonic_us() - start, 19000);
	cr_assert_str_eq(s.seen.data, "t");
	loop_timer_start(s.timer, 1, 0);
	loop_timer_stop(s.timer);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "t");
	loop_timer_free(&s.timer);
	cr_assert_null(s.timer);
	loop_timer_free(&s.timer);
	s.timer = loop_timer_new(s.loop, on_timer_thrice, &s);
	loop_timer_start(s.timer, 1, 1);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "tttt");
	end(&s);
}

static void on_timer_stop(void *ctx)
{
	struct scene *s = ctx;

	loop_stop(s->loop);
}

LEAK_TEST(loop, idle_is_idle_and_stop_stops)
{
	struct scene s;

	begin(&s);
	s.timer = loop_timer_new(s.loop, on_timer_stop, &s);
	loop_timer_start(s.timer, 50, 1000);
	loop_run(s.loop);
	cr_assert_leq(loop_wakeups(s.loop), 2u);
	loop_timer_free(&s.timer);
	end(&s);
}

Test(loop, handles_left_are_a_bug, .signal = SIGABRT)
{
	struct scene s;

	begin(&s);
	loop_timer_new(s.loop, on_timer_once, &s);
	loop_free(&s.loop);
}

/* --- descriptors --- */

static void on_readable(void *ctx, int events)
{
	struct scene *s = ctx;
	char c;

	cr_assert_eq(events, LOOP_READ);
	if (read(s->fd, &c, 1) == 1)
		buf_addc(&s->seen, c);
	else
		loop_watch_free(&s->watch);
}

LEAK_TEST(loop, watch_a_pipe)
{
	struct scene s;
	int fds[2];

	begin(&s);
	cr_assert_eq(pipe(fds), 0);
	s.fd = fds[0];
	s.watch = loop_watch_new(s.loop, fds[0], on_readable, &s);
	cr_assert_eq(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0, "the flags of the descriptor changed");
	loop_watch_set(s.watch, LOOP_READ);
	cr_assert_eq(write(fds[1], "xyz", 3), 3);
	loop_watch_set(s.watch, 0);
	loop_watch_set(s.watch, 0);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "");
	loop_watch_set(s.watch, LOOP_READ);
	close(fds[1]);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "xyz");
	cr_assert_null(s.watch);
	loop_watch_free(&s.watch);
	close(fds[0]);
	end(&s);
}

static void on_writable(void *ctx, int events)
{
	struct scene *s = ctx;

	cr_assert_eq(events, LOOP_WRITE);
	buf_addc(&s->seen, 'w');
	loop_watch_set(s->watch, 0);
}

LEAK_TEST(loop, watch_for_room)
{
	struct scene s;
	int fds[2];

	begin(&s);
	cr_assert_eq(pipe(fds), 0);
	s.watch = loop_watch_new(s.loop, fds[1], on_writable, &s);
	loop_watch_set(s.watch, LOOP_WRITE);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "w");
	loop_watch_free(&s.watch);
	close(fds[0]);
	close(fds[1]);
	end(&s);
}

static void on_byte(void *ctx, int events UNUSED)
{
	struct scene *s = ctx;
	char byte;

	if (read(s->fd, &byte, 1) == 1)
		buf_addc(&s->seen, byte);
	else
		loop_watch_free(&s->watch);
}

/* A peer that goes without having read all: the error comes together with its last words. */
LEAK_TEST(loop, what_stands_before_an_error_is_read)
{
	struct scene s;
	int fds[2];

	begin(&s);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	s.fd = fds[0];
	cr_assert_eq(write(fds[0], "unread", 6), 6);
	cr_assert_eq(write(fds[1], "last words", 10), 10);
	close(fds[1]);
	s.watch = loop_watch_new(s.loop, s.fd, on_byte, &s);
	loop_watch_set(s.watch, LOOP_READ);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "last words");
	close(fds[0]);
	end(&s);
}

LEAK_TEST(loop, what_epoll_refuses_is_always_ready)
{
	struct scene s;

	begin(&s);
	s.fd = open("/dev/null", O_RDONLY);
	s.watch = loop_watch_new(s.loop, s.fd, on_readable, &s);
	loop_watch_set(s.watch, LOOP_READ);
	loop_watch_set(s.watch, 0);
	loop_run(s.loop);
	cr_assert_not_null(s.watch);
	loop_watch_set(s.watch, LOOP_READ);
	loop_run(s.loop);
	cr_assert_null(s.watch); /* the end of the file was read */
	close(s.fd);
	end(&s);
}

Test(loop, watch_needs_a_descriptor, .signal = SIGABRT)
{
	struct scene s;

	begin(&s);
	loop_watch_new(s.loop, 9999, on_readable, &s);
}

/* --- signals --- */

static void on_signal(void *ctx, int signo)
{
	struct scene *s = ctx;

	buf_addf(&s->seen, "%d", signo == SIGUSR1);
	loop_signal_free(&s->signal);
}

LEAK_TEST(loop, signals)
{
	struct scene s;

	begin(&s);
	s.signal = loop_signal_new(s.loop, SIGUSR1, on_signal, &s);
	kill(getpid(), SIGUSR1);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "1");
	cr_assert_null(s.signal);
	loop_signal_free(&s.signal);
	end(&s);
}

/* --- children --- */

static void on_child(void *ctx, int status, int signo)
{
	struct scene *s = ctx;

	buf_addf(&s->seen, "%d,%d", status, signo);
}

static struct loop_child *sh(struct scene *s, const char *script, int out, loop_child_fn *fn)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char *)(uintptr_t)script, NULL };
	char *env[] = { (char[]){ "WHO=souk" }, (char[]){ "PATH=/usr/bin:/bin" }, NULL };
	struct err err = ERR_INIT;
	struct loop_child_opts opts = {
		.file = "sh", .argv = argv, .env = env, .dir = "/", .fds = { -1, out, -1 },
		.detached = true, .uid = (int)getuid(), .gid = (int)getgid(),
	};
	struct loop_child *c = loop_child_start(s->loop, &opts, fn, s, &err);

	cr_assert_not_null(c, "%s", err.why);
	return c;
}

LEAK_TEST(loop, a_child_ends)
{
	struct scene s;
	char text[64] = "";
	int fds[2];

	begin(&s);
	cr_assert_eq(pipe(fds), 0);
	s.child = sh(&s, "pwd; echo $WHO; exit 7", fds[1], on_child);
	cr_assert_gt(loop_child_pid(s.child), 1);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "7,0");
	cr_assert_eq(read(fds[0], text, sizeof text - 1), 7);
	cr_assert_str_eq(text, "/\nsouk\n");
	loop_child_kill(s.child, SIGKILL); /* ended: nobody is hit */
	loop_child_free(&s.child);
	loop_child_free(&s.child);
	close(fds[0]);
	close(fds[1]);
	end(&s);
}

LEAK_TEST(loop, a_child_is_killed)
{
	struct scene s;

	begin(&s);
	s.child = sh(&s, "exec sleep 100", -1, on_child);
	loop_child_kill(s.child, SIGTERM);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "0,15");
	loop_child_free(&s.child);
	end(&s);
}

LEAK_TEST(loop, a_child_is_given_up)
{
	struct scene s;

	begin(&s);
	s.child = sh(&s, "exit 0", -1, on_child);
	loop_child_free(&s.child);
	s.timer = loop_timer_new(s.loop, on_timer_once, &s);
	loop_timer_start(s.timer, 200, 0);
	loop_run(s.loop); /* collects it, tells nobody */
	cr_assert_str_eq(s.seen.data, "t");
	loop_timer_free(&s.timer);
	s.child = sh(&s, "exec sleep 1", -1, on_child);
	loop_child_free(&s.child);
	loop_run(s.loop); /* does not wait for it */
	end(&s);
}

LEAK_TEST(loop, a_child_that_cannot_start)
{
	char *argv[] = { (char[]){ "x" }, NULL };
	struct loop_child_opts opts = {
		.file = "/no/such/program", .argv = argv, .fds = { -1, -1, -1 },
		.uid = -1, .gid = -1,
	};
	struct err err = ERR_INIT;
	struct scene s;

	begin(&s);
	cr_assert_null(loop_child_start(s.loop, &opts, on_child, &s, &err));
	cr_assert_str_eq(err.what, "/no/such/program");
	err_release(&err);
	end(&s);
}

/* --- work --- */

struct job {
	struct scene *scene;
	bool worked;
};

static void job_work(void *ctx)
{
	usleep(2000);
	((struct job *)ctx)->worked = true;
}

static void job_done(void *ctx)
{
	struct job *j = ctx;

	buf_addc(&j->scene->seen, j->worked ? 'd' : '?');
}

static void job_free(void *ctx)
{
	struct job *j = ctx;

	buf_addc(&j->scene->seen, 'f');
	free(j);
}

static struct job *job_new(struct scene *s)
{
	struct job *j = calloc(1, sizeof *j);

	j->scene = s;
	return j;
}

LEAK_TEST(loop, work_is_done_elsewhere)
{
	struct scene s;
	struct job plain = { 0 };

	begin(&s);
	loop_work_start(s.loop, job_work, job_done, job_free, job_new(&s));
	loop_work_start(s.loop, job_work, NULL, NULL, &plain);
	cr_assert_str_eq(s.seen.data, "");
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "df");
	cr_assert(plain.worked);
	end(&s);
}

LEAK_TEST(loop, forgotten_work_is_still_freed)
{
	struct scene s;

	begin(&s);
	s.work = loop_work_start(s.loop, job_work, job_done, job_free, job_new(&s));
	loop_work_forget(&s.work);
	loop_work_forget(&s.work);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "f");
	/* Also when the loop ends first. */
	s.work = loop_work_start(s.loop, job_work, job_done, job_free, job_new(&s));
	loop_work_forget(&s.work);
	loop_free(&s.loop);
	cr_assert_str_eq(s.seen.data, "ff");
	buf_release(&s.seen);
}

static void block(void *ctx UNUSED)
{
	usleep(1000000);
}

/* Work that blocks does not hold the end of the program. */
Test(loop, ends_in_time)
{
	int64_t from = time_monotonic_us();
	struct loop *loop = loop_new();

	loop_work_start(loop, block, NULL, NULL, NULL);
	cr_assert(!loop_end(&loop, 50));
	cr_assert_null(loop);
	cr_assert_lt(time_monotonic_us() - from, 900000);
	loop = loop_new();
	cr_assert(loop_end(&loop, 50));
}

/* --- names --- */

static void on_resolved(void *ctx, const char *const *addrs, const struct err *err)
{
	struct scene *s = ctx;

	if (err->kind)
		buf_adds(&s->seen, "no ");
	for (; *addrs; addrs++)
		buf_addf(&s->seen, "%s ", *addrs);
}

static void on_resolved_free(void *ctx, const char *const *addrs, const struct err *err)
{
	struct scene *s = ctx;

	loop_resolve_free(&s->resolve);
	on_resolved(ctx, addrs, err);
}

LEAK_TEST(loop, names)
{
	struct scene s;

	begin(&s);
	s.resolve = loop_resolve_start(s.loop, "127.0.0.1", on_resolved, &s);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "127.0.0.1 ");
	loop_resolve_free(&s.resolve);
	loop_resolve_free(&s.resolve);
	s.resolve = loop_resolve_start(s.loop, "::1", on_resolved_free, &s);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "127.0.0.1 ::1 ");
	end(&s);
}

LEAK_TEST(loop, names_that_are_none)
{
	struct scene s;
	struct buf name = BUF_INIT;

	begin(&s);
	buf_addn(&name, 'x', 300); /* libuv refuses it at once: told later all the same */
	s.resolve = loop_resolve_start(s.loop, name.data, on_resolved, &s);
	cr_assert_str_eq(s.seen.data, "");
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "no ");
	loop_resolve_free(&s.resolve);
	s.resolve = loop_resolve_start(s.loop, name.data, on_resolved, &s);
	loop_resolve_free(&s.resolve);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "no ");
	end(&s);
	buf_release(&name);
}

LEAK_TEST(loop, names_forgotten)
{
	struct scene s;

	begin(&s);
	s.resolve = loop_resolve_start(s.loop, "localhost", on_resolved, &s);
	loop_resolve_free(&s.resolve);
	loop_run(s.loop);
	cr_assert_str_eq(s.seen.data, "");
	end(&s);
}
