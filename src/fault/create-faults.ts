import { randomInt } from 'node:crypto'
import { LastbyteError } from '../errors.js'
import { BOOLEAN, type Expectations } from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'
import { readOptions } from '../validation/read-options.js'
import { FaultLayer } from './fault-layer.js'

/**
 * Options of a fault layer.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { createFaults, type FaultOptions } from 'lastbyte/testing'
 *
 * const options: FaultOptions = { seed: 7 }
 * assert.equal(createFaults(options).seed, 7)
 * assert.throws(() => createFaults({ seed: -1 }), { code: 'BAD_SETTING' })
 * ```
 */
export interface FaultOptions {
  /** Determines every random choice: an integer from 0 to 2^32 - 1. Default: random; see `FaultLayer.seed`. */
  readonly seed?: number | undefined
  /** How many requests `FaultLayer.requests` keeps, the newest; 0: none are recorded. @default 0 */
  readonly requests?: number | undefined
  /** Permits faults if NODE_ENV is `production`. @default false */
  readonly inProduction?: boolean | undefined
}

/** Entries of the journal of all requests, of about 500 bytes each. */
const MOST_REQUESTS = 1_000_000
/** The number of seeds. */
const SEEDS = 2 ** 32

export const FAULT_OPTIONS: Expectations<FaultOptions> = {
  seed: wholeNumber(0, SEEDS - 1),
  requests: wholeNumber(0, MOST_REQUESTS),
  inProduction: BOOLEAN,
}

/**
 * Creates a fault layer without rules, for the plugin's option `faults`.
 *
 * @param environment where `NODE_ENV` is read
 * @throws LastbyteError BAD_SETTING for an invalid option, and if NODE_ENV is `production` without
 *   `inProduction`
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import fastify from 'fastify'
 * import lastbyte from 'lastbyte'
 * import { createFaults } from 'lastbyte/testing'
 *
 * const faults = createFaults({ seed: 7 })
 * faults.arm({ fault: { kind: 'status', status: 503 }, times: 1 })
 * const app = fastify()
 * await app.register(lastbyte, { root: 'media', faults })
 * const url = await app.listen({ host: '127.0.0.1', port: 0 })
 * assert.equal((await fetch(`${url}/clip.mp4`, { method: 'HEAD' })).status, 503)
 * assert.equal((await fetch(`${url}/clip.mp4`, { method: 'HEAD' })).status, 200)
 * await app.close()
 * ```
 */
export function createFaults(
  options?: FaultOptions,
  environment: NodeJS.ProcessEnv = process.env,
): FaultLayer {
  const {
    seed = randomInt(SEEDS),
    requests = 0,
    inProduction,
  } = readOptions(options, FAULT_OPTIONS)
  if (environment.NODE_ENV === 'production' && !inProduction) {
    const message =
      'faults: expected a NODE_ENV other than "production"; to start faults there, set --faults-in-production or inProduction: true'
    throw new LastbyteError('BAD_SETTING', message, { setting: 'faults' })
  }
  return new FaultLayer(seed, requests)
}
