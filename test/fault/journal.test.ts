import { describe, expect, it } from 'vitest'
import { CONTENT, FaultServer } from '../fixture/fault-server.js'
import { RawClient } from '../fixture/raw-http.js'

describe('The journal', () => {
  it('records what each attempt received', async () => {
    await using faulty = await FaultServer.start({ seed: 7 })
    const fault = faulty.faults.arm({
      match: { path: '/f' },
      fault: [
        { kind: 'slice', size: 100_000 },
        { kind: 'truncate', at: 600_000 },
      ],
      times: 2,
    })
    await faulty.request({ connection: 'close' })
    await faulty.request({ connection: 'close', range: 'bytes=500000-' })
    await faulty.request({ connection: 'close' })
    await faulty.faults.settled()
    const common = { rule: fault.id, method: 'GET', path: '/f', outcome: 'injected', ended: 'fin' }
    const first = {
      ...common,
      attempt: 1,
      range: null,
      status: 200,
      written: 600_000,
      confirmed: 600_000,
    }
    const second = {
      ...common,
      attempt: 2,
      range: 'bytes=500000-',
      status: 206,
      written: 100_000,
      confirmed: 100_000,
    }
    expect(fault.journal()).toEqual([
      { ...first, fault: { kind: 'slice', size: 100_000 } },
      { ...first, fault: { kind: 'truncate', at: 600_000 } },
      { ...second, fault: { kind: 'slice', size: 100_000 } },
      { ...second, fault: { kind: 'truncate', at: 600_000 } },
    ])
    expect(fault.left).toBe(0)
    fault.disarm()
    expect(faulty.faults.rules()).toEqual([])
    expect(fault.journal()).toHaveLength(4)
  })

  it('distinguishes written from confirmed bytes for a client that does not read', async () => {
    await using faulty = await FaultServer.start()
    using client = new RawClient(faulty.server.port)
    client.request('/f', { 'lastbyte-fault': 'truncate;at=999999' })
    client.socket.pause()
    await expect.poll(() => faulty.faults.journal()[0]?.ended).toBe('fin')
    await faulty.faults.settled()
    const [entry] = faulty.faults.journal()
    expect(entry).toMatchObject({ written: 999_999, ended: 'fin' })
    expect(entry?.confirmed).toBeGreaterThan(0)
    expect(entry?.confirmed).toBeLessThan(999_999)
    client.socket.resume()
    expect((await client.closed()).body.equals(CONTENT.subarray(0, 999_999))).toBe(true)
  })

  it('records a fault behind one that ends the body as not reached, and does not count it', async () => {
    await using faulty = await FaultServer.start()
    const first = faulty.faults.arm({ fault: { kind: 'truncate', at: 10 }, times: 1 })
    const second = faulty.faults.arm({ fault: { kind: 'truncate', at: 20 }, times: 1 })
    expect((await faulty.request({ connection: 'close' })).body).toHaveLength(10)
    await faulty.faults.settled()
    expect(second.journal()[0]).toMatchObject({ outcome: 'not reached', written: 10 })
    expect([first.left, second.left]).toEqual([0, 1])
    expect((await faulty.request({ connection: 'close' })).body).toHaveLength(20)
  })

  it('does not count a fault whose client disconnects before its position', async () => {
    await using faulty = await FaultServer.start()
    const fault = faulty.faults.arm({
      fault: [
        { kind: 'stall', at: 10 },
        { kind: 'truncate', at: 20 },
      ],
      times: 1,
      match: { headers: { 'x-test-id': 'a' } },
    })
    const never = faulty.faults.arm({ fault: { kind: 'truncate', at: 20 }, times: 1 })
    using client = new RawClient(faulty.server.port)
    client.request('/f', { 'x-test-id': 'a' })
    await client.until(10)
    await expect.poll(() => fault.journal()[0]?.outcome).toBe('injected')
    expect(never.left).toBe(0)
    client.socket.destroy()
    await faulty.faults.settled()
    expect(fault.journal().map(({ outcome }) => outcome)).toEqual(['injected', 'not reached'])
    expect([fault.left, never.left]).toEqual([0, 1])
  })

  it('belongs to faults that a client can resume from, through any number of cuts', async () => {
    await using faulty = await FaultServer.start()
    for (const at of [1, 70_000, 300_000, 300_001, 999_999]) {
      faulty.faults.arm({ fault: { kind: 'truncate', at } })
    }
    const parts: Buffer[] = []
    let received = 0
    while (received < CONTENT.length) {
      const { body } = await faulty.request({ connection: 'close', range: `bytes=${received}-` })
      parts.push(body)
      received += body.length
    }
    expect(parts.map((part) => part.length)).toEqual([1, 69_999, 230_000, 1, 699_998, 1])
    expect(Buffer.concat(parts).equals(CONTENT)).toBe(true)
  })

  it('separates tests that share a server by a header field', async () => {
    await using faulty = await FaultServer.start()
    const rules = ['a', 'b'].map((id) => {
      const match = { headers: { 'x-test-id': id } }
      return faulty.faults.arm({ match, fault: { kind: 'truncate', at: 5 }, times: 1 })
    })
    const bytesFor = async (id: string) =>
      (await faulty.request({ connection: 'close', 'x-test-id': id })).body.length
    const lengths = await Promise.all(['a', 'b', 'c'].map(bytesFor))
    expect(lengths).toEqual([5, 5, CONTENT.length])
    expect(await bytesFor('a')).toBe(CONTENT.length)
    await faulty.faults.settled()
    expect(rules.map((rule) => rule.journal().length)).toEqual([1, 1])
  })
})
