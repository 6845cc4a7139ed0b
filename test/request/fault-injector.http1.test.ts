import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeChunked } from '../fixture/decode-chunked.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { RawClient } from '../fixture/raw-http.js'

const SIZE = CONTENT.length
let faulty: FaultServer

beforeAll(async () => {
  faulty = await FaultServer.start()
})
afterAll(async () => {
  await faulty[Symbol.asyncDispose]()
})

const lastEntry = async () => {
  await faulty.faults.settled()
  const entry = faulty.faults.journal().at(-1)
  if (entry === undefined) throw new Error('expected an entry in the journal')
  return entry
}

describe('The fault truncate over HTTP/1', () => {
  it.each([
    ['at a position in the middle', 'truncate;at=654321', {}, 654_321, 200],
    ['at 0, with a header section only,', 'truncate;at=0', {}, 0, 200],
    ['at 1', 'truncate;at=1', {}, 1, 200],
    ['at a buffer boundary', `truncate;at=${256 * 1024}`, {}, 256 * 1024, 200],
    ['before the last byte', `truncate;at=${SIZE - 1}`, {}, SIZE - 1, 200],
    [
      'at an absolute position in a range',
      'truncate;at=600000',
      { range: 'bytes=500000-' },
      100_000,
      206,
    ],
    [
      'at an absolute position in a suffix range',
      'truncate;at=999000',
      { range: 'bytes=-2000' },
      1000,
      206,
    ],
    [
      'at a position in the response',
      'truncate;at=5;from=response',
      { range: 'bytes=500000-' },
      5,
      206,
    ],
    ['at the first of two positions', 'truncate;at=70, truncate;at=90', {}, 70, 200],
  ])(
    '%s sends the bytes before the position, then FIN',
    async (_what, fault, fields, bytes, status) => {
      const response = await faulty.requestWithFault(fault, fields)
      expect(response).toMatchObject({ status, ended: 'fin' })
      const start = Number(/bytes (\d+)/.exec(response.fields['content-range'] ?? '')?.[1] ?? 0)
      expect(response.body.equals(CONTENT.subarray(start, start + bytes))).toBe(true)
      expect(Number(response.fields['content-length'])).toBe(SIZE - start)
      expect(await lastEntry()).toMatchObject({ written: bytes, ended: 'fin', status })
    },
  )

  it.each([
    ['its length', `truncate;at=${SIZE}`, {}],
    ['the end of a range', 'truncate;at=600', { range: 'bytes=500-599' }],
    ['the position where a client resumes', 'truncate;at=500', { range: 'bytes=500-' }],
  ])('at %s has no effect', async (_what, fault, fields) => {
    const response = await faulty.requestWithFault(fault, fields)
    expect(response.body).toHaveLength(Number(response.fields['content-length']))
    expect(await lastEntry()).toMatchObject({ outcome: 'not reached', ended: 'complete' })
  })

  it('counts only bytes of the representation in a multipart response', async () => {
    const plain = await faulty.request({ range: 'bytes=900-999,100-199', connection: 'close' })
    const type = String(plain.fields['content-type'])
    const response = await faulty.requestWithFault('truncate;at=150', {
      range: 'bytes=900-999,100-199',
    })
    const boundary = (field: string) => field.slice(field.indexOf('boundary=') + 9)
    const own = boundary(String(response.fields['content-type']))
    const whole = plain.body.toString('latin1').replaceAll(boundary(type), own)
    const text = response.body.toString('latin1')
    expect(whole.startsWith(text)).toBe(true)
    expect(text.endsWith(CONTENT.toString('latin1', 100, 150))).toBe(true)
    expect(response.ended).toBe('fin')
  })

  it('closes a keep-alive connection on which a complete response was sent before', async () => {
    using client = new RawClient(faulty.server.port)
    client.request('/g')
    await client.response()
    client.request('/f', { 'lastbyte-fault': 'truncate;at=10' })
    const { body, ended } = await client.closed()
    const second = body.subarray('another file'.length)
    expect(ended).toBe('fin')
    expect(second.subarray(second.indexOf('\r\n\r\n') + 4).equals(CONTENT.subarray(0, 10))).toBe(
      true,
    )
  })

  it('ends a chunked body without its last chunk', async () => {
    const response = await faulty.requestWithFault('chunked, truncate;at=300000')
    expect(response.fields).toMatchObject({ 'transfer-encoding': 'chunked' })
    expect(response.fields['content-length']).toBeUndefined()
    expect(response.ended).toBe('fin')
    expect(response.body.includes('\r\n0\r\n\r\n')).toBe(false)
    expect(decodeChunked(response.body).bytes.equals(CONTENT.subarray(0, 300_000))).toBe(true)
  })

  it('sends the bytes before the position over HTTP/1.0', async () => {
    const response = await faulty.requestWithFault('truncate;at=1000', {}, { version: 'HTTP/1.0' })
    expect(response.body.equals(CONTENT.subarray(0, 1000))).toBe(true)
    expect(response.fields['content-length']).toBe(String(SIZE))
  })
})

