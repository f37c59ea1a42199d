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

# san_counts FILE: whether a report is of the project's own doing.  Not so what the leak checker says of
# itself, when a thread ends as it looks; nor the time limit of a test (48 bytes that Criterion's
# runner allocates, nobody above it on the stack) which that loses when the test ends just as the
# next begins.
san_counts() {
	awk '
		/was not suspended\. False leaks are possible/ { next }
		/leak of/ { leak++; whole = $0 ~ /^Direct leak of 48 byte/; next }
		whole && /^ +#1 .*libcriterion/ { frames[leak] = 1; next }
		/^ +#[1-9]/ { frames[leak] = 2 }
		/^=+$/ || /ERROR: LeakSanitizer: detected memory leaks/ { next }
		NF && !leak { other = 1 }
		END {
			for (i = 1; i <= leak; i++)
				if (frames[i] != 1)
					other = 1
			exit !other
		}' "$1"
}

# The number of reports in $san_reports; their text on standard output.
san_end() {
	san_reports=0
	for san_file in "$1"/*; do
		if [ -e "$san_file" ] && san_counts "$san_file"; then
			san_reports=$((san_reports + 1))
			cat "$san_file"
		fi
	done
}

# What a first try left is not counted when there is a second, but said: on standard output.
san_forget() { # DIR MARK: the reports that are younger than the file MARK
	find "$1" -type f -newer "$2" -exec cat {} + -exec rm -f {} +
}

# Whether the files in DIR younger than MARK are reports, and none of them counts.
san_excuses() { # DIR MARK
	san_seen=1
	for san_file in "$1"/*; do
		[ -n "$(find "$san_file" -newer "$2" 2>/dev/null)" ] || continue
		! san_counts "$san_file" || return 1
		san_seen=0
	done
	return $san_seen
}
