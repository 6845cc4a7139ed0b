import {
  copyObject,
  type Expectation,
  isOptionsObject,
  objectWith,
} from '../validation/expectation.js'

/** A logger with the methods that Fastify calls. */
export const LOGGER: Expectation = objectWith(
  ['info', 'error', 'debug', 'fatal', 'warn', 'trace', 'child'],
  'a logger such as pino()',
)

export const TLS: Expectation = {
  expected: 'an object with "cert" and "key" in PEM',
  accepts: (value) => isOptionsObject(value) && isPem(value.cert) && isPem(value.key),
  copy: copyObject,
}

function isPem(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || value instanceof Uint8Array
}
