import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_CHECKS } from '../../src/check/all-checks.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { Folder } from '../fixture/files.js'
import { runInProcess } from '../fixture/run-in-process.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const media = () => faultServer({ root: 'media', seed: 1 })
const FLAGS = ['--only', 'range-first-byte,if-range-stale-etag']

describe('lastbyte check', () => {
  it('announces its bound, prints the verdict, and exits with 0 where nothing fails', async () => {
    await using server = await media()
    const { code, stdout, stderr } = await runInProcess([
      'check',
      `${server.url}/clip.mp4`,
      ...FLAGS,
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Checking http.* with at most \d+ requests and 4 MiB, .*\nLevel: safe /)
  })

  it('exits with 1 where a requirement fails, and prints the failure in each format', async () => {
    await using server = await media()
    server.faults.arm({ fault: { kind: 'request-fields', remove: ['if-range'] } })
    using folder = new Folder({})
    const args = ['check', `${server.url}/clip.mp4`, ...FLAGS]
    const text = await runInProcess(args)
    expect(text).toMatchObject({ code: 1, stderr: '' })
    expect(text.stdout).toContain('FAILED if-range-stale-etag')
    const json = await runInProcess([...args, '--json', '--junit', folder.at('report.xml')])
    expect(json).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(json.stdout).failed).toEqual(['if-range-stale-etag'])
    expect(readFileSync(folder.at('report.xml'), 'utf8')).toContain('failures="1"')
    const markdown = await runInProcess([...args, '--markdown'])
    expect(markdown.stdout).toMatch(/^# lastbyte check .*^### if-range-stale-etag$/ms)
  })

  it('sends the fields of --header, and prints none of their secrets', async () => {
    await using server = await ScriptedServer.start(({ headers }, response) => {
      response.writeHead(headers['x-key'] === 'secret' ? 200 : 403).end('x')
    })
    const args = ['check', `${server.url}/f`, '-H', 'X-Key: secret', '--only', 'ranges', '--json']
    const { code, stdout } = await runInProcess(args)
    expect(code).toBe(1)
    expect(stdout).not.toContain('secret')
  })

  it('lists every check, for people and as JSON', async () => {
    const { code, stdout } = await runInProcess(['check', '--list'])
    expect(code).toBe(0)
    for (const { id } of ALL_CHECKS) expect(stdout).toContain(`  ${id} (`)
    const json = await runInProcess(['check', '--list', '--json', '--only', 'multipart'])
    const groups = JSON.parse(json.stdout).map(({ group }: { group: string }) => group)
    expect(new Set(groups)).toEqual(new Set(['multipart']))
    const { code: refused, stderr } = await runInProcess(['check', '--list', '--only', 'none'])
    expect([refused, stderr]).toEqual([2, expect.stringMatching(/^lastbyte: --only: expected /)])
  })

  it('ends at SIGINT with exit code 130 and one line', async () => {
    await using server = await ScriptedServer.start(() => process.emit('SIGINT'))
    const { code, stderr } = await runInProcess(['check', `${server.url}/f`])
    expect(stderr).toBe('lastbyte: Interrupted\n')
    expect(code).toBe(130)
  })

  it('is a usage error before the first request where the file of --junit cannot be written', async () => {
    await using server = await ScriptedServer.start((_, response) => void response.end())
    const { code, stderr, stdout } = await runInProcess([
      ...['check', `${server.url}/f`, ...FLAGS, '--junit', '/nowhere/f.xml'],
    ])
    expect(code).toBe(2)
    expect(stderr).toMatch(/^lastbyte: --junit: expected a file .*ENOENT.*\n$/)
    expect(stdout).toBe('')
    expect(server.requests).toEqual([])
  })

  it.runIf(existsSync('/dev/full'))(
    'prints the report, too, where the disk of --junit is full',
    async () => {
      await using server = await media()
      const args = ['check', `${server.url}/clip.mp4`, ...FLAGS, '--json', '--junit', '/dev/full']
      const { code, stderr, stdout } = await runInProcess(args)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^lastbyte: --junit: expected a file .*ENOSPC.*\n$/)
      expect(JSON.parse(stdout)).toHaveProperty('level')
    },
  )
})
