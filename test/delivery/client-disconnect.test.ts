import { EventEmitter, once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { DisconnectWatcher } from '../../src/delivery/client-disconnect.js'
import type { Response } from '../../src/delivery/response-writer.js'
import { httpExchange } from '../fixture/http-exchange.js'

/** The events of a request and its response, without a connection. */
function emitters(destroyed = false) {
  const socket = Object.assign(new EventEmitter(), { destroyed })
  const request = { socket } as unknown as IncomingMessage
  const response = new EventEmitter() as unknown as ServerResponse
  return { socket, request, response }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('DisconnectWatcher', () => {
  it.each([
    ['the response was sent', 'sent'],
    ['the client has left', 'left'],
  ])('calls its listener once when %s', async (_what, end) => {
    await using exchange = await httpExchange()
    const { request, response, client } = exchange
    let calls = 0
    new DisconnectWatcher().watch(request, response, () => {
      calls += 1
    })
    if (end === 'sent') response.end('done')
    else client.socket.destroy()
    await once(response, 'close')
    await expect.poll(() => calls).toBe(1)
    await turn()
    expect(calls).toBe(1)
  })

  it('calls the listener of a pipelined response whose own close event never comes', async () => {
    const watcher = new DisconnectWatcher()
    const { socket, request, response } = emitters()
    const waiting = new EventEmitter() as unknown as ServerResponse
    const called: string[] = []
    watcher.watch(request, response, () => called.push('first'))
    watcher.watch(request, waiting, () => called.push('second'))
    socket.emit('close')
    response.emit('close')
    await turn()
    expect(called).toEqual(['first', 'second'])
  })

  it('calls the listener after promises that settle in the same turn', async () => {
    const { request, response } = emitters()
    const called: string[] = []
    new DisconnectWatcher().watch(request, response, () => called.push('listener'))
    response.emit('close')
    await Promise.resolve().then(() => called.push('promise'))
    await turn()
    expect(called).toEqual(['promise', 'listener'])
  })

  it('calls the listener for a socket that is closed already', async () => {
    const { request, response } = emitters(true)
    let calls = 0
    new DisconnectWatcher().watch(request, response, () => {
      calls += 1
    })
    response.emit('close')
    await turn()
    expect(calls).toBe(1)
  })

  it('adds one listener to a socket, however many requests come on it', () => {
    const watcher = new DisconnectWatcher()
    const { socket, request } = emitters()
    for (let n = 0; n < 20; n += 1) watcher.watch(request, emitters().response, () => {})
    expect(socket.listenerCount('close')).toBe(1)
  })

  it('adds none for a response that has its turn, whose close event comes with that of the socket', async () => {
    await using exchange = await httpExchange()
    const { request, response } = exchange
    const before = request.socket.listenerCount('close')
    new DisconnectWatcher().watch(request, response, () => {})
    expect(request.socket.listenerCount('close')).toBe(before)
  })

  it.each(['response', 'stream'] as const)(
    'watches the stream alone where other streams share the connection: a close of the %s',
    async (closed) => {
      const stream = new EventEmitter()
      const response = Object.assign(new EventEmitter(), { stream })
      const { socket, request } = emitters()
      let calls = 0
      new DisconnectWatcher().watch(request, response as unknown as Response, () => {
        calls += 1
      })
      socket.emit('close')
      await turn()
      expect(calls).toBe(0)
      const [first, second] = closed === 'stream' ? [stream, response] : [response, stream]
      first.emit('close')
      await turn()
      expect(calls).toBe(1)
      second.emit('close')
      await turn()
      expect(calls).toBe(1)
    },
  )
})
