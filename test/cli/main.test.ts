import { afterEach, describe, expect, it, vi } from 'vitest'
import { runMain } from '../../src/cli/run-main.js'

vi.mock('../../src/cli/run-main.js', () => ({ runMain: vi.fn() }))

describe('the entry of the command', () => {
  const { argv, exitCode } = process
  afterEach(() => {
    process.argv = argv
    process.exitCode = exitCode
    vi.restoreAllMocks()
    vi.resetModules()
  })

  it('passes the arguments on', async () => {
    process.argv = ['node', 'main.js', 'get', 'http://h/f']
    await import('../../src/cli/main.js')
    expect(runMain).toHaveBeenCalledWith(['get', 'http://h/f'])
  })

  it('refuses an older Node in one line with exit code 2, and loads nothing else', async () => {
    vi.mocked(runMain).mockClear()
    vi.spyOn(process.versions, 'node', 'get').mockReturnValue('18.20.8')
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await import('../../src/cli/main.js')
    const printed = write.mock.calls.join('')
    expect(printed).toMatch(/^lastbyte: expected Node 20\.15 or newer; this is 18\.20\.8\..*\n$/)
    expect(process.exitCode).toBe(2)
    expect(runMain).not.toHaveBeenCalled()
  })
})
