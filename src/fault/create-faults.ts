import { randomInt } from 'node:crypto'
import { LastbyteError } from '../errors.js'
import { FaultLayer } from './fault-layer.js'

export interface FaultOptions {
  /** What fixes every choice of chance, 0 to 2^32 - 1. Default: a random one, which `seed` tells. */
  readonly seed?: number | undefined
  /** Must be true where NODE_ENV is `production`. Default false. */
  readonly inProduction?: boolean | undefined
}

/** The largest seed, exclusive. */
const SEEDS = 2 ** 32

/** A fault layer with nothing armed. @throws LastbyteError BAD_SETTING, and in production unless allowed */
export function createFaults(
  { seed = randomInt(SEEDS), inProduction = false }: FaultOptions = {},
  environment: NodeJS.ProcessEnv = process.env,
): FaultLayer {
  if (environment.NODE_ENV === 'production' && !inProduction) {
    const message =
      'faults: NODE_ENV is production; faults start there only with --faults-in-production, or inProduction: true'
    throw new LastbyteError('BAD_SETTING', message, { setting: 'faults' })
  }
  if (!Number.isInteger(seed) || seed < 0 || seed >= SEEDS) {
    const message = `seed: wants a whole number from 0 to ${SEEDS - 1}; received ${seed}`
    throw new LastbyteError('BAD_SETTING', message, { setting: 'seed' })
  }
  return new FaultLayer(seed)
}
