/* SPDX-License-Identifier: MIT */
/*
 * loop_child.c - programs that the loop starts and collects.
 */
#include <stdint.h>
#include <stdlib.h>

#include "loop_priv.h"

struct loop_child {
	uv_process_t uv;
	struct loop *loop;
	loop_child_fn *fn; /* NULL: nobody waits for it any more */
	void *ctx;
	bool ended;
};

static void on_child_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void close_child(struct loop_child *c)
{
	if (!uv_is_closing((uv_handle_t *)&c->uv))
		uv_close((uv_handle_t *)&c->uv, on_child_closed);
}

void loop_forget_child(uv_handle_t *handle, void *ctx UNUSED)
{
	if (handle->type == UV_PROCESS)
		close_child(handle->data);
}

static void on_child(uv_process_t *handle, int64_t status, int signo)
{
	struct loop_child *c = handle->data;

	c->ended = true;
	if (c->fn)
		c->fn(c->ctx, (int)status, signo);
	else
		close_child(c);
}

struct loop_child *loop_child_start(struct loop *loop, const struct loop_child_opts *opts,
				    loop_child_fn *fn, void *ctx, struct err *err)
{
	struct loop_child *c = xcalloc(1, sizeof *c);
	uv_stdio_container_t stdio[3];
	uv_process_options_t uv_opts = {
		.file = opts->file, .args = (char **)(uintptr_t)opts->argv,
		.env = (char **)(uintptr_t)opts->env, .cwd = opts->dir,
		.stdio = stdio, .stdio_count = 3, .exit_cb = on_child,
	};
	int rc;

	for (int i = 0; i < 3; i++) {
		stdio[i].flags = opts->fds[i] < 0 ? UV_IGNORE : UV_INHERIT_FD;
		stdio[i].data.fd = opts->fds[i];
	}
	if (opts->detached)
		uv_opts.flags |= UV_PROCESS_DETACHED;
	if (opts->uid >= 0) {
		uv_opts.flags |= UV_PROCESS_SETUID;
		uv_opts.uid = (uv_uid_t)opts->uid;
	}
	if (opts->gid >= 0) {
		uv_opts.flags |= UV_PROCESS_SETGID;
		uv_opts.gid = (uv_gid_t)opts->gid;
	}
	c->uv.data = c;
	c->loop = loop;
	c->fn = fn;
	c->ctx = ctx;
	rc = uv_spawn(&loop->uv, &c->uv, &uv_opts);
	if (rc < 0) {
		uv_close((uv_handle_t *)&c->uv, on_child_closed);
		err_set(err, ERR_FAILED, opts->file, "%s", uv_strerror(rc));
		return NULL;
	}
	loop->handles++;
	return c;
}

int loop_child_pid(const struct loop_child *c)
{
	return c->uv.pid;
}

void loop_child_kill(struct loop_child *c, int signo)
{
	/* Once it has been waited for, its number may be somebody else's. */
	if (!c->ended)
		(void)uv_process_kill(&c->uv, signo);
}

void loop_child_free(struct loop_child **child)
{
	struct loop_child *c = *child;

	if (!c)
		return;
	*child = NULL;
	c->loop->handles--;
	c->fn = NULL;
	if (c->ended)
		close_child(c);
	else
		uv_unref((uv_handle_t *)&c->uv); /* stays to collect it, keeps nobody waiting */
}
