import { expect, it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server whose body is longer than its Content-Length', async () => {
  const { failed } = await expectFound({
    rules: [
      {
        match: { method: 'GET', headers: { range: 'bytes=1-13' } },
        fault: { kind: 'response-fields', set: { 'content-length': '1' } },
      },
    ],
    fails: ['kept-connection-in-step'],
  })
  expect(failed[0]?.finding).toMatchObject({
    received: expect.stringContaining('behind the response to a 206'),
  })
})

it('finds a server that answers the next request with the slice of another', async () => {
  await expectFound({
    rules: [
      {
        match: { method: 'GET', headers: { range: 'bytes=0-3' } },
        fault: { kind: 'request-fields', set: { range: 'bytes=1-3' } },
      },
    ],
    fails: ['kept-connection-in-step'],
    options: { only: ['agreement'] },
  })
})

it('accepts a server that closes the connection after each response', async () => {
  await expectFound({
    rules: [{ fault: { kind: 'response-fields', set: { connection: 'close' } } }],
    fails: [],
    options: { only: ['kept-connection-in-step'] },
  })
})

it.each([
  ['a 206', { method: 'GET', headers: { range: 'bytes=1-13' } }],
  ['a 416', { method: 'GET', headers: { range: 'bytes=200000-200003' } }],
  ['a 412', { method: 'GET', headers: { 'if-match': '"in-step"' } }],
  ['HEAD', { method: 'HEAD', headers: { range: null } }],
  ['HEAD with Range', { method: 'HEAD', headers: { range: 'bytes=1-13' } }],
  ['a multipart', { method: 'GET', headers: { range: 'bytes=0-0,3-3' } }],
  ['a 304', { method: 'GET', headers: { 'if-none-match': { startsWith: '"in-step"' } } }],
])('finds a server that sends bytes behind %s', async (name, match) => {
  const { failed } = await expectFound({
    rules: [{ match, fault: { kind: 'desync' } }],
    fails: ['kept-connection-in-step'],
    options: { only: ['ranges', 'agreement', 'multipart'] },
  })
  const received = expect.stringMatching(new RegExp(`behind the response to ${name}$`))
  expect(failed).toMatchObject([{ finding: { received } }])
})
