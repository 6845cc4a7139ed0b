import { afterEach, describe, expect, it, vi } from 'vitest'
import { runProcess } from '../../src/cli/run-process.js'
import { AddedListeners } from '../fixture/added-listeners.js'

describe('runProcess', () => {
  const { exitCode } = process
  const streams = [process.stdout, process.stderr]
  const errors = streams.map((stream) => new AddedListeners(stream, 'error'))
  afterEach(() => {
    process.exitCode = exitCode
    for (const listeners of errors) listeners.remove()
  })

  it('sets the exit code', async () => {
    await runProcess(async () => 7)
    expect(process.exitCode).toBe(7)
  })

  it('does not throw when the reader of stdout or stderr has left', async () => {
    await runProcess(async () => 0)
    for (const stream of streams) {
      const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
      expect(() => stream.emit('error', error)).not.toThrow()
    }
  })

  it('prints an error that is a bug without characters on which a terminal acts, and exits with 1', async () => {
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await runProcess(async () => {
      throw new TypeError('\x1b[2J\u009b')
    })
    const printed = String(write.mock.calls[0]?.[0])
    expect(exit).toHaveBeenCalledWith(1)
    vi.restoreAllMocks()
    expect(printed).toMatch(/^lastbyte: uncaught exception: TypeError: \\u001b\[2J\\u009b\n {4}at /)
  })
})
