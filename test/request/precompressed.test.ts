import { createHash } from 'node:crypto'
import { renameSync, rmSync, utimesSync } from 'node:fs'
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import {
  ACCEPTS_ALL,
  BR,
  GZ,
  precompressedFolder,
  SCRIPT,
  sendRequest,
  ZST,
} from '../fixture/precompressed-folder.js'
import { settledSource } from '../fixture/settled-files.js'
import { reprDigest } from '../fixture/sha256.js'

describe('A precompressed file', () => {
  it.each([
    ['br', BR],
    ['zstd', ZST],
    ['gzip', GZ],
  ])('in %s is sent with the Content-Type of the file that it encodes', async (coding, bytes) => {
    using folder = precompressedFolder()
    utimesSync(folder.at('app.js'), 1_000_000_000, 1_000_000_000)
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const identity = await sendRequest(`${served.url}/app.js`)
    const get = await sendRequest(`${served.url}/app.js`, { 'Accept-Encoding': coding })
    expect(get.status).toBe(200)
    expect(get.body.equals(bytes)).toBe(true)
    expect(get.fields).toMatchObject({
      'content-encoding': coding,
      'content-length': String(bytes.length),
      'content-type': identity.fields['content-type'],
      'accept-ranges': 'bytes',
      vary: 'Accept, Accept-Encoding',
    })
    expect(get.fields.etag).toMatch(/^"[^"]+"$/)
    expect(get.fields.etag).not.toBe(identity.fields.etag)
    expect(identity.fields['last-modified']).toBe('Sun, 09 Sep 2001 01:46:40 GMT')
    expect(Date.parse(get.fields['last-modified'] ?? '')).toBeGreaterThan(1_500_000_000_000)

    const head = await sendRequest(`${served.url}/app.js`, { 'Accept-Encoding': coding }, 'HEAD')
    const { date: _then, ...ofGet } = get.fields
    expect(head).toMatchObject({ status: 200, fields: ofGet, body: Buffer.alloc(0) })
  })

  it('in test/fixture decodes to the file that it encodes', () => {
    expect(zlib.brotliDecompressSync(BR).equals(SCRIPT)).toBe(true)
    const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer }
    if (zstdDecompressSync) expect(zstdDecompressSync(ZST).equals(SCRIPT)).toBe(true)
  })

  it('is decoded by fetch', async () => {
    using folder = precompressedFolder()
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const response = await fetch(`${served.url}/app.js`, { headers: { 'Accept-Encoding': 'br' } })
    expect(response.headers.get('content-encoding')).toBe('br')
    expect(await response.text()).toBe(SCRIPT.toString())
  })

  it('whose coding is not accepted leaves the ETag of the file unchanged, and adds Vary: Accept-Encoding', async () => {
    using folder = precompressedFolder()
    await using off = await applicationWith({ root: folder.path })
    await using on = await applicationWith({ root: folder.path, preCompressed: true })
    const before = await sendRequest(`${off.url}/app.js`, ACCEPTS_ALL)
    expect(before.fields.vary).toBe('Accept')
    for (const field of ['identity', 'deflate', 'identity, br;q=0.1']) {
      const { fields, body } = await sendRequest(`${on.url}/app.js`, { 'Accept-Encoding': field })
      expect(fields.vary).toBe('Accept, Accept-Encoding')
      expect(fields.etag).toBe(before.fields.etag)
      expect(fields).not.toHaveProperty('content-encoding')
      expect(body.equals(SCRIPT)).toBe(true)
    }
  })

  it('that is absent is replaced by the file itself, even for identity;q=0', async () => {
    using folder = precompressedFolder({ 'plain.txt': 'plain' })
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const none = { 'Accept-Encoding': 'identity;q=0' }
    expect(await sendRequest(`${served.url}/plain.txt`, none)).toMatchObject({ status: 200 })
    const some = await sendRequest(`${served.url}/app.js`, {
      'Accept-Encoding': 'identity;q=0, gzip;q=.1',
    })
    expect(some.fields).not.toHaveProperty('content-encoding')
    const gzip = { 'Accept-Encoding': 'identity;q=0, gzip;q=0.1' }
    expect((await sendRequest(`${served.url}/app.js`, gzip)).fields['content-encoding']).toBe(
      'gzip',
    )
  })
})

