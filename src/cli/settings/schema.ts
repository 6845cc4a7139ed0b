import { REMOTE_SCHEMA } from './remote-schema.js'
import { bytes, choice, duration, onOff, type Setting, text } from './setting.js'

/** Every setting of `lastbyte serve` and `lastbyte proxy`, by the name of its variable. */
export const SETTINGS_SCHEMA = {
  MEDIA_ROOT: {
    ...text('the folder to serve', '', 'a readable directory, or s3://bucket/prefix'),
    schema: { type: 'string', minLength: 1, default: 'media' },
  },
  HOST: {
    ...text('the address to listen on', '--host <address>', 'an address of this machine'),
    schema: { type: 'string', minLength: 1, default: '127.0.0.1' },
  },
  PORT: {
    flag: '--port <number>',
    describe: 'the port to listen on; 0 for any that is free',
    wants: 'a port from 0 to 65535',
    schema: { type: 'integer', minimum: 0, maximum: 65535, default: 8080 },
  },
  WORKERS: {
    flag: '--workers <number>',
    describe: 'processes that share the port; auto for as many as run at a time here',
    wants: 'a number of processes from 1 to 999, or auto',
    schema: { type: 'string', pattern: '^(auto|[1-9]\\d{0,2})$', default: '1' },
  },
  LOG_LEVEL: choice('the least level that is logged', 'log-level', [
    'info',
    'trace',
    'debug',
    'warn',
    'error',
    'fatal',
    'silent',
  ]),
  LIST: onOff('list directories that have no index.html', 'list'),
  DOTFILES: choice('names that start with a dot', 'dotfiles', ['ignore', 'deny', 'allow']),
  MAX_AGE: duration('how long a client may keep an answer', 'max-age', '0s'),
  IMMUTABLE: onOff('say that files never change, for URLs that carry a version', 'immutable'),
  PRECOMPRESSED: {
    ...onOff('send the .br, .zst or .gz beside a text file to who accepts it', 'precompressed'),
    only: 'serve',
  },
  ETAG: choice('what ETags are made from', 'etag', ['stat', 'content']),
  DIGEST: choice('when Repr-Digest is sent', 'digest', ['asked', 'known', 'off']),
  DIGEST_LIMIT: bytes('the size up to which a digest is waited for', 'digest-limit', '64M'),
  STALL_TIMEOUT: duration('time in which a client must take something', 'stall-timeout', '60s'),
  SOURCE_TIMEOUT: duration('time in which a read must give something', 'source-timeout', '30s'),
  SHUTDOWN_GRACE: duration(
    'time that running transfers get when the server stops',
    'shutdown-grace',
    '10s',
  ),
  CORS_ORIGIN: {
    flag: '--cors <origin>',
    describe: 'the origin that may read answers from its pages, or *',
    wants: 'an origin such as https://play.example, or *',
    schema: { type: 'string', pattern: '^(\\*|https?://[^/\\s]+)?$', default: '' },
  },
  FAULTS: onOff(
    'let requests and /-/faults break answers on purpose, for tests of clients',
    'faults',
  ),
  FAULT_SCENARIO: text(
    'rules that are armed at the start, in JSON',
    '--fault-scenario <file>',
    'a file in JSON: a rule, an array of rules, or { "seed", "rules" }',
  ),
  FAULT_SEED: {
    flag: '--fault-seed <number>',
    describe: 'what fixes every choice of chance; a random one, that is logged, if empty',
    wants: 'a whole number from 0 to 4294967295',
    schema: { type: 'string', pattern: '^\\d{0,10}$', default: '' },
  },
  FAULT_TOKEN: text(
    'what lets other machines use /-/faults, as Authorization: Bearer',
    '--fault-token <token>',
    'a text without spaces',
  ),
  FAULTS_IN_PRODUCTION: onOff(
    'start with faults where NODE_ENV is production',
    'faults-in-production',
  ),
  TLS_CERT: text(
    'a certificate in PEM: serves HTTP/2, and HTTP/1.1 beside it',
    '--tls-cert <file>',
    'a file in PEM',
  ),
  TLS_KEY: text('its key in PEM', '--tls-key <file>', 'a file in PEM'),
  ...REMOTE_SCHEMA,
} as const satisfies Record<string, Setting>

export type VariableName = keyof typeof SETTINGS_SCHEMA
/** Values as they came, by variable: text of the environment, or text and booleans of flags. */
export type RawValues = Partial<Record<VariableName, string | boolean>>
