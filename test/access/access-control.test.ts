import { createHook } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { AccessControl, type AccessRequest } from '../../src/access/access-control.js'
import { accessCookies } from '../../src/access/access-cookie.js'
import { subjectOf } from '../../src/access/access-subject.js'
import { signUrl } from '../../src/access/sign-url.js'
import { basic, bearer, KEY, OLD_KEY, tokenLine, userLine } from '../fixture/access.js'

const options = {
  users: [await userLine('ann', 'secret')],
  tokens: [tokenLine('ci', 'tok'), `${tokenLine('old', 'past')} expires=2020-01-01T00:00:00Z`],
  keys: [KEY, OLD_KEY],
  public: ['free/**'],
}
const control = await AccessControl.open(options, () => {})

const judge = (path: string, more: Partial<AccessRequest> = {}) =>
  control.judge({
    method: 'GET',
    subject: subjectOf(path, { depth: 0, hasOwn: true }),
    query: '',
    authorization: undefined,
    cookie: undefined,
    address: '203.0.113.7',
    ...more,
  })
const signed = (path: string, more = {}) => {
  const url = signUrl(path, { key: KEY, expires: '1h', ...more })
  return { query: url.slice(url.indexOf('?') + 1) }
}

describe('AccessControl', () => {
  it.each([
    ['a password', '/a', basic('ann', 'secret'), 'everything'],
    ['a token', '/-/metrics', bearer('tok'), 'everything'],
    ['a signature', '/a', signed('/a'), 'signed'],
    ['a signature of an earlier key', '/a', signed('/a', { key: OLD_KEY }), 'signed'],
    ['a signature on HEAD', '/a', { ...signed('/a'), method: 'HEAD' }, 'signed'],
    ['a signature of a film on its page', '/-/watch/a.mp4', signed('/a.mp4'), 'signed'],
    [
      'a signature beside a wrong password',
      '/a',
      { ...signed('/a'), ...basic('ann', 'x') },
      'signed',
    ],
    [
      'a password beside a wrong signature',
      '/b',
      { ...signed('/a'), ...basic('ann', 'secret') },
      'everything',
    ],
    ['nothing for what is public', '/free/a', {}, 'public'],
    ['nothing for styles', '/-/assets/lastbyte.css', {}, 'public'],
    ['nothing for health', '/-/readyz', {}, 'public'],
    ['a token of its own for transfers', '/-/transfers', bearer('admin'), 'own-token'],
  ])('accepts %s', async (_what, path, more, kind) => {
    expect(await judge(path, more)).toMatchObject({ kind: 'granted', grant: { kind } })
  })

  it.each([
    ['nothing', '/a', {}, 401],
    ['nothing for transfers', '/-/transfers', {}, 401],
    ['a wrong password', '/a', basic('ann', 'Secret'), 401],
    ['an unknown user', '/a', basic('bob', 'secret'), 401],
    ['a wrong token', '/a', bearer('tokk'), 401],
    ['an expired token', '/a', bearer('past'), 401],
    ['a password as a token', '/a', bearer('secret'), 401],
    ['a signature of another path', '/b', signed('/a'), 403],
    ['a signature on POST', '/a', { ...signed('/a'), method: 'POST' }, 403],
    ['a signature of the root for metrics', '/-/metrics', signed('/'), 403],
    ['a signature of the root for transfers', '/-/transfers', signed('/'), 403],
    ['a signature of /-/metrics', '/-/metrics', signed('/-/metrics'), 403],
    ['a signature of a film on its subtitles', '/a.vtt', signed('/a.mp4'), 403],
  ])('refuses %s', async (_what, path, more, status) => {
    expect(await judge(path, more)).toMatchObject({ kind: 'refused', status })
  })

  it.each([
    ['Basic eDp5', true],
    ['bearer x', true],
    ['Basic', true],
    ['Digest username=x', false],
    ['B x', false],
    ['', false],
  ])('asks for credentials such as %j: %s', (field, want) =>
    expect(control.asksFor(field)).toBe(want),
  )

  it('names all schemes in a 401', async () => {
    const challenges = ['Basic realm="lastbyte", charset="UTF-8"', 'Bearer realm="lastbyte"']
    expect(await judge('/a')).toMatchObject({ challenges })
  })

  it('tells when a signature has expired, and not which part of another one is wrong', async () => {
    const expired = { expires: new Date('2020-01-01T00:00:00Z') }
    const details = await Promise.all([
      judge('/a', signed('/a', expired)),
      judge('/b', signed('/a', expired)),
      judge('/b', signed('/a')),
      judge('/a', signed('/a', { ip: '192.0.2.1' })),
      judge('/a', { query: `${signed('/a').query}0` }),
      judge('/a', { ...signed('/a', expired), method: 'POST' }),
    ])
    const [first, ...others] = details.map(
      (verdict) => verdict.kind === 'refused' && verdict.detail,
    )
    expect(first).toBe('The link has expired (Wed, 01 Jan 2020 00:00:00 GMT). Ask for a new one.')
    expect(new Set(others).size).toBe(1)
  })

  it('accepts cookies of signatures, for a film with its subtitles', async () => {
    const { query } = signed('/d/film.mp4')
    const permission = {
      scope: '/d/film.mp4',
      parameters: query,
      expires: 9e15,
      version: undefined,
    }
    const [pair] = accessCookies(permission, { paths: ['/'], isSecure: false, now: 0 })
    const cookie = `a=b; ${pair?.split(';')[0]}`
    for (const path of [
      '/d/film.mp4',
      '/d/film.en.vtt',
      '/-/subtitles/d/film.srt',
      '/-/watch/d/film.mp4',
    ]) {
      expect(await judge(path, { cookie }), path).toMatchObject({ kind: 'granted' })
    }
    for (const path of ['/d/', '/d/other.mp4', '/film.vtt', '/-/metrics']) {
      expect(await judge(path, { cookie }), path).toMatchObject({ kind: 'refused' })
    }
    const forged = cookie.replace('film.mp4', 'other.mp4')
    expect(await judge('/d/other.mp4', { cookie: forged })).toMatchObject({ kind: 'refused' })
  })

  it('has a 403 and no challenge where only signatures count', async () => {
    const keys = await AccessControl.open({ keys: [KEY] }, () => {})
    const request = { ...(await Promise.resolve({ method: 'GET', query: '' })), address: '::1' }
    const subject = subjectOf('/a', { depth: 0, hasOwn: true })
    const verdict = await keys.judge({
      ...request,
      subject,
      authorization: undefined,
      cookie: undefined,
    })
    expect(verdict).toMatchObject({ kind: 'refused', status: 403, challenges: [] })
  })

  it('lets nobody in by an empty list', async () => {
    const nobody = await AccessControl.open({ users: [], tokens: [] }, () => {})
    const subject = subjectOf('/a', { depth: 0, hasOwn: true })
    const request = { method: 'GET', query: '', address: '::1', subject, cookie: undefined }
    for (const { authorization } of [basic('ann', 'secret'), basic('', ''), bearer('tok')]) {
      expect(await nobody.judge({ ...request, authorization })).toMatchObject({ status: 401 })
    }
  })
  it('joins equal checks at the same time, whether or not there is such a user', async () => {
    let checks = 0
    const hook = createHook({
      init: (_id, type) => {
        if (type === 'SCRYPTREQUEST') checks += 1
      },
    }).enable()
    for (const name of ['ann', 'nobody']) {
      checks = 0
      const guesses = Array.from({ length: 5 }, () => judge('/a', basic(name, 'guess')))
      for (const verdict of await Promise.all(guesses))
        expect(verdict).toMatchObject({ status: 401 })
      expect([name, checks]).toEqual([name, 1])
    }
    hook.disable()
  })
})
