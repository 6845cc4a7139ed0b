import { afterEach, describe, expect, it } from 'vitest'
import { TransferBoard } from '../../../src/admin/transfers/transfer-board.js'
import { BEGINNING } from '../../../src/admin/transfers/transfer-report.js'
import type { FromWorker, ToWorker } from '../../../src/cli/cluster/messages.js'
import { sharedTransfers } from '../../../src/cli/cluster/shared-transfers.js'
import { TransferRegistry } from '../../../src/delivery/transfer-registry.js'
import { AddedListeners } from '../../fixture/added-listeners.js'

describe('the transfers of all workers', () => {
  const added = new AddedListeners(process, 'message')
  const { send } = process
  let board: TransferBoard | undefined
  afterEach(() => {
    added.remove()
    Object.assign(process, { send })
    board?.close()
  })

  const receive = (message: ToWorker) => process.emit('message', message, undefined)

  function worker() {
    const messages: FromWorker[] = []
    Object.assign(process, {
      send: (message: FromWorker) => {
        messages.push(message)
        return true
      },
    })
    const registry = new TransferRegistry()
    board = new TransferBoard(registry)
    const timeouts = { stallTimeout: 60_000, sourceTimeout: 60_000 }
    const transfer = registry.begin(
      { method: 'GET', path: '/a' },
      { shared: false },
      timeouts,
      () => {},
    )
    return { messages, board, transfer, view: sharedTransfers(board) }
  }

  it('are requested of the primary, and have the number of their worker', async () => {
    const { messages, board, view } = worker()
    const reports = view.report(BEGINNING)
    const question = { kind: 'transfers', position: BEGINNING } as const
    expect(messages).toEqual([{ kind: 'gather', gather: 1, question }])
    const report = board.report(BEGINNING)
    receive({ kind: 'gathered', gather: 1, answers: [{ worker: 4, report }, { worker: 5 }] })
    expect(await reports).toMatchObject([{ running: [{ path: '/a', worker: 4 }] }])
  })

  it('are ended by the worker that has them', async () => {
    const { messages, view } = worker()
    const killed = view.kill('x')
    expect(messages).toEqual([{ kind: 'gather', gather: 1, question: { kind: 'kill', id: 'x' } }])
    const answers = [
      { worker: 1, killed: false },
      { worker: 2, killed: true },
    ]
    receive({ kind: 'gathered', gather: 1, answers })
    expect(await killed).toBe(true)
  })

  it('are reported and ended by this worker when the primary requests it', () => {
    const { messages, board, transfer } = worker()
    receive({ kind: 'ask', ask: 8, question: { kind: 'transfers', position: BEGINNING } })
    const id = board.report(BEGINNING).running[0]?.id ?? ''
    expect(messages).toMatchObject([
      { kind: 'answered', ask: 8, answer: { report: { running: [{ id }] } } },
    ])
    receive({ kind: 'ask', ask: 9, question: { kind: 'kill', id } })
    expect(messages[1]).toEqual({ kind: 'answered', ask: 9, answer: { killed: true } })
    expect(transfer.signal.reason).toMatchObject({ code: 'KILLED' })
  })
})
