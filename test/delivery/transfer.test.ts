import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { FairScheduler } from '../../src/delivery/fair-scheduler.js'
import { type Settlement, Transfer, type TransferRecord } from '../../src/delivery/transfer.js'
import { LastbyteError } from '../../src/errors.js'

function begun() {
  const records: (TransferRecord | undefined)[] = []
  let time = 1000
  const owner = {
    scheduler: new FairScheduler(),
    now: () => time,
    settled: (record: TransferRecord | undefined) => void records.push(record),
  }
  const timeouts = { stallTimeout: 1000, sourceTimeout: 1000 }
  const subject = { method: 'GET', path: '/f', range: 'bytes=0-' }
  const transfer = new Transfer(subject, { shared: false }, timeouts, owner)
  return {
    transfer,
    records,
    pass: (ms: number) => {
      time += ms
    },
  }
}

const failed = (code: LastbyteError['code']): Settlement => ({
  kind: 'failed',
  error: new LastbyteError(code, code),
})

describe('Transfer.settle', () => {
  it('records the sent bytes, and the ms since the request', () => {
    const { transfer, records, pass } = begun()
    transfer.status = 206
    transfer.bytes = 42
    pass(12.4)
    transfer.settle({ kind: 'complete' })
    expect(records).toEqual([
      {
        method: 'GET',
        path: '/f',
        range: 'bytes=0-',
        status: 206,
        bytes: 42,
        outcome: 'complete',
        heals: undefined,
        ms: 12,
        error: undefined,
      },
    ])
  })

  it('makes no record of a request that needed no transfer', () => {
    const { transfer, records } = begun()
    transfer.settle({ kind: 'no-transfer' })
    expect(records).toEqual([undefined])
  })

  it.each<[string, Settlement, Settlement]>([
    ['complete and then failed', { kind: 'complete' }, failed('CLIENT_GONE')],
    ['failed and then complete', failed('SHUTDOWN'), { kind: 'complete' }],
    ['no transfer and then complete', { kind: 'no-transfer' }, { kind: 'complete' }],
    ['complete twice', { kind: 'complete' }, { kind: 'complete' }],
  ])('counts only the first settlement: %s', (_what, first, second) => {
    const { transfer, records } = begun()
    transfer.settle(first)
    const [record] = records
    transfer.settle(second)
    expect(records).toEqual([record])
  })

  it.each([
    ['CLIENT_GONE', 'client-gone'],
    ['CLIENT_STALLED', 'stalled'],
    ['REPRESENTATION_CHANGED', 'changed'],
    ['FILE_TRUNCATED', 'changed'],
    ['FILE_REPLACED', 'changed'],
    ['UNAUTHORIZED', 'unauthorized'],
    ['CANCELLED', 'cancelled'],
    ['KILLED', 'killed'],
    ['SHUTDOWN', 'shutdown'],
    ['FAULT_INJECTED', 'injected'],
    ['SOURCE_FAILED', 'source-failed'],
    ['SOURCE_TIMEOUT', 'source-failed'],
    ['BODY_INTERCEPTED', 'source-failed'],
  ] as const)('records a failure with %s as %s', (code, outcome) => {
    const { transfer, records } = begun()
    transfer.settle(failed(code))
    expect(records[0]?.outcome).toBe(outcome)
  })
})

describe('Transfer.whenSettled', () => {
  it.each<[string, Settlement]>([
    ['a transfer', { kind: 'complete' }],
    ['no transfer', { kind: 'no-transfer' }],
  ])('tells the record of %s once, before and after it settles', (_what, settlement) => {
    const { transfer, records } = begun()
    const told: (TransferRecord | undefined)[] = []
    transfer.whenSettled((record) => told.push(record))
    expect(told).toEqual([])
    transfer.settle(settlement)
    transfer.settle({ kind: 'complete' })
    transfer.whenSettled((record) => told.push(record))
    expect(told).toEqual([records[0], records[0]])
  })
})

describe('Transfer.signal', () => {
  it('is created when it is needed, and not by the waits that an abort ends', async () => {
    let made = 0
    class Counted extends AbortController {
      constructor() {
        super()
        made += 1
      }
    }
    onTestFinished(() => void vi.unstubAllGlobals())
    vi.stubGlobal('AbortController', Counted)
    const { transfer } = begun()
    await transfer.until(Promise.resolve())
    const waiting = transfer.during(() => {})
    const reason = new LastbyteError('SHUTDOWN', 'closing')
    transfer.abort(reason)
    transfer.abort(new LastbyteError('CLIENT_GONE', 'too late'))
    await expect(waiting).rejects.toBe(reason)
    expect(transfer.abortReason).toBe(reason)
    expect(made).toBe(0)
    expect(transfer.signal.reason).toBe(reason)
    expect(made).toBe(1)
  })

  it('is aborted with the first reason', () => {
    const { transfer } = begun()
    const reasons: unknown[] = []
    const { signal } = transfer
    signal.addEventListener('abort', () => reasons.push(signal.reason))
    const reason = new LastbyteError('SHUTDOWN', 'closing')
    transfer.abort(reason)
    transfer.abort(new LastbyteError('CLIENT_GONE', 'too late'))
    expect([reasons, transfer.signal]).toEqual([[reason], signal])
  })
})
