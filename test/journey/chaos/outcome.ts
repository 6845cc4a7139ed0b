import type { Folder } from '../../fixture/files.js'
import type { Scenario } from './scenario.js'

/** The URL that a client downloads, and the folder for its file. */
export interface DownloadTask {
  readonly url: string
  readonly scenario: Scenario
  readonly out: Folder
}

/** The result that a client reports; `file` is the file that it reports as complete. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly file: Uint8Array
      /** The entity tag that the client pinned; undefined if it pins none. */
      readonly pinned: string | undefined
      readonly tries: readonly string[]
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly tries: readonly string[] }

export type Client = (task: DownloadTask) => Promise<Outcome>

/** Requests of one client before it gives up. */
export const MAX_TRIES = 12
