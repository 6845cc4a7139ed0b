import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_CHECKS } from '../../src/check/all-checks.js'
import { GROUPS } from '../../src/check/subject/check-definition.js'

const rows = ALL_CHECKS.map((check) => [check.id, check] as const)

/**
 * Bytes of all checks where every response is the largest that is possible. The default bound of 4 MiB ends a run
 * against such a server earlier; against others a run takes half of it.
 */
const MOST = 6 * 1024 * 1024

describe('the list of all checks', () => {
  it('has each id once', () => {
    const ids = ALL_CHECKS.map(({ id }) => id)
    expect(ids).toEqual([...new Set(ids)])
  })

  it('has a check of every group', () => {
    expect([...new Set(ALL_CHECKS.map(({ group }) => group))]).toEqual(GROUPS)
  })

  it('has every check whose file exists', () => {
    const files = GROUPS.flatMap((group) => readdirSync(`src/check/${group}`))
    const missing = ALL_CHECKS.filter(({ id }) => !files.includes(`${id}.ts`))
    expect(missing.map(({ id }) => id)).toEqual([])
  })

  it('needs few bytes, but to change the file', () => {
    const unchanging = ALL_CHECKS.filter(({ needs }) => !needs?.includes('change'))
    const bytes = unchanging.map(({ cost }) => (cost.bytes === 'whole' ? 0 : cost.bytes))
    expect(bytes.reduce((sum, each) => sum + each)).toBeLessThan(MOST)
  })
})

describe.each(rows)('the check %s', (id, check) => {
  it('is the only one of its file, in the folder of its group', () => {
    expect(existsSync(`src/check/${check.group}/${id}.ts`)).toBe(true)
  })

  it('has a test with a server that fails it', () => {
    const test = readFileSync(`test/check/${check.group}/${id}.test.ts`, 'utf8')
    expect(test).toMatch(/expectFound|checkMutant|await check\(/)
    expect(test).toContain(`'${id}'`)
  })

  it('says in whole sentences what is required and what breaks, and by which section', () => {
    expect(check.requirement).toMatch(/^[A-Z].*\.$/)
    // A sentence may begin with the name of a program.
    expect(check.harm).toMatch(/^[`A-Za-z].*\.$/)
    expect(check.section).not.toBe('')
  })

  it('says what it takes: no bytes without a request', () => {
    const { requests, bytes } = check.cost
    expect(requests > 0).toBe(bytes !== 0)
  })
})
