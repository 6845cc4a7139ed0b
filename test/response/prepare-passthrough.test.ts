import { describe, expect, it } from 'vitest'
import { preparePassthrough } from '../../src/response/prepare-passthrough.js'
import { sendResponse } from '../../src/response/send-response.js'
import type { PassedAnswer } from '../../src/source/byte-source.js'
import { DeliveryRoute } from '../fixture/delivery.js'
import { RawClient } from '../fixture/raw-http.js'

/** The response of an upstream server with this body, which counts the calls of its `close`. */
function upstream(status: number, text: string, length: number | undefined) {
  let closed = 0
  const response: PassedAnswer = {
    status,
    fields: { 'x-upstream': 'yes', 'content-type': 'text/plain' },
    length,
    async *read() {
      yield Buffer.from(text)
    },
    close: async () => {
      closed += 1
    },
  }
  return { response, closed: () => closed }
}

async function passing(passed: PassedAnswer) {
  const route = new DeliveryRoute()
  return route.open((delivery) => sendResponse(delivery, preparePassthrough(delivery, passed)))
}

describe('preparePassthrough', () => {
  it.each<[string, number, number | undefined]>([
    ['an error page', 404, 5],
    ['a body of unknown length', 200, undefined],
    ['a server error', 503, 5],
  ])('passes the status, the fields and the body of %s', async (_what, status, length) => {
    const { response, closed } = upstream(status, 'hello', length)
    await using route = await passing(response)
    const received = await fetch(`${route.url}/f`)
    expect([received.status, await received.text()]).toEqual([status, 'hello'])
    expect(received.headers.get('x-upstream')).toBe('yes')
    expect(received.headers.get('content-length')).toBe(length === undefined ? null : '5')
    await expect.poll(closed).toBe(1)
    await expect
      .poll(() => route.records)
      .toMatchObject([{ status, bytes: 5, outcome: 'complete' }])
  })

  it.each([204, 304])(
    'passes %i without content, and closes the upstream response',
    async (status) => {
      const { response, closed } = upstream(status, '', 0)
      await using route = await passing(response)
      const received = await fetch(`${route.url}/f`)
      expect([received.status, received.headers.get('content-length')]).toEqual([status, null])
      await expect.poll(closed).toBe(1)
    },
  )

  it('passes Content-Length in response to HEAD without reading the body', async () => {
    const { response, closed } = upstream(200, 'hello', 5)
    await using route = await passing(response)
    const received = await fetch(`${route.url}/f`, { method: 'HEAD' })
    expect(received.headers.get('content-length')).toBe('5')
    await expect.poll(closed).toBe(1)
  })

  it('cuts the body where the upstream body ends early', async () => {
    const { response, closed } = upstream(200, 'hel', 5)
    await using route = await passing(response)
    using client = new RawClient(route.port)
    client.request('/f')
    expect((await client.closed()).body.toString()).toBe('hel')
    await expect.poll(() => route.records).toMatchObject([{ bytes: 3, outcome: 'source-failed' }])
    await expect.poll(() => closed()).toBe(1)
  })
})
