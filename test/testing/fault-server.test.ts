import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/fault/create-faults.js'
import { faultServer } from '../../src/testing/index.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { Folder } from '../fixture/files.js'
import { run } from '../fixture/process.js'
import { RawClient } from '../fixture/raw-http.js'

describe('faultServer', () => {
  it.each(['stall;at=5', 'latency;ms=100000', 'throttle;rate=1', 'slice;size=1;ms=60000'])(
    'close() ends a response that hangs in %s',
    async (fault) => {
      const faulty = await FaultServer.start()
      using client = new RawClient(faulty.server.port)
      client.request('/f', { 'lastbyte-fault': fault })
      await expect.poll(() => faulty.faults.journal()[0]?.outcome).toBe('injected')
      await faulty[Symbol.asyncDispose]()
      await client.closed()
      expect(client.received.length).toBeLessThan(CONTENT.length)
    },
  )

  it('takes the options of the plugin', async () => {
    using folder = new Folder({ 'a/index.txt': 'index' })
    await using server = await faultServer({ root: folder.path, seed: 1, index: 'index.txt' })
    expect(await (await fetch(`${server.url}/a/`)).text()).toBe('index')
    expect(server.seed).toBe(1)
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  })

  it('takes a fault in the query, for clients that cannot set header fields', async () => {
    await using faulty = await FaultServer.start()
    const path = `/f?x=1&lastbyte-fault=${encodeURIComponent('throttle;rate=9000000, truncate;at=70')}`
    expect((await faulty.request({ connection: 'close' }, { path })).body).toHaveLength(70)
    const wrong = await faulty.request(
      { connection: 'close' },
      { path: '/f?lastbyte-fault=truncate' },
    )
    expect(wrong.status).toBe(400)
    expect(wrong.body.toString()).toMatch(/fault\[0\]\.at: expected an offset/)
  })

  it.each(['status;status=503', 'status;status=204', 'empty-response'])(
    'a response of %s is the only one: the file is not read, and no transfer is logged',
    async (fault) => {
      using folder = new Folder({ f: CONTENT })
      const faults = createFaults({ seed: 1 }, {})
      await using application = await applicationWith({ root: folder.path, faults })
      using client = new RawClient(application.port)
      client.request('/f', { 'lastbyte-fault': `${fault}, truncate;at=5`, connection: 'close' })
      await client.closed()
      await faults.settled()
      const outcomes = faults.journal().map(({ outcome }) => outcome)
      expect(outcomes).toEqual(['injected', 'not reached'])
      await expect.poll(() => application.app.transfers.running.size).toBe(0)
      expect(application.records).toEqual([])
      const logged = application.log.filter(
        ({ level, msg }) => Number(level) >= 40 || msg === 'transfer',
      )
      expect(logged).toEqual([])
      await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
    },
  )

  it('applies faults that act before the header section to responses other than files', async () => {
    await using faulty = await FaultServer.start()
    const absent = await faulty.requestWithFault(
      'latency;ms=1, truncate;at=5',
      {},
      { path: '/none' },
    )
    expect(absent.status).toBe(404)
    await faulty.faults.settled()
    expect(faulty.faults.journal().map(({ outcome }) => outcome)).toEqual([
      'injected',
      'not reached',
    ])
    expect((await faulty.requestWithFault('status;status=500', {}, { path: '/none' })).status).toBe(
      500,
    )
  })

  it.each([
    [{ root: '/nowhere' }, /root/],
    [{ root: '.', seed: 1.5 }, /^seed: expected/],
    [{ root: '.', seed: -1 }, /^seed: expected/],
    [{ root: '.', speed: 1 }, /^speed: unknown option/],
  ])('refuses %j', async (options, why) => {
    await expect(faultServer({ seed: 1, ...options })).rejects.toThrow(why)
  })

  it('does not start in production unless inProduction is true', () => {
    const production = { NODE_ENV: 'production' }
    expect(() => createFaults({}, production)).toThrow(
      /^faults: expected a NODE_ENV other than "production"/,
    )
    expect(createFaults({ inProduction: true, seed: 5 }, production).seed).toBe(5)
    expect(createFaults({}, {}).seed).toBeLessThan(2 ** 32)
  })

  it('a fault layer works in an application that registers the plugin itself', async () => {
    using folder = new Folder({ f: CONTENT })
    const faults = createFaults({ seed: 1 }, {})
    await using application = await applicationWith({ root: folder.path, faults })
    faults.arm({ fault: { kind: 'truncate', at: 300 } })
    using client = new RawClient(application.port)
    client.request('/f')
    expect((await client.closed()).body).toHaveLength(300)
    expect(await application.settled()).toMatchObject({ outcome: 'injected', bytes: 300 })
  })

  it('without a fault layer the Lastbyte-Fault field has no effect', async () => {
    using folder = new Folder({ f: CONTENT })
    await using application = await applicationWith({ root: folder.path })
    using client = new RawClient(application.port)
    client.request('/f', { 'lastbyte-fault': 'truncate;at=5' })
    expect((await client.response()).body.equals(CONTENT)).toBe(true)
  })
})

describe('a process that has closed its servers', () => {
  it('ends by itself, and has printed the seed that was drawn', async () => {
    const script = `
      import { faultProxy, faultServer } from 'lastbyte/testing'
      const server = await faultServer({ root: 'media' })
      const proxy = await faultProxy({ origin: server.url, seed: 1 })
      server.faults.arm({ fault: { kind: 'stall', at: 5 }, match: { path: '/clip.mp4' } })
      const response = await fetch(proxy.url + '/clip.mp4')
      const reader = response.body.getReader()
      await reader.read()
      fetch(server.url + '/clip.mp4').then((r) => r.text()).catch(() => {})
      await proxy.close()
      await server.close()
      console.log('closed')
    `
    const { code, stdout, stderr } = await run(process.execPath, [
      '--input-type=module',
      '-e',
      script,
    ])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'closed\n' })
    expect(stderr).toMatch(/^lastbyte: faults by seed \d+$/m)
  })
})
