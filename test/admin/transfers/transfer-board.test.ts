import { afterEach, describe, expect, it } from 'vitest'
import { TransferBoard } from '../../../src/admin/transfers/transfer-board.js'
import { BEGINNING } from '../../../src/admin/transfers/transfer-report.js'
import { TransferRegistry } from '../../../src/delivery/transfer-registry.js'
import { LastbyteError } from '../../../src/errors.js'

const TIMEOUTS = { stallTimeout: 60_000, sourceTimeout: 60_000 }

describe('TransferBoard', () => {
  const boards: TransferBoard[] = []
  afterEach(() => {
    for (const board of boards.splice(0)) board.close()
  })

  /** A board whose clock stands still until it is moved. */
  function scene() {
    const clock = { ms: 1_000_000 }
    const registry = new TransferRegistry(() => clock.ms)
    const board = new TransferBoard(registry, { date: () => clock.ms, now: () => clock.ms })
    boards.push(board)
    const begin = (path: string) =>
      registry.begin(
        { method: 'GET', path, range: 'bytes=0-' },
        { client: '192.0.2.1', protocol: 'HTTP/1.1', shared: false },
        TIMEOUTS,
        () => {},
      )
    const pass = (seconds: number) => {
      clock.ms += seconds * 1000
      board.sample()
    }
    return { clock, registry, board, begin, pass }
  }

  it('shows a running transfer with its progress, and the same id each time', () => {
    const { board, begin, clock, registry } = scene()
    const transfer = begin('/a')
    Object.assign(transfer, { status: 206, expected: 1000 })
    registry.countBytes(transfer, 100)
    registry.countHeal(transfer)
    clock.ms += 500
    const [shown] = board.report(BEGINNING).running
    expect(shown).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{12}-1$/),
      method: 'GET',
      path: '/a',
      range: 'bytes=0-',
      client: '192.0.2.1',
      protocol: 'HTTP/1.1',
      status: 206,
      bytes: 100,
      expected: 1000,
      heals: 1,
      ms: 500,
      rate: 100,
      waitingFor: 'source',
      stalling: false,
    })
    expect(board.report(BEGINNING).running[0]?.id).toBe(shown?.id)
  })

  it('averages the rate of a transfer over seconds, and falls to nothing when it stops', () => {
    const { board, begin, pass, registry } = scene()
    const transfer = begin('/a')
    const rate = () => board.report(BEGINNING).running[0]?.rate ?? Number.NaN
    for (let n = 0; n < 20; n += 1) {
      registry.countBytes(transfer, 1000)
      pass(1)
    }
    expect(rate()).toBe(1000)
    pass(1)
    expect(rate()).toBeGreaterThan(500)
    expect(rate()).toBeLessThan(1000)
    for (let n = 0; n < 30; n += 1) pass(1)
    expect(rate()).toBe(0)
    expect(board.report(BEGINNING).totals.rate).toBe(0)
  })

  it('shows a transfer that has ended with its outcome, under the id that it had', () => {
    const { board, begin } = scene()
    const transfer = begin('/a')
    const [{ id } = { id: '' }] = board.report(BEGINNING).running
    transfer.settle({ kind: 'failed', error: new LastbyteError('CLIENT_GONE', 'it left') })
    const { running, finished, ended } = board.report(BEGINNING)
    expect(running).toEqual([])
    expect(ended).toBe(1)
    expect(finished).toMatchObject([
      { id, outcome: 'client-gone', reason: 'it left', ended: '1970-01-01T00:16:40.000Z' },
    ])
  })

  it('shows transfers from memory, which end in the turn in which they begin, with their clients', () => {
    const { board, registry } = scene()
    expect(registry.needsPeers).toBe(true)
    const record = { method: 'GET', path: '/m', status: 200, bytes: 3, ms: 0 } as const
    const settled = { peer: { client: '192.0.2.9', shared: false }, expected: 3 }
    registry.recordCompleted({ ...record, outcome: 'complete' }, settled)
    expect(board.report(BEGINNING).finished).toMatchObject([
      { path: '/m', client: '192.0.2.9', expected: 3, outcome: 'complete' },
    ])
  })

  it('reports those that have ended since a position, and keeps the last 200', () => {
    const { board, begin } = scene()
    const end = (path: string) => begin(path).settle({ kind: 'complete' })
    end('/0')
    const { session, ended } = board.report(BEGINNING)
    expect(board.report({ ended: { [session]: ended }, second: 0 }).finished).toEqual([])
    for (let n = 1; n <= 3; n += 1) end(`/${n}`)
    const paths = (known: number) =>
      board.report({ ended: { [session]: known }, second: 0 }).finished.map(({ path }) => path)
    expect(paths(2)).toEqual(['/2', '/3'])
    // A number of the future, or of another process, is not taken for one of this.
    expect(paths(99)).toEqual([])
    expect(board.report({ ended: { other: 4 }, second: 0 }).finished).toHaveLength(4)
    for (let n = 0; n < 300; n += 1) end('/more')
    expect(board.report(BEGINNING).finished).toHaveLength(200)
  })

  it('ends a running transfer by its id, with a reason of its own', () => {
    const { board, begin } = scene()
    const [a, b] = [begin('/a'), begin('/b')]
    const id = board.report(BEGINNING).running[1]?.id ?? ''
    expect(board.kill(id)).toBe(true)
    expect(a.signal.aborted).toBe(false)
    expect(b.signal.reason).toMatchObject({ code: 'KILLED', facts: { id } })
  })

  it.each(['', 'nope', '1'])('ends nothing by the id %j', (id) => {
    const { board, begin } = scene()
    const transfer = begin('/a')
    board.report(BEGINNING)
    expect(board.kill(id)).toBe(false)
    expect(transfer.signal.aborted).toBe(false)
  })

  it('ends nothing by an id of another process, or of a transfer that has ended', () => {
    const [one, other] = [scene(), scene()]
    const transfer = one.begin('/a')
    other.begin('/b')
    const id = one.board.report(BEGINNING).running[0]?.id ?? ''
    expect(other.board.kill(id)).toBe(false)
    transfer.settle({ kind: 'complete' })
    expect(one.board.kill(id)).toBe(false)
  })

  it('shows at most 1000 transfers, and counts all', () => {
    const { board, begin } = scene()
    for (let n = 0; n < 1001; n += 1) begin('/a')
    const { running, totals } = board.report(BEGINNING)
    expect([running.length, totals.running]).toEqual([1000, 1001])
  })
})
