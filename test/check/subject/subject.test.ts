import type { RequestListener } from 'node:http'
import { describe, expect, it } from 'vitest'
import { BoundReached, WholeTooLarge } from '../../../src/check/subject/budget.js'
import type { Facts } from '../../../src/check/subject/facts.js'
import { CheckSubject, factsWith } from '../../fixture/check-subject.js'
import { exchangeWith } from '../../fixture/exchange.js'
import { RawOrigin } from '../../fixture/raw-origin.js'
import { inTurn, ScriptedServer } from '../../fixture/scripted-server.js'

const fine: RequestListener = (_, response) => void response.end('abc')
const busy =
  (status: number, wait: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'retry-after': wait }).end()

/** Facts of a server whose whole was left. */
function left(url: string, facts: Partial<Facts> = {}): Facts {
  return factsWith(facts, exchangeWith({ url, end: 'left' }))
}

describe('A request of a subject', () => {
  it('has the fields of all requests, those of the run and its own, which may remove others', async () => {
    await using server = await ScriptedServer.start(fine)
    using on = new CheckSubject(server.url, {
      fields: { Authorization: 'Bearer a', Accept: 'b/c' },
    })
    await on.subject.sendRange('bytes=0-0', { 'If-Range': '"a"', 'user-agent': undefined })
    const { host } = new URL(server.url)
    expect(server.requests[0]?.headers).toMatchObject({
      host,
      accept: 'b/c',
      'accept-encoding': 'identity',
      authorization: 'Bearer a',
      'if-range': '"a"',
      range: 'bytes=0-0',
    })
    expect(server.requests[0]?.headers).not.toHaveProperty('user-agent')
  })

  it('does not carry the fields of the run to another origin', async () => {
    await using server = await ScriptedServer.start(fine)
    await using other = await ScriptedServer.start(fine)
    using on = new CheckSubject(server.url, { fields: { authorization: 'Bearer a' } })
    await on.subject.send({ url: new URL(other.url) })
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization')
  })

  it('goes to the last URL of the redirects once the server was surveyed', async () => {
    await using server = await ScriptedServer.start(fine)
    using on = new CheckSubject(`${server.url}/given`)
    on.subject.learn(left(`${server.url}/last`))
    await on.subject.send()
    expect(server.requests.map(({ url }) => url)).toEqual(['/last'])
    expect([on.subject.givenUrl.pathname, on.subject.url.pathname]).toEqual(['/given', '/last'])
  })

  it('is not sent beyond the bound of requests', async () => {
    await using server = await ScriptedServer.start(fine)
    using on = new CheckSubject(server.url, { requests: 1 })
    await on.subject.send()
    await expect(on.subject.send()).rejects.toThrow('the bound of 1 requests is reached')
    expect(server.requests).toHaveLength(1)
  })

  it('ends at the bound of bytes where the body is larger', async () => {
    await using server = await ScriptedServer.start((_, response) => {
      response.end(Buffer.alloc(1_000_000))
    })
    using on = new CheckSubject(server.url, { bytes: 256 * 1024 })
    await expect(on.subject.send()).rejects.toThrow(BoundReached)
    expect(on.budget.bytes).toBeLessThanOrEqual(256 * 1024)
  })

  it('rejects with the reason of the signal where that ends its body', async () => {
    await using origin = await RawOrigin.start((_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')
    })
    using on = new CheckSubject(origin.url)
    const act = async () => on.abort.abort(new Error('interrupted'))
    const sent = on.subject.send({ midway: { after: 3, act } })
    await expect(sent).rejects.toThrow('interrupted')
  })
})

describe('A server that is busy', () => {
  it.each([429, 503])('with %i and Retry-After is asked again', async (status) => {
    await using server = await ScriptedServer.start(inTurn(busy(status, '0'), fine))
    using on = new CheckSubject(server.url)
    expect((await on.subject.send()).status).toBe(200)
    expect(on.budget.requests).toBe(2)
  })

  it.each([
    ['again and again', '0', 4],
    ['for more than 30 s', '31', 1],
  ])('%s shows nothing of a check', async (_, wait, requests) => {
    await using server = await ScriptedServer.start(busy(503, wait))
    using on = new CheckSubject(server.url)
    on.subject.learn(left(server.url))
    const reason = 'the server is busy: status 503 with Retry-After'
    await expect(on.subject.send()).rejects.toThrow(reason)
    expect(server.requests).toHaveLength(requests)
  })

  it('for longer than a run waits rejects with its response, so that the run tells it', async () => {
    await using server = await ScriptedServer.start(busy(503, '31'))
    using on = new CheckSubject(server.url)
    await expect(on.subject.send()).rejects.toMatchObject({
      exchange: { status: 503 },
      received: 'status 503 with Retry-After: 31',
    })
  })
})

describe('A server that is silent', () => {
  const silent: RequestListener = (_, response) => void response.destroy()

  it('three times in a row is sent no further request', async () => {
    await using server = await ScriptedServer.start(silent)
    using on = new CheckSubject(server.url)
    for (let time = 0; time < 3; time += 1) {
      await expect(on.subject.send()).rejects.toMatchObject({ code: 'UNREACHABLE' })
    }
    const count = server.requests.length
    await expect(on.subject.send()).rejects.toThrow(
      'the server left 3 requests in a row unanswered',
    )
    expect(server.requests).toHaveLength(count)
  })

  it('now and then is sent further requests', async () => {
    await using server = await ScriptedServer.start(inTurn(silent, silent, fine, silent, fine))
    using on = new CheckSubject(server.url)
    const request = { connection: 'new' } as const
    for (const outcome of ['silent', 'silent', 200, 'silent', 200]) {
      const status = on.subject.send(request).then(
        ({ status }) => status,
        () => 'silent',
      )
      expect(await status).toBe(outcome)
    }
  })
})

describe('The whole', () => {
  it('is that of the survey where it was read to its end', async () => {
    using on = new CheckSubject('http://example.test/f')
    const whole = exchangeWith({ body: 'abc' })
    on.subject.learn(factsWith({}, whole))
    expect(await on.subject.whole()).toBe(whole)
  })

  it('is requested once for all checks, and its bytes are known', async () => {
    await using server = await ScriptedServer.start(fine)
    using on = new CheckSubject(server.url)
    on.subject.learn(left(server.url, { size: 3 }))
    const [one, other] = await Promise.all([on.subject.whole(), on.subject.whole()])
    expect(one).toBe(other)
    expect(server.requests).toHaveLength(1)
    expect(on.subject.known.slice(0, 3)?.toString()).toBe('abc')
  })

  it.each([
    [undefined, 'the size of the whole is unknown'],
    [5_000_000, 'the whole has 5000000 bytes; the bound leaves 4128768'],
  ])('of %s bytes is not requested', async (size, reason) => {
    using on = new CheckSubject('http://example.test/f')
    on.subject.learn(left('http://example.test/f', { size }))
    await expect(on.subject.whole()).rejects.toThrow(new WholeTooLarge(reason))
    expect(on.budget.requests).toBe(0)
  })
})

it('A subject without a survey has no facts', () => {
  using on = new CheckSubject('http://example.test/f')
  expect(() => on.subject.facts).toThrow('The server has not been surveyed.')
})
