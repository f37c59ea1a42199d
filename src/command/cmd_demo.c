/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "command/command.h"

const struct command cmd_demo = {
	.name = "demo",
	.no_key = "it begins at the shell",
	.summary = "The console on a private server with lively data",
	.args = "[--as:choice(support|dba|oncall|admin)] [--fresh] [--scale:int(0)] [--dir:file] "
		"[--no-console] [--keep] [--quiet] [--stop]",
	.help = "Makes a PostgreSQL server of its own below $XDG_STATE_HOME/souk (or in "
		"--dir), "
		"reachable through a socket there only, fills it with a market of many stalls, "
		"and lets "
		"shoppers, colleagues and relays work in it. Later it is started again, or "
		"shared while it runs; the last console that leaves stops it, unless --keep. "
		"--as says who you are (support). --scale 1 is 50,000 products in a minute; 100 is "
		"5 million, 15 GB and half an hour. Interrupted before it is ready, it is thrown "
		"away. --fresh makes it anew, "
		"--quiet leaves out the traffic, --stop stops it. --no-console prints the URI "
		"that every "
		"other command accepts, and stays until it is interrupted, or with --keep "
		"returns at once and leaves the server running.",
	.needs = BATCH_ONLY | FRONT,
};
