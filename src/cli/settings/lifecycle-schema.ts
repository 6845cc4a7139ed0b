import { duration, type Setting } from './setting.js'

/** How the server speaks TLS, and how it stops. */
export const LIFECYCLE_SCHEMA = {
  HTTP2: {
    flag: '--no-http2',
    describe: 'with TLS, offer HTTP/1.1 only',
    expected: 'true or false',
    schema: { type: 'boolean', default: true },
  },
  DRAIN_DELAY: duration(
    'how long the server still accepts connections after SIGTERM, while readyz says 503',
    'drain-delay',
    '0s',
  ),
  SHUTDOWN_GRACE: duration(
    'how long running transfers may continue when the server stops',
    'shutdown-grace',
    '10s',
  ),
} as const satisfies Record<string, Setting>
