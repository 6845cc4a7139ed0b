import { humanSize } from '../human-size.js'
import type { RangeMark, ReceivedRanges } from './received-ranges.js'

/** What the numbers of ranges count, and how many are in the whole. */
export interface RangeScale {
  readonly unit: 'bytes' | 'seconds'
  readonly whole: number
}

const KINDS: Readonly<Record<RangeMark['kind'], string>> = {
  cut: 'cut',
  healed: 'went on',
  changed: 'changed',
  'gave-up': 'gave up',
}

/** The bar in words, for those who don't see it: `4.2 MB of 10 MB have arrived, by 2 attempts. Cut at 3.1 MB …` */
export function receivedText(ranges: ReceivedRanges, scale: RangeScale): string {
  if (!(scale.whole > 0)) return 'Nothing has arrived yet.'
  const { attempts, marks } = ranges
  const by = attempts > 1 ? `, by ${attempts} attempts` : ''
  const sum = `${amount(ranges.received, scale)} of ${amount(scale.whole, scale)} have arrived${by}.`
  const events = marks
    .slice(-5)
    .map(({ kind, position }) => `${KINDS[kind]} at ${amount(position, scale)}`)
  if (events.length === 0) return sum
  const list = events.join(', ')
  return `${sum} ${list.charAt(0).toUpperCase()}${list.slice(1)}.`
}

/** `4.2 MB` or `75 s`. */
export function amount(value: number, { unit }: Pick<RangeScale, 'unit'>): string {
  if (unit === 'seconds') return `${Math.round(value)} s`
  return humanSize(value)
}
