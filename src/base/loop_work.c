/* SPDX-License-Identifier: MIT */
/*
 * loop_work.c - what would block is done by a thread: work of ours, and looking up a name.
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "loop_priv.h"

/* --- blocking work ------------------------------------------------------------------------- */

struct loop_work {
	uv_work_t uv;
	void (*work)(void *ctx);
	void (*done)(void *ctx);
	void (*free_ctx)(void *ctx);
	void *ctx;
};

static void on_work(uv_work_t *req)
{
	struct loop_work *w = req->data;

	w->work(w->ctx);
}

static void on_work_done(uv_work_t *req, int status)
{
	struct loop_work *w = req->data;

	if (status == 0 && w->done)
		w->done(w->ctx);
	if (w->free_ctx)
		w->free_ctx(w->ctx);
	free(w);
}

struct loop_work *loop_work_start(struct loop *loop, void (*work)(void *ctx),
				  void (*done)(void *ctx), void (*free_ctx)(void *ctx), void *ctx)
{
	struct loop_work *w = xmalloc(sizeof *w);

	*w = (struct loop_work){
		.work = work, .done = done, .free_ctx = free_ctx, .ctx = ctx, .uv.data = w,
	};
	must(uv_queue_work(&loop->uv, &w->uv, on_work, on_work_done), "uv_queue_work");
	return w;
}

void loop_work_forget(struct loop_work **w)
{
	if (!*w)
		return;
	(*w)->done = NULL;
	(void)uv_cancel((uv_req_t *)&(*w)->uv); /* if no thread has begun: then it never runs */
	*w = NULL;
}

/* --- names --------------------------------------------------------------------------------- */

struct loop_resolve {
	uv_getaddrinfo_t uv;
	struct loop *loop;
	loop_resolve_fn *fn; /* NULL: forgotten */
	void *ctx;
	char *host;
	int refused; /* libuv's error for a name that it did not even look up */
	bool calling; /* within fn: the request itself is over */
};

static void tell_addresses(struct loop_resolve *r, const struct addrinfo *list)
{
	static const struct err no_err = ERR_INIT;
	VEC(const char *) addrs = VEC_INIT;
	char text[NI_MAXHOST];

	for (; list; list = list->ai_next)
		if (!getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, NULL, 0,
				 NI_NUMERICHOST))
			*VEC_PUSH(&addrs) = xstrdup(text);
	*VEC_PUSH(&addrs) = NULL;
	r->fn(r->ctx, addrs.v, &no_err);
	for (size_t i = 0; i + 1 < addrs.len; i++)
		free((char *)(uintptr_t)addrs.v[i]);
	VEC_RELEASE(&addrs);
}

static void tell_failure(struct loop_resolve *r, int status)
{
	static const char *const none[] = { NULL };
	struct err err = ERR_INIT;

	err_set(&err, ERR_CONNECTION, r->host, "%s", uv_strerror(status));
	r->fn(r->ctx, none, &err);
	err_release(&err);
}

static void on_resolved(uv_getaddrinfo_t *req, int status, struct addrinfo *list)
{
	struct loop_resolve *r = req->data;

	r->calling = true;
	if (r->fn && status == 0)
		tell_addresses(r, list);
	else if (r->fn)
		tell_failure(r, status);
	r->calling = false;
	uv_freeaddrinfo(list);
	r->uv.data = NULL;
	if (!r->fn) {
		free(r->host);
		free(r);
	}
}

static void tell_refusal(void *ctx)
{
	struct loop_resolve *r = ctx;

	on_resolved(&r->uv, r->refused, NULL);
}

struct loop_resolve *loop_resolve_start(struct loop *loop, const char *host, loop_resolve_fn *fn,
					void *ctx)
{
	struct loop_resolve *r = xcalloc(1, sizeof *r);
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };

	r->loop = loop;
	r->fn = fn;
	r->ctx = ctx;
	r->host = xstrdup(host);
	r->uv.data = r;
	r->refused = uv_getaddrinfo(&loop->uv, &r->uv, on_resolved, host, NULL, &hints);
	if (r->refused < 0)
		loop_defer(loop, tell_refusal, r);
	return r;
}

void loop_resolve_free(struct loop_resolve **resolve)
{
	struct loop_resolve *r = *resolve;

	if (!r)
		return;
	*resolve = NULL;
	r->fn = NULL;
	if (r->calling)
		return; /* on_resolved frees it */
	if (r->uv.data && r->refused == 0) {
		(void)uv_cancel((uv_req_t *)&r->uv); /* on_resolved runs in any case */
		return;
	}
	loop_forget(r->loop, r);
	free(r->host);
	free(r);
}