describe('The fault that ends an HTTP/1 response:', () => {
  it('connection-reset sends RST and at most the bytes before its position', async () => {
    const { body, ended } = await faulty.requestWithFault('connection-reset;at=400000')
    expect(ended).toBe('reset')
    expect(body.length).toBeLessThanOrEqual(400_000)
    expect(body.equals(CONTENT.subarray(0, body.length))).toBe(true)
    expect(await lastEntry()).toMatchObject({
      outcome: 'injected',
      ended: 'reset',
      confirmed: null,
    })
  })

  it('connection-reset;at=0 sends no byte of the body', async () => {
    // Node's client may report an early RST as a clean end, so the journal is compared.
    expect((await faulty.requestWithFault('connection-reset;at=0')).body).toHaveLength(0)
    expect(await lastEntry()).toMatchObject({ outcome: 'injected', ended: 'reset', written: 0 })
  })

  it.each([
    ['the whole file', {}, 200, 777, undefined],
    ['a range', { range: 'bytes=700-' }, 206, 77, 'bytes 700-776/777'],
  ])(
    'end-early of %s announces the short length, so that the response is complete',
    async (_what, fields, status, length, contentRange) => {
      const response = await faulty.requestWithFault('end-early;at=777', {
        connection: 'keep-alive',
        ...fields,
      })
      expect(response).toMatchObject({ status, ended: 'open' })
      expect(response.fields['content-length']).toBe(String(length))
      expect(response.fields['content-range']).toBe(contentRange)
      expect(response.body).toHaveLength(length)
      expect(await lastEntry()).toMatchObject({
        outcome: 'injected',
        ended: 'complete',
        written: length,
      })
    },
  )

  it('end-early at 0 and in a chunked body ends the message completely', async () => {
    expect((await faulty.requestWithFault('end-early;at=0')).fields['content-length']).toBe('0')
    const { body } = await faulty.requestWithFault('chunked, end-early;at=500')
    expect(body.toString('latin1').endsWith('\r\n0\r\n\r\n')).toBe(true)
    expect(decodeChunked(body).bytes.equals(CONTENT.subarray(0, 500))).toBe(true)
  })

  it('end-early sends the Repr-Digest of the complete bytes', async () => {
    const { fields } = await faulty.requestWithFault('end-early;at=777', {
      'want-repr-digest': 'sha-256=9',
    })
    const digest = createHash('sha256').update(CONTENT).digest('base64')
    expect(fields['repr-digest']).toBe(`sha-256=:${digest}:`)
  })

  it('empty-response sends FIN before the status line', async () => {
    const { status, body, ended } = await faulty.requestWithFault('empty-response')
    expect({ status, length: body.length, ended }).toEqual({ status: 0, length: 0, ended: 'fin' })
    expect(await lastEntry()).toMatchObject({ outcome: 'injected', ended: 'fin', status: null })
  })

  it('empty-response to a pipelined request does not cut the response before it', async () => {
    using client = new RawClient(faulty.server.port)
    client.socket.cork()
    client.request('/f')
    client.request('/f', { 'lastbyte-fault': 'empty-response' })
    client.socket.uncork()
    const { body, ended } = await client.closed()
    expect(ended).toBe('fin')
    expect(body.equals(CONTENT)).toBe(true)
  })

  it('malformed-chunk sends the bytes before its position, then a malformed chunk size', async () => {
    const { fields, body, ended } = await faulty.requestWithFault('malformed-chunk;at=1000')
    expect(fields['transfer-encoding']).toBe('chunked')
    expect(ended).toBe('fin')
    expect(decodeChunked(body).bytes.equals(CONTENT.subarray(0, 1000))).toBe(true)
    expect(body.toString('latin1').endsWith('not a chunk size\r\n')).toBe(true)
  })

  it('malformed-chunk has no effect over HTTP/1.0, where it is not applicable', async () => {
    const { body } = await faulty.requestWithFault(
      'malformed-chunk;at=1000',
      {},
      { version: 'HTTP/1.0' },
    )
    expect(body.equals(CONTENT)).toBe(true)
    expect(await lastEntry()).toMatchObject({ outcome: 'not applicable', ended: 'complete' })
  })

  it.each(['goaway;at=5', 'rst-stream;at=5'])(
    '%s has no effect over HTTP/1.1, where it is not applicable',
    async (fault) => {
      expect((await faulty.requestWithFault(fault)).body.equals(CONTENT)).toBe(true)
      expect(await lastEntry()).toMatchObject({ outcome: 'not applicable' })
    },
  )

  it('garbage sends random bytes, the same for the same seed, and FIN', async () => {
    const first = await faulty.requestWithFault('garbage;at=100;length=500')
    const second = await faulty.requestWithFault('garbage;at=100;length=500')
    expect(first).toMatchObject({ ended: 'fin' })
    expect(first.body).toHaveLength(600)
    expect(first.body.subarray(0, 100).equals(CONTENT.subarray(0, 100))).toBe(true)
    expect(first.body.subarray(100).equals(CONTENT.subarray(100, 600))).toBe(false)
    expect(second.body.equals(first.body)).toBe(true)
  })

  it('garbage sends no more than the announced length', async () => {
    const { body } = await faulty.requestWithFault(`garbage;at=100;length=${SIZE * 2}`)
    expect(body).toHaveLength(SIZE)
    expect(await lastEntry()).toMatchObject({ outcome: 'injected', ended: 'complete' })
  })

  it('source-error responds 500 at byte 0, and sends FIN at a later byte', async () => {
    expect(await faulty.requestWithFault('source-error;at=0')).toMatchObject({ status: 500 })
    const { status, body, ended } = await faulty.requestWithFault('source-error;at=300001')
    expect({ status, ended }).toEqual({ status: 200, ended: 'fin' })
    expect(body.equals(CONTENT.subarray(0, 300_001))).toBe(true)
    expect(await lastEntry()).toMatchObject({ outcome: 'injected', ended: 'fin', written: 300_001 })
  })
})

