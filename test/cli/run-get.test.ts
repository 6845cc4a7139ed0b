import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bundleCommand } from '../../scripts/bundle-command.mjs'
import { runMain as runGet } from '../../src/cli/run-get.js'
import { runMain } from '../../src/cli/run-main.js'
import { AddedListeners } from '../fixture/added-listeners.js'
import { Folder } from '../fixture/files.js'
import { RunningProcess } from '../fixture/process.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

describe('the command get alone', () => {
  const { exitCode } = process
  const errors = [process.stdout, process.stderr].map(
    (stream) => new AddedListeners(stream, 'error'),
  )
  afterEach(() => {
    process.exitCode = exitCode
    for (const listeners of errors) listeners.remove()
  })

  /** The exit code and all that a command prints. */
  async function outcome(run: typeof runMain, args: readonly string[]) {
    const writes = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockReturnValue(true),
    )
    await run(args)
    const [stdout = '', stderr = ''] = writes.map(({ mock }) =>
      mock.calls.map(([text]) => text).join(''),
    )
    vi.restoreAllMocks()
    return { code: process.exitCode, stdout, stderr }
  }

  it.each([
    [['get', '--help']],
    [['get', '--version']],
    [['get']],
    [['get', '-o']],
    [['get', '--outptu', 'x', 'http://127.0.0.1:1/f']],
    [['get', 'nonsense']],
    [['get', 'http://127.0.0.1:1/f', '-c', '17']],
  ])('prints what the whole command prints: %j', async (args) => {
    const alone = await outcome(runGet, args)
    expect(alone.stdout + alone.stderr).not.toBe('')
    expect(alone).toEqual(await outcome(runMain, args))
  })
})

describe('the modules of get', () => {
  let bundle: Awaited<ReturnType<typeof bundleCommand>>
  beforeAll(async () => {
    bundle = await bundleCommand('src/cli/run-get.ts')
  })

  // Each of these was chosen. What a download rarely needs is imported when it is needed.
  it('are of few packages', () => {
    expect(bundle.packages).toEqual(['@lukeed/ms', 'commander', 'structured-headers'])
  })

  it('are loaded by require: Node warns of import() in a script that it loads with its compiled code', () => {
    expect(bundle.text).not.toContain('import(')
    expect(bundle.text).toContain('require("cli-progress")')
  })

  it('load no more of Node than a download over http: needs', () => {
    const chosen = ['cli-progress', 'crypto', 'events', 'fs', 'http']
    const more = [
      'module',
      'net',
      'os',
      'path',
      'process',
      'stream',
      'stream/promises',
      'util',
      'worker_threads',
    ]
    expect(bundle.builtins).toEqual([...chosen, ...more])
  })

  // With the modules that a package, a global object or a function of Node loads by itself.
  it('load few modules of Node for a download', async () => {
    using folder = new Folder({ 'package.json': '{ "version": "1.2.3" }' })
    mkdirSync(folder.at('dist/cli'), { recursive: true })
    writeFileSync(folder.at('dist/cli/run-get.cjs'), bundle.text)
    await using server = await ScriptedServer.start((_request, response) => response.end('hello'))
    const script = `
      const before = process.moduleLoadList.length
      require('./dist/cli/run-get.cjs').runMain(['get', '-q', '-o', 'f', '${server.url}/f']).then(() => {
        const names = process.moduleLoadList.slice(before).map((each) => each.split(' ').at(-1))
        process.stdout.write(JSON.stringify(names))
      })`
    const { stdout, stderr } = await new RunningProcess(process.execPath, ['-e', script], {
      cwd: folder.path,
    }).exit
    expect(stderr).toBe('')
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('hello')
    const names: string[] = JSON.parse(stdout)
    expect(names).toContain('http')
    expect(names.length).toBeLessThan(120)
    const rarelyNeeded = [
      'cluster',
      'child_process',
      'https',
      'perf_hooks',
      'tls',
      'worker_threads',
    ]
    expect(names.filter((name) => rarelyNeeded.includes(name))).toEqual([])
  })

  it('belong to a client', () => {
    const folders = bundle.modules.map((module) => /^src\/([^/]+)\//.exec(module)?.[1])
    const known = ['async', 'cli', 'client', 'http', 'native', 'resume', 'transport', 'validation']
    expect([...new Set(folders.filter((folder) => folder !== undefined))].sort()).toEqual(known)
    const commands = bundle.modules.filter((module) =>
      /^src\/cli\/(?:.*\/|serve|proxy|check|faults)/.test(module),
    )
    expect(commands).toEqual([])
  })
})
