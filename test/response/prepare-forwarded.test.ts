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

/** Prepares the response to a request under a fault that replaces the version by that of `select`. */
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
}

describe('prepareForwarded', () => {
  it.each<[string, number, Record<string, string>, object]>([
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
    ['GET', 304],
  ])(
    'forwards the Content-Length without a body in response to %s with status %i',
    (method, status) => {
      const prepared = prepare(responseOf(status, { 'content-length': '5' }), { method })
      expect(prepared).toEqual({ kind: 'complete', status, fields: { 'content-length': '5' } })
    },
  )

  it.each(['GET', 'HEAD', 'DELETE'])(
    'sends no length in response to %s with status 204',
    (method) => {
      const prepared = prepare(responseOf(204, { 'content-length': '3' }), { method })
      expect(prepared).toEqual({ kind: 'complete', status: 204, fields: {} })
    },
  )

  it('keeps the fields that the application has set, unless the origin sends them too', () => {
    const application = { 'x-own': 'application', etag: '"application"' }
    const prepared = prepare(responseOf(204, { etag: '"origin"' }), { application })
    expect(prepared).toMatchObject({ fields: { 'x-own': 'application', etag: '"origin"' } })
  })

  it('sends the validators of the version that a fault selects, and no digests', () => {
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

  it('does not reformat a Last-Modified that no fault replaces', () => {
    const asctime = 'Sun Nov  6 08:49:37 1994'
    const select = (version: Version): Version => ({ ...version, etag: '"b"' })
    const prepared = prepare(responseOf(204, { 'last-modified': asctime }), { select })
    expect(prepared).toMatchObject({ fields: { 'last-modified': asctime } })
  })

  it.each([0, 101, 199, 600, 999])('throws for the status %i of an origin', (status) => {
    expect(() => prepare(responseOf(status))).toThrow(
      expect.objectContaining({
        code: 'REFUSED',
        message: `origin: expected a status from 200 to 599; received ${status}`,
        facts: { status, proxyError: 'http_protocol_error' },
      }),
    )
  })
})
