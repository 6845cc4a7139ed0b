import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseFaultField } from '../../src/fault/fault-header.js'
import { FAULT_KINDS, type Fault } from '../../src/fault/fault-kinds.js'
import { settleFault } from '../../src/fault/fault-rule.js'
import { KIND_HELP } from '../../src/fault/kind-help.js'

const KINDS = Object.keys(FAULT_KINDS) as Fault['kind'][]

describe('the help of each kind of fault', () => {
  it.each(KINDS)('has an example of %s that can be armed', (kind) => {
    const { example, summary } = KIND_HELP[kind]
    expect(example.kind).toBe(kind)
    expect(settleFault(example, 'fault')).toEqual(example)
    expect(summary).toMatch(/^[A-Z].*\.$/)
  })

  it('is of the same kinds as docs/faults.md, whose examples can be armed too', () => {
    const rows = readFileSync('docs/faults.md', 'utf8').matchAll(
      /^\| `([a-z-]+)` \|[^|]*\|([^|]*)\|/gm,
    )
    const documented = Array.from(rows, ([, kind = '', run = '']) => ({ kind, run }))
    const kinds = documented.map(({ kind }) => kind).filter((kind) => kind in FAULT_KINDS)
    expect(kinds.sort()).toEqual([...KINDS].sort())
    for (const { kind, run } of documented) {
      const [, field] = /`([a-z-]+(?:;[^`]*)?)`/.exec(run) ?? []
      if (field === undefined || !(kind in FAULT_KINDS)) continue
      expect(parseFaultField(field).map((fault) => fault.kind)).toContain(kind)
    }
  })
})
