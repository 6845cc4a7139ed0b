import { describe, expect, it } from 'vitest'
import { followRedirects, type Hop } from '../../../src/client/platform/follow-redirects.js'
import { respond } from '../../fixture/fake-server.js'

const { signal } = new AbortController()
const FIELDS = { authorization: 'Bearer secret', 'x-token': 'secret', range: 'bytes=5-' }

/** Follows a chain of URLs, each of which redirects to the next one. */
async function follow(insecure: 'refused' | 'allowed', ...chain: string[]) {
  const hops: Hop[] = []
  const send = async (hop: Hop) => {
    hops.push(hop)
    const location = chain[hops.length]
    return location === undefined ? respond(200) : respond(302, { location })
  }
  const request = { url: chain[0] ?? '', fields: FIELDS, signal }
  const outcome = await followRedirects(request, insecure, send).then(
    ({ status }) => status,
    (error: unknown) => error,
  )
  return { outcome, urls: hops.map(({ url }) => url.href), hops }
}

describe('followRedirects', () => {
  it.each<[string, string[], number]>([
    ['to the same host', ['https://a.test/f', 'http://a.test/f'], 1],
    ['to another host', ['https://a.test/f', 'http://b.test/f'], 1],
    ['to another port', ['https://a.test/f', 'http://a.test:8080/f'], 1],
    ['after another redirect', ['https://a.test/f', 'https://b.test/f', 'http://c.test/f'], 2],
    ['after a redirect from http:', ['http://a.test/f', 'https://a.test/f', 'http://a.test/g'], 2],
    ['in capitals', ['https://a.test/f', 'HTTP://a.test/f'], 1],
  ])('refuses a redirect from https: to http: %s', async (_what, chain, requests) => {
    const { outcome, urls } = await follow('refused', ...chain)
    expect(outcome).toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/expected an https: URL \(allowInsecureRedirects .*http:/),
      facts: { status: 302 },
    })
    expect(urls).toEqual(chain.slice(0, requests))
  })

  it.each([
    [['http://a.test/f', 'http://b.test/f']],
    [['http://a.test/f', 'https://a.test/f']],
    [['https://a.test/f', '//b.test/f']],
    [['https://a.test/f', '/g']],
  ])('follows %j', async (chain) => {
    expect((await follow('refused', ...chain)).outcome).toBe(200)
  })

  it('follows one to http: where that is allowed, without credentials', async () => {
    const { outcome, hops } = await follow('allowed', 'https://a.test/f', 'http://a.test/f')
    expect(outcome).toBe(200)
    expect(hops[0]?.fields).toEqual(FIELDS)
    expect(hops[1]?.fields).toEqual({ range: 'bytes=5-' })
  })

  it('shows no query of the target, which may be a signature', async () => {
    const { outcome } = await follow(
      'refused',
      'https://a.test/f?k=secret',
      'http://b.test/?secret',
    )
    expect(String(outcome)).not.toContain('secret')
  })
})
