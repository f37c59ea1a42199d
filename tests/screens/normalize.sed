# What a run cannot repeat is made alike: the test's database and the round-trip time in the header, ages, times, uuids.
s/^( souk  )t_[0-9]+(@[^ ]+  .*(role|superuser) [^ ]+) +(rtt [0-9.]+ m?s +)?/\1t_#\2  /
s/^t_[0-9]+@local, /t_#@local, /
# … beside tabs
s/( +)t_[0-9]+@local/\1t_#@local/
s/[0-9]+ (s|m|h|d|w) ago/# ago/g
s/20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?\+00/DATE TIME/g
# the server cuts trailing zeros of a second: so the blanks around one differ
/DATE TIME/s/  +/  /g
s/20[0-9]{2}-[0-9]{2}-[0-9]{2}/YYYY-MM-DD/g
s/20[0-9]{2}-[0-9]{2}-[0-9]…/YYYY-MM-D…/g
s/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/UUID/g
s/ +(every [0-9]+ s  )[0-9]+ buffers/  \1# buffers/
s/(IN THIS SESSION  )[0-9.]+ m?s/\1# s/
s/10 h [0-9] m/10 h # m/
s/(waits for [0-9]+ d) [0-9]+ h/\1/
