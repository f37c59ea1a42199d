# What a run cannot repeat, made alike and kept as wide as it was.
s/rtt +[0-9.]+ (ms|s)/rtt # ms/g
# the test's own database
s/\bt_[0-9]+@/t_#@/
# days, whole or cut, and times; uuids
s/20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?\+00/DATE TIME/g
s/20[0-9]{2}-[0-9]{2}-[0-9]{2}/YYYY-MM-DD/g
s/20[0-9]{2}-[0-9]{2}-[0-9]…/YYYY-MM-D…/g
s/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/UUID/g
