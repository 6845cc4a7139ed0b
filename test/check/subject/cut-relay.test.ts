import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { CutRelay } from '../../../src/check/subject/cut-relay.js'

/** A server of raw TCP with its first connection. */
async function rawServer() {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket)
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/film.mkv`),
    accepted,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Connects through a relay and receives `bytes` of an endless body. */
async function startedTransfer(url: URL, accepted: Promise<Socket>, bytes: number) {
  const relay = await CutRelay.start(url)
  const client = connect(relay.endpoint)
  client.on('error', () => {})
  client.write('a request')
  const server = await accepted
  server.on('error', () => {})
  const [request] = await once(server, 'data')
  expect(String(request)).toBe('a request')
  server.write(Buffer.alloc(8 * 1024 * 1024))
  let received = 0
  await new Promise<void>((resolve) => {
    client.on('data', (chunk) => {
      received += chunk.length
      if (received >= bytes) resolve()
    })
  })
  return { relay, client, server, received: () => received }
}

it('relays bytes in both directions, and both ends', async () => {
  await using raw = await rawServer()
  await using relay = await CutRelay.start(raw.url)
  const client = connect({ ...relay.endpoint, allowHalfOpen: true })
  client.end('a request')
  const server = await raw.accepted
  const [request] = await once(server, 'data')
  expect(String(request)).toBe('a request')
  await once(server, 'end')
  server.end(Buffer.alloc(1_000_000, 'x'))
  let length = 0
  for await (const chunk of client) length += chunk.length
  expect(length).toBe(1_000_000)
})

it('cuts by FIN so that the server sees an end', async () => {
  await using raw = await rawServer()
  const { relay, client, server } = await startedTransfer(raw.url, raw.accepted, 1)
  await using _relay = relay
  const ended = once(server, 'end')
  relay.cut('fin')
  expect(client.destroyed || (await once(client, 'close'))).toBeTruthy()
  await ended
})

it('cuts by RST so that the server sees an error', async () => {
  await using raw = await rawServer()
  const { relay, client, server } = await startedTransfer(raw.url, raw.accepted, 1)
  await using _relay = relay
  const closed = once(client, 'close')
  const error = new Promise<NodeJS.ErrnoException>((resolve) => server.once('error', resolve))
  relay.cut('rst')
  expect((await error).code).toBe('ECONNRESET')
  await closed
})

it('cuts by a stall so that the connection of the server stays open until the relay ends', async () => {
  await using raw = await rawServer()
  const { relay, client, server } = await startedTransfer(raw.url, raw.accepted, 1)
  const ended: string[] = []
  for (const event of ['end', 'error', 'close']) server.once(event, () => ended.push(event))
  const closed = once(client, 'close')
  relay.cut('stall')
  await closed
  // A further connection is relayed while the first one is stalled.
  const other = connect(relay.endpoint)
  other.on('error', () => {})
  await once(other, 'connect')
  expect(ended).toEqual([])
  const gone = new Promise((resolve) => server.once('close', resolve))
  await relay[Symbol.asyncDispose]()
  await gone
})

it('takes few bytes beyond those that the client reads before it cuts', async () => {
  await using raw = await rawServer()
  const { relay, received } = await startedTransfer(raw.url, raw.accepted, 100_000)
  relay.cut('rst')
  await relay[Symbol.asyncDispose]()
  expect(received()).toBeLessThan(100_000 + 3 * 4096)
})

it('closes the connection of a client whose server can not be reached', async () => {
  await using raw = await rawServer()
  const url = new URL(raw.url)
  await raw[Symbol.asyncDispose]().catch(() => {})
  await using relay = await CutRelay.start(url)
  const client = connect(relay.endpoint)
  const error = new Promise((resolve) => client.once('close', resolve))
  client.on('error', () => {})
  await error
})
