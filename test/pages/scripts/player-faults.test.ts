import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settleRule } from '../../../src/fault/fault-rule.js'
import { compileGlob } from '../../../src/http/path-glob.js'
import { faultMenu, faultRequest, OFFERED } from '../../../src/pages/scripts/player-faults.js'
import { asFake, fakeDocument } from '../../fixture/fake-document.js'

beforeEach(fakeDocument)
afterEach(() => vi.unstubAllGlobals())

describe('faultRequest', () => {
  it.each(OFFERED)('arms a rule that the fault layer accepts: $title', (offered) => {
    const { method, body } = faultRequest('/a.mp4', offered, '')
    expect(method).toBe('POST')
    expect(() => settleRule(JSON.parse(String(body)))).not.toThrow()
  })

  it.each(['/a*.mp4', '/[1080p] a?.mp4', '/{a,b}(c).mp4', '/a\\b.mp4'])(
    'names the file %s alone, although it looks like a glob',
    (path) => {
      const [offered = OFFERED[0]] = OFFERED
      const { body } = faultRequest(path, offered as (typeof OFFERED)[number], '')
      const glob = compileGlob(JSON.parse(String(body)).match.path)
      expect(glob).toMatchObject({ kind: 'glob' })
      expect(glob.kind === 'glob' && glob.matches(path)).toBe(true)
      expect(glob.kind === 'glob' && glob.matches('/ab.mp4')).toBe(false)
    },
  )

  it('sends a token only if there is one', () => {
    const [offered] = OFFERED
    if (offered === undefined) throw new Error('no fault')
    expect(faultRequest('/a', offered, 't').headers.authorization).toBe('Bearer t')
    expect(faultRequest('/a', offered, '').headers.authorization).toBeUndefined()
  })
})

describe('faultMenu', () => {
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  it.each([
    [() => Response.json({}, { status: 201 }), /armed for the next requests/],
    [
      () => Response.json({ detail: 'Send the token.' }, { status: 401 }),
      /not armed: Send the token/,
    ],
    [() => new Response('x', { status: 500 }), /not armed: status 500/],
    [() => Promise.reject(new Error('refused')), /does not respond/],
  ])('arms a fault by a click, and tells what the server responds', async (respond, text) => {
    const fetched = vi.fn(async (_url: string, _init: RequestInit) => respond())
    vi.stubGlobal('fetch', fetched)
    const said: string[] = []
    const options = { url: '../faults', path: '/a.mp4', say: (one: string) => said.push(one) }
    const menu = asFake(faultMenu(options))
    menu.all.find(({ tagName }) => tagName === 'input')?.setAttribute('x', '')
    for (const input of menu.all.filter(({ tagName }) => tagName === 'input')) input.value = ''
    menu.all.find(({ tagName }) => tagName === 'button')?.click()
    await settle()
    await settle()
    expect(fetched.mock.calls[0]?.[0]).toBe('../faults')
    expect(said).toEqual([expect.stringMatching(text)])
  })

  it('disarms all faults by its last button', async () => {
    const fetched = vi.fn(
      async (_url: string, _init: RequestInit) => new Response(null, { status: 204 }),
    )
    vi.stubGlobal('fetch', fetched)
    const menu = asFake(faultMenu({ url: 'u', path: '/a', say: () => {} }))
    for (const input of menu.all.filter(({ tagName }) => tagName === 'input')) input.value = ' t '
    menu.all
      .filter(({ tagName }) => tagName === 'button')
      .at(-1)
      ?.click()
    await settle()
    expect(fetched.mock.calls[0]?.[1]).toMatchObject({
      method: 'DELETE',
      headers: { authorization: 'Bearer t' },
    })
  })
})
