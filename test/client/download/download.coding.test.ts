import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { download, resumableStream } from '../../../src/client/index.js'
import { Folder, pattern } from '../../fixture/files.js'
import { inTurn, type Script, ScriptedServer, serve } from '../../fixture/scripted-server.js'

const CONTENT = gzipSync(pattern(400_000), { level: 0 })
const CUT = 150_000

/** Downloads from a server that runs this script at each request. */
async function get(script: Script) {
  await using server = await ScriptedServer.start(script)
  using out = new Folder()
  const to = out.at('f.gz')
  const restarts: string[] = []
  const result = await download(`${server.url}/f.gz`, {
    to,
    retryFor: 3000,
    onEvent: (event) => void (event.type === 'restart' && restarts.push(event.why)),
  })
  const { requests } = server
  return { ...result, restarts, requests, bytes: readFileSync(to), names: readdirSync(out.path) }
}

describe('A download whose server sends a content coding that was not requested', () => {
  it.each([
    ['x-gzip', 'x-gzip'],
    ['gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['br', 'br'],
    ['zstd', 'zstd'],
    ['future', 'future'],
    ['gzip, br', 'gzip, br'],
    ['identity', undefined],
    ['', undefined],
  ])('saves the bytes as sent and reports the coding, for %j', async (coding, contentEncoding) => {
    const { bytes, requests, ...result } = await get(
      serve(CONTENT, { etag: '"v1"', 'content-encoding': coding }),
    )
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(result).toMatchObject({ size: CONTENT.length, contentEncoding, names: ['f.gz'] })
    expect(requests[0]?.headers['accept-encoding']).toBe('identity')
  })

  it('resumes them at the next byte', async () => {
    const fields = { etag: '"v1"', 'content-encoding': 'x-gzip' }
    const { bytes, requests, received } = await get(serve(CONTENT, fields, { cut: CUT }))
    expect(bytes.equals(CONTENT)).toBe(true)
    expect(requests[1]?.headers).toMatchObject({
      range: expect.stringMatching(/^bytes=[1-9]/),
      'if-range': '"v1"',
    })
    expect(received).toBe(CONTENT.length)
  })

  it.each([
    ['in another coding', { 'content-encoding': 'br' }],
    ['without a coding', {}],
  ])('restarts where the rest is sent %s', async (_what, fields) => {
    const lastModified = { 'last-modified': new Date(Date.now() - 120_000).toUTCString() }
    const other = pattern(CONTENT.length, 1)
    const script = inTurn(
      serve(CONTENT, { ...lastModified, 'content-encoding': 'gzip' }, { cut: CUT }),
      serve(other, { ...lastModified, ...fields }),
    )
    const { bytes, restarts } = await get(script)
    expect(bytes.equals(other)).toBe(true)
    expect(restarts.join()).toMatch(/received Content-Encoding (br|identity)/)
  })

  it('saves a chunked response without a length and a validator', async () => {
    const { bytes, contentEncoding } = await get((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.write(CONTENT.subarray(0, CUT))
      response.end(CONTENT.subarray(CUT))
    })
    expect([bytes.equals(CONTENT), contentEncoding]).toEqual([true, 'gzip'])
  })
})

it('resumableStream refuses a content coding, since its reader expects the bytes of the file', async () => {
  await using server = await ScriptedServer.start(serve(CONTENT, { 'content-encoding': 'gzip' }))
  await expect(resumableStream(server.url)).rejects.toMatchObject({
    code: 'REFUSED',
    message: expect.stringMatching(/Content-Encoding gzip, expected identity/),
  })
})
