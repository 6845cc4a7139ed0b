import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { type Application, applicationWith, serverWith } from '../fixture/application.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { Folder, pattern } from '../fixture/files.js'
import { http2Responses } from '../fixture/http2-responses.js'
import { precompressedFolder, SCRIPT, sendRequest } from '../fixture/precompressed-folder.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { serve } from '../fixture/scripted-server.js'
import { reprDigest } from '../fixture/sha256.js'
import { isSigned, KEY_ID, SIGNING_KEY } from '../fixture/signing-key.js'
import { tls } from '../fixture/tls.js'

const WANT = { 'Want-Unencoded-Digest': 'sha-256=9' }
const INTEGRITY = {
  'Accept-Signature': `sig0=("unencoded-digest";sf);keyid="${KEY_ID}";tag="ed25519-integrity"`,
}
const FILE = pattern(10_000)

async function serving(
  options: LastbyteOptions,
  use: (
    get: (fields?: Record<string, string>, method?: string) => ReturnType<typeof sendRequest>,
    app: Application,
  ) => Promise<void>,
  path = '/f.bin',
) {
  using folder = precompressedFolder({ 'f.bin': FILE })
  await using app = await applicationWith({ root: folder.path, ...options })
  await use((fields = {}, method = 'GET') => sendRequest(app.url + path, fields, method), app)
}

