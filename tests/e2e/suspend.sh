#!/bin/sh
# SPDX-License-Identifier: MIT
# Ctrl-Z and back, kill -STOP and back, a window that changes while nobody looks.
. tests/support/tmux.sh
terminal 100x30
type_line 'bash --norc --noprofile'
wait_for 'bash'
type_line 'stty -a | md5sum >before; souk -U support_anna --tenant acme-bakery --open products'
wait_for 'AB-00001'
keys C-z
wait_for 'Stopped'
refuse 'AB-00001'
type_line 'clear; stty -a | md5sum | cmp - before && echo s""ame'
wait_for 'same'
resize 90x26
type_line fg
wait_for 'AB-00001'
expect 'command   ? help'
kill -STOP "$(pgrep -s "$(tm list-panes -F '#{pane_pid}')" -x souk)"
wait_for 'Stopped'
type_line 'clear; fg'
wait_for 'AB-00001'
keys j
wait_for '▸AB-00002'
