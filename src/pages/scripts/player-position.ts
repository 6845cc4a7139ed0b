/** The part of the browser's Storage that is used. It throws where the user has forbidden it, or it is full. */
export interface TextStore {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

/** A file in one version. */
export interface PlayedFile {
  /** Of the page. */
  readonly path: string
  readonly version: string
}

interface Remembered extends PlayedFile {
  readonly seconds: number
}

const KEY = 'lastbyte:positions'
/** Files whose positions are remembered. */
const MAX_FILES = 200
/** Seconds at the beginning and at the end that are not worth to be remembered. */
const MARGIN = 10

/** Where files were left. Those that were played last are kept. */
export class Positions {
  readonly #store: TextStore

  constructor(store: TextStore) {
    this.#store = store
  }

  /** Seconds; undefined for a file that was not played, or has another version now. */
  of({ path, version }: PlayedFile): number | undefined {
    return this.#read().find((one) => one.path === path && one.version === version)?.seconds
  }

  /** Remembers a position, or forgets it where little was played or little is left. */
  set(file: PlayedFile, seconds: number, duration: number): void {
    const others = this.#read().filter(({ path }) => path !== file.path)
    const isWithin = seconds >= MARGIN && !(duration - seconds < MARGIN)
    const { path, version } = file
    const own = isWithin ? [{ path, version, seconds: Math.round(seconds * 10) / 10 }] : []
    try {
      this.#store.setItem(KEY, JSON.stringify([...own, ...others].slice(0, MAX_FILES)))
    } catch {
      // Nothing is remembered then.
    }
  }

  #read(): Remembered[] {
    try {
      const found: unknown = JSON.parse(this.#store.getItem(KEY) ?? '[]')
      return Array.isArray(found) ? found.filter(isRemembered) : []
    } catch {
      return []
    }
  }
}

function isRemembered(one: Partial<Remembered> | null): one is Remembered {
  return (
    typeof one?.path === 'string' && typeof one.version === 'string' && Number.isFinite(one.seconds)
  )
}
