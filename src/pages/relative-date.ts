/** Units of time and their ms, the largest first. A month and a year have their mean length. */
const UNITS = [
  ['year', 31_556_952_000],
  ['month', 2_629_746_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** A time relative to `now`, both in ms since the epoch: `3 days ago`, `just now`, `in 2 hours`. */
export function relativeDate(time: number, now: number): string {
  const since = now - time
  for (const [unit, ms] of UNITS) {
    const count = Math.floor(Math.abs(since) / ms)
    if (count === 0) continue
    const span = `${count} ${unit}${count === 1 ? '' : 's'}`
    return since > 0 ? `${span} ago` : `in ${span}`
  }
  return 'just now'
}

/** `1994-11-06T08:49:37.000Z`; undefined for a time beyond the range of Date, which a file system can store. */
export function machineDate(time: number): string | undefined {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

/** `1994-11-06 08:49:37 UTC` of a date that `machineDate` returns. */
export function exactDate(machine: string): string {
  return `${machine.replace('T', ' ').replace(/(?:\.\d+)?Z$/, '')} UTC`
}
