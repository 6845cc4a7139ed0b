import { inForm } from '../../fixture/long-form.js'

/** The seeds of the journeys. */
export const SEEDS = readSeedRange(inForm({ short: '60', long: '200' }))

/**
 * The seeds of a range such as `301-400`; a single number is the last of those that begin with 1.
 *
 * @throws where the text is neither
 */
export function readSeedRange(text: string): number[] {
  const [, first = '1', last] = /^(?:(\d+)-)?(\d+)$/.exec(text) ?? []
  const least = Number(first)
  const count = Number(last) - least + 1
  if (!(count > 0) || count > 1e6) {
    const expected =
      'expected a number such as 1000, or a range of at most a million such as 301-400'
    throw new Error(`${expected}; received ${JSON.stringify(text)}`)
  }
  return Array.from({ length: count }, (_, index) => least + index)
}
