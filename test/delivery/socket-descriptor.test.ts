import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Response } from '../../src/delivery/response-writer.js'
import { descriptorOf, isPlainConnection } from '../../src/delivery/socket-descriptor.js'
import { httpExchange } from '../fixture/http-exchange.js'

describe('descriptorOf', () => {
  it('returns the descriptor of an open connection, and undefined once it is closed', async () => {
    await using exchange = await httpExchange()
    const { socket } = exchange.request
    expect(descriptorOf(socket)).toBeGreaterThan(2)
    socket.destroy()
    expect(descriptorOf(socket)).toBeUndefined()
  })

  it.each([undefined, null, {}, { _handle: null }, { _handle: {} }, { _handle: { fd: -1 } }])(
    'returns undefined for %j',
    (socket) => {
      expect(descriptorOf(socket)).toBeUndefined()
    },
  )
})

describe('isPlainConnection', () => {
  const socket = { _handle: { fd: 7 } } as unknown as Socket
  it.each([
    ['HTTP/1.1 on TCP', {}, socket, true],
    ['HTTP/2', { stream: {} }, socket, false],
    ['TLS', {}, { ...socket, encrypted: true }, false],
    ['a closed connection', {}, { _handle: null }, false],
  ])('for %s returns %s', (_what, response, connection, expected) => {
    expect(isPlainConnection(response as Response, connection as Socket)).toBe(expected)
  })
})
