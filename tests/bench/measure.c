/* SPDX-License-Identifier: MIT */
/*
 * measure.c - what a program takes, seen from outside.
 *
 *	measure run COMMAND…            to its end, output thrown away: "MS KIB"
 *	measure screen STEP… -- COMMAND…   in a terminal of 120x40, a line for each step:
 *		until TEXT     it was on the screen after "MS"
 *		answer KEYS TEXT   pressed once, until it is on the screen; "MS"
 *		key KEYS N     pressed N times: "MS BYTES", medians, to the last byte painted, the
 *		               "WAKEUPS" of one, and the "MS" that 95 % of them took at most
 *		press KEYS     once, until nothing more comes; "MS"
 *		idle SECONDS   "BYTES WAKEUPS" while nobody does anything
 *		memory         "KIB" resident, with its children
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A key that paints nothing is believed after a while. */
enum { QUIET_MS = 60, NOTHING_MS = 1000, PATIENCE_MS = 120000, KEPT = 1 << 16, KEYS_MAX = 1000 };

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "measure: %s: %s\n", what, errno ? strerror(errno) : "no");
	exit(1);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int run(char **argv)
{
	double began = now_ms();
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) < 0 || status != 0)
		die(argv[0]);
	printf("%.1f %ld\n", now_ms() - began, usage.ru_maxrss);
	return 0;
}

/* ---- the terminal ---- */

struct screen {
	pid_t pid;
	int fd;
	double began;
	double last;	 /* when the last byte came */
	size_t bytes;	 /* since the step began */
	char kept[KEPT]; /* the latest of them */
	size_t len;
};

static void start(struct screen *s, char **argv)
{
	const struct winsize size = { .ws_row = 40, .ws_col = 120 };

	s->began = s->last = now_ms();
	s->pid = forkpty(&s->fd, NULL, NULL, &size);
	if (s->pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	if (s->pid < 0)
		die("forkpty");
}

/* Whatever comes within ms; false: nothing did, or it ended. */
static bool take(struct screen *s, double ms)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	char in[8192];
	ssize_t n;

	if (ms < 0 || poll(&p, 1, (int)ms) <= 0)
		return false;
	n = read(s->fd, in, sizeof in);
	if (n <= 0)
		return false;
	s->last = now_ms();
	s->bytes += (size_t)n;
	if (s->len + (size_t)n > KEPT) {
		memmove(s->kept, s->kept + KEPT / 2, s->len - KEPT / 2);
		s->len -= KEPT / 2;
	}
	memcpy(s->kept + s->len, in, (size_t)n);
	s->len += (size_t)n;
	return true;
}

static void settle(struct screen *s)
{
	while (take(s, QUIET_MS))
		;
}

static void until(struct screen *s, double began, const char *text)
{
	while (!memmem(s->kept, s->len, text, strlen(text)))
		if (!take(s, began + PATIENCE_MS - now_ms()))
			die(text);
	printf("%.1f\n", s->last - began);
	settle(s);
}

static double press(struct screen *s, const char *keys)
{
	double began = now_ms();

	s->bytes = s->len = 0;
	if (write(s->fd, keys, strlen(keys)) < 0)
		die("write");
	if (!take(s, NOTHING_MS))
		return 0;
	settle(s);
	return s->last - began;
}

/* ---- what /proc tells ---- */

/* The sum of the numbers behind a word in the files of a pattern. */
static long sum(const char *pattern, const char *word)
{
	long total = 0;
	glob_t found;
	char line[256];

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *f = fopen(found.gl_pathv[i], "r");

		while (f && fgets(line, sizeof line, f))
			if (strncmp(line, word, strlen(word)) == 0)
				total += strtol(line + strlen(word), NULL, 10);
		if (f)
			fclose(f);
	}
	globfree(&found);
	return total;
}

/* Over a process and its children. */
static long sum_tree(pid_t pid, const char *what, const char *word)
{
	char path[128], child[32];
	long total;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, what);
	total = sum(path, word);
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "r");
	while (f && fscanf(f, "%31s", child) == 1)
		total += sum_tree((pid_t)strtol(child, NULL, 10), what, word);
	if (f)
		fclose(f);
	return total;
}

static long wakeups(const struct screen *s)
{
	return sum_tree(s->pid, "task/*/status", "voluntary_ctxt_switches:");
}

/* ---- keys ---- */

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void press_often(struct screen *s, const char *keys, int times)
{
	double ms[KEYS_MAX], bytes[KEYS_MAX];
	long before = wakeups(s);

	for (int i = 0; i < times && i < KEYS_MAX; i++) {
		ms[i] = press(s, keys);
		bytes[i] = (double)s->bytes;
	}
	qsort(ms, (size_t)times, sizeof *ms, compare);
	qsort(bytes, (size_t)times, sizeof *bytes, compare);
	printf("%.2f %.0f %.1f %.2f\n", ms[times / 2], bytes[times / 2],
	       (double)(wakeups(s) - before) / times, ms[(times * 95 + 99) / 100 - 1]);
}

static void answer(struct screen *s, const char *keys, const char *text)
{
	double began = now_ms();

	s->bytes = s->len = 0;
	if (write(s->fd, keys, strlen(keys)) < 0)
		die("write");
	until(s, began, text);
}

static void idle(struct screen *s, double seconds)
{
	double end = now_ms() + seconds * 1e3;
	long before = wakeups(s);

	s->bytes = s->len = 0;
	while (now_ms() < end)
		take(s, end - now_ms());
	printf("%zu %ld\n", s->bytes, wakeups(s) - before);
}

/* ---- steps ---- */

/* One step, its own words taken; the next one. */
static char **step(struct screen *s, char **arg)
{
	if (strcmp(arg[0], "until") == 0) {
		until(s, s->began, arg[1]);
		return arg + 2;
	}
	if (strcmp(arg[0], "answer") == 0) {
		answer(s, arg[1], arg[2]);
		return arg + 3;
	}
	if (strcmp(arg[0], "key") == 0) {
		press_often(s, arg[1], (int)strtol(arg[2], NULL, 10));
		return arg + 3;
	}
	if (strcmp(arg[0], "press") == 0) {
		printf("%.1f\n", press(s, arg[1]));
		return arg + 2;
	}
	if (strcmp(arg[0], "idle") == 0) {
		idle(s, strtod(arg[1], NULL));
		return arg + 2;
	}
	if (strcmp(arg[0], "memory") == 0) {
		printf("%ld\n", sum_tree(s->pid, "status", "VmRSS:"));
		return arg + 1;
	}
	errno = 0;
	die(arg[0]);
}

int main(int argc, char **argv)
{
	static struct screen s;
	char **command = argv;

	if (argc > 2 && strcmp(argv[1], "run") == 0)
		return run(argv + 2);
	while (*command && strcmp(*command, "--") != 0)
		command++;
	if (argc < 4 || strcmp(argv[1], "screen") != 0 || !*command || !command[1]) {
		fputs("usage: measure run COMMAND…\n"
		      "       measure screen STEP… -- COMMAND…\n",
		      stderr);
		return 1;
	}
	start(&s, command + 1);
	for (char **arg = argv + 2; arg < command;)
		arg = step(&s, arg);
	/* Its pager too, which may not mind that its terminal has gone. */
	kill(-s.pid, SIGKILL);
	waitpid(s.pid, NULL, 0);
	return 0;
}
