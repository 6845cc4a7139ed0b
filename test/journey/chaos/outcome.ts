import type { Folder } from '../../fixture/files.js'
import type { Scenario } from './scenario.js'

/** What a client is to fetch, and where to. */
export interface Errand {
  readonly url: string
  readonly scenario: Scenario
  readonly out: Folder
}

/** What a client says of itself; `file` is what it claims to be whole. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly file: Uint8Array
      /** The version that the client pinned; undefined for one that pins none. */
      readonly pinned: string | undefined
      readonly tries: readonly string[]
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly tries: readonly string[] }

export type Client = (errand: Errand) => Promise<Outcome>

/** Tries of one client before it gives up. */
export const MOST_TRIES = 12
