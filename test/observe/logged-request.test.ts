import { expect, it } from 'vitest'
import { loggedRequest } from '../../src/observe/logged-request.js'
import { observedResponse } from '../fixture/observed-response.js'

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

it.each([
  ['credentials', basic('jo:secret'), 200, 'jo'],
  ['a password with colons', basic('jo:a:b'), 200, 'jo'],
  ['credentials that were refused', basic('jo:secret'), 401, undefined],
  ['no name', basic(':secret'), 200, undefined],
  ['no colon', basic('jo'), 200, undefined],
  ['a token', { authorization: 'Bearer secret' }, 200, undefined],
  ['no field', {}, 200, undefined],
])('The user of a request with %s', (_what, headers, status, user) => {
  const request = loggedRequest(observedResponse({ headers: headers as never, status }))
  expect(request.user).toBe(user)
  expect(JSON.stringify(request)).not.toContain('secret')
})

it('A request has its target as it was received, without secrets, and its fields', () => {
  const response = observedResponse({
    url: '/f?token=x',
    httpVersion: '2.0',
    headers: {
      ':authority': 'h:8443',
      referer: 'https://h/?sig=y',
      range: 'bytes=0-',
      'user-agent': 'curl',
    },
  })
  expect(loggedRequest(response)).toMatchObject({
    target: '/f?token=***',
    protocol: 'HTTP/2.0',
    host: 'h:8443',
    referer: 'https://h/?sig=***',
    range: 'bytes=0-',
    userAgent: 'curl',
  })
  Object.assign(response.raw as object, { originalUrl: '/./f' })
  expect(loggedRequest(response).target).toBe('/./f')
})

it('A response to bytes that are no request has an address alone', () => {
  const request = loggedRequest({ ...observedResponse(), raw: undefined })
  expect(Object.values(request).filter((value) => value !== undefined)).toEqual(['192.0.2.1'])
})
