import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { TransferRecord } from '../../src/delivery/transfer.js'
import { TransferRegistry } from '../../src/delivery/transfer-registry.js'

const TIMEOUTS = { stallTimeout: 60_000, sourceTimeout: 60_000 }
const begin = (registry: TransferRegistry, report: (record: TransferRecord) => void = () => {}) =>
  registry.begin({ method: 'GET', path: '/f' }, { shared: false }, TIMEOUTS, report)

describe('TransferRegistry', () => {
  it('calls the report callback of a settled transfer and every observer once', () => {
    const registry = new TransferRegistry()
    const reported: string[] = []
    registry.observe(() => reported.push('first'))
    registry.observe(() => reported.push('second'))
    const transfer = begin(registry, () => reported.push('report'))
    expect([...registry.running]).toEqual([transfer])
    transfer.settle({ kind: 'complete' })
    transfer.settle({ kind: 'complete' })
    expect(reported).toEqual(['report', 'first', 'second'])
    expect(registry.running.size).toBe(0)
  })

  it('passes an observer the peer of a settled transfer, and no peer where none is needed', () => {
    const registry = new TransferRegistry()
    const peers: unknown[] = []
    registry.observe((_record, { peer, expected }) => peers.push([peer.client, expected]))
    const peer = { client: '192.0.2.1', shared: false }
    const transfer = registry.begin({ method: 'GET', path: '/f' }, peer, TIMEOUTS, () => {})
    transfer.expected = 7
    transfer.settle({ kind: 'complete' })
    const record = { method: 'GET', path: '/f', status: 200, bytes: 3, ms: 0 } as const
    registry.recordCompleted({ ...record, outcome: 'complete' })
    expect(peers).toEqual([
      ['192.0.2.1', 7],
      [undefined, undefined],
    ])
  })

  it('does not report a request that needed no transfer', () => {
    const registry = new TransferRegistry()
    const reported: TransferRecord[] = []
    registry.observe((record) => reported.push(record))
    begin(registry, (record) => reported.push(record)).settle({ kind: 'no-transfer' })
    expect(reported).toEqual([])
    expect(registry.running.size).toBe(0)
  })

  it('emits a warning for an observer that throws, and calls the other observers', async () => {
    const registry = new TransferRegistry()
    const reported: string[] = []
    registry.observe(() => {
      throw new Error('broken observer')
    })
    registry.observe(({ path }) => reported.push(path))
    const warned = once(process, 'warning')
    begin(registry).settle({ kind: 'complete' })
    expect(reported).toEqual(['/f'])
    expect(String((await warned)[0])).toContain('broken observer')
  })

  it('aborts open-ended transfers when the server closes, and others after the grace', async () => {
    const registry = new TransferRegistry()
    const [finite, endless] = [begin(registry), begin(registry)]
    registry.markOpenEnded(endless)
    registry.drain(1)
    expect([finite.signal.aborted, endless.signal.aborted]).toEqual([false, true])
    await once(finite.signal, 'abort')
    expect(finite.signal.reason).toMatchObject({ code: 'SHUTDOWN' })
    const late = begin(registry)
    registry.markOpenEnded(late)
    expect(late.signal.aborted).toBe(true)
  })
})