describe('Unencoded-Digest, requested', () => {
  it.each<[string, number, Record<string, string>, string]>([
    ['a GET', 200, {}, 'GET'],
    ['a HEAD', 200, {}, 'HEAD'],
    ['a range', 206, { Range: 'bytes=5-9' }, 'GET'],
    ['several ranges', 206, { Range: 'bytes=0-1,5-9' }, 'GET'],
    ['a HEAD with a range', 200, { Range: 'bytes=5-9' }, 'HEAD'],
  ])('is of the whole file in the response to %s, a %d', async (_to, status, fields, method) => {
    await serving({}, async (get) => {
      const got = await get({ ...WANT, ...fields }, method)
      expect(got.status).toBe(status)
      expect(got.fields['unencoded-digest']).toBe(reprDigest(FILE))
      expect(got.fields['repr-digest']).toBeUndefined()
    })
  })

  it('has the algorithm with the highest weight, and is not sent for others', async () => {
    await serving({}, async (get) => {
      const digestFor = async (weights: string) => {
        const { fields } = await get({ 'Want-Unencoded-Digest': weights })
        return String(fields['unencoded-digest'] ?? 'none').split('=:')[0]
      }
      expect(await digestFor('sha-256=1, sha-512=2')).toBe('sha-512')
      for (const none of ['md5=10', 'sha-256=0', '???']) expect(await digestFor(none)).toBe('none')
    })
  })

  it.each<[string, string, number, Record<string, string>, LastbyteOptions]>([
    ['a file that is absent', '/none', 404, {}, {}],
    ['a condition that fails', '/f.bin', 412, { 'If-Match': '"other"' }, {}],
    ['a range that is unsatisfiable', '/f.bin', 416, { Range: 'bytes=10000-' }, {}],
    ['a file with digest: off', '/f.bin', 200, {}, { digest: 'off' }],
    ['a file larger than digestMaximum', '/f.bin', 200, {}, { digestMaximum: 9_999 }],
  ])('is not sent for %s', async (_for, path, status, fields, options) => {
    await serving(
      options,
      async (get) => {
        const got = await get({ ...WANT, ...fields })
        expect([got.status, got.fields['unencoded-digest']]).toEqual([status, undefined])
      },
      path,
    )
  })

  it('is not sent in a 304, which has no content', async () => {
    await serving({}, async (get) => {
      const { etag = '' } = (await get()).fields
      const got = await get({ ...WANT, 'If-None-Match': etag })
      expect([got.status, got.fields['unencoded-digest']]).toEqual([304, undefined])
    })
  })

  it.each(['br', 'gzip', 'zstd', 'identity'])(
    'is that of the file in the response with its %s coding, whose Repr-Digest is that of the coded bytes',
    async (coding) => {
      await serving(
        { preCompressed: ['br', 'zstd', 'gzip'] },
        async (get) => {
          const got = await get({
            ...WANT,
            'Want-Repr-Digest': 'sha-256=1',
            'Accept-Encoding': coding,
          })
          expect(got.fields['content-encoding'] ?? 'identity').toBe(coding)
          expect(got.fields['unencoded-digest']).toBe(reprDigest(SCRIPT))
          expect(got.fields['repr-digest']).toBe(reprDigest(got.body))
        },
        '/app.js',
      )
    },
  )

  it('is not sent for bytes that the application or the source has encoded', async () => {
    const coded = brotliCompressSync(SCRIPT)
    using folder = new Folder({ 'f.bin': coded })
    const setHeaders: LastbyteOptions['setHeaders'] = (reply) => {
      reply.setHeader('content-encoding', 'br')
    }
    await using app = await applicationWith({ root: folder.path, setHeaders })
    const wants = { ...WANT, 'Want-Repr-Digest': 'sha-256=1' }
    const own = await sendRequest(`${app.url}/f.bin`, wants)
    expect(own.fields['repr-digest']).toBe(reprDigest(coded))
    expect(own.fields['unencoded-digest']).toBeUndefined()
    await using site = await ProxyWithOrigin.start(
      serve(coded, { etag: '"v"', 'content-encoding': 'br' }),
    )
    const { fields } = await site.get('/f', wants)
    expect([fields['content-encoding'], fields['unencoded-digest']]).toEqual(['br', undefined])
  })

  it('is forwarded to an origin, and its own is passed on', async () => {
    const origin = serve(FILE, { etag: '"v"', 'unencoded-digest': 'sha-512=:AA==:' })
    await using site = await ProxyWithOrigin.start(origin)
    expect((await site.get('/f')).fields['unencoded-digest']).toBe('sha-512=:AA==:')
    await site.get('/f', WANT)
    expect(site.originRequests.at(1)).toMatchObject({ 'want-unencoded-digest': 'sha-256=9' })
  })

  it('is sent over HTTP/2', async () => {
    using folder = new Folder({ f: FILE })
    await using app = await serverWith({ root: folder.path }, { tls })
    await using client = http2Responses(`https://127.0.0.1:${app.port}`)
    const { fields } = await client.request('/f', { 'want-unencoded-digest': 'sha-256=1' })
    expect(fields['unencoded-digest']).toBe(reprDigest(FILE))
  })

  it('is that of the correct bytes where a fault corrupts them, and withheld where one replaces the file', async () => {
    await using served = await FaultServer.start()
    const ask = (fault: string) =>
      sendRequest(`${served.server.url}/f`, { ...WANT, 'Lastbyte-Fault': fault })
    const corrupt = await ask('corrupt; at=5')
    expect(corrupt.fields['unencoded-digest']).toBe(reprDigest(CONTENT))
    expect(corrupt.body.equals(CONTENT)).toBe(false)
    const changed = await ask('content-change')
    expect([changed.status, changed.fields['unencoded-digest']]).toEqual([200, undefined])
  })
})

