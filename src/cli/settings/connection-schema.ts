import { bytes, duration, type Setting } from './setting.js'

const count = (describe: string, flag: string, fallback: number): Setting => ({
  flag: `--${flag} <number>`,
  describe,
  expected: 'a number from 1 to 9999999',
  schema: { type: 'integer', minimum: 1, maximum: 9_999_999, default: fallback },
})

/** What one connection may use. The defaults are those of `CONNECTION_LIMITS`. */
export const CONNECTION_SCHEMA = {
  HANDSHAKE_TIMEOUT: duration('how long a TLS handshake may take', 'handshake-timeout', '10s'),
  REQUEST_TIMEOUT: duration(
    'how long a header section may take, and a body that is below --request-rate; 0s: no limit',
    'request-timeout',
    '30s',
  ),
  REQUEST_RATE: bytes(
    'bytes a second that a request body must have on average; 0: only pauses are limited',
    'request-rate',
    '240',
  ),
  PIPELINE_LIMIT: count(
    'requests of an HTTP/1.1 connection that may wait for responses',
    'pipeline-limit',
    32,
  ),
  STREAM_LIMIT: count('streams that an HTTP/2 connection may have open', 'stream-limit', 100),
} as const satisfies Record<string, Setting>
