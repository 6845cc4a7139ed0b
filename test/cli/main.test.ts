import { afterEach, describe, expect, it, vi } from 'vitest'
import { runMain as runGet } from '../../src/cli/run-get.js'
import { runMain } from '../../src/cli/run-main.js'

vi.mock('../../src/cli/run-get.js', () => ({ runMain: vi.fn() }))
vi.mock('../../src/cli/run-main.js', () => ({ runMain: vi.fn() }))

describe('the entry of the command', () => {
  const { argv, exitCode } = process
  afterEach(() => {
    process.argv = argv
    process.exitCode = exitCode
    vi.restoreAllMocks()
    vi.clearAllMocks()
    vi.resetModules()
  })

  it.each([
    [['get', 'http://h/f'], runGet, runMain],
    [['serve', 'get'], runMain, runGet],
    [['getx'], runMain, runGet],
    [['--help'], runMain, runGet],
    [[], runMain, runGet],
  ])('passes the arguments %j on, and loads what they need', async (args, called, other) => {
    process.argv = ['node', 'main.js', ...args]
    await (await import('../../src/cli/main.js')).completion
    expect(called).toHaveBeenCalledExactlyOnceWith(args)
    expect(other).not.toHaveBeenCalled()
  })

  it('ends with exit code 13 if the command never settles', async () => {
    vi.mocked(runMain).mockReturnValueOnce(new Promise(() => {}))
    process.argv = ['node', 'main.js', 'serve']
    process.exitCode = undefined
    const before = process.listeners('beforeExit')
    await import('../../src/cli/main.js')
    await vi.waitFor(() => expect(runMain).toHaveBeenCalledOnce(), 20_000)
    const added = process.listeners('beforeExit').filter((each) => !before.includes(each))
    for (const listener of added) {
      listener(0)
      process.off('beforeExit', listener)
    }
    expect(process.exitCode).toBe(13)
  })

  it('refuses an older Node in one line with exit code 2, and loads nothing else', async () => {
    vi.spyOn(process.versions, 'node', 'get').mockReturnValue('18.20.8')
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await (await import('../../src/cli/main.js')).completion
    const printed = write.mock.calls.join('')
    expect(printed).toMatch(/^lastbyte: expected Node 20\.15 or newer; this is 18\.20\.8\..*\n$/)
    expect(process.exitCode).toBe(2)
    expect(runMain).not.toHaveBeenCalled()
  })
})
