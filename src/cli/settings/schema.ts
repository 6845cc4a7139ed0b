import { FAULT_ACCESS } from '../../admin/authorize.js'
import { ACCESS_SCHEMA } from './access-schema.js'
import { CONNECTION_SCHEMA } from './connection-schema.js'
import { INTEGRITY_SCHEMA } from './integrity-schema.js'
import { LIFECYCLE_SCHEMA } from './lifecycle-schema.js'
import { LIMITS_SCHEMA } from './limits-schema.js'
import { LIVE_SCHEMA } from './live-schema.js'
import { OBSERVE_SCHEMA } from './observe-schema.js'
import { REMOTE_SCHEMA } from './remote-schema.js'
import { bytes, choice, duration, onOff, type Setting, text } from './setting.js'
import { ZIP_SCHEMA } from './zip-schema.js'

/** The settings of `lastbyte serve` and `lastbyte proxy`, by the name of the variable. */
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
    expected: 'a port from 0 to 65535',
    schema: { type: 'integer', minimum: 0, maximum: 65535, default: 8080 },
  },
  WORKERS: {
    flag: '--workers <number>',
    describe: 'processes that share the port; auto for one per processor',
    expected: 'a number of processes from 1 to 999, or auto',
    schema: { type: 'string', pattern: '^(auto|[1-9]\\d{0,2})$', default: '1' },
  },
  LOG_LEVEL: choice('the lowest level that is logged', 'log-level', [
    'info',
    'trace',
    'debug',
    'warn',
    'error',
    'fatal',
    'silent',
  ]),
  PREFIX: {
    flag: '--prefix <path>',
    describe: 'the path below which everything is served, such as /films/',
    expected: 'a path such as /films/, of letters, digits and the characters . _ ~ -',
    schema: {
      type: 'string',
      pattern: '^(?!.*(^|/)\\.{1,2}(/|$))(?!/?-(/|$))/?([\\w.~-]+(/|$))*$',
      default: '/',
    },
    only: 'serve',
  },
  QR: {
    flag: '--no-qr',
    describe: 'print no QR code at the start; with it, a phone opens the server (terminals only)',
    expected: 'true or false',
    schema: { type: 'boolean', default: true },
  },
  LIST: onOff('list directories that have no index.html', 'list'),
  README: {
    ...onOff('show README.md below the names of a listed directory', 'readme'),
    only: 'serve',
  },
  ...ZIP_SCHEMA,
  ...LIVE_SCHEMA,
  DOTFILES: choice('names that start with a dot', 'dotfiles', ['ignore', 'deny', 'allow']),
  APPEND_ONLY: {
    ...onOff('declare that files are only appended to, such as logs', 'append-only'),
    only: 'serve',
  },
  MAX_AGE: duration('how long a client may cache a response', 'max-age', '0s'),
  IMMUTABLE: onOff('declare that files never change, for URLs that carry a version', 'immutable'),
  PRECOMPRESSED: {
    ...onOff(
      'send the .br, .zst or .gz beside a text file to clients that accept it',
      'precompressed',
    ),
    only: 'serve',
  },
  ETAG: choice('what ETags are made from', 'etag', ['stat', 'content']),
  DIGEST: choice('when Repr-Digest is sent', 'digest', ['asked', 'known', 'off']),
  DIGEST_LIMIT: bytes(
    'the size up to which a response waits for its digest',
    'digest-limit',
    '64M',
  ),
  DIGEST_MAXIMUM: bytes(
    'the size up to which a digest is computed on request',
    'digest-maximum',
    '8G',
  ),
  ...INTEGRITY_SCHEMA,
  LASTBYTE_ZERO_COPY: {
    ...choice(
      'when files are sent by sendfile: auto never mixes versions; always if files are only replaced by renaming',
      'zero-copy',
      ['auto', 'on', 'always', 'off'],
    ),
    only: 'serve',
  },
  CONTENT_CACHE: {
    ...bytes(
      'the memory for contents of files up to 128 KiB, in each worker',
      'content-cache',
      '128M',
    ),
    only: 'serve',
  },
  STALL_TIMEOUT: duration('how long a client may accept nothing', 'stall-timeout', '60s'),
  SOURCE_TIMEOUT: duration(
    'how long a read may return nothing; for video through a proxy 5s, since players give up before 30s',
    'source-timeout',
    '30s',
  ),
  CORS_ORIGIN: {
    flag: '--cors <origin>',
    describe: 'the origin whose pages may read responses, or *',
    expected: 'an origin such as https://play.example, or *',
    schema: { type: 'string', pattern: '^(\\*|https?://[^/\\s]+)?$', default: '' },
  },
  FAULTS: onOff(
    'let requests and /-/faults break responses on purpose, for tests of clients',
    'faults',
  ),
  FAULT_SCENARIO: text(
    'rules that are armed at the start, in JSON',
    '--fault-scenario <file>',
    'a file in JSON: a rule, an array of rules, or { "seed", "rules" }',
  ),
  FAULT_SEED: {
    flag: '--fault-seed <number>',
    describe: 'the seed of all random choices; if empty, a random one that is logged',
    expected: 'a whole number from 0 to 4294967295',
    schema: { type: 'string', pattern: '^\\d{0,10}$', default: '' },
  },
  FAULT_TOKEN: {
    flag: '--fault-token <token>',
    describe:
      'the token with which clients may use /-/faults, as Authorization: Bearer; if empty, a random one that is printed',
    expected: 'a text of ASCII characters without spaces',
    schema: { type: 'string', pattern: '^[!-~]*$', default: '' },
  },
  FAULT_ACCESS: choice(
    'who may use /-/faults: clients that have the token, or also this machine without it, only where no proxy is in front',
    'fault-access',
    FAULT_ACCESS,
  ),
  FAULTS_IN_PRODUCTION: onOff(
    'start with faults although NODE_ENV is production',
    'faults-in-production',
  ),
  TRANSFERS: onOff(
    'show running transfers at /-/transfers to those who have the token, and let them end one',
    'transfers',
  ),
  TRANSFERS_TOKEN: {
    flag: '--transfers-token <token>',
    describe:
      'the token for /-/transfers; if empty, that of faults or a random one that is printed',
    expected: 'a text of ASCII characters without spaces',
    schema: { type: 'string', pattern: '^[!-~]*$', default: '' },
  },
  TRANSFERS_ACCESS: choice(
    'who may use /-/transfers: clients that have the token, or also this machine without it, only where no proxy is in front',
    'transfers-access',
    FAULT_ACCESS,
  ),
  TLS_CERT: text(
    'a certificate in PEM: serves HTTP/2, and HTTP/1.1 beside it',
    '--tls-cert <file>',
    'a file in PEM',
  ),
  TLS_KEY: text('its key in PEM', '--tls-key <file>', 'a file in PEM'),
  ...OBSERVE_SCHEMA,
  ...ACCESS_SCHEMA,
  ...LIFECYCLE_SCHEMA,
  ...LIMITS_SCHEMA,
  ...CONNECTION_SCHEMA,
  ...REMOTE_SCHEMA,
} as const satisfies Record<string, Setting>

export type VariableName = keyof typeof SETTINGS_SCHEMA
/** Values as they were given, by variable: strings of the environment, or strings and booleans of flags. */
export type RawValues = Partial<Record<VariableName, string | boolean | undefined>>