describe("Unencoded-Digest with digest: 'known'", () => {
  const known = async (
    options: LastbyteOptions,
    fields: Record<string, string>,
    method = 'GET',
  ) => {
    let sent: unknown
    await serving({ digest: 'known', ...options }, async (get) => {
      expect((await get()).fields['unencoded-digest']).toBeUndefined()
      await get({ 'Want-Repr-Digest': 'sha-256=1' })
      const got = await get(fields, method)
      expect(got.fields['repr-digest']).toMatch(/^sha-/)
      sent = got.fields['unencoded-digest']
    })
    return sent
  }

  it('is sent beside a Repr-Digest that is cached', async () => {
    expect(await known({}, {})).toBe(reprDigest(FILE))
    expect(await known({}, {}, 'HEAD')).toBe(reprDigest(FILE))
  })

  it.each<[string, Record<string, string>, LastbyteOptions]>([
    ['a range, since Chromium compares it with the part', { Range: 'bytes=5-9' }, {}],
    ['a range of all bytes, whose response is a 206 too', { Range: 'bytes=0-' }, {}],
    ['several ranges', { Range: 'bytes=0-1,5-9' }, {}],
    ['a request that names the digests it wants', { 'Want-Repr-Digest': 'sha-512=1' }, {}],
    ['the legacy field of such a request', { 'Want-Digest': 'SHA-256' }, {}],
  ])('is not sent for %s', async (_for, fields, options) => {
    expect(await known(options, fields)).toBeUndefined()
  })

  it('is not sent for a file larger than digestLimit, which a browser would hold back as a whole', async () => {
    await serving({ digest: 'known', digestLimit: 9_999 }, async (get) => {
      const repr = async () => {
        const { fields } = await get({ 'Want-Repr-Digest': 'sha-256=1' })
        return fields['repr-digest']
      }
      await expect.poll(repr).toBe(reprDigest(FILE))
      const { fields } = await get()
      expect(fields['repr-digest']).toBe(reprDigest(FILE))
      expect(fields['unencoded-digest']).toBeUndefined()
    })
  })

  it('is sent with a coding, once the digest of the file is cached', async () => {
    await serving(
      { digest: 'known', preCompressed: true },
      async (get) => {
        const coded = async () => (await get({ 'Accept-Encoding': 'br' })).fields
        expect((await coded())['unencoded-digest']).toBeUndefined()
        await get({ 'Want-Repr-Digest': 'sha-256=1' })
        expect((await coded())['unencoded-digest']).toBe(reprDigest(SCRIPT))
      },
      '/app.js',
    )
  })
})