describe('The fault that sends wrong data over HTTP/1:', () => {
  it('corrupt flips bits of the bytes from its position, and of no others', async () => {
    const { body } = await faulty.requestWithFault('corrupt;at=300000;length=3;mask=128')
    const wrong = [...body.keys()].filter((at) => body[at] !== CONTENT[at])
    expect(wrong).toEqual([300_000, 300_001, 300_002])
    expect(wrong.map((at) => (body[at] ?? 0) ^ (CONTENT[at] ?? 0))).toEqual([128, 128, 128])
    expect((await faulty.request({ connection: 'close' })).body.equals(CONTENT)).toBe(true)
  })

  it('corrupt of a small file leaves its cached content unchanged', async () => {
    const { body } = await faulty.requestWithFault('corrupt;at=1', {}, { path: '/g' })
    expect(body.toString('latin1')).toBe('a\x91other file')
    expect((await faulty.request({ connection: 'close' }, { path: '/g' })).body.toString()).toBe(
      'another file',
    )
  })

  it('status responds with the status and Retry-After', async () => {
    const { status, fields } = await faulty.requestWithFault('status;status=503;retry-after=7')
    expect(status).toBe(503)
    expect(fields).toMatchObject({ 'retry-after': '7', 'content-type': 'application/problem+json' })
    expect((await faulty.requestWithFault('status;status=204')).status).toBe(204)
    expect(
      (await faulty.requestWithFault('status;status=404', {}, { method: 'HEAD' })).status,
    ).toBe(404)
  })

  it('ignore-range responds with 200 and the whole file', async () => {
    const { status, fields, body } = await faulty.requestWithFault('ignore-range', {
      range: 'bytes=5-9',
    })
    expect(status).toBe(200)
    expect(fields['content-range']).toBeUndefined()
    expect(body.equals(CONTENT)).toBe(true)
    await faulty.requestWithFault('ignore-range')
    expect(await lastEntry()).toMatchObject({ outcome: 'not reached' })
  })

  it('wrong-content-range announces another range than that of the bytes', async () => {
    const { status, fields, body } = await faulty.requestWithFault('wrong-content-range;shift=10', {
      range: 'bytes=5-9',
    })
    expect(status).toBe(206)
    expect(fields['content-range']).toBe(`bytes 15-19/${SIZE + 10}`)
    expect(body.equals(CONTENT.subarray(5, 10))).toBe(true)
  })

  it('etag-flip sends other validators for each attempt and evaluates preconditions against them', async () => {
    const real = await faulty.request({ connection: 'close' }, { method: 'HEAD' })
    using _armed = armed({ fault: { kind: 'etag-flip' }, match: { path: '/f' } })
    const tags = new Set([real.fields.etag])
    const dates = new Set([real.fields['last-modified']])
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { fields } = await faulty.request({ connection: 'close' })
      expect(fields.etag).toMatch(/^"[\w-]+"$/)
      tags.add(fields.etag)
      dates.add(fields['last-modified'])
    }
    expect([tags.size, dates.size]).toEqual([4, 4])
    const condition = { 'if-range': String(real.fields.etag), range: 'bytes=5-' }
    expect((await faulty.request({ connection: 'close', ...condition })).status).toBe(200)
    const match = await faulty.request({
      connection: 'close',
      'if-match': String(real.fields.etag),
    })
    expect(match.status).toBe(412)
  })

  it('content-change sends other bytes for each attempt, and the same for all ranges of a version', async () => {
    const real = await faulty.request({ connection: 'close' }, { method: 'HEAD' })
    const fetchVersion = (fault: string, fields = {}) =>
      faulty.requestWithFault(fault, { 'want-repr-digest': 'sha-256=9', ...fields })
    const changed = await fetchVersion('content-change;version=2')
    expect(changed.body.every((byte, at) => byte === ((CONTENT[at] ?? 0) ^ 2))).toBe(true)
    expect(changed.fields.etag).not.toBe(real.fields.etag)
    expect(changed.fields['repr-digest']).toBeUndefined()
    const slice = await fetchVersion('content-change;version=2', {
      range: 'bytes=500-599',
      'if-range': String(changed.fields.etag),
    })
    expect(slice.status).toBe(206)
    expect(slice.body.equals(changed.body.subarray(500, 600))).toBe(true)
    const kept = await fetchVersion('content-change;version=2;etag=kept')
    expect(kept.body.equals(changed.body)).toBe(true)
    expect(kept.fields.etag).toBe(real.fields.etag)
    expect(kept.fields['repr-digest']).toMatch(/^sha-256=:/)
  })
})

