import { randomInt } from 'node:crypto'
import { LastbyteError } from '../errors.js'
import { BOOLEAN, type Expectations } from '../validation/expectation.js'
import { wholeNumber } from '../validation/number-expectations.js'
import { readOptions } from '../validation/read-options.js'
import { FaultLayer } from './fault-layer.js'

export interface FaultOptions {
  /** What fixes every choice of chance, 0 to 2^32 - 1. Default: a random one, which `seed` tells. */
  readonly seed?: number | undefined
  /** Must be true where NODE_ENV is `production`. Default false. */
  readonly inProduction?: boolean | undefined
}

/** The largest seed, exclusive. */
const SEEDS = 2 ** 32

export const FAULT_OPTIONS: Expectations<FaultOptions> = {
  seed: wholeNumber(0, SEEDS - 1),
  inProduction: BOOLEAN,
}

/** A fault layer with nothing armed. @throws LastbyteError BAD_SETTING, and in production unless allowed */
export function createFaults(
  options?: FaultOptions,
  environment: NodeJS.ProcessEnv = process.env,
): FaultLayer {
  const { seed = randomInt(SEEDS), inProduction } = readOptions(options, FAULT_OPTIONS)
  if (environment.NODE_ENV === 'production' && !inProduction) {
    const message =
      'faults: NODE_ENV is production; faults start there only with --faults-in-production, or inProduction: true'
    throw new LastbyteError('BAD_SETTING', message, { setting: 'faults' })
  }
  return new FaultLayer(seed)
}
