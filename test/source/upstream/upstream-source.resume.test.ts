import { describe, expect, it } from 'vitest'
import { pattern } from '../../fixture/files.js'
import { ProxyWithOrigin } from '../../fixture/proxy-with-origin.js'
import { RawClient } from '../../fixture/raw-http.js'
import { inTurn, type Script, serve } from '../../fixture/scripted-server.js'

const CONTENT = pattern(400_000)
const OTHER = pattern(400_000, 1)
const CUT = 150_000
const ETAG = { etag: '"v1"' }
const dies = serve(CONTENT, ETAG, { cut: CUT })
const whole = serve(CONTENT, ETAG)

/** A response with this head and the bytes of the other version. */
function otherVersion(
  status: number,
  fields: Record<string, string>,
  bytes = OTHER.length,
): Script {
  return (_request, response) => {
    response.writeHead(status, fields)
    response.end(OTHER.subarray(0, bytes))
  }
}

const rest = (fields: Record<string, string> = {}) => ({
  etag: '"v1"',
  'content-range': `bytes ${CUT}-399999/400000`,
  'content-length': String(400_000 - CUT),
  ...fields,
})

describe('a read of an origin that breaks off is resumed', () => {
  it('at the next byte, pinned with If-Match, and the client gets one whole response', async () => {
    await using relay = await ProxyWithOrigin.start(dies)
    const { status, body, fields } = await relay.get()
    expect(status).toBe(200)
    expect(fields['content-length']).toBe('400000')
    expect(body.equals(CONTENT)).toBe(true)
    expect(relay.originRequests).toHaveLength(2)
    expect(relay.originRequests[1]).toMatchObject({
      'if-match': '"v1"',
      range: expect.stringMatching(/^bytes=[1-9]\d*-399999$/),
      'accept-encoding': 'identity',
    })
  })

  it('any number of times, each of which the transfer record, the log and the metric count', async () => {
    const inBits: Script = ({ headers }, response) => {
      const start = Number(/=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
      response.writeHead(headers.range ? 206 : 200, {
        ...ETAG,
        'content-length': CONTENT.length - start,
        ...(headers.range && { 'content-range': `bytes ${start}-399999/400000` }),
      })
      const end = Math.min(start + 60_000, CONTENT.length)
      response.write(CONTENT.subarray(start, end), () => response.socket?.destroySoon())
    }
    await using relay = await ProxyWithOrigin.start(inBits)
    const { body } = await relay.get()
    expect(body.equals(CONTENT)).toBe(true)
    const { heals, outcome } = await relay.front.settled()
    expect(outcome).toBe('complete')
    expect(heals).toBeGreaterThanOrEqual(6)
    expect(relay.front.app.transfers.heals).toBe(heals)
    const lines = relay.front.log.filter(({ msg }) => msg === 'source read resumed')
    expect(lines).toHaveLength(heals ?? 0)
    expect(lines[0]).toMatchObject({ path: '/f', tries: 1, error: { code: 'SOURCE_FAILED' } })
  })

  it('up to the end of the range that the client requested', async () => {
    const script: Script = ({ headers }, response) => {
      const [, first, last] = /=(\d+)-(\d+)/.exec(headers.range ?? '') ?? []
      const [start, end] = [Number(first), Number(last) + 1]
      const field = { 'content-range': `bytes ${start}-${end - 1}/400000` }
      response.writeHead(206, { ...ETAG, ...field, 'content-length': end - start })
      if (start !== 1000) return void response.end(CONTENT.subarray(start, end))
      response.write(CONTENT.subarray(start, CUT), () => response.socket?.destroySoon())
    }
    await using relay = await ProxyWithOrigin.start(script)
    const { status, body, fields } = await relay.get('/f', { Range: 'bytes=1000-299999' })
    expect(status).toBe(206)
    expect(fields['content-range']).toBe('bytes 1000-299999/400000')
    expect(body.equals(CONTENT.subarray(1000, 300_000))).toBe(true)
    expect(relay.originRequests[1]?.range).toMatch(/-299999$/)
  })

  it('where the origin sends nothing for the stall time', async () => {
    const hangs: Script = (_request, response) => {
      response.writeHead(200, { ...ETAG, 'content-length': CONTENT.length })
      response.write(CONTENT.subarray(0, CUT))
    }
    await using relay = await ProxyWithOrigin.start(inTurn(hangs, whole), {
      upstream: { stall: 100 },
    })
    expect((await relay.get()).body.equals(CONTENT)).toBe(true)
    const heal = relay.front.log.find(({ msg }) => msg === 'source read resumed')
    expect(heal).toMatchObject({ error: { code: 'SOURCE_TIMEOUT' } })
  })

  it('after transient errors of the origin', async () => {
    const busy: Script = (_request, response) => void response.writeHead(503).end('busy')
    await using relay = await ProxyWithOrigin.start(inTurn(dies, busy, busy, whole))
    expect((await relay.get()).body.equals(CONTENT)).toBe(true)
    expect((await relay.front.settled()).heals).toBe(3)
  })

  it('in a response with several ranges', async () => {
    await using relay = await ProxyWithOrigin.start(dies)
    const { status, body } = await relay.get('/f', { Range: 'bytes=0-199999,300000-300009' })
    expect(status).toBe(206)
    expect(body.includes(CONTENT.subarray(0, 200_000))).toBe(true)
    expect(body.includes(CONTENT.subarray(300_000, 300_010))).toBe(true)
  })
})

describe('no byte of another version is sent where a read is resumed', () => {
  const cases: [what: string, script: Script][] = [
    ['412', otherVersion(412, {}, 10)],
    [
      'a 206 with another tag, by an origin that ignores If-Match',
      otherVersion(206, rest({ etag: '"v2"' })),
    ],
    ['a 206 with a weak tag', otherVersion(206, rest({ etag: 'W/"v1"' }))],
    ['a 206 without a tag', otherVersion(206, { ...rest(), etag: '' })],
    [
      'a 200 with the same tag',
      otherVersion(200, { ...ETAG, 'content-length': '400000' }, 400_000),
    ],
    [
      'a 200 with another tag',
      otherVersion(200, { etag: '"v2"', 'content-length': '400000' }, 400_000),
    ],
    ['a 404', otherVersion(404, {}, 10)],
    ['a 403', otherVersion(403, {}, 10)],
    ['a 416', otherVersion(416, { 'content-range': 'bytes */400000' }, 0)],
    [
      'a 206 with another start',
      otherVersion(206, rest({ 'content-range': `bytes ${CUT - 1}-399998/400000` })),
    ],
    [
      'a 206 with another total',
      otherVersion(206, rest({ 'content-range': `bytes ${CUT}-399999/400001` })),
    ],
    [
      'a 206 that ends early',
      otherVersion(206, rest({ 'content-range': `bytes ${CUT}-399989/400000` })),
    ],
    ['a 206 without Content-Range', otherVersion(206, { ...ETAG })],
    ['a 206 with a content coding', otherVersion(206, rest({ 'content-encoding': 'gzip' }))],
  ]

  it.each(cases)('after %s the response ends short', async (_what, script) => {
    await using relay = await ProxyWithOrigin.start(inTurn(dies, script))
    const { status, body, ended, fields } = await relay.get()
    expect(status).toBe(200)
    expect(fields['content-length']).toBe('400000')
    expect(body.length).toBeLessThan(400_000)
    expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
    expect(ended).toBe('fin')
    const { outcome } = await relay.front.settled()
    expect(['changed', 'source-failed']).toContain(outcome)
    expect(relay.originRequests).toHaveLength(2)
  })

  it('a response without a strong validator is not resumed and ends short', async () => {
    for (const fields of [{}, { etag: 'W/"v1"' }, { 'last-modified': new Date(0).toUTCString() }]) {
      await using relay = await ProxyWithOrigin.start(
        serve(CONTENT, fields as Record<string, string>, { cut: CUT }),
      )
      const { status, body, ended } = await relay.get()
      expect([status, ended]).toEqual([200, 'fin'])
      expect(body.length).toBeLessThan(400_000)
      expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
      expect(relay.originRequests).toHaveLength(1)
    }
  })

  it('a response of unknown length is passed on, and has no last chunk where it breaks off', async () => {
    const chunked: Script = (_request, response) => {
      response.writeHead(200, ETAG)
      response.write(CONTENT.subarray(0, CUT), () => response.socket?.destroySoon())
    }
    await using relay = await ProxyWithOrigin.start(chunked)
    const { status, body, fields, ended } = await relay.get()
    expect([status, fields['transfer-encoding'], ended]).toEqual([200, 'chunked', 'fin'])
    expect(body.toString('latin1').endsWith('0\r\n\r\n')).toBe(false)
    expect(relay.originRequests).toHaveLength(1)
    expect((await relay.front.settled()).outcome).toBe('source-failed')
  })

  it('a response with more bytes than announced ends short', async () => {
    const script: Script = ({ headers }, response) => {
      const start = Number(/=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
      response.writeHead(206, { ...ETAG, 'content-range': `bytes ${start}-399999/400000` })
      response.write(CONTENT.subarray(start))
      setImmediate(() => response.end('and more'))
    }
    await using relay = await ProxyWithOrigin.start(script)
    const { body, ended } = await relay.get('/f', { Range: 'bytes=1000-' })
    expect(body.length).toBeLessThan(399_000)
    expect(body.equals(CONTENT.subarray(1000, 1000 + body.length))).toBe(true)
    expect(ended).toBe('fin')
  })
})

describe('retries of an upstream read', () => {
  it('end after retryFor without progress, and the response ends short', async () => {
    const refuses: Script = (_request, response) => void response.writeHead(503).end()
    const upstream = { retryFor: 300 }
    await using relay = await ProxyWithOrigin.start(inTurn(dies, refuses), { upstream })
    const { body, ended } = await relay.get()
    expect([body.length < 400_000, ended]).toEqual([true, 'fin'])
    const { error, heals } = await relay.front.settled()
    expect(error).toMatchObject({ code: 'SOURCE_FAILED' })
    expect(error?.message).toContain('no progress in 300 ms')
    expect(heals).toBeGreaterThan(0)
  })

  it('end at once when the client disconnects', async () => {
    const later: Script = (_request, response) =>
      void response.writeHead(503, { 'retry-after': '30' }).end()
    const upstream = { retryFor: 60_000 }
    await using relay = await ProxyWithOrigin.start(inTurn(dies, later), { upstream })
    using client = new RawClient(relay.front.port)
    client.request('/f')
    await client.until(CUT)
    await expect.poll(() => relay.front.app.transfers.heals).toBe(2)
    client.socket.destroy()
    const { outcome } = await relay.front.settled()
    expect(outcome).toBe('client-gone')
    await expect.poll(() => relay.front.app.transfers.running.size).toBe(0)
  })
})
