import { constants } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { SendCopy } from '../../src/delivery/send-copy.js'
import { LastbyteError } from '../../src/errors.js'
import { RWF_NOWAIT } from '../../src/native/bindings.js'
import { sendableFile } from '../fixture/sendable-file.js'

const { EAGAIN, EINTR, EPIPE, ESTALE } = constants.errno
const window = { position: 100, length: 8 }
const KIB = 1024

describe('A call that sends by copy', () => {
  it.each([
    [8, { bytes: 8, next: 'send' }],
    [3, { bytes: 3, next: 'wait for room' }],
    [0, { bytes: 0, next: 'read from disk' }],
    [-EAGAIN, { bytes: 0, next: 'wait for room' }],
    [-EINTR, { bytes: 0, next: 'send' }],
    [-ESTALE, { bytes: 0, next: 'read from disk' }],
  ])('and returns %i for 8 bytes is reported as %o', (result, sent) => {
    const copy = new SendCopy({ sendCopy: () => result }, sendableFile())
    expect(copy.send(9, window)).toEqual(sent)
  })

  it.each([
    ['local', RWF_NOWAIT],
    ['memory', 0],
  ] as const)('passes the flags of a %s file system, and the version', (filesystem, flags) => {
    const sendCopy = vi.fn(() => 8)
    const identity = new Uint8Array(40).fill(1)
    new SendCopy({ sendCopy }, sendableFile({ filesystem, identity })).send(9, window)
    expect(sendCopy).toHaveBeenCalledWith(9, 5, 100, 8, flags, identity)
  })

  it('throws the error of a file whose version is another and whose bytes may be, too', () => {
    const confirm = vi.fn(() => {
      throw new LastbyteError('REPRESENTATION_CHANGED', 'the file has changed')
    })
    const copy = new SendCopy({ sendCopy: () => -ESTALE }, sendableFile({ confirm }))
    expect(() => copy.send(9, window)).toThrow('the file has changed')
    expect(confirm).toHaveBeenCalledWith(100)
  })

  it('throws CLIENT_GONE for a closed connection', () => {
    const copy = new SendCopy({ sendCopy: () => -EPIPE }, sendableFile())
    expect(() => copy.send(9, window)).toThrow(expect.objectContaining({ code: 'CLIENT_GONE' }))
  })

  it('reads fewer bytes at once while the send buffer has little room, and more again afterwards', () => {
    const results = [100 * KIB, -EAGAIN, 64 * KIB, 128 * KIB, 256 * KIB, 512 * KIB]
    const sendCopy = vi.fn<() => number>()
    for (const result of results) sendCopy.mockReturnValueOnce(result)
    const copy = new SendCopy({ sendCopy }, sendableFile())
    const windows = results.map(() => {
      const length = copy.window
      copy.send(9, { position: 0, length })
      return length / KIB
    })
    expect(windows).toEqual([512, 100, 64, 128, 256, 512])
  })
})
