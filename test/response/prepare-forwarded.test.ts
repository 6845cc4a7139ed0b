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
}

describe('prepareForwarded', () => {
  it.each<[string, number, Record<string, string>, object]>([
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
  })
})
