import compress from '@fastify/compress'
import cors from '@fastify/cors'
import Fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { parseMetalink } from '../../src/check/digests/metalink.js'
import lastbyte from '../../src/index.js'
import { Folder, pattern } from '../fixture/files.js'
import { sendRequest } from '../fixture/precompressed-folder.js'
import { reprDigest, sha256 } from '../fixture/sha256.js'
import { isSigned, SIGNING_KEY } from '../fixture/signing-key.js'

const FILES = {
  'film.mp4': pattern(3_000_000),
  'page.html': 'a page '.repeat(1000),
  'd/ä b.txt': 'text '.repeat(500),
}
const ACCEPTS = { 'Accept-Encoding': 'gzip, br' }
const WANT = { ...ACCEPTS, 'Want-Unencoded-Digest': 'sha-256=1' }

type Registration = (app: FastifyInstance, files: () => Promise<void>) => Promise<void>

/** What other plugins an application has, and when. */
const REGISTRATIONS: readonly (readonly [string, Registration, string])[] = [
  ['alone', (_app, files) => files(), '/'],
  [
    'after @fastify/compress',
    async (app, files) => {
      await app.register(compress, { threshold: 0 })
      await files()
    },
    '/',
  ],
  [
    'before @fastify/compress',
    async (app, files) => {
      await files()
      await app.register(compress, { threshold: 0 })
    },
    '/',
  ],
  [
    'after @fastify/cors',
    async (app, files) => {
      await app.register(cors, { origin: 'https://a.example' })
      await files()
    },
    '/',
  ],
  ['below a prefix', (_app, files) => files(), '/media/films/'],
]

describe('What is announced of a file is true', () => {
  it.each(REGISTRATIONS)('for the plugin %s', async (_when, register, prefix) => {
    using folder = new Folder(FILES)
    const app = Fastify()
    const options = { root: folder.path, prefix, metalink: true, signingKey: SIGNING_KEY }
    await register(app, async () => {
      await app.register(lastbyte, options)
    })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    for (const [name, content] of Object.entries(FILES)) {
      const bytes = Buffer.from(content)
      const url = `${origin}${prefix}${encodeURI(name)}`
      for (const [method, fields, status] of [
        ['GET', {}, 200],
        ['HEAD', {}, 200],
        ['GET', { Range: 'bytes=5-9' }, 206],
      ] as const) {
        const got = await sendRequest(url, { ...WANT, ...fields }, method)
        expect([name, method, got.status]).toEqual([name, method, status])
        expect(got.fields['unencoded-digest']).toBe(reprDigest(bytes))
        expect(isSigned(got.fields)).toBe(true)
        const [, reference = ''] = /<([^>]*)>; rel=describedby/.exec(String(got.fields.link)) ?? []
        const document = await sendRequest(new URL(reference, url).href, ACCEPTS)
        const text = String(document.body)
        const [described] = parseMetalink(text)
        expect(described?.size).toBe(bytes.length)
        expect(described?.hashes.get('sha-256')).toBe(sha256(bytes).hex)
        const [, own = ''] = /<url priority="1">(.*)<\/url>/.exec(text) ?? []
        expect((await sendRequest(own)).body.equals(bytes)).toBe(true)
      }
    }
    await app.close()
  })

  it('to clients of a proxy that ends TLS and removes a prefix', async () => {
    using folder = new Folder(FILES)
    const app = Fastify({ trustProxy: true })
    await app.register(lastbyte, { root: folder.path, metalink: true })
    const origin = await app.listen({ host: '127.0.0.1', port: 0 })
    const urlFor = async (fields: Record<string, string>) => {
      const { body } = await sendRequest(`${origin}/film.mp4?metalink`, {
        'X-Forwarded-For': '192.0.2.1',
        ...fields,
      })
      return /<url priority="1">(.*)<\/url>/.exec(String(body))?.[1]
    }
    const forwarded = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'films.example',
      'X-Forwarded-Prefix': '/media',
    }
    expect(await urlFor(forwarded)).toBe('https://films.example/media/film.mp4')
    // One that is no host is not repeated.
    expect(await urlFor({ 'X-Forwarded-Host': 'a.example/<url>' })).toBeUndefined()
    await app.close()
  })
})
