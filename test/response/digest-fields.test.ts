import { createHash } from 'node:crypto'
import { truncateSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/settings/options.js'
import { applicationWith } from '../fixture/application.js'
import { FailingSource } from '../fixture/failing-source.js'
import { Folder, pattern } from '../fixture/files.js'

const SIZE = 400_000
const CONTENT = pattern(SIZE)
const digest = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest('base64')

async function serving(
  options: LastbyteOptions,
  use: (
    fetchFields: (fields: Record<string, string>, method?: string) => Promise<Headers>,
  ) => Promise<void>,
) {
  using folder = new Folder({ f: CONTENT })
  await using served = await applicationWith({ root: folder.path, ...options })
  await use(async (headers, method = 'GET') => {
    const response = await fetch(`${served.url}/f`, { headers, method })
    await response.arrayBuffer()
    return response.headers
  })
}

describe('The digest fields of a response', () => {
  it('include a Repr-Digest of the whole file, also for a range and HEAD (RFC 9530 §3)', async () => {
    await serving({}, async (fetchFields) => {
      const whole = `sha-256=:${digest('sha256', CONTENT)}:`
      const want = { 'Want-Repr-Digest': 'sha-256=3, sha-512=0' }
      expect((await fetchFields(want)).get('repr-digest')).toBe(whole)
      expect((await fetchFields({ ...want, Range: 'bytes=5-9' })).get('repr-digest')).toBe(whole)
      expect((await fetchFields(want, 'HEAD')).get('repr-digest')).toBe(whole)
      expect((await fetchFields({ 'Want-Repr-Digest': 'sha-512=10' })).get('repr-digest')).toBe(
        `sha-512=:${digest('sha512', CONTENT)}:`,
      )
      for (const none of ['md5=10', 'sha-256=0', '???']) {
        expect(
          (await fetchFields({ 'Want-Repr-Digest': none })).get('repr-digest'),
          none,
        ).toBeNull()
      }
      expect((await fetchFields({})).get('repr-digest')).toBeNull()
    })
  })

  it('include a Content-Digest of the sent content (RFC 9530 §2)', async () => {
    await serving({}, async (fetchFields) => {
      const want = { 'Want-Content-Digest': 'sha-256=1' }
      const slice = digest('sha256', CONTENT.subarray(1000, 300_000))
      expect(
        (await fetchFields({ ...want, Range: 'bytes=1000-299999' })).get('content-digest'),
      ).toBe(`sha-256=:${slice}:`)
      expect((await fetchFields(want)).get('content-digest')).toBe(
        `sha-256=:${digest('sha256', CONTENT)}:`,
      )
      expect((await fetchFields(want, 'HEAD')).get('content-digest')).toBeNull()
    })
  })

  it('include a Digest for the Want-Digest field of aria2 (RFC 3230)', async () => {
    await serving({}, async (fetchFields) => {
      const fields = await fetchFields({ 'Want-Digest': 'SHA-512;q=1, SHA-256;q=1, SHA;q=0.1' })
      expect(fields.get('digest')).toBe(`SHA-256=${digest('sha256', CONTENT)}`)
      expect(fields.get('repr-digest')).toBeNull()
    })
  })

  it('are missing for a file larger than digestLimit until the digest is computed in the background', async () => {
    await serving({ digestLimit: SIZE - 1 }, async (fetchFields) => {
      const want = { 'Want-Repr-Digest': 'sha-256=1' }
      expect((await fetchFields(want)).get('repr-digest')).toBeNull()
      const next = async () => (await fetchFields(want)).get('repr-digest')
      await expect.poll(next).toBe(`sha-256=:${digest('sha256', CONTENT)}:`)
    })
  })

  it.each([10, 2 * SIZE])(
    'are never computed for a file larger than digestMaximum, with a digestLimit of %i',
    async (digestLimit) => {
      const source = new FailingSource(SIZE, { kind: 'hangs', at: 0 })
      await using served = await applicationWith({ source, digestMaximum: SIZE - 1, digestLimit })
      const headers = { 'Want-Repr-Digest': 'sha-256=1', 'Want-Digest': 'sha-512' }
      const { status, headers: fields } = await fetch(`${served.url}/f`, {
        method: 'HEAD',
        headers,
      })
      expect([status, fields.get('repr-digest'), fields.get('digest')]).toEqual([200, null, null])
      expect(source.hangingCalls).toBe(0)
    },
  )

  it('stop being computed in the background when the client that asks leaves during its body', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 300_000 })
    await using served = await applicationWith({ source, digestLimit: 0 })
    const leaving = new AbortController()
    const headers = { 'Want-Repr-Digest': 'sha-256=1' }
    await fetch(`${served.url}/f`, { headers, signal: leaving.signal })
    // The body and the digest.
    await expect.poll(() => source.hangingCalls).toBe(2)
    leaving.abort()
    await expect.poll(() => source.abortReasons.length).toBe(2)
  })

  it('of a small file are computed while that of a large one is', async () => {
    using folder = new Folder({ small: CONTENT, large: '' })
    truncateSync(folder.at('large'), 2 ** 40)
    await using served = await applicationWith({
      root: folder.path,
      digestLimit: 2 ** 41,
      digestMaximum: 2 ** 41,
    })
    const headers = { 'Want-Repr-Digest': 'sha-256=1' }
    const leaving = new AbortController()
    const large = fetch(`${served.url}/large`, { method: 'HEAD', headers, signal: leaving.signal })
    await expect.poll(() => served.app.transfers.running.size).toBe(1)
    const small = await fetch(`${served.url}/small`, { method: 'HEAD', headers })
    expect(small.headers.get('repr-digest')).toBe(`sha-256=:${digest('sha256', CONTENT)}:`)
    leaving.abort()
    await expect(large).rejects.toThrow()
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
  })

  it('are missing where the source hangs, and the response is delayed no longer than the timeout', async () => {
    const source = new FailingSource(SIZE, { kind: 'hangs', at: 300_000 })
    await using served = await applicationWith({ source, sourceTimeout: 200 })
    const headers = { 'Want-Repr-Digest': 'sha-256=1', Range: 'bytes=0-9' }
    const response = await fetch(`${served.url}/f`, { headers })
    expect([response.status, response.headers.get('repr-digest')]).toEqual([206, null])
    await response.arrayBuffer()
    await using tagged = await applicationWith({ source, sourceTimeout: 200, etag: 'content' })
    expect((await fetch(`${tagged.url}/f`)).status).toBe(504)
  })

  it('are sent without a request for them with digest: known, and never with digest: off', async () => {
    await serving({ digest: 'known' }, async (fetchFields) => {
      expect((await fetchFields({})).get('repr-digest')).toBeNull()
      await fetchFields({ 'Want-Repr-Digest': 'sha-512=1' })
      expect((await fetchFields({})).get('repr-digest')).toBe(
        `sha-512=:${digest('sha512', CONTENT)}:`,
      )
    })
    await serving({ digest: 'off' }, async (fetchFields) => {
      expect((await fetchFields({ 'Want-Repr-Digest': 'sha-256=1' })).get('repr-digest')).toBeNull()
    })
  })
})

describe("The ETag with etag: 'content'", () => {
  it('is equal for copies of a file, changes with its bytes, and applies in preconditions', async () => {
    using one = new Folder({ f: CONTENT })
    using two = new Folder({ f: CONTENT, g: pattern(SIZE, 1) })
    await using a = await applicationWith({ root: one.path, etag: 'content' })
    await using b = await applicationWith({ root: two.path, etag: 'content' })
    const tag = async (url: string) =>
      (await fetch(url, { method: 'HEAD' })).headers.get('etag') ?? ''
    expect(await tag(`${a.url}/f`)).toMatch(/^"[\w-]{43}"$/)
    expect(await tag(`${b.url}/f`)).toBe(await tag(`${a.url}/f`))
    expect(await tag(`${b.url}/g`)).not.toBe(await tag(`${b.url}/f`))
    const headers = { 'If-Range': await tag(`${a.url}/f`), Range: 'bytes=5-' }
    expect((await fetch(`${b.url}/f`, { headers })).status).toBe(206)
  })
})
