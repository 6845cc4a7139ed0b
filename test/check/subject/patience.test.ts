import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { Patience } from '../../../src/check/subject/patience.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { checkedFolder, failedIds } from '../../fixture/check-mutant.js'
import { exchangeOf, sentRequest } from '../../fixture/check-results.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'

/** A server that refuses requests from one on, in front of one without defects. */
async function refusing(
  from: number,
  until: number,
  status: number,
  fields: Record<string, string>,
  run: (url: string, requests: () => number) => Promise<void>,
): Promise<void> {
  using folder = checkedFolder()
  await using origin = await faultServer({ root: folder.path, seed: 1 })
  await using server = await ScriptedServer.start(async (request, response) => {
    const count = server.requests.length
    if (count >= from && count < until) {
      return void response.writeHead(status, { ...fields, 'content-length': 0 }).end()
    }
    // What fetch sets itself. It rejects a second Content-Length where undici is its dispatcher.
    const { host, connection, 'content-length': length, ...headers } = request.headers
    const { method = 'GET' } = request
    const received = await fetch(origin.url + request.url, {
      method,
      headers: { ...(headers as Record<string, string>) },
    })
    const sent: Record<string, string> = {}
    received.headers.forEach((value, name) => {
      if (name !== 'connection' && name !== 'keep-alive') sent[name] = value
    })
    response.writeHead(received.status, sent).end(Buffer.from(await received.arrayBuffer()))
  })
  await run(`${server.url}/film.mp4`, () => server.requests.length)
}

it.each([
  [429, { 'retry-after': '45' }],
  [503, { 'retry-after': '86400' }],
])(
  'no request is sent after a %i with a Retry-After of more than 30 s, and nothing fails by it',
  async (status, fields) => {
    await refusing(60, Number.POSITIVE_INFINITY, status, fields, async (url, requests) => {
      const report = await check(url)
      expect(failedIds(report)).toEqual([])
      expect(requests()).toBe(60)
      expect(report.level).toBe('none')
    })
  },
)

it.each([
  [429, {}],
  [503, {}],
  [429, { 'retry-after': '0' }],
])('a %i with %j is no answer: the request is sent again', async (status, fields) => {
  await refusing(4, 5, status, fields, async (url) => {
    const report = await check(url, { only: ['range-first-byte', 'range-last-byte'] })
    expect(report.results.map(({ finding }) => finding.kind)).toEqual(['passed', 'passed'])
  })
})

it.each([3, 4, 5])(
  'a 429 to request %i, on a connection whose bytes are compared, is waited for',
  async (from) => {
    await refusing(from, from + 1, 429, { 'retry-after': '0' }, async (url) => {
      const report = await check(url, { only: ['kept-connection-in-step'] })
      expect(report.results.map(({ finding }) => finding.kind)).toEqual(['passed'])
    })
  },
)

it('a server that is busy for the second request cannot be checked', async () => {
  await refusing(2, Number.POSITIVE_INFINITY, 429, { 'retry-after': '45' }, async (url) => {
    await expect(check(url)).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/received status 429 with Retry-After: 45$/),
    })
  })
})

it('nothing is sent to a server that has refused for a told time', async () => {
  const patience = new Patience(new AbortController().signal)
  const busy = {
    ...exchangeOf(sentRequest(), 429),
    lines: [['Retry-After', '60']] as const,
  }
  let sent = 0
  const ask = () =>
    patience.ask(
      async () => {
        sent += 1
        return busy
      },
      (exchange) => [exchange],
    )
  await expect(ask()).rejects.toThrow('the server is busy: status 429 with Retry-After: 60')
  await expect(ask()).rejects.toThrow('the server is busy: status 429 with Retry-After: 60')
  expect(sent).toBe(1)
})
