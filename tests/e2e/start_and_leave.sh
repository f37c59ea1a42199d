#!/bin/sh
# SPDX-License-Identifier: MIT
# The terminal is as it was found: after q, after SIGTERM, after an error.
. tests/support/tmux.sh
terminal 100x30
type_line 'stty -a | md5sum >before'
wait_for '$'
type_line 'souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
expect 'READ-ONLY'
expect 'acme-bakery'
keys q
wait_for 'Screens'
keys q
wait_gone 'READ-ONLY'
type_line 'stty -a | md5sum | cmp - before && echo s""ame'
wait_for 'same'
type_line 'clear; souk -U support_anna --open tenants & echo $! >pid; fg'
wait_for 'Tenants'
kill -TERM "$(cat "$work/pid")"
wait_gone 'READ-ONLY'
type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
wait_for 'same'
type_line 'clear; souk "host=/nonexistent"; echo status $?'
wait_for 'status 2'
expect 'No such file or directory'
type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
wait_for 'same'
