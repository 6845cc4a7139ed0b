import type { TextStore } from './player-position.js'

/** What a user has chosen, for all files. */
export interface Preferences {
  /** The language of subtitles, `` for one without a language; undefined for none. */
  readonly subtitles: string | undefined
  readonly playsNext: boolean
  readonly rate: number
  /** Whether single characters are shortcuts (WCAG 2.1.4). */
  readonly shortcuts: boolean
}

const KEY = 'lastbyte:player'
const DEFAULTS: Preferences = { subtitles: undefined, playsNext: false, rate: 1, shortcuts: true }

/** The rates of playback that are offered. */
export const RATES: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 3]

/** What is stored, with the default for whatever is missing or has another form. */
export function readPreferences(store: TextStore): Preferences {
  try {
    const found = JSON.parse(store.getItem(KEY) ?? '{}') as Partial<Preferences> | null
    return {
      subtitles: typeof found?.subtitles === 'string' ? found.subtitles : DEFAULTS.subtitles,
      playsNext: found?.playsNext === true,
      rate: RATES.find((rate) => rate === found?.rate) ?? DEFAULTS.rate,
      shortcuts: found?.shortcuts !== false,
    }
  } catch {
    return DEFAULTS
  }
}

/** Changes some, and returns all. Nothing is stored where the browser does not permit it. */
export function changePreferences(store: TextStore, change: Partial<Preferences>): Preferences {
  const all = { ...readPreferences(store), ...change }
  try {
    store.setItem(KEY, JSON.stringify(all))
  } catch {
    // The choice holds for this page.
  }
  return all
}

/** The next faster or slower rate; the same one at either end. */
export function nextRate(rate: number, step: 1 | -1): number {
  const beyond = RATES.filter((one) => (step > 0 ? one > rate : one < rate))
  return (step > 0 ? beyond.at(0) : beyond.at(-1)) ?? rate
}
