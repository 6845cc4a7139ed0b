import { constants } from 'node:os'
import { describe, expect, it, vi } from 'vitest'
import { Sendfile } from '../../src/delivery/sendfile.js'
import { LastbyteError } from '../../src/errors.js'
import { sendableFile } from '../fixture/sendable-file.js'

const window = { position: 100, length: 8 }

/** Native functions that return these results. */
function bindings({ resident = 1, sent = 8 }: { resident?: number; sent?: number } = {}) {
  return { isResident: vi.fn(() => resident), sendfile: vi.fn(() => sent) }
}

describe('A call of sendfile', () => {
  it.each([
    [8, { bytes: 8, next: 'send' }],
    [3, { bytes: 3, next: 'wait for room' }],
    [-constants.errno.EAGAIN, { bytes: 0, next: 'wait for room' }],
  ])('that returns %i for 8 bytes is reported as %o', (sent, result) => {
    const calls = bindings({ sent })
    expect(new Sendfile(calls, sendableFile()).send(9, window)).toEqual(result)
    expect(calls.sendfile).toHaveBeenCalledWith(9, 5, 100, 8)
  })

  it('is made only for bytes in the page cache, which a file system in memory need not check', () => {
    const calls = bindings({ resident: 0 })
    const read = { bytes: 0, next: 'read from disk' }
    expect(new Sendfile(calls, sendableFile()).send(9, window)).toEqual(read)
    expect(calls.sendfile).not.toHaveBeenCalled()
    new Sendfile(calls, sendableFile({ filesystem: 'memory' })).send(9, window)
    expect(calls.sendfile).toHaveBeenCalledOnce()
    expect(calls.isResident).toHaveBeenCalledOnce()
  })

  it('is not made for a file that has changed', () => {
    const calls = bindings()
    const confirm = () => {
      throw new LastbyteError('REPRESENTATION_CHANGED', 'the file has changed')
    }
    expect(() => new Sendfile(calls, sendableFile({ confirm })).send(9, window)).toThrow('changed')
    expect(calls.sendfile).not.toHaveBeenCalled()
  })
})
