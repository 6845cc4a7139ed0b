import cluster from 'node:cluster'
import { LRUCache } from 'lru-cache'
import type { Facts } from '../representation.js'
import { type FileIdentity, isSame } from './file-version.js'

/** Files whose last version is remembered. */
const MOST_FILES = 20_000
const NS_IN_S = 1_000_000_000n

/** The last version that was seen under a path. */
interface Sighting {
  readonly identity: FileIdentity
  /** Whether an earlier version may have had the same date. */
  readonly isShared: boolean
  /**
   * The greatest second of an mtime under the path, s since the epoch. An earlier version may have had any second up
   * to it: a file that was written before the last one can be renamed into its place.
   */
  readonly latest: number
}

/** Which processes can have sent dates of the same files: `one of several` knows only its own. */
export type DateAuthority = 'sole' | 'one of several'

/** What a `DateHistory` knows of its process. */
export interface DateHistoryOptions {
  readonly authority?: DateAuthority
  /** When the process began, ms since the epoch: one before it may have sent dates of the same second. */
  readonly startedAt?: number
  /** How many files are remembered. Default 20,000. */
  readonly most?: number
}

/** The strength of the date of a version that was found under a key. */
export type DateStrength = (key: string, identity: FileIdentity) => Facts['dateStrength']

/**
 * Remembers whether two versions under a path may have had their mtimes in one second, all that a date tells. A
 * date is a strong validator only where this process knows that they had not (RFC 9110 §8.8.2.2).
 */
export class DateHistory {
  readonly #seen: LRUCache<string, Sighting>
  /** s since the epoch from which on this process has seen all versions that it has sent, and remembers them. */
  #since: number

  constructor({
    authority = cluster.isWorker ? 'one of several' : 'sole',
    startedAt = performance.timeOrigin,
    most = MOST_FILES,
  }: DateHistoryOptions = {}) {
    this.#since = authority === 'sole' ? Math.floor(startedAt / 1000) + 1 : Number.POSITIVE_INFINITY
    this.#seen = new LRUCache({
      max: most,
      dispose: ({ latest }, _id, reason) => {
        if (reason === 'evict') this.#since = Math.max(this.#since, latest + 1)
      },
    })
  }

  /**
   * The strength of the date of a version that has been found under a path. Call it before the date is sent.
   *
   * @param id unique to the path, in the URLs of which the date is sent
   */
  strengthOf(id: string, identity: FileIdentity): Facts['dateStrength'] {
    const second = secondOf(identity)
    const { isShared } = this.#sightingOf(id, identity, second)
    if (isShared) return 'shared'
    return isBackDated(identity) || second < this.#since ? 'weak' : undefined
  }

  #sightingOf(id: string, identity: FileIdentity, second: number): Sighting {
    const before = this.#seen.get(id)
    if (before !== undefined && isSame(before.identity, identity)) return before
    const latest = before?.latest ?? Number.NEGATIVE_INFINITY
    const isShared = second <= latest
    const sighting = { identity, isShared, latest: Math.max(latest, second) }
    this.#seen.set(id, sighting)
    return sighting
  }
}

/** s since the epoch, rounded down: division of BigInts truncates. */
function secondOf({ mtimeNs }: FileIdentity): number {
  return Number((mtimeNs - (((mtimeNs % NS_IN_S) + NS_IN_S) % NS_IN_S)) / NS_IN_S)
}

/**
 * Whether a program may have set the mtime (`touch`, `cp -p`, `rsync -t`, an archive): the kernel sets mtime
 * and ctime together on a write. Two versions can then share a date, so it is no strong validator.
 */
function isBackDated({ mtimeNs, ctimeNs }: FileIdentity): boolean {
  const difference = ctimeNs - mtimeNs
  return difference >= NS_IN_S || difference <= -NS_IN_S
}
