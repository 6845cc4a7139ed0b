import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { FailingSource } from '../fixture/failing-source.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { RawClient } from '../fixture/raw-http.js'

/** A promise and its resolve function. */
function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** An onSend hook that waits for `pass`; `entered` resolves when the hook is called. */
function waitingHook() {
  const entered = deferred()
  const passed = deferred()
  const add = (app: FastifyInstance) => {
    app.addHook('onSend', async () => {
      entered.resolve()
      await passed.promise
    })
  }
  return { entered: entered.promise, pass: passed.resolve, add }
}

describe('A client that disconnects while an async onSend hook waits', () => {
  it.each([
    ['a GET', 'GET', 1],
    ['a HEAD', 'HEAD', 1],
  ])(
    'causes one transfer record for %s, and its source is released once',
    async (_what, method, records) => {
      const source = new FailingSource(1_000_000, { kind: 'ends', at: 1_000_000 })
      const hook = waitingHook()
      // Hooks apply to routes that are added after them.
      await using app = await applicationWith({ source, serve: false }, (app) => {
        hook.add(app)
        app.route({
          method: ['GET', 'HEAD'],
          url: '/f',
          handler: (_request, reply) => reply.sendFile('f'),
        })
      })
      const client = new RawClient(app.port)
      client.request('/f', {}, method)
      await hook.entered
      client.socket.destroy()
      await once(client.socket, 'close')
      const first = await app.settled()
      expect(first.outcome).toBe(method === 'GET' ? 'client-gone' : 'complete')
      hook.pass()
      // Once another request is complete, the first one has no work left.
      using other = new RawClient(app.port)
      other.request('/f', { Range: 'bytes=0-9' })
      expect((await other.response()).body).toHaveLength(10)
      await app.settled(records)
      expect(app.records).toHaveLength(records + 1)
      expect(app.log.filter(({ msg }) => msg === 'transfer')).toHaveLength(records + 1)
      expect(app.app.transfers.running.size).toBe(0)
      await expect.poll(() => source.openCount).toBe(0)
    },
  )
})

describe('An application signal that aborts while an async onSend hook waits', () => {
  it('causes one transfer record, and the client receives no complete body', async () => {
    const source = new FailingSource(1_000_000, { kind: 'ends', at: 1_000_000 })
    const hook = waitingHook()
    const cancelling = new AbortController()
    await using app = await applicationWith({ source, serve: false }, (app) => {
      hook.add(app)
      app.get('/f', (_request, reply) => reply.sendFile('f', { signal: cancelling.signal }))
    })
    using client = new RawClient(app.port)
    client.request('/f')
    await hook.entered
    cancelling.abort()
    expect(await app.settled()).toMatchObject({ outcome: 'cancelled', bytes: 0 })
    hook.pass()
    expect((await client.closed()).body).toHaveLength(0)
    expect(app.records).toHaveLength(1)
    await expect.poll(() => source.openCount).toBe(0)
  })
})

describe('An onSend hook that throws', () => {
  it('makes the response a 500 with one record, and releases the source', async () => {
    const source = new FailingSource(1_000_000, { kind: 'ends', at: 1_000_000 })
    await using app = await applicationWith({ source, serve: false }, (app) => {
      app.addHook('onSend', async () => {
        throw new Error('broken hook')
      })
      app.get('/f', (_request, reply) => reply.sendFile('f'))
    })
    const response = await fetch(`${app.url}/f`)
    expect(response.status).toBe(500)
    await response.text()
    await app.settled()
    await expect.poll(() => source.openCount).toBe(0)
    expect(app.records).toHaveLength(1)
    expect(app.app.transfers.running.size).toBe(0)
  })
})

describe('A body without a length that fails', () => {
  const WRONG = { 'repr-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }
  const CAUSES = [
    {
      why: 'it has another digest than announced',
      fields: WRONG,
      fail: (origin: ServerResponse) => origin.end(),
      before: '200 OK',
    },
    {
      why: 'the origin breaks off',
      fields: {},
      fail: (origin: ServerResponse) => origin.destroy(),
      before: 'some bytes',
    },
  ]
  const ENDS = [
    { version: 'HTTP/1.0', ending: 'reset' },
    { version: 'HTTP/1.1', ending: 'fin' },
  ]

  it.each(CAUSES.flatMap((cause) => ENDS.map((end) => ({ ...cause, ...end }))))(
    'since $why is not complete for a client of $version: $ending',
    async ({ fields, fail, before, version, ending }) => {
      let origin: ServerResponse | undefined
      await using relay = await ProxyWithOrigin.start((_request, response) => {
        origin = response.writeHead(200, fields)
        response.write('some bytes')
      })
      using client = new RawClient(relay.front.port)
      client.request('/f', { Connection: 'close' }, 'GET', version)
      // For node:net, a reset that arrives together with bytes is the end of the stream.
      await expect.poll(() => client.received.includes(before)).toBe(true)
      if (origin) fail(origin)
      const { status, body, ended } = await client.closed()
      expect([version, status, ended]).toEqual([version, 200, ending])
      expect(body.toString()).not.toContain('0\r\n\r\n')
    },
  )
})
