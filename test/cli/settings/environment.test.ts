import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEnvironment } from '../../../src/cli/settings/environment.js'
import { SETTINGS_SCHEMA } from '../../../src/cli/settings/schema.js'
import { Folder } from '../../fixture/files.js'

describe('readEnvironment', () => {
  const home = process.cwd()
  let folder: Folder
  beforeEach(() => {
    folder = new Folder()
    process.chdir(folder.path)
  })
  afterEach(() => {
    process.chdir(home)
    folder[Symbol.dispose]()
  })

  it.each(['STALL_TIMEOUT', 'SOURCE_TIMEOUT', 'SHUTDOWN_GRACE', 'RETRY_FOR', 'OPEN_FOR'] as const)(
    'accepts more for %s than a timer of the platform can hold',
    (name) => {
      expect(readEnvironment({}, { [name]: '30d' })[name]).toBe(30 * 86_400_000)
    },
  )

  it('has defaults', () => {
    expect(readEnvironment({}, {})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      WORKERS: 1,
      MEDIA_ROOT: 'media',
      LOG_LEVEL: 'info',
      LIST: false,
      STALL_TIMEOUT: 60_000,
      DIGEST_LIMIT: 64 * 1024 * 1024,
      DIGEST_MAXIMUM: 8 * 1024 ** 3,
      CONTENT_CACHE: 128 * 1024 * 1024,
      MAX_AGE: 0,
    })
  })

  it('lets flags override the environment, and the environment override .env', () => {
    folder.write('.env', 'PORT=1\nHOST=dotenv\nLOG_LEVEL=warn\n')
    const environment = { PORT: '2', HOST: 'environment', LOG_LEVEL: '' }
    expect(readEnvironment({ PORT: '3' }, environment)).toMatchObject({
      PORT: 3,
      HOST: 'environment',
      LOG_LEVEL: 'warn',
    })
  })

  it('lets the environment and .env turn the QR code off, which a flag without a value leaves alone', () => {
    expect(readEnvironment({ QR: undefined }, {}).QR).toBe(true)
    expect(readEnvironment({ QR: undefined }, { QR: 'false' }).QR).toBe(false)
    expect(readEnvironment({ QR: false }, { QR: 'true' }).QR).toBe(false)
    folder.write('.env', 'QR=false\n')
    expect(readEnvironment({ QR: undefined }, {}).QR).toBe(false)
  })

  it('converts times to ms and sizes to bytes', () => {
    const given = {
      STALL_TIMEOUT: '1.5m',
      SHUTDOWN_GRACE: '500ms',
      DIGEST_LIMIT: '2G',
      LIST: 'true',
    }
    expect(readEnvironment({}, given)).toMatchObject({
      STALL_TIMEOUT: 90_000,
      SHUTDOWN_GRACE: 500,
      DIGEST_LIMIT: 2 * 1024 ** 3,
      LIST: true,
    })
  })

  it('takes one worker per processor for WORKERS=auto, and one with faults', () => {
    expect(readEnvironment({ WORKERS: 'auto' }, {}).WORKERS).toBe(availableParallelism())
    expect(readEnvironment({ WORKERS: 'auto', FAULTS: true }, {}).WORKERS).toBe(1)
    const read = () => readEnvironment({ WORKERS: '2', FAULTS: true }, {})
    expect(read).toThrow('received "2"')
  })

  it.each([
    ['PORT', 'eighty', 'PORT: expected a port from 0 to 65535; received "eighty"'],
    ['PORT', '65536', 'PORT: expected a port from 0 to 65535'],
    [
      'WORKERS',
      '0',
      'WORKERS: expected a number of processes from 1 to 999, or auto; received "0"',
    ],
    ['WORKERS', '-2', 'WORKERS: expected a number of processes from 1 to 999, or auto'],
    ['WORKERS', '1.5', 'WORKERS: expected a number of processes from 1 to 999, or auto'],
    ['WORKERS', '1000', 'WORKERS: expected a number of processes from 1 to 999, or auto'],
    ['WORKERS', 'all', 'WORKERS: expected a number of processes from 1 to 999, or auto'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL: expected one of info, trace'],
    ['STALL_TIMEOUT', '60', 'STALL_TIMEOUT: expected a time such as'],
    ['STALL_TIMEOUT', '0s', 'STALL_TIMEOUT: expected a time such as'],
    ['SHUTDOWN_GRACE', '99999999999d', 'SHUTDOWN_GRACE: expected a time such as'],
    ['DIGEST_LIMIT', '99999999999999', 'DIGEST_LIMIT: expected a number of bytes'],
    ['CORS_ORIGIN', 'notanorigin', 'CORS_ORIGIN: expected an origin such as'],
    ['DIGEST_LIMIT', 'much', 'DIGEST_LIMIT: expected a number of bytes, or a size such as 64M'],
    ['LIST', 'perhaps', 'LIST: expected true or false'],
    ['DOTFILES', 'show', 'DOTFILES: expected one of ignore, deny, allow'],
    ...['/-/', '-', '/-/films', '/../', '/a/..', '/a%20b/', '/a?b', '//a', '/a b/'].map(
      (path): [string, string, string] => [
        'PREFIX',
        path,
        'PREFIX: expected a path such as /films/',
      ],
    ),
    ['ETAG', 'weak', 'ETAG: expected one of stat, content'],
  ])('refuses %s=%s, and says what is expected', (name, value, message) => {
    const read = () => readEnvironment({}, { [name]: value })
    expect(read).toThrow(expect.objectContaining({ code: 'BAD_SETTING' }))
    expect(read).toThrow(message)
  })
})

it('.env.example names every setting with its default', () => {
  const example = parseEnv(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8'))
  const defaults = Object.entries(SETTINGS_SCHEMA).map(([name, { schema }]) => [
    name,
    String(schema.default),
  ])
  expect(example).toEqual(Object.fromEntries(defaults))
})
