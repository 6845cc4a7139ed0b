import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { createFaults } from '../../src/fault/create-faults.js'
import { faultServer } from '../../src/testing/index.js'
import { RawClient } from '../fixture/raw-http.js'

const get = async (url: string, headers: Record<string, string> = {}, method = 'GET') => {
  const response = await fetch(url, { headers, method })
  await response.arrayBuffer().catch(() => {})
}

describe('The journal of all requests', () => {
  it('has every kind of request, with what was asked for and what was sent', async () => {
    await using server = await faultServer({ seed: 1 })
    const { url, journal } = server
    server.faults.arm({
      id: 'cut',
      match: { path: '/bytes/5000' },
      fault: { kind: 'truncate', at: 9 },
    })
    const etag = '"sample-1000"'
    await get(`${url}/bytes/1000?a=1`, { range: 'bytes=400-', 'if-range': etag, 'if-match': etag })
    await get(`${url}/bytes/1000`, { 'if-none-match': etag }, 'HEAD')
    await get(`${url}/nothing%20here`)
    await get(`${url}/bytes/1000`, {}, 'POST')
    await get(`${url}/bytes/1000`, { 'lastbyte-fault': 'nonsense' })
    await get(`${url}/bytes/5000`)
    await get(`${url}/bytes/1000`, { range: 'bytes=1000-' })
    await journal.settled()
    expect(journal.entries()).toMatchObject([
      {
        number: 1,
        method: 'GET',
        path: '/bytes/1000',
        query: '?a=1',
        range: 'bytes=400-',
        ifRange: etag,
        ifMatch: etag,
        status: 206,
        contentRange: 'bytes 400-999/1000',
        etag,
        written: 600,
        ended: 'complete',
        protocol: 'HTTP/1.1',
        connection: 1,
        faults: [],
      },
      { method: 'HEAD', status: 304, written: 0, ended: 'complete', ifNoneMatch: etag },
      { path: '/nothing here', status: 404, ended: 'complete' },
      { method: 'POST', status: 405, ended: 'complete' },
      { status: 400, ended: 'complete', faults: [] },
      {
        path: '/bytes/5000',
        written: 9,
        ended: 'fin',
        faults: [{ rule: 'cut', kind: 'truncate', outcome: 'injected' }],
      },
      { range: 'bytes=1000-', status: 416, contentRange: 'bytes */1000' },
    ])
    for (const { time, responded, ms } of journal.entries()) {
      expect(Math.abs(Date.now() - time)).toBeLessThan(60_000)
      expect(ms).toBeGreaterThanOrEqual(responded ?? Number.NaN)
    }
  })

  it('numbers connections', async () => {
    await using server = await faultServer({ seed: 1 })
    using first = new RawClient(server.port)
    using second = new RawClient(server.port)
    for (const [size, client] of [first, second, first].entries()) {
      client.request(`/bytes/${size}`)
      await server.journal.waitFor({ path: `/bytes/${size}` })
    }
    expect(server.journal.entries().map(({ connection }) => connection)).toEqual([1, 2, 1])
  })

  it('shows a running response, and how it ended later', async () => {
    await using server = await faultServer({ seed: 1 })
    server.faults.arm({ fault: { kind: 'stall', at: 10 } })
    using client = new RawClient(server.port)
    client.request('/bytes/1000')
    await client.until(10)
    const [running] = server.journal.entries()
    expect(running).toMatchObject({ status: 200, ended: null, ms: null })
    await expect(server.journal.settled({ within: 5 })).rejects.toThrow(/1 response still runs/)
    client.socket.destroy()
    await server.journal.settled()
    expect(server.journal.entries()).toMatchObject([{ ended: 'left' }])
    expect(running).toMatchObject({ ended: null })
  })

  it('keeps the newest, as many as the option says, and none by default in createFaults', async () => {
    await using server = await faultServer({ seed: 1, requests: 2 })
    for (const size of [1, 2, 3]) await get(`${server.url}/bytes/${size}`)
    expect(server.journal.entries().map(({ number }) => number)).toEqual([2, 3])
    expect(createFaults({ seed: 1 }).openSession(ARRIVAL, CLOCK)).toBeUndefined()
  })
})

const ARRIVAL = { method: 'GET', path: '/', query: '', fields: {}, protocol: 'HTTP/1.1' } as const
const CLOCK = { now: () => 0, wait: async () => {} }

