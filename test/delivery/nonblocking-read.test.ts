import { describe, expect, it, vi } from 'vitest'
import { readNonblocking } from '../../src/delivery/nonblocking-read.js'
import { LastbyteError } from '../../src/errors.js'
import { type NativeBindings, RWF_NOWAIT } from '../../src/native/bindings.js'
import { sendableFile as file } from '../fixture/sendable-file.js'

/** Bindings whose read returns `result`: a number of bytes, or a negative errno. */
function bindings(result: number) {
  const read = vi.fn((_file: number, buffer: Uint8Array) => {
    buffer.fill(7, 0, Math.max(0, result))
    return result
  })
  return { calls: { read } as unknown as NativeBindings, read }
}

const window = { position: 100, length: 8 }

describe('readNonblocking', () => {
  it.each([
    [8, 8],
    [3, 3],
    [0, undefined],
    [-11, undefined],
  ])('for a system call that returns %i returns a buffer of length %s', (result, length) => {
    const { calls } = bindings(result)
    expect(readNonblocking(calls, file(), window)?.length).toBe(length)
  })

  it.each([
    ['local', RWF_NOWAIT],
    ['memory', 0],
  ] as const)('for a file on a %s file system passes the flags %i', (filesystem, flags) => {
    const { calls, read } = bindings(8)
    readNonblocking(calls, file({ filesystem }), window)
    expect(read).toHaveBeenCalledWith(5, expect.any(Uint8Array), 100, flags)
  })

  it('confirms the version of the file after the read, and throws where it has changed', () => {
    const { calls, read } = bindings(8)
    const confirm = () => {
      expect(read).toHaveBeenCalledTimes(1)
      throw new LastbyteError('REPRESENTATION_CHANGED', 'changed')
    }
    expect(() => readNonblocking(calls, file({ confirm }), window)).toThrow('changed')
  })

  it('returns a new buffer for each read, since the buffer is written without a copy', () => {
    const { calls } = bindings(8)
    const [one, other] = [1, 2].map(() => readNonblocking(calls, file(), window))
    expect(one?.buffer).not.toBe(other?.buffer)
  })
})
