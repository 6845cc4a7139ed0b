import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FaultKind } from '../../src/fault/fault.js'
import { FAULT_KINDS, kindOf } from '../../src/fault/fault-kinds.js'

const kinds = Object.entries(FAULT_KINDS) as unknown as [string, FaultKind<unknown>][]

describe('FAULT_KINDS', () => {
  it('has one kind for each file in src/fault/kinds, under the name of the file', () => {
    const files = readdirSync('src/fault/kinds').map((file) => file.replace(/\.ts$/, ''))
    expect(kinds.map(([name]) => name).sort()).toEqual(files.sort())
  })

  it.each(kinds)('%s acts at one point at least', (_name, kind) => {
    const { before, select, fields, announce, head, tail, body, receive } = kind
    expect(
      [before, select, fields, announce, head, tail, body, receive].some(
        (act) => act !== undefined,
      ),
    ).toBe(true)
  })
})

describe('kindOf', () => {
  it('returns the kind that the fault names', () => {
    expect(kindOf({ kind: 'end-early', at: 1 })).toBe(FAULT_KINDS['end-early'])
  })
})