describe('A signature of Unencoded-Digest', () => {
  it.each<[string, string, Record<string, string>, LastbyteOptions]>([
    ['a request for the digest', 'lastbyte', WANT, {}],
    ['a request for the signature, under its label', 'sig0', INTEGRITY, {}],
    ['both', 'sig0', { ...INTEGRITY, 'Want-Unencoded-Digest': 'sha-512=1' }, {}],
    ['both for a range', 'sig0', { ...INTEGRITY, Range: 'bytes=1-2' }, {}],
  ])('is in the response to %s', async (_to, label, fields, options) => {
    await serving({ signingKey: SIGNING_KEY, ...options }, async (get) => {
      const got = await get(fields)
      expect(got.fields['unencoded-digest']).toMatch(/^sha-/)
      expect(isSigned(got.fields, label)).toBe(true)
    })
  })

  it.each<[string, Record<string, string>]>([
    ['that requests it, since the response that a cache has may be unsigned', INTEGRITY],
    ['that names other digests too', { ...INTEGRITY, 'Want-Repr-Digest': 'sha-256=1' }],
  ])('is in the 304 to a request %s', async (_that, fields) => {
    await serving({ signingKey: SIGNING_KEY, digest: 'known' }, async (get) => {
      const { etag = '' } = (await get()).fields
      const got = await get({ ...fields, 'If-None-Match': etag })
      expect([got.status, got.fields['unencoded-digest']]).toEqual([304, reprDigest(FILE)])
      expect(isSigned(got.fields, 'sig0')).toBe(true)
      expect(got.fields['repr-digest']).toBeUndefined()
      const plain = await get({ 'If-None-Match': etag })
      expect([plain.status, plain.fields.signature]).toEqual([304, undefined])
    })
  })

  it('is what Vary names where there is a key, so that no cache sends an unsigned response in its place', async () => {
    const vary = async (
      options: LastbyteOptions,
      fields: Record<string, string>,
      path?: string,
    ) => {
      let sent: unknown
      const read: Parameters<typeof serving>[1] = async (get) => {
        sent = (await get(fields)).fields.vary
      }
      await serving(options, read, path)
      return sent
    }
    expect(await vary({}, {})).toBe('Accept')
    // The path through the cache, the opened one, and one with a content coding.
    const options = { signingKey: SIGNING_KEY }
    expect(await vary(options, {})).toBe('Accept, Accept-Signature')
    expect(await vary({ ...options, digest: 'known' }, INTEGRITY)).toBe('Accept, Accept-Signature')
    const coded = { ...options, preCompressed: true }
    expect(await vary(coded, { 'Accept-Encoding': 'br' }, '/app.js')).toBe(
      'Accept, Accept-Signature, Accept-Encoding',
    )
  })

  it('of an origin stays valid: the digest that it covers is not replaced', async () => {
    const signed = {
      'unencoded-digest': 'sha-512=:AA==:',
      'signature-input': 'a=("unencoded-digest";sf)',
      signature: 'a=:AA==:',
    }
    const origin = serve(FILE, { etag: '"v"', ...signed })
    for (const files of [{}, { signingKey: SIGNING_KEY }] satisfies LastbyteOptions[]) {
      await using site = await ProxyWithOrigin.start(origin, { files })
      const { fields } = await site.get('/f', { ...WANT, ...INTEGRITY })
      expect(fields).toMatchObject(signed)
    }
  })

  it('is not made of a request for another key, nor without a key or a digest', async () => {
    const other = { 'Accept-Signature': INTEGRITY['Accept-Signature'].replace(KEY_ID, 'AAAA') }
    const signature = async (options: LastbyteOptions, fields: Record<string, string>) => {
      let sent: unknown
      await serving(options, async (get) => {
        const got = await get(fields)
        sent = [got.fields.signature, got.fields['signature-input'], got.status]
      })
      return sent
    }
    const none = [undefined, undefined, 200]
    expect(await signature({ signingKey: SIGNING_KEY }, other)).toEqual(none)
    expect(await signature({ signingKey: SIGNING_KEY }, {})).toEqual(none)
    expect(await signature({ signingKey: SIGNING_KEY, digestLimit: 1 }, INTEGRITY)).toEqual(none)
    expect(await signature({}, { ...WANT, ...INTEGRITY })).toEqual(none)
  })

  it('stands beside signatures of the application', async () => {
    const setHeaders: LastbyteOptions['setHeaders'] = (reply) => {
      reply.setHeader('signature-input', 'own=("@status")')
      reply.setHeader('signature', 'own=:AA==:')
    }
    await serving({ signingKey: SIGNING_KEY, setHeaders }, async (get) => {
      const { fields } = await get(WANT)
      expect(fields['signature-input']).toMatch(/^own=\("@status"\), lastbyte=\(/)
      expect(fields.signature).toMatch(/^own=:AA==:, lastbyte=:/)
      expect(isSigned(fields)).toBe(true)
    })
  })

  it('of an origin is not sent with the frames of a file, which are other bytes', async () => {
    const fields = { etag: '"v"', signature: 'a=:AA==:', 'signature-input': 'a=()' }
    await using site = await ProxyWithOrigin.start(
      serve(FILE, { ...fields, 'unencoded-digest': 'sha-256=:AA==:' }),
    )
    const raw = await site.get('/f')
    expect(raw.fields).toMatchObject({
      signature: 'a=:AA==:',
      'unencoded-digest': 'sha-256=:AA==:',
    })
    const framed = await site.get('/f', { Accept: 'text/event-stream' })
    for (const name of ['signature', 'signature-input', 'unencoded-digest']) {
      expect([framed.status, framed.fields[name]]).toEqual([200, undefined])
    }
  })
})