describe('The encoded bytes of a precompressed file', () => {
  const BROTLI = { 'Accept-Encoding': 'br' }

  it('are the representation of conditions and ranges, and every status has Vary', async () => {
    using folder = precompressedFolder()
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const url = `${served.url}/app.js`
    const { etag = '' } = (await sendRequest(url, BROTLI)).fields
    const { etag: plain = '' } = (await sendRequest(url)).fields
    const size = BR.length
    const cases: [Record<string, string>, number, Record<string, unknown>][] = [
      [{ Range: 'bytes=3-6' }, 206, { 'content-range': `bytes 3-6/${size}`, etag }],
      [{ Range: 'bytes=3-6', 'If-Range': etag }, 206, { 'content-encoding': 'br' }],
      [{ Range: 'bytes=3-6', 'If-Range': plain }, 200, { 'content-length': String(size) }],
      [{ 'If-None-Match': etag }, 304, { etag }],
      [{ 'If-None-Match': `${plain}, ${etag}` }, 304, { etag }],
      [{ 'If-None-Match': plain }, 200, { etag }],
      [{ 'If-Match': plain }, 412, { 'content-type': 'application/problem+json' }],
      [{ Range: `bytes=${size}-` }, 416, { 'content-range': `bytes */${size}` }],
    ]
    for (const [headers, status, fields] of cases) {
      const response = await sendRequest(url, { ...BROTLI, ...headers })
      const label = JSON.stringify(headers)
      expect(response.status, label).toBe(status)
      expect(response.fields, label).toMatchObject({ ...fields, vary: 'Accept, Accept-Encoding' })
      const isCoded = status === 200 || status === 206
      expect(response.fields['content-encoding'], label).toBe(isCoded ? 'br' : undefined)
      if (status === 206) expect(response.body.equals(BR.subarray(3, 7))).toBe(true)
      if (status >= 400) expect(JSON.parse(response.body.toString())).toMatchObject({ status })
    }
    const same = await sendRequest(url, { 'If-None-Match': plain })
    expect([same.status, same.fields.vary]).toEqual([304, 'Accept, Accept-Encoding'])
  })

  it('are sent whole for several ranges, since Content-Encoding would apply to the multipart body', async () => {
    using folder = precompressedFolder()
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const ranges = { Range: 'bytes=0-1,4-5' }
    const coded = await sendRequest(`${served.url}/app.js`, { ...BROTLI, ...ranges })
    expect([coded.status, coded.body.equals(BR)]).toEqual([200, true])
    expect((await sendRequest(`${served.url}/app.js`, ranges)).status).toBe(206)
  })

  it('have their own Repr-Digest and Content-Digest', async () => {
    using folder = precompressedFolder()
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const want = { 'Want-Repr-Digest': 'sha-256=5', 'Want-Content-Digest': 'sha-256=5' }
    const digest = (bytes: Buffer) => reprDigest(bytes)
    const whole = await sendRequest(`${served.url}/app.js`, { ...BROTLI, ...want })
    expect(whole.fields['repr-digest']).toBe(digest(BR))
    const part = await sendRequest(`${served.url}/app.js`, {
      ...BROTLI,
      ...want,
      Range: 'bytes=0-9',
    })
    expect(part.fields['repr-digest']).toBe(digest(BR))
    expect(part.fields['content-digest']).toBe(digest(BR.subarray(0, 10)))
    const plain = await sendRequest(`${served.url}/app.js`, want)
    expect(plain.fields['repr-digest']).toBe(digest(SCRIPT))
  })

  it('have their own ETag with etag: content', async () => {
    using folder = precompressedFolder({ 'same.txt': 'same', 'same.txt.br': 'same' })
    const options = { root: folder.path, preCompressed: true, etag: 'content' } as const
    await using served = await applicationWith(options)
    const coded = await sendRequest(`${served.url}/same.txt`, BROTLI)
    const plain = await sendRequest(`${served.url}/same.txt`)
    const tag = createHash('sha256').update('same').digest('base64url')
    expect([plain.fields.etag, coded.fields.etag]).toEqual([`"${tag}"`, `"${tag};br"`])
    const known = { ...BROTLI, 'If-None-Match': coded.fields.etag ?? '' }
    expect((await sendRequest(`${served.url}/same.txt`, known)).status).toBe(304)
  })

  it('are the bytes that faults apply to', async () => {
    using folder = precompressedFolder()
    const faults = createFaults({ seed: 1 })
    await using served = await applicationWith({ root: folder.path, preCompressed: true, faults })
    faults.arm({ fault: { kind: 'truncate', at: 20 }, times: 1 })
    const request = sendRequest(`${served.url}/app.js`, BROTLI)
    await expect(request).rejects.toThrow(/aborted/)
    expect(await served.settled()).toMatchObject({ outcome: 'injected', bytes: 20 })
    faults.arm({ fault: { kind: 'etag-flip' }, times: 1 })
    const flipped = await sendRequest(`${served.url}/app.js`, BROTLI)
    const { fields } = await sendRequest(`${served.url}/app.js`, BROTLI)
    expect(flipped.fields.etag).not.toBe(fields.etag)
    faults.arm({ fault: { kind: 'status', status: 503 }, times: 1 })
    const refused = await sendRequest(`${served.url}/app.js`, BROTLI)
    expect(refused.status).toBe(503)
    expect(refused.fields).not.toHaveProperty('content-encoding')
  })

  it('have a new ETag when they are replaced, and the file is sent when they are removed', async () => {
    using folder = precompressedFolder()
    await using served = await applicationWith({ root: folder.path, preCompressed: ['br'] })
    const first = await sendRequest(`${served.url}/app.js`, BROTLI)
    const better = zlib.brotliCompressSync(SCRIPT, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 },
    })
    renameSync(folder.write('next', better), folder.at('app.js.br'))
    const second = await sendRequest(`${served.url}/app.js`, BROTLI)
    expect(second.body.equals(better)).toBe(true)
    expect(second.fields.etag).not.toBe(first.fields.etag)
    const old = { ...BROTLI, Range: 'bytes=5-', 'If-Range': first.fields.etag ?? '' }
    expect((await sendRequest(`${served.url}/app.js`, old)).status).toBe(200)
    rmSync(folder.at('app.js.br'))
    expect((await sendRequest(`${served.url}/app.js`, BROTLI)).body.equals(SCRIPT)).toBe(true)
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })
})

it('A precompressed file is sent although the file that it encodes is cached in memory', async () => {
  using folder = precompressedFolder()
  await using served = await applicationWith({
    source: settledSource(folder),
    preCompressed: true,
  })
  for (const _ of [1, 2, 3]) {
    const plain = await sendRequest(`${served.url}/app.js`)
    expect([plain.fields['content-encoding'], plain.fields.vary]).toEqual([
      undefined,
      'Accept, Accept-Encoding',
    ])
    const coded = await sendRequest(`${served.url}/app.js`, { 'Accept-Encoding': 'br' })
    expect(coded.fields['content-encoding']).toBe('br')
  }
})
