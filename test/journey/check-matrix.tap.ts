import { readFileSync } from 'node:fs'
import tap from 'tap'
import { inForm } from '../fixture/long-form.js'
import { run } from '../fixture/process.js'

const MATRIX = 'scripts/check-matrix'
/** lastbyte in each of its roles. Its proxy can't tell what its origin doesn't: it is in front of lastbyte. */
const OURS = inForm({
  short: ['lastbyte', 'lastbyte-proxy'],
  long: ['lastbyte', 'lastbyte-tls', 'lastbyte-proxy', 'lastbyte-s3'],
})

/** Other servers that take a few seconds each; `npm run check:matrix` has all. */
const OTHERS = inForm({
  short: ['nginx'],
  long: ['nginx', 'apache', 'caddy', 'python'],
})

interface Row {
  readonly id: string
  readonly name: string
  readonly version: string
  readonly level: string
  readonly failed: readonly { readonly id: string; readonly group: string }[]
  readonly advice: readonly { readonly id: string }[]
}

/** What a server fails, except for changes: whether a body in flight is spoiled depends on buffers and on time. */
const idsOf = (checks: Row['failed']) =>
  checks
    .filter(({ group }) => group !== 'changes')
    .map(({ id }) => id)
    .sort()

tap.test('The servers on this machine fail the checks that docs/check.md lists', async (t) => {
  const { code, stdout, stderr } = await run(process.execPath, [
    ...[`${MATRIX}/main.mjs`, '--quick', '--json', '--only', [...OURS, ...OTHERS].join(',')],
  ])
  t.equal(code, 0, stderr)
  const rows: readonly Row[] = JSON.parse(stdout)
  const listed: readonly Row[] = JSON.parse(readFileSync(`${MATRIX}/results.json`, 'utf8'))
  t.match(
    rows.map(({ id }) => id),
    ['lastbyte'],
    'lastbyte needs no other program',
  )
  for (const row of rows) {
    const { id, name, version, level, failed, advice } = row
    if (OURS.includes(id)) {
      t.equal(level, 'proves', `${name}: ${JSON.stringify([...failed, ...advice])}`)
      t.same(failed, [], `${name} fails no MUST or SHOULD`)
      continue
    }
    const expected = listed.find((other) => other.id === id && other.version === version)
    if (expected === undefined) {
      t.comment(`${name} ${version}: docs/check.md has another version`)
      continue
    }
    t.same(idsOf(failed), idsOf(expected.failed), `what ${name} ${version} fails`)
  }
})
