import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createFaults, type Fault } from '../../src/testing/index.js'
import { serverWith } from '../fixture/application.js'
import { FaultServer } from '../fixture/fault-server.js'
import { Folder } from '../fixture/files.js'
import { ProxyWithOrigin } from '../fixture/proxy-with-origin.js'
import { RawClient } from '../fixture/raw-http.js'

let faulty: FaultServer

beforeAll(async () => {
  faulty = await FaultServer.start()
})
afterAll(async () => {
  await faulty[Symbol.asyncDispose]()
})

const EDITS = [
  { kind: 'ignore-range' },
  { kind: 'request-fields', remove: 'range' },
  { kind: 'request-fields', set: { 'if-none-match': '*' } },
] as const satisfies Fault[]

const RANGE = { range: 'bytes=5-9' }

/** The outcomes of two rules, in the order in which they were armed, and how often each may still act. */
async function outcomesOf(first: Fault, second: Fault) {
  faulty.faults.clearJournal()
  const rules = [first, second].map((fault) => faulty.faults.arm({ fault, times: 1 }))
  const { status, ended } = await faulty.request({ ...RANGE, connection: 'close' })
  await faulty.faults.settled()
  faulty.faults.disarm()
  const outcomes = rules.map((rule) => [rule.journal()[0]?.outcome, rule.left])
  return { status, ended, outcomes, statuses: rules.map((rule) => rule.journal()[0]?.status) }
}

describe.each(EDITS)('The fault %j', (edit) => {
  it.each([
    [{ kind: 'empty-response' }, null],
    [{ kind: 'status', status: 503 }, 503],
    [{ kind: 'status', status: 200, body: 'sign in' }, 200],
  ] as const)('is not counted where %j replaces the response', async (instead, status) => {
    const after = await outcomesOf(edit, instead)
    expect(after.outcomes).toEqual([
      ['not reached', 1],
      ['injected', 0],
    ])
    const before = await outcomesOf(instead, edit)
    expect(before.outcomes).toEqual([
      ['injected', 0],
      ['not reached', 1],
    ])
    expect([...after.statuses, ...before.statuses]).toEqual([status, status, status, status])
  })

  it('is not counted where the client leaves before the origin responds', async () => {
    const faults = createFaults({ seed: 1 })
    const rule = faults.arm({ fault: edit, times: 1 })
    using client = new LateClient()
    await using proxy = await ProxyWithOrigin.start(() => client.leave(), { files: { faults } })
    await client.request(proxy.front.port)
    await faults.settled()
    expect(rule.journal()).toMatchObject([{ outcome: 'not reached', status: null, ended: 'left' }])
    expect(rule.left).toBe(1)
  })

  it('is counted where the origin has responded to the edited request', async () => {
    const faults = createFaults({ seed: 1 })
    const rule = faults.arm({ fault: edit, times: 1 })
    const script = (_request: unknown, response: { end(text: string): void }) => {
      response.end('whole')
    }
    await using proxy = await ProxyWithOrigin.start(script, { files: { faults } })
    await proxy.get('/f', RANGE)
    await faults.settled()
    expect(rule.journal()).toMatchObject([{ outcome: 'injected', ended: 'complete' }])
    expect(rule.left).toBe(0)
  })
})

describe('A fault that edits the request', () => {
  it('is counted where the response to the edited request is an error', async () => {
    // Byte 0 is not in the range that the client requests.
    const broken = { kind: 'source-error', at: 0 } as const
    const { status, outcomes } = await outcomesOf({ kind: 'ignore-range' }, broken)
    expect([status, ...outcomes]).toEqual([500, ['injected', 0], ['injected', 0]])
  })
})

describe('A fault that edits the version', () => {
  it('is not counted where the client leaves before the header section', async () => {
    using folder = new Folder({ f: 'content' })
    const faults = createFaults({ seed: 1 })
    const rule = faults.arm({ fault: { kind: 'etag-flip' }, times: 1 })
    using client = new LateClient()
    // Called when the version has been selected.
    const onFile = () => {
      client.leave()
      return new Promise<void>(() => {})
    }
    await using server = await serverWith({ root: folder.path, faults, onFile })
    await client.request(server.port)
    await faults.settled()
    expect(rule.journal()).toMatchObject([{ outcome: 'not reached', status: null, ended: 'left' }])
    expect(rule.left).toBe(1)
  })
})

/** A client that leaves before it has a response. */
class LateClient implements Disposable {
  #client: RawClient | undefined

  /** Sends a request for a range; resolves when the client has left. */
  async request(port: number): Promise<void> {
    this.#client = new RawClient(port)
    this.#client.request('/f', RANGE)
    await this.#client.closed()
  }

  leave(): void {
    this.#client?.socket.destroy()
  }

  [Symbol.dispose](): void {
    this.leave()
  }
}