describe('The fault that delays an HTTP/1 response:', () => {
  it('latency delays the header section, with a jitter that the seed determines', async () => {
    const began = performance.now()
    expect((await faulty.requestWithFault('latency;ms=150;jitter=50')).status).toBe(200)
    expect(performance.now() - began).toBeGreaterThanOrEqual(149)
    expect((await lastEntry()).outcome).toBe('injected')
  })

  it('stall sends the bytes before its position, then nothing on the open socket, then the rest', async () => {
    using client = new RawClient(faulty.server.port)
    const began = performance.now()
    client.request('/f', { 'lastbyte-fault': 'stall;at=1000;ms=300', connection: 'close' })
    const { body } = await client.closed()
    expect(performance.now() - began).toBeGreaterThanOrEqual(299)
    expect(body.equals(CONTENT)).toBe(true)
  })

  it.each([0, 1000])(
    'stall without a duration at %i sends the bytes before it, then nothing until a disconnect',
    async (at) => {
      await using own = await FaultServer.start({ stallTimeout: 50, sourceTimeout: 50 })
      using client = new RawClient(own.server.port)
      client.request('/f', { 'lastbyte-fault': `stall;at=${at}` })
      await expect
        .poll(() => client.received.toString('latin1').split('\r\n\r\n')[1]?.length)
        .toBe(at)
      await expect.poll(() => own.faults.journal()[0]?.outcome).toBe('injected')
      // Six times the timeouts: an injected stall must not be cut as a real one.
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(client.socket.destroyed).toBe(false)
      expect(client.received.toString('latin1').split('\r\n\r\n')[1]).toHaveLength(at)
      client.socket.destroy()
      await own.faults.settled()
      expect(own.faults.journal()[0]).toMatchObject({ ended: 'left', confirmed: null })
    },
  )

  it('throttle limits the rate of the body', async () => {
    const began = performance.now()
    const { body } = await faulty.requestWithFault('throttle;rate=100000, truncate;at=30000')
    expect(performance.now() - began).toBeGreaterThanOrEqual(240)
    expect(body.equals(CONTENT.subarray(0, 30_000))).toBe(true)
    const entries = faulty.faults.journal().slice(-2)
    expect(entries.map(({ outcome }) => outcome)).toEqual(['injected', 'injected'])
  })

  it('slice splits the body into chunks of its size', async () => {
    const { body } = await faulty.requestWithFault('chunked, slice;size=7;ms=1, truncate;at=70')
    expect(body.toString('latin1').match(/\r\n/g)?.length).toBe(20)
    expect(decodeChunked(body).bytes.equals(CONTENT.subarray(0, 70))).toBe(true)
  })
})

