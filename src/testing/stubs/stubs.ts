import { compileGlob, namesQuery } from '../../http/path-glob.js'
import { invalidSetting } from '../../validation/option-error.js'
import { type SettledResponse, type StubResponse, settleResponse } from './stub-response.js'

/**
 * A stubbed path of a server for tests. It stays until `remove`, `reset` or the end of an `using` block.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { faultServer, type Stub } from 'lastbyte/testing'
 *
 * await using server = await faultServer({ seed: 7 })
 * const stub: Stub = server.stub('/status', { body: 'fine' })
 * assert.equal(await (await fetch(`${server.url}/status`)).text(), 'fine')
 * assert.equal(stub.requests, 1)
 * stub.remove()
 * assert.equal((await fetch(`${server.url}/status`)).status, 404)
 * ```
 */
export interface Stub extends Disposable {
  /** How many requests it has responded to. */
  readonly requests: number
  /** Removes it. Responses that run continue. */
  remove(): void
}

/** The method and the path that a stub is for. */
interface StubRoute {
  readonly method: string
  readonly matches: (path: string) => boolean
}

class StubEntry implements Stub {
  requests = 0

  constructor(
    readonly route: StubRoute,
    private readonly responses: readonly [SettledResponse, ...SettledResponse[]],
    private readonly removed: (stub: StubEntry) => void,
  ) {}

  /** The response to the next request; the last one repeats. */
  take(): SettledResponse {
    const index = Math.min(this.requests, this.responses.length - 1)
    this.requests += 1
    return this.responses[index] ?? this.responses[0]
  }

  remove(): void {
    this.removed(this)
  }

  [Symbol.dispose](): void {
    this.remove()
  }
}

/** Stubs that may be armed: every request is compared with all of them. */
const MOST_STUBS = 1000

/** The stubs of one server. The newest that matches a request responds to it. */
export class Stubs {
  #entries: readonly StubEntry[] = []

  /**
   * @param route a path, which may be a glob, for GET and HEAD; or a method, a space and a path
   * @param responses one for all requests, or several in their order, the last of which repeats
   * @throws LastbyteError BAD_SETTING
   */
  add(route: string, responses: StubResponse | readonly StubResponse[]): Stub {
    const { method, path } = parseRoute(route)
    const [first, ...others] = Array.isArray(responses) ? responses : [responses]
    if (first === undefined) {
      throw invalidSetting('responses', 'expected a response, or an array of 1 or more', responses)
    }
    if (this.#entries.length === MOST_STUBS) {
      throw invalidSetting(
        'route',
        `expected at most ${MOST_STUBS} stubs; remove some first`,
        route,
      )
    }
    const settle = (each: StubResponse) => settleResponse(each, path, method)
    const settled = [settle(first), ...others.map(settle)] as const
    const entry = new StubEntry({ method, matches: matcherOf(path) }, [...settled], (removed) => {
      this.#entries = this.#entries.filter((other) => other !== removed)
    })
    this.#entries = [entry, ...this.#entries]
    return entry
  }

  /** The stub that responds to a request. `path` is decoded. */
  find(method: string, path: string): Pick<StubEntry, 'take'> | undefined {
    const wanted = method === 'HEAD' ? ['HEAD', 'GET'] : [method]
    return this.#entries.find(({ route }) => wanted.includes(route.method) && route.matches(path))
  }

  clear(): void {
    this.#entries = []
  }
}

const OWN = '/-/'

function parseRoute(route: unknown): { method: string; path: string } {
  const [, method = 'GET', path] =
    (typeof route === 'string' && /^(?:([A-Z]+) )?(\/.*|\*\*.*)$/s.exec(route)) || []
  if (path === undefined) {
    throw invalidSetting('route', 'expected a path such as "/a" or "POST /a"', route)
  }
  if (namesQuery(path)) {
    throw invalidSetting('route', 'expected a path without a query, such as "/a"', route)
  }
  if (path.startsWith(OWN)) {
    throw invalidSetting('route', `expected a path that is not below ${OWN}`, route)
  }
  return { method, path }
}

function matcherOf(path: string): (requested: string) => boolean {
  const glob = compileGlob(path)
  if (glob.kind === 'refused') throw invalidSetting('route', glob.reason, path)
  const decoded = decodedPath(path)
  return (requested) => requested === path || requested === decoded || glob.matches(requested)
}

/** A decoded path, or as it is where it can't be decoded. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
