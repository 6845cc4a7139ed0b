import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Http1Sender } from '../../../src/check/subject/http1-sender.js'
import { RawOrigin } from '../../fixture/raw-origin.js'

const RESPONSE = 'HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n'

describe('A request on a kept connection of HTTP/1.1', () => {
  it.each([
    ['FIN', (socket: Socket) => void socket.end()],
    ['RST', (socket: Socket) => void socket.resetAndDestroy()],
  ])('is sent again on another one if it is closed by %s', async (_, close) => {
    await using origin = await RawOrigin.start((_request, socket) => {
      socket.write(RESPONSE)
      socket.on('data', () => close(socket))
    })
    const [first, second] = await sendTwice(origin)
    expect([first, second]).toMatchObject([{ status: 412 }, { status: 412, isReused: false }])
    expect(origin.requests).toHaveLength(2)
  })

  it('is reported as failed if a new connection is closed without a response', async () => {
    await using origin = await RawOrigin.start((_request, socket) => void socket.end())
    await expect(sendTwice(origin)).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(origin.requests).toHaveLength(1)
  })
})

async function sendTwice(origin: RawOrigin) {
  const sender = new Http1Sender({
    timeout: 5000,
    insecure: false,
    onBytes: () => {},
    signal: new AbortController().signal,
  })
  const url = new URL(origin.url)
  const request = { method: 'GET', version: '1.1', connection: 'kept', read: 1 } as const
  const wire = {
    ...request,
    url,
    fields: { host: url.host },
    endpoint: undefined,
    onLeave: undefined,
  }
  try {
    return [await sender.send(wire), await sender.send(wire)]
  } finally {
    sender.close()
  }
}
