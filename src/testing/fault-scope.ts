import { LastbyteError } from '../errors.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import type { RequestJournal } from '../fault/request-journal.js'
import type { StubResponse } from './stubs/stub-response.js'
import type { Stub } from './stubs/stubs.js'

/**
 * The part of a server for tests that one test uses: an origin, rules, a journal and stubs of its own. What
 * happens in another scope has no effect here.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FaultScope, faultServer } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * await using a: FaultScope = await server.scope()
 * await using b = await server.scope()
 * a.faults.arm({ fault: { kind: 'status', status: 503 } })
 * assert.equal((await fetch(`${a.url}/bytes/10`)).status, 503)
 * assert.equal((await fetch(`${b.url}/bytes/10`)).status, 200)
 * assert.equal(b.journal.entries().length, 1)
 * ```
 */
export interface FaultScope extends AsyncDisposable {
  /** The origin, such as `http://127.0.0.1:51234`, without a slash at its end. */
  readonly url: string
  readonly port: number
  /** The seed of all random choices: with it a run can be repeated. */
  readonly seed: number
  /** The token with which requests may use `/-/faults`, as `Authorization: Bearer TOKEN`. */
  readonly token: string
  /** Arms faults, and has the journal of those that were injected. */
  readonly faults: FaultLayer
  /** All requests. The same as `faults.requests`. */
  readonly journal: RequestJournal
  /**
   * Responds to a path before the files or the origin do. Faults apply to stubs too.
   *
   * @param route a path or a glob, for GET and HEAD, such as `/api/films`; or with a method: `POST /api/films`
   * @param responses one for all requests, or several in order, the last of which repeats
   * @throws LastbyteError BAD_SETTING
   */
  stub(route: string, responses: StubResponse | readonly StubResponse[]): Stub
  /** `faults.reset()`, and removes the stubs. Connections and running responses stay. */
  reset(): void
  /** Ends all transfers, stalled ones too, and stops listening. `await using` does the same. */
  close(): Promise<void>
}

/**
 * A server for tests that listens, and the faults that it injects.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type FaultListener, faultServer } from 'lastbyte/testing'
 *
 * await using server: FaultListener = await faultServer({ root: 'media', seed: 7 })
 * const { size } = await (await fetch(`${server.url}/clip.mp4`)).blob()
 * server.faults.arm({ fault: { kind: 'truncate', at: 1000 }, times: 1 })
 * await assert.rejects((await fetch(`${server.url}/clip.mp4`)).blob())
 * assert.equal((await (await fetch(`${server.url}/clip.mp4`)).blob()).size, size)
 * ```
 */
export interface FaultListener extends FaultScope {
  /**
   * Opens a scope, for tests that run at the same time: it serves the same on a port of its own, without the
   * rules, stubs and entries of the server. Its end, by `close` or `await using`, ends its connections.
   *
   * @throws LastbyteError SHUTDOWN if the server is closed
   */
  scope(): Promise<FaultScope>
}

/** Adds scopes to a server. `open` opens another one like it, on a port of its own. */
export function withScopes(server: FaultScope, open: () => Promise<FaultScope>): FaultListener {
  const scopes = new Set<Promise<FaultScope>>()
  let isClosed = false
  const close = async () => {
    isClosed = true
    const closing = [...scopes].map(async (opening) => (await opening).close())
    await Promise.all([server.close(), ...closing])
  }
  const scope = async () => {
    if (isClosed) throw new LastbyteError('SHUTDOWN', 'Cannot open a scope: the server is closed')
    const opening = open().then((opened) => withoutScope(opened, () => scopes.delete(opening)))
    scopes.add(opening)
    opening.catch(() => scopes.delete(opening))
    return opening
  }
  return { ...server, scope, close, [Symbol.asyncDispose]: close }
}

/** The scope, which calls `closed` once it is closed. */
function withoutScope(scope: FaultScope, closed: () => void): FaultScope {
  const close = async () => {
    await scope.close()
    closed()
  }
  return { ...scope, close, [Symbol.asyncDispose]: close }
}
