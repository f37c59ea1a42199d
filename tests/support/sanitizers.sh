# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# sanitizers.sh - sourced by the runners, $here being this folder.  san_begin DIR: reports go to DIR; san_end DIR: show them
# and print nothing if there are none.
#
# Criterion counts a test that leaks as passed, because the leak is reported after the test has; a
# console that leaks exits 0 on the terminal that is gone: so reports go to a folder, and any fails.

san_begin() {
	rm -rf "$1" && mkdir -p "$1"
	# A run as root may start programs as somebody else, who reports too.
	chmod 1777 "$1"
	ASAN_OPTIONS=log_path=$1/asan:${SAN_LEAKS:-detect_leaks=1}
	UBSAN_OPTIONS=log_path=$1/ubsan:print_stacktrace=1
	cp "${here:?}/lsan.supp" "$1.supp"
	LSAN_OPTIONS=print_suppressions=0:suppressions=$1.supp
	export ASAN_OPTIONS UBSAN_OPTIONS LSAN_OPTIONS
}

# The number of reports in $san_reports; their text on standard output.
san_end() {
	san_reports=0
	for san_file in "$1"/*; do
		[ -e "$san_file" ] || continue
		# What the leak checker says of itself, when a thread ends as it looks, is no report.
		grep -qv 'was not suspended\. False leaks are possible' "$san_file" || continue
		san_reports=$((san_reports + 1))
		cat "$san_file"
	done
}

# What a first try left is not counted when there is a second, but said: on standard output.
san_forget() { # DIR MARK: the reports that are younger than the file MARK
	find "$1" -type f -newer "$2" -exec cat {} + -exec rm -f {} +
}
