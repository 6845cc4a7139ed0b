import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCached } from '../../src/cli/run-cached.js'
import { Folder } from '../fixture/files.js'

describe('runCached', () => {
  const { execArgv, exitCode } = process
  let folder: Folder
  beforeEach(() => {
    process.execArgv = []
    folder = new Folder({
      'script.cjs': 'exports.runMain = async (args) => void (process.exitCode = Number(args[0]))',
    })
    vi.stubEnv('XDG_CACHE_HOME', folder.at('cache'))
    vi.stubEnv('NODE_OPTIONS', '')
    vi.stubEnv('NODE_DISABLE_COMPILE_CACHE', undefined)
  })
  afterEach(() => {
    process.execArgv = execArgv
    process.exitCode = exitCode
    vi.unstubAllEnvs()
    folder[Symbol.dispose]()
  })

  it.each([
    [['0', 'http://127.0.0.1/f'], true],
    [['0', 'HTTPS://127.0.0.1/f'], true],
    [['0', '--help'], false],
    [['3', 'http://127.0.0.1/f'], false],
  ])('keeps the code after a download: %j', async (args, isKept) => {
    await runCached(folder.at('script.cjs'), 'b'.repeat(64))(args)
    expect(process.exitCode).toBe(Number(args[0]))
    expect(existsSync(folder.at('cache/lastbyte'))).toBe(isKept)
  })
})
