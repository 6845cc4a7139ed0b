import { once } from 'node:events'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { faultProxy, faultServer } from '../../src/testing/index.js'
import { MemorySource } from '../fixture/memory-source.js'
import { RawClient } from '../fixture/raw-http.js'

const LISTENERS = {
  faultServer: () => faultServer({ seed: 1 }),
  faultProxy: async () => {
    const origin = await faultServer({ seed: 1 })
    const proxy = await faultProxy({ origin: origin.url, seed: 1 })
    const close = async () => {
      await proxy.close()
      await origin.close()
    }
    return { ...proxy, close, [Symbol.asyncDispose]: close }
  },
}

describe.each(Object.entries(LISTENERS))('The scopes of %s', (_, start) => {
  it('have rules, stubs and journals of their own, also while tests run at the same time', async () => {
    await using server = await start()
    const sizes = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => {
        await using scope = await server.scope()
        const at = 100 * (index + 1)
        scope.faults.arm({ fault: { kind: 'truncate', at }, match: { path: '/bytes/5000' } })
        scope.stub('/name', { body: String(index) })
        await expect((await fetch(`${scope.url}/bytes/5000`)).text()).rejects.toThrow()
        expect(await (await fetch(`${scope.url}/name`)).text()).toBe(String(index))
        await scope.journal.settled()
        expect(scope.journal.entries().map(({ path }) => path)).toEqual(['/bytes/5000', '/name'])
        return scope.faults.journal().map(({ written }) => written)
      }),
    )
    expect(sizes).toEqual([[100], [200], [300], [400], [500], [600], [700], [800]])
    expect(server.journal.entries()).toEqual([])
    expect(server.faults.rules()).toEqual([])
    expect((await fetch(`${server.url}/bytes/5000`)).status).toBe(200)
  })

  it('end their connections when they are closed, and no others', async () => {
    await using server = await start()
    using others = new RawClient(server.port)
    const scope = await server.scope()
    scope.faults.arm({ fault: { kind: 'stall', at: 10 } })
    using stalled = new RawClient(scope.port)
    stalled.request('/bytes/5000')
    await stalled.until(10)
    using idle = new RawClient(scope.port)
    await once(idle.socket, 'connect')
    await scope.close()
    await stalled.closed()
    await expect(fetch(scope.url)).rejects.toThrow()
    others.request('/bytes/10')
    expect((await others.response()).status).toBe(200)
  })

  it('have the seed and the token of the server, and are closed with it', async () => {
    const server = await start()
    const scope = await server.scope()
    expect([scope.seed, scope.token]).toEqual([server.seed, server.token])
    await server.close()
    await expect(fetch(scope.url)).rejects.toThrow()
    await expect(server.scope()).rejects.toMatchObject({ code: 'SHUTDOWN' })
  })
})

describe('A scope', () => {
  it('leaves the source of the server open', async () => {
    let closed = 0
    const source = Object.assign(new MemorySource({ a: 'text' }), {
      close: async () => {
        closed += 1
      },
    })
    const server = await faultServer({ source, seed: 1 })
    {
      await using scope = await server.scope()
      expect(await (await fetch(`${scope.url}/a`)).text()).toBe('text')
    }
    expect(closed).toBe(0)
    await server.close()
    expect(closed).toBe(1)
  })

  it('leaves nothing in memory once it and the next one are closed', async () => {
    await using server = await faultServer({ seed: 1 })
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const gone: WeakRef<object>[] = []
    for (let index = 0; index < 5; index += 1) {
      await using scope = await server.scope()
      scope.faults.arm({ fault: { kind: 'latency', ms: 1 } })
      await (await fetch(`${scope.url}/bytes/1000`)).text()
      gone.push(new WeakRef(scope.faults), new WeakRef(scope.journal))
    }
    await expect
      .poll(
        () => {
          collect()
          return gone.filter((each) => each.deref() !== undefined).length
        },
        { timeout: 10_000 },
      )
      .toBeLessThanOrEqual(2)
  })
})
