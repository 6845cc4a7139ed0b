/** Fewer than so many times say nothing about the hundredth of them that is slowest. */
const ENOUGH = 100

/** The time that `share` of the times do not exceed; undefined for too few of them. */
export function percentile(times, share) {
  if (times.length < ENOUGH) return undefined
  const sorted = Float64Array.from(times).sort()
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]
}
