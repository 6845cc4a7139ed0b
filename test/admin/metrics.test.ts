import { describe, expect, it } from 'vitest'
import { transferMetrics } from '../../src/admin/metrics.js'
import type { Transfer } from '../../src/delivery/transfer.js'
import { TransferRegistry } from '../../src/delivery/transfer-registry.js'
import { LastbyteError } from '../../src/errors.js'

/** A registry with a clock that the test sets, and its metrics. */
function metered() {
  const clock = { ms: 0 }
  const transfers = new TransferRegistry(() => clock.ms)
  const registry = transferMetrics(transfers)
  const begin = (): Transfer =>
    transfers.begin(
      { method: 'GET', path: '/f' },
      { shared: false },
      { stallTimeout: 60_000, sourceTimeout: 60_000 },
      () => {},
    )
  /** The value of a sample, by its name with labels as printed. */
  const sample = async (name: string) => {
    const line = (await registry.metrics()).split('\n').find((each) => each.startsWith(`${name} `))
    return line === undefined ? undefined : Number(line.split(' ').at(-1))
  }
  return { clock, transfers, registry, begin, sample }
}

describe('The metrics of the transfers', () => {
  it('count settled transfers by outcome, and observe their duration in seconds', async () => {
    const { clock, begin, sample } = metered()
    const complete = begin()
    const failed = begin()
    clock.ms = 4000
    complete.settle({ kind: 'complete' })
    failed.settle({ kind: 'failed', error: new LastbyteError('CLIENT_STALLED', 'stalled') })
    begin().settle({ kind: 'no-transfer' })
    expect(await sample('lastbyte_transfers_total{outcome="complete"}')).toBe(1)
    expect(await sample('lastbyte_transfers_total{outcome="stalled"}')).toBe(1)
    expect(await sample('lastbyte_transfer_duration_seconds_count')).toBe(2)
    expect(await sample('lastbyte_transfer_duration_seconds_sum')).toBe(8)
    expect(await sample('lastbyte_transfer_duration_seconds_bucket{le="1"}')).toBe(0)
    expect(await sample('lastbyte_transfer_duration_seconds_bucket{le="5"}')).toBe(2)
  })

  it('count bytes and resumed source reads of running transfers too', async () => {
    const { transfers, begin, sample } = metered()
    const transfer = begin()
    transfers.countBytes(transfer, 700)
    transfers.countHeal(transfer)
    expect(await sample('lastbyte_sent_bytes_total')).toBe(700)
    expect(await sample('lastbyte_source_heals_total')).toBe(1)
    transfers.countBytes(transfer, 300)
    transfer.settle({ kind: 'complete' })
    expect(await sample('lastbyte_sent_bytes_total')).toBe(1000)
  })

  it('show how many transfers are running, and how many of them stall', async () => {
    const { begin, sample } = metered()
    const [first, second] = [begin(), begin()]
    second.stalling = true
    expect(await sample('lastbyte_transfers_running')).toBe(2)
    expect(await sample('lastbyte_transfers_stalled')).toBe(1)
    first.settle({ kind: 'complete' })
    second.settle({ kind: 'complete' })
    expect(await sample('lastbyte_transfers_running')).toBe(0)
    expect(await sample('lastbyte_transfers_stalled')).toBe(0)
  })

  it('of two applications are independent', async () => {
    const [one, other] = [metered(), metered()]
    one.begin().settle({ kind: 'complete' })
    expect(await one.sample('lastbyte_transfers_total{outcome="complete"}')).toBe(1)
    expect(await other.sample('lastbyte_transfers_total{outcome="complete"}')).toBeUndefined()
  })
})
