import { afterEach, describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../src/cli/run-command.js'
import { runMain } from '../../src/cli/run-main.js'
import { AddedListeners } from '../fixture/added-listeners.js'

vi.mock('../../src/cli/run-command.js', () => ({ runCommand: vi.fn() }))

describe('runMain', () => {
  const { exitCode } = process
  const streams = [process.stdout, process.stderr]
  const errors = streams.map((stream) => new AddedListeners(stream, 'error'))
  afterEach(() => {
    process.exitCode = exitCode
    for (const listeners of errors) listeners.remove()
  })

  it('passes the arguments on, and sets the exit code', async () => {
    vi.mocked(runCommand).mockResolvedValue(7)
    await runMain(['get', 'http://h/f'])
    expect(runCommand).toHaveBeenCalledWith(['get', 'http://h/f'])
    expect(process.exitCode).toBe(7)
  })

  it('does not throw when the reader of stdout or stderr has left', async () => {
    vi.mocked(runCommand).mockResolvedValue(0)
    await runMain([])
    for (const stream of streams) {
      const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
      expect(() => stream.emit('error', error)).not.toThrow()
    }
  })

  it('prints an error that is a bug without characters on which a terminal acts, and exits with 1', async () => {
    vi.mocked(runCommand).mockRejectedValue(new TypeError('\x1b[2J\u009b'))
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await runMain([])
    const printed = String(write.mock.calls[0]?.[0])
    expect(exit).toHaveBeenCalledWith(1)
    vi.restoreAllMocks()
    expect(printed).toMatch(/^lastbyte: uncaught exception: TypeError: \\u001b\[2J\\u009b\n {4}at /)
  })
})