describe('A wait for an entry', () => {
  it('finds one that is there, one that comes, and with next only one that comes', async () => {
    await using server = await faultServer({ seed: 1 })
    const { journal, url } = server
    await get(`${url}/bytes/1`)
    expect(await journal.waitFor({ path: '/bytes/1' })).toMatchObject({ number: 1 })
    const coming = [
      journal.waitFor(({ path }) => path === '/bytes/2'),
      journal.next({ method: 'GET' }),
      journal.next({}, { until: 'arrived' }),
    ]
    await get(`${url}/bytes/2`)
    for (const entry of await Promise.all(coming)) expect(entry.number).toBe(2)
  })

  it('fails with a table of what was seen', async () => {
    await using server = await faultServer({ seed: 1 })
    await get(`${server.url}/bytes/1000`, { range: 'bytes=5-' })
    const waiting = server.journal.waitFor({ path: '/other', status: 206 }, { within: 5 })
    await expect(waiting).rejects.toMatchObject({
      code: 'ERR_ASSERTION',
      message: expect.stringMatching(
        /^Waited 5 ms: expected a request with path "\/other", status 206 .*\n {2}# +request .*\n {2}1 +GET \/bytes\/1000 +bytes=5- +206 +bytes 5-999\/1000/,
      ),
    })
    await expect(server.journal.next({}, { within: 1 })).rejects.toThrow(
      /after request 1; there was/,
    )
  })

  it.each([
    [{ pth: '/a' }, /pth.*path/],
    [{ path: 5 }, /^path: expected a string/],
    [{ query: 'a=1' }, /^query: expected .* question mark.*; received "a=1"/],
    [{ ended: 'completed' }, /^ended: expected "complete", .* or null; received "completed"/],
    ['/a', /^filter: expected an object .* or a function; received "\/a"/],
    [null, /^filter: expected .*; received null/],
  ])('refuses the filter %j', async (filter, message) => {
    const { requests } = createFaults({ seed: 1, requests: 5 })
    expect(() => requests.entries(filter as object)).toThrow(message)
    await expect(requests.waitFor(filter as object)).rejects.toThrow(message)
    await expect(requests.next(filter as object)).rejects.toThrow(message)
  })

  it('refuses an unknown option', async () => {
    const { requests } = createFaults({ seed: 1, requests: 5 })
    const wait = { withn: 5 } as object
    await expect(requests.settled(wait)).rejects.toThrow(/^withn: unknown option.*within/)
    await expect(requests.waitFor({}, wait)).rejects.toThrow(/^withn: unknown option.*within/)
  })

  it('with until arrived sees the status of a response that runs', async () => {
    await using server = await faultServer({ seed: 1 })
    server.faults.arm({ fault: { kind: 'stall', at: 10 } })
    using client = new RawClient(server.port)
    const waiting = server.journal.waitFor({ status: 200 }, { until: 'arrived' })
    client.request('/bytes/1000')
    expect(await waiting).toMatchObject({ path: '/bytes/1000', ended: null })
  })

  it('for the next one leaves out a request that has arrived, and counts from a reset', async () => {
    await using server = await faultServer({ seed: 1 })
    server.faults.arm({
      match: { path: '/bytes/1000' },
      fault: { kind: 'stall', at: 10 },
      times: 1,
    })
    using client = new RawClient(server.port)
    client.request('/bytes/1000')
    await client.until(10)
    const afterRunning = server.journal.next()
    client.socket.destroy()
    await server.journal.waitFor({ ended: 'left' })
    await get(`${server.url}/bytes/1`)
    expect(await afterRunning).toMatchObject({ path: '/bytes/1' })
    const afterReset = server.journal.next()
    server.reset()
    await get(`${server.url}/bytes/2`)
    expect(await afterReset).toMatchObject({ path: '/bytes/2', number: 1 })
  })

  it('rejects where the filter throws', async () => {
    await using server = await faultServer({ seed: 1 })
    const waiting = server.journal.next(() => {
      throw new Error('of the filter')
    })
    waiting.catch(() => {})
    await get(`${server.url}/bytes/1`)
    await expect(waiting).rejects.toThrow('of the filter')
  })
})

describe('FaultLayer.reset', () => {
  it('repeats the random choices of the start, after any other use', async () => {
    await using server = await faultServer({ seed: 7 })
    const rule = {
      fault: { kind: 'truncate', at: { between: [1, 4000] } },
      probability: 0.5,
    } as const
    const run = async () => {
      server.faults.arm(rule)
      for (let n = 0; n < 6; n += 1) await get(`${server.url}/bytes/5000`)
      await server.journal.settled()
      return [server.faults.journal(), server.faults.rules()]
    }
    const first = await run()
    server.faults.reset()
    expect([server.faults.journal(), server.faults.rules()]).toEqual([[], []])
    expect(server.journal.entries()).toEqual([])
    expect(await run()).toEqual(first)
  })

  it('leaves no entry of a response that still runs, in either journal', async () => {
    await using server = await faultServer({ seed: 1 })
    server.faults.arm({ fault: { kind: 'stall', at: 10 } })
    using running = new RawClient(server.port)
    running.request('/bytes/1000')
    await running.until(10)
    const waiting = server.faults.settled()
    server.reset()
    await waiting
    running.socket.destroy()
    await once(running.socket, 'close')
    await get(`${server.url}/bytes/2`)
    await server.journal.waitFor({ path: '/bytes/2' })
    expect(server.journal.entries()).toMatchObject([{ number: 1, path: '/bytes/2' }])
    expect(server.faults.journal()).toEqual([])
    await server.faults.settled()
  })

  it('leaves no entry of a request that draws its faults after it', async () => {
    await using server = await faultServer({ seed: 1 })
    const waiting = server.stub('/slow', { body: 'x'.repeat(100), delay: 40 })
    server.faults.arm({
      match: { range: { overlaps: [0, 10] } },
      fault: { kind: 'latency', ms: 1 },
    })
    const response = get(`${server.url}/slow`, { range: 'bytes=0-9' })
    await expect.poll(() => waiting.requests).toBe(1)
    server.faults.reset()
    await response
    await get(`${server.url}/bytes/1`)
    await server.journal.waitFor({ path: '/bytes/1' })
    expect(server.faults.journal()).toEqual([])
    expect(server.journal.entries()).toHaveLength(1)
  })
})
