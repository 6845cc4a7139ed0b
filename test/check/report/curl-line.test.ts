import { expect, it } from 'vitest'
import { curlLine, curlWords } from '../../../src/check/report/curl-line.js'
import { sentRequest } from '../../fixture/check-results.js'

const START = 'curl -sS -o /dev/null -D - --max-filesize 1048576 -m 10'

it.each<[string, Parameters<typeof sentRequest>[0], string]>([
  ['a range', { fields: { range: 'bytes=0-0' } }, `${START} -H 'Range: bytes=0-0' http://host/f`],
  ['HEAD', { method: 'HEAD' }, 'curl -sS -I -m 10 http://host/f'],
  ['POST', { method: 'POST' }, `${START} -X POST -H 'Content-Length: 0' http://host/f`],
  ['HTTP/1.0', { version: '1.0' }, `${START} --http1.0 http://host/f`],
  ['HTTP/2', { version: '2' }, `${START} --http2-prior-knowledge http://host/f`],
  ['HTTP/2 over TLS', { version: '2', url: 'https://host/f' }, `${START} --http2 https://host/f`],
  ['HTTP/1.1 over TLS', { url: 'https://host/f' }, `${START} --http1.1 https://host/f`],
  ['an empty field', { fields: { range: '' } }, `${START} -H 'Range;' http://host/f`],
  ['no Accept', { fields: { accept: undefined } }, `${START} -H 'Accept:' http://host/f`],
  ['another Host', { fields: { host: 'a' } }, `${START} -H 'Host: a' http://host/f`],
  [
    'a coding',
    { fields: { 'accept-encoding': 'gzip' } },
    `${START} -H 'Accept-Encoding: gzip' http://host/f`,
  ],
  ['a query', { url: 'http://host/f?sig=1' }, `${START} -g 'http://host/f?'"$QUERY"`],
  [
    'credentials',
    { fields: { authorization: 'x' } },
    `${START} -H 'Authorization: '"$AUTHORIZATION" http://host/f`,
  ],
  ['a cookie', { fields: { cookie: 'x' } }, `${START} -H 'Cookie: '"$COOKIE" http://host/f`],
  [
    'a field of a caller',
    { fields: { 'x-api-key': 'k' } },
    `${START} -H 'X-Api-Key: '"$X_API_KEY" http://host/f`,
  ],
  ['brackets', { url: 'http://host/a[1].mkv' }, `${START} -g 'http://host/a[1].mkv'`],
  [
    'another address',
    { endpoint: { host: '::1', port: 81 } },
    `${START} --connect-to 'host:80:[::1]:81' http://host/f`,
  ],
  [
    'a relay',
    { endpoint: { host: '127.0.0.1', port: 81, isRelay: true } },
    `${START} http://host/f`,
  ],
])('a request with %s is reproduced by a line of curl', (_what, request, line) => {
  expect(curlLine(sentRequest(request))).toBe(line)
})

it('certificates are not verified where the run did not verify them', () => {
  expect(curlWords(sentRequest({ url: 'https://host/f' }), { insecure: true })).toContain('-k')
})

it('a line does not show a secret that an open field repeats, such as an ETag with a cookie', () => {
  const fields = { cookie: 'session=SECRET', 'if-match': '"session=SECRET"' }
  expect(curlLine(sentRequest({ fields }))).not.toContain('SECRET')
})