describe('A fault of the body', () => {
  it.each([
    ['response to HEAD', {}, { method: 'HEAD' }, 200],
    ['304 response', { 'if-none-match': '*' }, {}, 304],
    ['416 response', { range: 'bytes=2000000-' }, {}, 416],
  ])('has no effect on a %s', async (_what, fields, how, status) => {
    const unaffected = (await faulty.request({ ...fields, connection: 'close' }, how)).fields
    const { date: _date, ...plain } = unaffected
    for (const fault of [
      'truncate;at=0',
      'end-early;at=5',
      'chunked',
      'source-error;at=0',
      'garbage;at=0',
    ]) {
      const response = await faulty.requestWithFault(fault, fields, how)
      expect(response.status).toBe(status)
      expect(response.fields).toMatchObject(plain)
      expect(await lastEntry()).toMatchObject({ outcome: 'not reached' })
    }
  })
})

describe('A fault layer', () => {
  it.each([
    ['probability 0', { fault: { kind: 'truncate', at: 5 } as const, probability: 0 }],
    ['times 0', { fault: { kind: 'truncate', at: 5 } as const, times: 0 }],
    ['another path', { fault: { kind: 'truncate', at: 5 } as const, match: { path: '/g' } }],
  ])(
    'whose only rule has %s does not change the header fields of a response',
    async (_what, rule) => {
      const unaffected = await faulty.request({ connection: 'close' })
      using _armed = armed(rule)
      const { date: _one, ...fields } = (await faulty.request({ connection: 'close' })).fields
      const { date: _other, ...plain } = unaffected.fields
      expect(fields).toEqual(plain)
      expect(faulty.faults.journal().at(-1)?.rule).not.toBe(_armed.id)
    },
  )
})

function armed(rule: Parameters<FaultServer['faults']['arm']>[0]) {
  const fault = faulty.faults.arm(rule)
  return { id: fault.id, [Symbol.dispose]: () => fault.disarm() }
}
