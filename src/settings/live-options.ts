import { resolve } from 'node:path'
import { arrayOf, type Expectation, type Expectations, TEXT } from '../validation/expectation.js'
import { readNestedOptions } from '../validation/read-options.js'

/**
 * Which files are live: they are still being written, and a range with a very large end goes on as bytes arrive
 * (RFC 8673).
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import Fastify from 'fastify'
 * import lastbyte, { type LiveOptions } from 'lastbyte'
 *
 * const root = mkdtempSync(join(tmpdir(), 'example-'))
 * writeFileSync(join(root, 'show.ts'), 'begin')
 * writeFileSync(join(root, 'show.ts.recording'), '')
 * const live: LiveOptions = { markers: ['.recording'] }
 * const app = Fastify()
 * await app.register(lastbyte, { root, live })
 * const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/show.ts`
 * const { body, headers } = await fetch(url, { headers: { range: 'bytes=0-9007199254740991' } })
 * assert.equal(headers.get('content-range'), 'bytes 0-9007199254740991/*')
 * rmSync(join(root, 'show.ts.recording')) // finished
 * assert.equal(await new Response(body).text(), 'begin')
 * await app.close()
 * rmSync(root, { recursive: true })
 * ```
 */
export interface LiveOptions {
  /**
   * What the name of a file that marks another one as live has behind the name of that: `film.ts` is live as long as
   * `film.ts.live` or `film.ts.part` exists.
   *
   * @default ['.live', '.part']
   */
  markers?: string[]
  /**
   * The folder that keeps what was sent of live files, so that a client continues after a restart of the server. Nodes
   * with the same files share it. Default: `.lastbyte-live` in the root.
   */
  state?: string
}

/** The same, settled. */
export interface LiveSettings {
  readonly markers: readonly string[]
  readonly state: string | undefined
}

/** What marks a file as live, unless an option says otherwise. */
export const DEFAULT_MARKERS: readonly string[] = ['.live', '.part']

const MARKER: Expectation = {
  expected: 'an ending of file names that starts with a dot, such as ".live"',
  accepts: (value) => typeof value === 'string' && /^\.[^/\0]{1,50}$/.test(value),
}

const LIVE_OPTIONS: Expectations<LiveOptions> = {
  markers: arrayOf(MARKER, `an array, each ${MARKER.expected}`, 1),
  state: TEXT,
}

/** Reads the option `live`; undefined where no file is live. @throws LastbyteError BAD_SETTING */
export function readLiveOptions(live: boolean | LiveOptions | undefined): LiveSettings | undefined {
  if (live === undefined || live === false) return undefined
  const { markers = DEFAULT_MARKERS, state } =
    live === true ? {} : readNestedOptions('live', live, LIVE_OPTIONS)
  return Object.freeze({ markers, state: state === undefined ? undefined : resolve(state) })
}
