import { bytes, limit, type Setting, text } from './setting.js'

/** How much one client address, and all together, may use. */
export const LIMITS_SCHEMA = {
  CONNECTIONS_PER_ADDRESS: limit(
    'connections at once of one address, in IPv6 of a /64 network; 0: no limit; auto: 256, without a limit for this machine',
    'connections-per-address',
  ),
  REQUESTS_PER_ADDRESS: limit('the same for requests at once', 'requests-per-address'),
  RATE: bytes('bytes a second of all responses together, such as 100M; 0: no limit', 'rate', '0'),
  RATE_PER_ADDRESS: bytes(
    'bytes a second of the responses to one address; 0: no limit',
    'rate-per-address',
    '0',
  ),
  TRUST_PROXY: text(
    'proxies whose X-Forwarded-For names the client; no limit applies to their own addresses',
    '--trust-proxy <addresses>',
    'addresses or networks such as 10.0.0.0/8, or loopback, linklocal or uniquelocal, separated by commas',
  ),
} as const satisfies Record<string, Setting>
