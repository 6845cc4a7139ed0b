import { expect, it } from 'vitest'
import { jsonReport } from '../../../src/check/report/json-report.js'
import { junitReport } from '../../../src/check/report/junit-report.js'
import { markdownReport } from '../../../src/check/report/markdown-report.js'
import { textReport } from '../../../src/check/report/text-report.js'
import { failed } from '../../../src/check/subject/finding.js'
import { unusable } from '../../../src/check/unusable.js'
import { exchangeOf, reportOf, resultOf, sentRequest } from '../../fixture/check-results.js'

const FORMATS = { text: textReport, json: jsonReport, markdown: markdownReport, junit: junitReport }

/** Where a client has a secret: what is sent, and what a server may echo of it. */
const SECRETS: Readonly<Record<string, [Parameters<typeof sentRequest>[0], string]>> = {
  'a parameter': [{ url: 'http://host/go?x=1&sig=SECRET-12' }, 'SECRET-12'],
  'a decoded parameter': [{ url: 'http://host/go?x=1&sig=SECRET%2F12' }, 'SECRET/12'],
  'the pair of Basic': [{ fields: { authorization: `Basic ${btoa('me:SECRET')}` } }, 'me:SECRET'],
  'the password of Basic': [{ fields: { authorization: `Basic ${btoa('me:SECRET')}` } }, 'SECRET'],
  'the token of Bearer': [{ fields: { authorization: 'Bearer SECRET-12' } }, 'SECRET-12'],
  'all cookies': [{ fields: { cookie: 'a=1; b=SECRET-12' } }, 'a=1; b=SECRET-12'],
  'one cookie': [{ fields: { cookie: 'a=1; b=SECRET-12' } }, 'SECRET-12'],
  'a quoted cookie': [{ fields: { cookie: 'b="SECRET-12"' } }, 'SECRET-12'],
  'a field of the caller': [{ fields: { 'x-api-key': 'SECRET' } }, 'SECRET'],
  'a Referer': [{ fields: { referer: 'http://host/?token=SECRET' } }, 'http://host/?token=SECRET'],
}

const PLACES = ['received', 'expected', 'If-Match', 'ETag', 'Cache-Control', 'Location'] as const

const CASES = Object.keys(FORMATS).flatMap((format) =>
  Object.keys(SECRETS).flatMap((secret) => PLACES.map((place) => ({ format, secret, place }))),
)

it.each(CASES)(
  'the $format report hides $secret that $place echoes',
  ({ format, secret, place }) => {
    const [about, echo] = SECRETS[secret] as (typeof SECRETS)[string]
    const ifMatch = place === 'If-Match' ? { 'if-match': `"${echo}"` } : {}
    const request = sentRequest({ ...about, fields: { ...about?.fields, ...ifMatch } })
    const exchange = { ...exchangeOf(request), lines: [[place, `ftp://host/${echo}`]] as const }
    const text = (at: string) => (at === place ? `"${echo}"` : 'other')
    const finding = failed(exchange, text('expected'), text('received'))
    const report = FORMATS[format as keyof typeof FORMATS](reportOf([resultOf(finding)]))
    expect(report).not.toContain('SECRET')
  },
)

it.each([
  ['Location', 'https://store/f?X-Amz-Signature=SECRET', 'https://store/f?…'],
  ['location', '/f?sig=SECRET#SECRET', '/f?…'],
  ['Content-Location', 'http://me:SECRET@host/f', 'http://***@host/f'],
  ['Set-Cookie', 'session=SECRET', '…'],
  ['WWW-Authenticate', 'Digest nonce="SECRET"', '…'],
  ['Proxy-Authenticate', 'Digest nonce="SECRET"', '…'],
  ['Authentication-Info', 'nextnonce="SECRET"', '…'],
])('the JSON report hides a secret that the server itself puts into %s', (name, value, shown) => {
  const exchange = { ...exchangeOf(sentRequest()), lines: [[name, value]] as const }
  const report = jsonReport(reportOf([resultOf(failed(exchange, 'a', 'b'))]))
  expect(JSON.parse(report).results[0].response.fields).toEqual([[name, shown]])
})

it.each(Object.keys(SECRETS))('the error of a run that cannot start hides %s', (secret) => {
  const [about, echo] = SECRETS[secret] as (typeof SECRETS)[string]
  const first = sentRequest(about)
  const path = sentRequest({ url: `http://host/${encodeURI(echo)}` })
  for (const request of [first, { ...path, given: first }]) {
    const { message } = unusable(exchangeOf(request), 'a file', `Retry-After: ${echo}`)
    expect(message).not.toContain('SECRET')
  }
})

it.each(CASES)(
  'the $format report hides $secret of the first URL after a redirect, in $place',
  ({ format, secret, place }) => {
    const [about, echo] = SECRETS[secret] as (typeof SECRETS)[string]
    const fields = place === 'If-Match' ? { 'if-match': `"${echo}"` } : {}
    const request = { ...sentRequest({ url: 'http://other/f', fields }), given: sentRequest(about) }
    const exchange = { ...exchangeOf(request), lines: [[place, `ftp://host/${echo}`]] as const }
    const finding = failed(exchange, `"${echo}"`, `"${echo}"`)
    const report = FORMATS[format as keyof typeof FORMATS](reportOf([resultOf(finding)]))
    expect(report).not.toContain('SECRET')
  },
)
