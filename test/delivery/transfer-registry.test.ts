import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { TransferRecord } from '../../src/delivery/transfer.js'
import { TransferRegistry } from '../../src/delivery/transfer-registry.js'

const TIMEOUTS = { stallTimeout: 60_000, sourceTimeout: 60_000 }
const begin = (registry: TransferRegistry, report: (record: TransferRecord) => void = () => {}) =>
  registry.begin({ method: 'GET', path: '/f' }, { shared: false }, TIMEOUTS, report)

describe('TransferRegistry', () => {
  it('reports a transfer to its own report and to every observer, once', () => {
    const registry = new TransferRegistry()
    const seen: string[] = []
    registry.observe(() => seen.push('first'))
    registry.observe(() => seen.push('second'))
    const transfer = begin(registry, () => seen.push('report'))
    expect([...registry.running]).toEqual([transfer])
    transfer.settle({ kind: 'complete' })
    transfer.settle({ kind: 'complete' })
    expect(seen).toEqual(['report', 'first', 'second'])
    expect(registry.running.size).toBe(0)
  })

  it('does not report a request that needed no transfer', () => {
    const registry = new TransferRegistry()
    const seen: TransferRecord[] = []
    registry.observe((record) => seen.push(record))
    begin(registry, (record) => seen.push(record)).settle({ kind: 'no-transfer' })
    expect(seen).toEqual([])
    expect(registry.running.size).toBe(0)
  })

  it('keeps the error of an observer from other observers and from the process', async () => {
    const registry = new TransferRegistry()
    const seen: string[] = []
    registry.observe(() => {
      throw new Error('broken observer')
    })
    registry.observe(({ path }) => seen.push(path))
    const warned = once(process, 'warning')
    begin(registry).settle({ kind: 'complete' })
    expect(seen).toEqual(['/f'])
    expect(String((await warned)[0])).toContain('broken observer')
  })

  it('cuts open-ended transfers at once when the server closes, others after the grace', async () => {
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
