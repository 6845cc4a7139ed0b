import Fastify, { type FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import * as browser from '../../src/client/browser.js'
import * as node from '../../src/client/index.js'
import type { LastbyteError } from '../../src/errors.js'
import { FAULT_KINDS } from '../../src/fault/fault-kinds.js'
import lastbyte, {
  type AccessOptions,
  type ByteSource,
  type EventStreamOptions,
  type FailoverOptions,
  failover,
  type LastbyteOptions,
  type ListOptions,
  type PageOptions,
  type S3Options,
  type SendOptions,
  type SignUrlOptions,
  type StreamDefaults,
  s3Source,
  signUrl,
  type UpstreamOptions,
  upstreamSource,
} from '../../src/index.js'
import { createServer, type ServerOptions } from '../../src/server/create-server.js'
import {
  createFaults,
  type Fault,
  type FaultOptions,
  type FaultProxyOptions,
  type FaultRule,
  type FaultServerOptions,
  faultProxy,
  faultServer,
  type Match,
} from '../../src/testing/index.js'
import {
  type AcceptedSamples,
  NONE,
  OBJECTS,
  SAMPLES,
  type SampleName,
} from '../fixture/option-samples.js'

/** A public function that takes options, and the form of each. */
interface Entry {
  readonly name: string
  /** Calls it; resolves or rejects as it does. */
  readonly call: (options: unknown) => unknown
  readonly accepts: { readonly [option: string]: readonly SampleName[] }
  /** How errors name the argument itself. Default `options`. */
  readonly argument?: string
  /** Precedes the names of options in errors. */
  readonly prefix?: string
  readonly code?: 'BAD_SETTING' | 'BAD_FAULT'
  /** Options without a default. */
  readonly required?: readonly string[]
}

const FUNCTION: readonly SampleName[] = ['function']
const STRING: readonly SampleName[] = ['empty string', 'string']
const TEXT: readonly SampleName[] = ['string']
const MS: readonly SampleName[] = ['fraction']
const PERIOD: readonly SampleName[] = ['fraction', 'Infinity']
const ARRAY: readonly SampleName[] = ['array']

const REQUEST = {
  headers: OBJECTS,
  signal: NONE,
  retryFor: PERIOD,
  stall: MS,
  allowInsecureRedirects: NONE,
  transport: FUNCTION,
  onEvent: FUNCTION,
} as const

const STREAM: AcceptedSamples<node.StreamOptions> = {
  ...REQUEST,
  allowWeak: NONE,
  live: NONE,
  checksum: NONE,
  limitRate: ['Infinity', 'fraction'],
  renewUrl: FUNCTION,
}

const EVENTS: AcceptedSamples<node.ReadEventStreamOptions> = {
  ...REQUEST,
  most: NONE,
  lastEventId: STRING,
  errorEvent: TEXT,
}

const FRAMES: AcceptedSamples<node.ReadFramesOptions> = { ...EVENTS, as: NONE }

const { transport: _transport, ...OWN_STREAM } = STREAM
const DOWNLOAD: AcceptedSamples<node.DownloadOptions> = {
  ...OWN_STREAM,
  to: TEXT,
  connections: NONE,
  onProgress: FUNCTION,
}

const RETRIES = { stall: MS, retryFor: PERIOD, openFor: PERIOD, readAhead: NONE } as const

const UPSTREAM: AcceptedSamples<UpstreamOptions> = {
  ...RETRIES,
  origin: STRING,
  redirects: ARRAY,
  fields: OBJECTS,
  forward: ARRAY,
  forwarded: NONE,
  name: NONE,
  forbidPrivate: NONE,
  insecure: NONE,
  verify: NONE,
  listing: NONE,
}

const S3: AcceptedSamples<S3Options> = {
  ...RETRIES,
  client: NONE,
  bucket: TEXT,
  prefix: STRING,
  factsFor: MS,
  versions: NONE,
  dotfiles: NONE,
}

const FAILOVER: AcceptedSamples<FailoverOptions> = { ...RETRIES, restFor: MS }

const FILE = {
  cacheControl: NONE,
  maxAge: ['fraction', 'Infinity', 'string'],
  immutable: NONE,
  acceptRanges: NONE,
  contentType: NONE,
  etag: NONE,
  lastModified: NONE,
  dotfiles: NONE,
  serveDotFiles: NONE,
  index: [...STRING, 'array'],
  extensions: [...STRING, 'array'],
  preCompressed: ARRAY,
  onFile: FUNCTION,
} as const

const PLUGIN: AcceptedSamples<LastbyteOptions> = {
  ...FILE,
  access: OBJECTS,
  root: TEXT,
  prefix: ['empty string'],
  decorateReply: NONE,
  serve: NONE,
  appendOnly: NONE,
  setHeaders: FUNCTION,
  allowedPath: FUNCTION,
  list: OBJECTS,
  zip: OBJECTS,
  live: OBJECTS,
  metalink: OBJECTS,
  redirect: NONE,
  wildcard: NONE,
  constraints: OBJECTS,
  globIgnore: ARRAY,
  schemaHide: NONE,
  suppressWarning: NONE,
  prefixAvoidTrailingSlash: NONE,
  logLevel: STRING,
  source: NONE,
  digest: NONE,
  digestLimit: NONE,
  digestMaximum: NONE,
  signingKey: STRING,
  stallTimeout: MS,
  sourceTimeout: MS,
  shutdownGrace: MS,
  zeroCopy: NONE,
  contentCache: NONE,
  rate: NONE,
  ratePerAddress: NONE,
  faults: NONE,
  streams: OBJECTS,
  watch: NONE,
  pages: OBJECTS,
}

const PAGES: AcceptedSamples<PageOptions> = { watch: NONE, errors: NONE, transfers: OBJECTS }

const ACCESS: AcceptedSamples<AccessOptions> = {
  users: [...TEXT, 'array'],
  tokens: [...TEXT, 'array'],
  keys: [...TEXT, 'array'],
  public: ARRAY,
  realm: TEXT,
}

const SIGN: AcceptedSamples<SignUrlOptions> = {
  key: NONE,
  expires: ['fraction', 'string'],
  ip: NONE,
  version: NONE,
  scope: NONE,
}

const LIST: AcceptedSamples<ListOptions> = {
  format: NONE,
  names: ARRAY,
  jsonFormat: NONE,
  readme: NONE,
  render: FUNCTION,
}

const SEND: AcceptedSamples<SendOptions> = { ...FILE, root: TEXT, signal: NONE }

const EVENT_STREAM: AcceptedSamples<EventStreamOptions> = {
  heartbeat: MS,
  openAfter: MS,
  reauthorize: FUNCTION,
  reauthorizeInterval: MS,
  signal: NONE,
  retry: NONE,
  jitter: NONE,
  errorEvent: TEXT,
  key: TEXT,
  log: NONE,
}

const { signal: _signal, key: _key, ...OWN_EVENT_STREAM } = EVENT_STREAM
const STREAM_DEFAULTS: AcceptedSamples<StreamDefaults> = { ...OWN_EVENT_STREAM, followIdle: MS }

const FAULTS: AcceptedSamples<FaultOptions> = { seed: NONE, requests: NONE, inProduction: NONE }

const LISTEN = {
  ...FAULTS,
  host: TEXT,
  port: NONE,
  tls: NONE,
  token: TEXT,
  access: NONE,
  controlPrefix: ['empty string'],
  logger: NONE,
} as const

const { faults: _faults, access: _access, ...FILES } = PLUGIN
const FAULT_SERVER: AcceptedSamples<FaultServerOptions> = { ...FILES, ...LISTEN }

const FAULT_PROXY: AcceptedSamples<FaultProxyOptions> = {
  ...LISTEN,
  origin: STRING,
  insecure: NONE,
  sourceTimeout: MS,
  stallTimeout: MS,
}

const SERVER: AcceptedSamples<ServerOptions> = {
  logger: NONE,
  tls: NONE,
  http2: NONE,
  corsOrigin: TEXT,
  limits: OBJECTS,
  files: OBJECTS,
  passOthers: FUNCTION,
  first: FUNCTION,
  addressLimits: NONE,
  isTrusted: FUNCTION,
  newcomerGrace: MS,
}

const RULE: AcceptedSamples<FaultRule> = {
  id: TEXT,
  match: OBJECTS,
  fault: OBJECTS,
  times: NONE,
  probability: NONE,
}

const MATCH: AcceptedSamples<Match> = {
  method: TEXT,
  path: NONE,
  // The values of an object whose conversions throw are functions.
  headers: ['object', 'object without a prototype'],
  protocol: NONE,
  range: NONE,
  attempt: NONE,
}

/** Nothing listens there, and no test may get as far as connecting. */
const URL = 'http://127.0.0.1:1/'
const SOURCE: ByteSource = { open: async () => ({ kind: 'absent' }) }

const ENTRIES: readonly Entry[] = [
  ...[node, browser].flatMap((client, index) => {
    const of = index === 0 ? 'lastbyte/client' : 'lastbyte/client in a browser'
    return [
      {
        name: `resumableStream of ${of}`,
        call: (options: unknown) => client.resumableStream(URL, options as never),
        accepts: STREAM,
      },
      {
        name: `readEventStream of ${of}`,
        call: (options: unknown) => client.readEventStream(URL, options as never).next(),
        accepts: EVENTS,
      },
      {
        name: `readFrames of ${of}`,
        call: (options: unknown) => client.readFrames(URL, options as never).next(),
        accepts: FRAMES,
      },
    ]
  }),
  {
    name: 'download of lastbyte/client',
    call: (options) => node.download(URL, options as never),
    accepts: DOWNLOAD,
    required: ['to'],
  },
  {
    name: 'upstreamSource',
    call: (options) => upstreamSource(options as never),
    accepts: UPSTREAM,
    required: ['origin'],
  },
  {
    name: 's3Source',
    call: (options) => s3Source(options as never),
    accepts: S3,
    required: ['client', 'bucket'],
  },
  { name: 'failover', call: (options) => failover([SOURCE], options as never), accepts: FAILOVER },
  { name: 'the plugin', call: register, accepts: PLUGIN },
  {
    name: 'the plugin’s list',
    call: (list) => register({ root: 'media', list }),
    accepts: LIST,
    argument: 'list',
    prefix: 'list.',
  },
  {
    name: 'the plugin’s pages',
    call: (pages) => register({ root: 'media', pages }),
    accepts: PAGES,
    argument: 'pages',
    prefix: 'pages.',
  },
  {
    name: 'the plugin’s access',
    call: (access) => register({ root: 'media', access }),
    accepts: ACCESS,
    argument: 'access',
    prefix: 'access.',
  },
  {
    name: 'signUrl',
    call: (options) => signUrl('/a', options as never),
    accepts: SIGN,
    required: ['key', 'expires'],
  },
  {
    name: 'the plugin’s streams',
    call: (streams) => register({ root: 'media', streams }),
    accepts: STREAM_DEFAULTS,
    argument: 'streams',
    prefix: 'streams.',
  },
  {
    name: 'reply.sendFile',
    call: (options) => withReply((reply) => reply.sendFile('clip.mp4', options as never)),
    accepts: SEND,
  },
  {
    name: 'reply.sendFile with a root',
    call: (options) => withReply((reply) => reply.sendFile('clip.mp4', 'media', options as never)),
    accepts: SEND,
  },
  {
    name: 'reply.download',
    call: (options) => withReply((reply) => reply.download('clip.mp4', 'a', options as never)),
    accepts: SEND,
  },
  {
    name: 'reply.eventStream',
    call: (options) => withReply((reply) => reply.eventStream([], options as never)),
    accepts: EVENT_STREAM,
  },
  {
    name: 'reply.ndjson',
    call: (options) => withReply((reply) => reply.ndjson([], options as never)),
    accepts: EVENT_STREAM,
  },
  { name: 'createFaults', call: (options) => createFaults(options as never), accepts: FAULTS },
  {
    name: 'arm',
    call: (rule) => createFaults({ seed: 1 }).arm(rule as never),
    accepts: RULE,
    argument: 'rule',
    code: 'BAD_FAULT',
    required: ['fault'],
  },
  {
    name: 'the match of arm',
    call: (match) => {
      const fault = { kind: 'ignore-range' } as const
      createFaults({ seed: 1 }).arm({ match: match as Match, fault })
    },
    accepts: MATCH,
    argument: 'match',
    prefix: 'match.',
    code: 'BAD_FAULT',
  },
  {
    name: 'faultServer',
    call: (options) => faultServer(options as never),
    accepts: FAULT_SERVER,
  },
  {
    name: 'faultProxy',
    call: (options) => faultProxy(options as never),
    accepts: FAULT_PROXY,
    required: ['origin'],
  },
  {
    name: 'createServer',
    call: (options) => createServer(options as never),
    accepts: SERVER,
    required: ['logger', 'files'],
  },
]

/** Registers the plugin, without starting the application. */
async function register(options: unknown): Promise<void> {
  await (lastbyte as (app: unknown, options: unknown) => Promise<void>)(Fastify(), options)
}

/** Calls a decorator of a reply; rejects with what it throws. */
async function withReply(call: (reply: FastifyReply) => unknown): Promise<void> {
  const app = Fastify()
  let failed: { readonly error: unknown } | undefined
  await app.register(lastbyte, { root: 'media', serve: false })
  app.get('/', (_request, reply) => {
    try {
      return call(reply)
    } catch (error) {
      failed = { error }
      return 'failed'
    }
  })
  await app.inject('/')
  await app.close()
  if (failed !== undefined) throw failed.error
}

/** The error of a call with these options. */
async function errorOf({ call }: Entry, options: unknown): Promise<LastbyteError> {
  try {
    await call(options)
  } catch (error) {
    return error as LastbyteError
  }
  throw new Error('the call succeeded')
}

/** The error that names an option, as each entry reports it. */
function expectError(error: LastbyteError, entry: Entry, option: string): void {
  const code = entry.code ?? 'BAD_SETTING'
  const fact = code === 'BAD_FAULT' ? 'member' : 'setting'
  expect(error).toMatchObject({ name: 'LastbyteError', code, facts: { [fact]: option } })
  expect(error.message.startsWith(`${option}: `), error.message).toBe(true)
  expect(error.message).not.toMatch(/\[object|\n/)
}

describe.each(ENTRIES.map((entry) => [entry.name, entry] as const))(
  'the options of %s',
  (_name, entry) => {
    const { accepts, prefix = '', argument = 'options' } = entry
    const names = Object.keys(accepts)

    it.each(names)(
      'accept of %s the values of its form, and refuse all others by name',
      async (name) => {
        // An option that is always refused: the call fails there, and never gets as far as a socket.
        const other = names.find((each) => each !== name) ?? ''
        for (const [sample, value] of Object.entries(SAMPLES)) {
          const error = await errorOf(entry, { [name]: value, [other]: SAMPLES.symbol })
          const isAccepted = accepts[name]?.includes(sample as SampleName)
          expectError(error, entry, prefix + (isAccepted ? other : name))
          if (!isAccepted) expect(error.message, sample).toMatch(/: expected .+; received /)
        }
      },
    )

    it.each(names)('take undefined for the default of %s', async (name) => {
      const other = names.find((each) => each !== name) ?? ''
      const isRequired = entry.required?.includes(name)
      const error = await errorOf(entry, { [name]: undefined, [other]: SAMPLES.symbol })
      expectError(error, entry, prefix + (isRequired ? name : other))
    })

    it.each(names)('report a getter of %s that throws', async (name) => {
      const options = Object.defineProperty({}, name, {
        enumerable: true,
        get() {
          throw new TypeError('a getter was called')
        },
      })
      const error = await errorOf(entry, options)
      expectError(error, entry, prefix + name)
      expect(error.cause).toMatchObject({ message: 'a getter was called' })
    })

    it('refuse an unknown option by name, and list the known ones', async () => {
      const error = await errorOf(entry, { zzzz: 1 })
      expectError(error, entry, `${prefix}zzzz`)
      const [, known = ''] = /^\S+: unknown option; known options: (.*)$/.exec(error.message) ?? []
      expect(
        known
          .split(', ')
          .filter((name) => name !== 'logSerializers')
          .sort(),
      ).toEqual(names.sort())
    })

    it.each(names.filter((name) => name.length > 2))(
      'suggest %s for a misspelling',
      async (name) => {
        const error = await errorOf(entry, { [`${name}s`]: 1 })
        if (names.includes(`${name}s`)) return
        expectError(error, entry, `${prefix}${name}s`)
        expect(error.message).toContain(
          `unknown option; did you mean ${prefix}${name}? known options:`,
        )
      },
    )

    it.each(['null', 'array', 'symbol', 'bigint', 'function', 'fraction'] as const)(
      'are refused as a whole if they are a %s',
      async (sample) => {
        expectError(await errorOf(entry, SAMPLES[sample]), entry, argument)
      },
    )
  },
)

describe.each(Object.entries(FAULT_KINDS))('the members of the fault %s', (kind, { members }) => {
  const arm = (fault: object) => createFaults({ seed: 1 }).arm({ fault: fault as Fault })
  const refused = (member: string) =>
    expect.objectContaining({
      code: 'BAD_FAULT',
      message: expect.stringMatching(new RegExp(`^${member.replaceAll('.', '\\.')}: `)),
      facts: { member },
    })
  const names = Object.keys(members)

  it('are refused if they are unknown, with the known ones', () => {
    const known = ['kind', ...names].join(', ')
    expect(() => arm({ kind, zzzz: 1 })).toThrow(refused('fault.zzzz'))
    expect(() => arm({ kind, zzzz: 1 })).toThrow(`unknown option; known options: ${known}`)
  })

  it('are refused by name if their type is wrong', () => {
    for (const sample of [
      'symbol',
      'bigint',
      'function',
      'null',
      'array',
      'NaN',
      'object',
    ] as const)
      for (const name of names) {
        expect(() => arm({ kind, [name]: SAMPLES[sample] }), sample).toThrow(
          refused(`fault.${name}`),
        )
      }
  })
})

describe('the sources of failover', () => {
  it('are refused unless they are an array of at least one source', () => {
    for (const value of [...Object.values(SAMPLES), undefined, [null], [SOURCE, {}]]) {
      expect(() => failover(value as never)).toThrow(
        expect.objectContaining({
          code: 'BAD_SETTING',
          message: expect.stringMatching(/^sources: expected .*; received /),
          facts: expect.objectContaining({ setting: 'sources' }),
        }),
      )
    }
  })
})

describe('the URL of a call of the client', () => {
  const calls = {
    resumableStream: (url: never) => node.resumableStream(url),
    readEventStream: (url: never) => node.readEventStream(url).next(),
    readFrames: (url: never) => node.readFrames(url).next(),
    download: (url: never) => node.download(url, { to: 'never-created' }),
  }

  it.each(Object.entries(calls))('is refused by %s if it is no URL', async (_name, call) => {
    for (const value of Object.values(SAMPLES)) {
      await expect((async () => call(value as never))()).rejects.toMatchObject({
        code: 'BAD_SETTING',
        facts: { setting: 'url' },
      })
    }
  })
})

describe('resumableStream', () => {
  it('refuses retriesFor by name and suggests retryFor', async () => {
    await expect(
      node.resumableStream(URL, { retriesFor: 1 } as node.StreamOptions),
    ).rejects.toMatchObject({
      code: 'BAD_SETTING',
      facts: { setting: 'retriesFor', received: 1 },
      message:
        'retriesFor: unknown option; did you mean retryFor? known options: headers, signal, retryFor, stall, allowInsecureRedirects, transport, onEvent, allowWeak, live, checksum, limitRate, renewUrl',
    })
  })

  it('refuses a retryFor that is a string with the range of its values', async () => {
    await expect(node.resumableStream(URL, { retryFor: '1s' as never })).rejects.toMatchObject({
      message: 'retryFor: expected a number of ms, 0 or more, or Infinity; received "1s"',
    })
  })
})
