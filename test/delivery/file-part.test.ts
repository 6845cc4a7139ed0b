import { closeSync, openSync, writeSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { FilePart } from '../../src/delivery/file-part.js'
import { COPYING_GUARDS } from '../../src/delivery/send-guard.js'
import { LastbyteError } from '../../src/errors.js'
import { loadBindings, type NativeBindings } from '../../src/native/bindings.js'
import type { SendableFile } from '../../src/source/sendable-file.js'
import { Folder, pattern } from '../fixture/files.js'
import { httpExchange } from '../fixture/http-exchange.js'
import { openFile } from '../fixture/open-file.js'
import { transferAlone } from '../fixture/transfer.js'

const WINDOW = 512 * 1024
const capability = loadBindings()
const native = (capability.kind === 'native' ? capability.calls : undefined) as NativeBindings

/** A call that accepts all bytes of a window, and what precedes it. */
function acceptingCalls(before: (call: number) => void = () => {}) {
  const windows: [position: number, length: number][] = []
  const sendCopy: NativeBindings['sendCopy'] = (_socket, _file, position, length) => {
    before(windows.length)
    windows.push([position, length])
    return length
  }
  return { calls: { ...native, sendCopy }, windows }
}

/** Sends a file from byte 64 on. Resolves to what was counted and the failure, if there was one. */
async function sent(calls: NativeBindings, path: string, transfer = transferAlone().transfer) {
  await using exchange = await httpExchange()
  const { response } = exchange
  const file = openFile(path)
  const slice = { start: 64, end: file.facts.size }
  const part = new FilePart(
    calls,
    file as SendableFile,
    { slice, until: 'accepted' },
    COPYING_GUARDS,
  )
  const counts: number[] = []
  const during = vi.spyOn(transfer, 'during')
  const failure = await part
    .sendTo(response, transfer, (bytes) => void counts.push(bytes))
    .then(
      () => undefined,
      (error) => error,
    )
  await file.release()
  return { counts, failure, waits: during.mock.calls.length }
}

describe.skipIf(capability.kind === 'none')('FilePart', () => {
  it('sends windows that the kernel accepts under one promise, and counts each', async () => {
    using folder = new Folder({ f: pattern(4 * WINDOW) })
    const { calls, windows } = acceptingCalls()
    const { counts, failure, waits } = await sent(calls, folder.at('f'))
    expect(failure).toBeUndefined()
    expect(windows).toEqual([
      [64, WINDOW],
      [64 + WINDOW, WINDOW],
      [64 + 2 * WINDOW, WINDOW],
      [64 + 3 * WINDOW, WINDOW - 64],
    ])
    expect(counts).toEqual([WINDOW, WINDOW, WINDOW, WINDOW - 64])
    expect(waits).toBe(1)
  })

  it('takes turns with other transfers after each window', async () => {
    using folder = new Folder({ f: pattern(3 * WINDOW) })
    const order: string[] = []
    const { transfer } = transferAlone()
    const { calls } = acceptingCalls((call) => {
      order.push('window')
      const other = () => order.push('other')
      if (call === 0) transfer.schedule(other, () => {})
    })
    await sent(calls, folder.at('f'), transfer)
    expect(order).toEqual(['window', 'other', 'window', 'window'])
  })

  it('sends no window after an abort, and has counted those before', async () => {
    using folder = new Folder({ f: pattern(4 * WINDOW) })
    const { transfer } = transferAlone()
    const gone = new LastbyteError('CLIENT_GONE', 'the client has left')
    const { calls, windows } = acceptingCalls((call) => {
      if (call === 1) transfer.abort(gone)
    })
    const { counts, failure } = await sent(calls, folder.at('f'), transfer)
    expect(failure).toBe(gone)
    await new Promise((resolve) => setImmediate(resolve))
    expect(windows).toHaveLength(2)
    expect(counts).toEqual([WINDOW, WINDOW])
  })

  it('sends no window of a file that changes between two of them', async () => {
    using folder = new Folder({ f: pattern(8 * WINDOW) })
    const path = folder.at('f')
    let accepted = 0
    const calls: NativeBindings = {
      ...native,
      sendCopy: (_socket, file, position, length, flags, version) => {
        if (accepted === 2 * WINDOW) {
          const descriptor = openSync(path, 'r+')
          writeSync(descriptor, 'changed', 3 * WINDOW)
          closeSync(descriptor)
        }
        // Of a descriptor that is no socket, -ENOTSOCK proves that the version was confirmed.
        const result = native.sendCopy(file, file, position, length, flags, version)
        if (result === -88) accepted += length
        return result === -88 ? length : result
      },
    }
    const { counts, failure } = await sent(calls, path)
    expect(failure).toMatchObject({ code: 'REPRESENTATION_CHANGED' })
    expect(counts).toEqual([WINDOW, WINDOW])
  })
})
