import { describe, expect, it } from 'vitest'
import { requestBytes, serverStallLimit } from '../../src/client/request.js'
import { FakeServer, respond } from '../fixture/fake-server.js'

const { signal } = new AbortController()

describe('requestBytes', () => {
  it("sends the caller's fields, its own in place of those, and asks for no content coding", async () => {
    const server = new FakeServer(() => respond(200))
    const policy = server.policy({ fields: { x: '1', range: 'bytes=9-', 'accept-encoding': 'br' } })
    expect((await requestBytes(policy, { range: 'bytes=0-' }, signal)).status).toBe(200)
    expect(server.requests).toEqual([{ x: '1', range: 'bytes=0-', 'accept-encoding': 'identity' }])
  })

  it('throws SERVER_STALLED without a response in time, and aborts the request', async () => {
    const server = new FakeServer(() => 'hang')
    await expect(requestBytes(server.policy(), {}, signal)).rejects.toMatchObject({
      code: 'SERVER_STALLED',
      facts: { stall: 30 },
    })
    expect(server.signals[0]?.aborted).toBe(true)
  })

  it('throws what the transport throws', async () => {
    const server = new FakeServer(() => new Error('down'))
    await expect(requestBytes(server.policy(), {}, signal)).rejects.toThrow('down')
  })

  it("rejects with the signal's reason, and aborts the request", async () => {
    const server = new FakeServer(() => 'hang')
    const controller = new AbortController()
    const requested = requestBytes(server.policy(), {}, controller.signal)
    controller.abort(new Error('aborted'))
    await expect(requested).rejects.toThrow('aborted')
    expect(server.signals[0]?.aborted).toBe(true)
  })

  it('leaves the signal of a request that has a response to its body', async () => {
    const server = new FakeServer(() => respond(200))
    const controller = new AbortController()
    await requestBytes(server.policy(), {}, controller.signal)
    expect(server.signals[0]?.aborted).toBe(false)
    controller.abort()
    expect(server.signals[0]?.aborted).toBe(true)
  })
})

it('the limit of a server that stalls is SERVER_STALLED', () => {
  expect(serverStallLimit(7).error()).toMatchObject({
    code: 'SERVER_STALLED',
    message: 'Cannot continue reading: the server sent nothing for 7 ms',
  })
})
