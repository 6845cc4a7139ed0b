/** Samples below which a 99th percentile has no meaning. */
const MIN_SAMPLES = 100

/** The smallest time that at least `share` of the times don't exceed; undefined for too few samples. */
export function percentile(times, share) {
  if (times.length < MIN_SAMPLES) return undefined
  const sorted = Float64Array.from(times).sort()
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]
}
