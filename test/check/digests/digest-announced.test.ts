import { truncateSync } from 'node:fs'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'
import { faultServer } from '../../../src/testing/fault-server.js'
import { checkMutant, EVERY_CHECK, expectFound, failedIds } from '../../fixture/check-mutant.js'
import { Folder } from '../../fixture/files.js'

const SHA_256 = '='.padStart(44, 'A')

it('finds a server that announces no digest', async () => {
  const report = await expectFound({
    server: { digest: 'off' },
    options: EVERY_CHECK,
    fails: ['digest-announced'],
  })
  expect(report.level).toBe('safe')
  expect(report.failed).toEqual([])
})

it.each([
  { digest: 'MD5=1B2M2Y8AsgTpgAmY7PhCfg==' },
  { 'repr-digest': 'crc32c=:AAAAAA==:' },
  { 'content-digest': `sha-256=:${SHA_256}:` },
])('finds a server that announces %j alone', async (set) => {
  const report = await checkMutant({
    server: { digest: 'off' },
    options: { only: ['digests'] },
    rules: [{ match: { method: 'HEAD' }, fault: { kind: 'response-fields', set } }],
  })
  expect(failedIds(report)).toContain('digest-announced')
})

it.each([
  ['Repr-Digest', { 'repr-digest': `sha-512=:${'='.padStart(88, 'A')}:` }],
  ['Digest', { digest: `md5=AA==, sha-256=${SHA_256}` }],
  ['Unencoded-Digest', { 'unencoded-digest': `sha-256=:${SHA_256}:` }],
  ['a Metalink file', { link: '</a.meta4>; rel="describedby"; type="application/metalink4+xml"' }],
])('accepts a digest in %s', async (_, set) => {
  const report = await checkMutant({
    server: { digest: 'off' },
    rules: [{ match: { method: 'GET' }, fault: { kind: 'response-fields', set } }],
    options: { only: ['digest-announced'] },
  })
  expect(failedIds(report)).toEqual([])
})

it('waits for a digest that the server computes after its first response', async () => {
  using folder = new Folder({ f: '' })
  truncateSync(folder.at('f'), 70_000_000)
  await using server = await faultServer({ root: folder.path, seed: 1 })
  const report = await check(`${server.url}/f`, { only: ['digest-announced'] })
  expect(failedIds(report)).toEqual([])
})
