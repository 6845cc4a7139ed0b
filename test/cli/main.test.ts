import { afterEach, describe, expect, it, vi } from 'vitest'
import { runCommand } from '../../src/cli/run-command.js'
import { AddedListeners } from '../fixture/added-listeners.js'

vi.mock('../../src/cli/run-command.js', () => ({ runCommand: vi.fn() }))

describe('the entry of the command', () => {
  const { argv, exitCode } = process
  const streams = [process.stdout, process.stderr]
  const errors = streams.map((stream) => new AddedListeners(stream, 'error'))
  afterEach(() => {
    process.argv = argv
    process.exitCode = exitCode
    for (const listeners of errors) listeners.remove()
    vi.resetModules()
  })

  it('passes the arguments on, and sets the exit code', async () => {
    vi.mocked(runCommand).mockResolvedValue(7)
    process.argv = ['node', 'main.js', 'get', 'http://h/f']
    await import('../../src/cli/main.js')
    expect(runCommand).toHaveBeenCalledWith(['get', 'http://h/f'])
    expect(process.exitCode).toBe(7)
  })

  it('does not throw when the reader of stdout or stderr has left', async () => {
    vi.mocked(runCommand).mockResolvedValue(0)
    await import('../../src/cli/main.js')
    for (const stream of streams) {
      const error = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
      expect(() => stream.emit('error', error)).not.toThrow()
    }
  })

  it('prints an error that is a bug without characters on which a terminal acts, and exits with 1', async () => {
    vi.mocked(runCommand).mockRejectedValue(new TypeError('\x1b[2J\u009b'))
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never)
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await import('../../src/cli/main.js')
    const printed = String(write.mock.calls[0]?.[0])
    expect(exit).toHaveBeenCalledWith(1)
    vi.restoreAllMocks()
    expect(printed).toMatch(/^lastbyte: uncaught exception: TypeError: \\u001b\[2J\\u009b\n {4}at /)
  })
})
