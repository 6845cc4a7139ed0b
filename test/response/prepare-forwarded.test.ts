<<<<<<< HEAD
import { describe, expect, it } from 'vitest'
import { prepareForwarded } from '../../src/response/prepare-forwarded.js'
import type { PreparedResponse } from '../../src/response/prepared-response.js'
import type { NodeResponse } from '../../src/transport/node-request.js'
import { DeliveryRoute } from '../fixture/delivery.js'

/** The response of an origin with this body, and whether it was released. */
function origin(status: number, headers: Record<string, string>, text = 'hello') {
  const chunks = [Buffer.from(text)]
  let released = 0
  const response: NodeResponse = {
    status,
    fields: headers,
    httpVersion: '1.1',
    field: (name) => headers[name],
    body: {
      async next() {
        const value = chunks.shift()
        return value === undefined ? { done: true, value } : { done: false, value }
      },
      async return() {
        released += 1
        return { done: true, value: undefined }
      },
    },
  }
  return { response, released: () => released }
}

async function prepared(response: NodeResponse, method = 'GET'): Promise<PreparedResponse> {
  const route = new DeliveryRoute()
  let result: PreparedResponse | Error | undefined
  const responseFields = ({ fields }: NodeResponse) => ({ 'x-origin': String(fields['x-origin']) })
  await using opened = await route.open((delivery) => {
    delivery.reply.header('x-own', 'own')
    try {
      result = prepareForwarded(delivery, { responseFields }, response)
    } catch (error) {
      result = error as Error
    }
    return delivery.reply.send('')
  })
  await (await fetch(opened.url, { method })).arrayBuffer()
  if (result instanceof Error) throw result
  return result as PreparedResponse
=======
import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/fault/fault.js'
import type { Delivery } from '../../src/request/exchange.js'
import { prepareForwarded } from '../../src/response/prepare-forwarded.js'
import type { PreparedResponse } from '../../src/response/prepared-response.js'
import type { NodeResponse } from '../../src/transport/node-request.js'

const MODIFIED = 'Sun, 06 Nov 1994 08:49:37 GMT'

function responseOf(status: number, fields: Record<string, string> = {}): NodeResponse {
  const body: AsyncIterator<Uint8Array> = {
    next: async () => ({ done: true, value: undefined }),
    return: async () => ({ done: true, value: undefined }),
  }
  return { status, fields, httpVersion: '1.1', field: (name) => fields[name], body }
}

/** Prepares the response to a request, as a fault that selects `select` shows it. */
function prepare(
  response: NodeResponse,
  {
    method = 'GET',
    select,
    application = {},
  }: {
    method?: string
    select?: (version: Version) => Version
    application?: Record<string, string>
  } = {},
): PreparedResponse {
  const delivery = {
    reply: {
      request: { method, headers: {}, raw: {} },
      raw: new EventEmitter(),
      getHeaders: () => application,
    },
    transfer: { signal: new AbortController().signal },
    faults: select && {
      session: { select, announce: (_pieces: unknown, plain: unknown) => plain },
      frame: () => {},
      body: (_pieces: unknown, body: unknown) => body,
    },
  }
  const responseFields = () => {
    const { 'content-length': _length, 'content-range': _range, ...fields } = response.fields
    return fields as Record<string, string>
  }
  return prepareForwarded(delivery as unknown as Delivery, { responseFields }, response)
>>>>>>> 48efb2a (test: direct tests of each module of the command and of lastbyte/testing)
}

describe('prepareForwarded', () => {
  it.each<[string, number, Record<string, string>, object]>([
<<<<<<< HEAD
    [
      'a body with a length',
      200,
      { 'content-length': '5', 'x-origin': 'yes' },
      {
        kind: 'body',
        status: 200,
        fields: { 'content-length': '5', 'x-origin': 'yes', 'x-own': 'own' },
      },
    ],
    [
      'a body without a length',
      404,
      {},
      { kind: 'body', status: 404, body: { length: undefined } },
    ],
    [
      'a part',
      206,
      { 'content-length': '5', 'content-range': 'bytes 10-14/100' },
      { kind: 'body', status: 206, fields: { 'content-range': 'bytes 10-14/100' } },
    ],
    ['no content', 204, {}, { kind: 'complete', status: 204 }],
    ['not modified', 304, { etag: '"a"' }, { kind: 'complete', status: 304 }],
  ])('prepares %s', async (_what, status, headers, expected) => {
    expect(await prepared(origin(status, headers).response)).toMatchObject(expected)
  })

  it('has no body for HEAD, but the length that GET would have', async () => {
    const { response, released } = origin(200, { 'content-length': '5' })
    expect(await prepared(response, 'HEAD')).toMatchObject({
      kind: 'complete',
      fields: { 'content-length': '5' },
    })
    await expect.poll(released).toBe(1)
  })

  it.each([0, 100, 101, 199, 600, 999])('refuses the status %i of an origin', async (status) => {
    await expect(prepared(origin(status, {}).response)).rejects.toMatchObject({
      code: 'SOURCE_FAILED',
      message: `origin: expected a status from 200 to 599; received ${status}`,
    })
  })

  it('releases the body of the origin when the delivery is over', async () => {
    const { response, released } = origin(200, { 'content-length': '5' })
    const forwarded = await prepared(response)
    expect(released()).toBe(0)
    if (forwarded.kind === 'body') await forwarded.release()
    expect(released()).toBe(1)
=======
    ['of a known length', 200, { 'content-length': '5' }, { 'content-length': '5' }],
    ['of an unknown length', 200, {}, {}],
    [
      'of a part',
      206,
      { 'content-length': '2', 'content-range': 'bytes 3-4/9' },
      { 'content-length': '2', 'content-range': 'bytes 3-4/9' },
    ],
    ['of a status 500', 500, { 'content-length': '5', 'x-own': '1' }, { 'x-own': '1' }],
  ])('forwards a body %s', (_what, status, received, fields) => {
    const prepared = prepare(responseOf(status, received))
    expect(prepared).toMatchObject({ kind: 'body', status, fields })
    const length = 'content-length' in received ? Number(received['content-length']) : undefined
    expect(prepared.kind === 'body' && prepared.body.length).toBe(length)
  })

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('forwards no body in response to %s with status %i, but its length', (method, status) => {
    const prepared = prepare(responseOf(status, { 'content-length': '5' }), { method })
    expect(prepared).toEqual({ kind: 'complete', status, fields: { 'content-length': '5' } })
  })

  it('keeps the fields that the application has set, unless the origin sends them too', () => {
    const application = { 'x-own': 'application', etag: '"application"' }
    const prepared = prepare(responseOf(204, { etag: '"origin"' }), { application })
    expect(prepared).toMatchObject({ fields: { 'x-own': 'application', etag: '"origin"' } })
  })

  it('shows the validators of the version that a fault selects, and drops digests', () => {
    const received = {
      etag: '"a"',
      'last-modified': MODIFIED,
      'repr-digest': 'sha-256=:AA==:',
      'content-md5': 'x',
    }
    const select = (version: Version): Version => ({
      ...version,
      etag: '"b"',
      lastModified: (version.lastModified ?? 0) + 1000,
      digests: 'withheld',
    })
    const prepared = prepare(responseOf(204, received), { select })
    expect(prepared).toMatchObject({
      fields: { etag: '"b"', 'last-modified': 'Sun, 06 Nov 1994 08:49:38 GMT' },
    })
    expect('fields' in prepared && Object.keys(prepared.fields)).toEqual(['etag', 'last-modified'])
  })

  it('leaves a Last-Modified as it is that no fault changes', () => {
    const asctime = 'Sun Nov  6 08:49:37 1994'
    const select = (version: Version): Version => ({ ...version, etag: '"b"' })
    const prepared = prepare(responseOf(204, { 'last-modified': asctime }), { select })
    expect(prepared).toMatchObject({ fields: { 'last-modified': asctime } })
  })

  it.each([0, 101, 199, 600, 999])('refuses the status %i', (status) => {
    expect(() => prepare(responseOf(status))).toThrow(
      expect.objectContaining({
        code: 'SOURCE_FAILED',
        message: `origin: expected a status from 200 to 599; received ${status}`,
        facts: { status, proxyError: 'http_protocol_error' },
      }),
    )
>>>>>>> 48efb2a (test: direct tests of each module of the command and of lastbyte/testing)
  })
})
