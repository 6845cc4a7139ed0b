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
    await runMain(['serve', 'films'])
    expect(runCommand).toHaveBeenCalledWith(['serve', 'films'])
    expect(process.exitCode).toBe(7)
  })
})
