import { describe, expect, it } from 'vitest'
import { parseEntries, parseEntryLines } from '../../src/access/entry-lines.js'

const parseLine = (line: string) =>
  line.includes('!')
    ? ({ kind: 'malformed', reason: 'no !' } as const)
    : ({ kind: 'entry', entry: { name: line } } as const)

describe('parseEntryLines', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['\ufeffa\r\nb\r\n', ['a', 'b']],
    ['# comment\n\n  a  \n#b\nc', ['a', 'c']],
  ])('reads %j as %j', (text, names) => {
    const entries = names.map((name) => ({ name }))
    expect(parseEntryLines(text, parseLine)).toEqual({ kind: 'entries', entries })
  })

  it.each([
    ['a\n#\nb!', 3, 'no !'],
    ['a\r\nb\r\na', 3, 'expected a name that no earlier line has'],
  ])('names the line of the mistake in %j', (text, line, reason) => {
    expect(parseEntryLines(text, parseLine)).toEqual({ kind: 'malformed', line, reason })
  })
})

describe('parseEntries', () => {
  it('counts lines from 1', () => {
    expect(parseEntries(['a', 'b!'], parseLine)).toMatchObject({ kind: 'malformed', line: 2 })
  })
})
