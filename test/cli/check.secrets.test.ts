import { expect, it } from 'vitest'
import { runInProcess } from '../fixture/run-in-process.js'
import { ScriptedServer } from '../fixture/scripted-server.js'

const FORMATS = [[], ['--verbose'], ['--json'], ['--markdown'], ['--junit', '-']]
const QUERY = 'x=1&sig=SECRET-12'

/** A server that ignores ranges, and repeats what it was sent first in every field that reports show. */
const echoing = () =>
  ScriptedServer.start(({ url = '' }, response) => {
    if (url.startsWith('/go')) return response.writeHead(302, { location: '/f' }).end()
    const fields = {
      etag: '"SECRET-12"',
      'cache-control': 'SECRET-12',
      'content-range': 'SECRET-12',
    }
    return response.writeHead(200, { ...fields, 'set-cookie': 'id=SECRET' }).end('abcdefgh')
  })

it.each(FORMATS.map((flags) => [flags.join(' '), flags] as const))(
  'lastbyte check %s prints no parameter of the query that the server repeats after a redirect',
  async (_name, flags) => {
    await using server = await echoing()
    const args = ['check', `${server.url}/go?${QUERY}`, '--only', 'ranges,conditions', ...flags]
    const { stdout, stderr } = await runInProcess(args)
    expect(stdout.length).toBeGreaterThan(200)
    expect(stdout + stderr).not.toContain('SECRET')
  },
)

it.each(FORMATS.map((flags) => [flags.join(' '), flags] as const))(
  'lastbyte check %s prints no parameter of the query that a redirect to nowhere repeats',
  async (_name, flags) => {
    await using server = await ScriptedServer.start((_request, response) => {
      response.writeHead(302, { location: 'ftp://host/SECRET-12?sig=SECRET-12' }).end()
    })
    const args = ['check', `${server.url}/go?${QUERY}`, ...flags]
    const { code, stdout, stderr } = await runInProcess(args)
    expect(code).toBe(2)
    expect(stdout + stderr).not.toContain('SECRET')
  },
)
