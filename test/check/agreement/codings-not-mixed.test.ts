import { it } from 'vitest'
import { expectFound } from '../../fixture/check-mutant.js'

it('finds a server that compresses a slice and keeps its ETag', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2048', 'accept-encoding': 'gzip' } },
        fault: { kind: 'response-fields', set: { 'content-encoding': 'gzip' } },
      },
    ],
    fails: ['codings-not-mixed'],
  })
})

it('finds a server that compresses a slice and keeps its Content-Range', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2048', 'accept-encoding': 'gzip' } },
        fault: { kind: 'response-fields', set: { 'content-encoding': 'gzip', etag: 'W/"gzip"' } },
      },
    ],
    fails: ['codings-not-mixed'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that compresses the whole and not a slice of it', async () => {
  await expectFound({
    rules: [
      {
        match: { range: 'absent', headers: { 'accept-encoding': 'gzip' }, method: 'GET' },
        fault: { kind: 'response-fields', set: { 'content-encoding': 'gzip' } },
      },
    ],
    fails: ['codings-not-mixed', 'etag-per-coding'],
  })
})

it('finds a server that tells the size of other bytes with a slice', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2048', 'accept-encoding': 'gzip' } },
        fault: { kind: 'response-fields', set: { 'content-range': 'bytes 1-2048/70000' } },
      },
    ],
    fails: ['codings-not-mixed'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it('finds a server that sends other bytes in a slice to a client that accepts gzip', async () => {
  await expectFound({
    rules: [
      {
        match: { headers: { range: 'bytes=1-2048', 'accept-encoding': 'gzip' } },
        fault: { kind: 'corrupt', at: 2000 },
      },
    ],
    fails: ['codings-not-mixed'],
    options: { only: ['ranges', 'agreement'] },
  })
})

it.each([
  ['the bytes of the whole with that coding', 2049, []],
  ['other bytes than the whole with that coding', 2000, ['codings-not-mixed']],
])('judges a server whose compressed slice has %s', async (_, at, fails) => {
  const coded = {
    kind: 'response-fields',
    set: { 'content-encoding': 'gzip', etag: '"gzip"' },
  } as const
  const headers = { 'accept-encoding': 'gzip' }
  await expectFound({
    rules: [
      { match: { range: 'absent', headers }, fault: coded },
      {
        match: { headers: { ...headers, range: 'bytes=1-2048' } },
        // The slice ends before offset 2049.
        fault: [coded, { kind: 'corrupt', at }],
      },
    ],
    fails,
    options: { only: ['agreement'] },
  })
})
