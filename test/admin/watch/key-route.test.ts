import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { addKeyRoute, type KeyRoute } from '../../../src/admin/watch/key-route.js'
import { LastbyteError } from '../../../src/errors.js'
import { RawClient } from '../../fixture/raw-http.js'

async function served(route: Partial<KeyRoute>) {
  const app = Fastify()
  addKeyRoute(app, {
    path: '/p/-/of/',
    allows: () => true,
    respond: async (reply, { key }) => reply.send(key),
    ...route,
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    port: Number(new URL(url).port),
    [Symbol.asyncDispose]: () => app.close(),
  }
}

describe('addKeyRoute', () => {
  it('responds with the decoded key', async () => {
    await using server = await served({})
    expect(await (await fetch(`${server.url}/p/-/of/a%20b/c.mp4`)).text()).toBe('a b/c.mp4')
  })

  it('responds with 404 for a key that the application forbids, and 400 for an encoded slash', async () => {
    await using server = await served({ allows: (key) => key !== 'a' })
    expect((await fetch(`${server.url}/p/-/of/a`)).status).toBe(404)
    expect((await fetch(`${server.url}/p/-/of/b%2fc`)).status).toBe(400)
  })

  it('responds with the status of an error of the source', async () => {
    const respond = async () => {
      throw new LastbyteError('SOURCE_BUSY', 'too many wait', {})
    }
    await using server = await served({ respond })
    expect((await fetch(`${server.url}/p/-/of/a`)).status).toBe(503)
  })

  it('aborts the signal of a client that has left, and sends nothing', async () => {
    let left: (reason: unknown) => void = () => {}
    let began: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      began = resolve
    })
    const aborted = new Promise<unknown>((resolve) => {
      left = resolve
    })
    const respond: KeyRoute['respond'] = async (_reply, { signal }) => {
      began()
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      left(signal.reason)
      throw signal.reason
    }
    await using server = await served({ respond })
    const client = new RawClient(server.port)
    client.request('/p/-/of/a')
    await begun
    client.socket.destroy()
    expect(await aborted).toBeDefined()
  })
})
