# What a run cannot repeat, made alike and kept as wide as it was.
s/rtt +[0-9.]+ (ms|s)/rtt # ms/g
