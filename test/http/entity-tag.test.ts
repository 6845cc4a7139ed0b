import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EntityTag,
  parseEntityTag,
  parseTagList,
  strongMatch,
  weakMatch,
} from '../../src/http/entity-tag.js'
import { anyText } from '../fixture/any-text.js'
import { cpuMs } from '../fixture/cpu-time.js'

const strong = (opaque: string): EntityTag => ({ opaque, weak: false })
const weak = (opaque: string): EntityTag => ({ opaque, weak: true })

describe('parseEntityTag', () => {
  it.each([
    { section: '8.8.3', text: '"xyzzy"', want: strong('xyzzy') },
    { section: '8.8.3', text: 'W/"xyzzy"', want: weak('xyzzy') },
    { section: '8.8.3', text: '""', want: strong('') },
    { section: '8.8.3', text: 'W/""', want: weak('') },
    { section: '8.8.3', text: '"!#[]~"', want: strong('!#[]~') },
    { section: '8.8.3', text: '"a\\"', want: strong('a\\') },
    { section: '5.5', text: '"\u0080\u00e9\u00ff"', want: strong('\u0080\u00e9\u00ff') },
    { section: '5.5', text: ' \t"a" ', want: strong('a') },
    { section: '8.8.3', text: undefined, want: undefined },
    { section: '8.8.3', text: '', want: undefined },
    { section: '8.8.3', text: '*', want: undefined },
    { section: '8.8.3', text: 'xyzzy', want: undefined },
    { section: '8.8.3', text: '"xyzzy', want: undefined },
    { section: '8.8.3', text: 'xyzzy"', want: undefined },
    { section: '8.8.3', text: "'xyzzy'", want: undefined },
    { section: '8.8.3', text: 'w/"xyzzy"', want: undefined },
    { section: '8.8.3', text: 'W/xyzzy', want: undefined },
    { section: '8.8.3', text: 'W/ "xyzzy"', want: undefined },
    { section: '8.8.3', text: '"a b"', want: undefined },
    { section: '8.8.3', text: '"a"b"', want: undefined },
    { section: '8.8.3', text: '"a","b"', want: undefined },
    { section: '8.8.3', text: '"a\u007f"', want: undefined },
    { section: '8.8.3', text: '"a\0"', want: undefined },
  ])('parses $text (RFC 9110 §$section)', ({ text, want }) => {
    expect(parseEntityTag(text)).toEqual(want)
  })
})

describe('parseTagList', () => {
  it.each([
    { section: '13.1.1', field: '"xyzzy"', want: [strong('xyzzy')] },
    { section: '13.1.1', field: '"a", "b",\t"c"', want: [strong('a'), strong('b'), strong('c')] },
    { section: '13.1.2', field: 'W/"a", "b","W/"', want: [weak('a'), strong('b'), strong('W/')] },
    { section: '8.8.3', field: '"a,b", W/",", "c"', want: [strong('a,b'), weak(','), strong('c')] },
    { section: '8.8.3', field: '"\u00e9,\u00ff"', want: [strong('\u00e9,\u00ff')] },
    { section: '8.8.3', field: '"*"', want: [strong('*')] },
    { section: '5.6.1.2', field: ', ,"a",, "b" ,', want: [strong('a'), strong('b')] },
    { section: '5.6.1', field: '', want: [] },
    { section: '5.6.1', field: ' , ', want: [] },
    { section: '8.8.3', field: 'a, "b", c', want: [strong('b')] },
    { section: '8.8.3', field: '"a"x, "b"', want: [strong('b')] },
    { section: '8.8.3', field: 'x"a,b", "c"', want: [strong('c')] },
    { section: '8.8.3', field: '"a" "b", "c"', want: [strong('c')] },
    { section: '8.8.3', field: 'w/"a", "b"', want: [strong('b')] },
    { section: '8.8.3', field: '"a", "b', want: [strong('a')] },
    { section: '13.1.1', field: '*, "a"', want: [strong('a')] },
  ])('parses $field (RFC 9110 §$section)', ({ field, want }) => {
    expect(parseTagList(field)).toEqual({ kind: 'tags', tags: want })
  })

  it.each(['*', ' *\t'])('reads %j as any entity tag (RFC 9110 §13.1.1)', (field) => {
    expect(parseTagList(field)).toEqual({ kind: 'any' })
  })

  it.each([
    `a${' '.repeat(16_000)}b`,
    '"'.repeat(15_999),
    '"a" '.repeat(4000),
    '"a,'.repeat(5333),
    ','.repeat(16_000),
  ])('parses 16 KB that are made for slow parsing in under 100 ms', async (field) => {
    expect(await cpuMs(() => parseTagList(field))).toBeLessThan(100)
  })
})

describe('strongMatch and weakMatch (RFC 9110 §8.8.3.2)', () => {
  it.each([
    { first: 'W/"1"', second: 'W/"1"', strongly: false, weakly: true },
    { first: 'W/"1"', second: 'W/"2"', strongly: false, weakly: false },
    { first: 'W/"1"', second: '"1"', strongly: false, weakly: true },
    { first: '"1"', second: 'W/"1"', strongly: false, weakly: true },
    { first: '"1"', second: '"1"', strongly: true, weakly: true },
    { first: '"1"', second: '"2"', strongly: false, weakly: false },
    { first: '"a"', second: '"A"', strongly: false, weakly: false },
    { first: '"1"', second: 'none', strongly: false, weakly: false },
    { first: 'none', second: '"1"', strongly: false, weakly: false },
    { first: 'none', second: 'none', strongly: false, weakly: false },
  ])('compare $first with $second: strong $strongly, weak $weakly', (row) => {
    const [a, b] = [parseEntityTag(row.first), parseEntityTag(row.second)]
    expect(strongMatch(a, b)).toBe(row.strongly)
    expect(weakMatch(a, b)).toBe(row.weakly)
  })
})

describe('for any header field,', () => {
  const unit = fc.constantFrom(...'!#*,/W\\azAZ09~\u0080\u00ff')
  const tag = fc.record({ opaque: fc.string({ unit }), weak: fc.boolean() })
  const format = ({ opaque, weak }: EntityTag) => `${weak ? 'W/' : ''}"${opaque}"`

  it('parseTagList returns the tags that were formatted', () => {
    const separator = fc.constantFrom(',', ', ', ' ,\t', ',,')
    fc.assert(
      fc.property(fc.array(tag), separator, (tags, between) => {
        expect(parseTagList(tags.map(format).join(between))).toEqual({ kind: 'tags', tags })
      }),
    )
  })

  it('parseTagList and parseEntityTag never throw', () => {
    fc.assert(
      fc.property(anyText('"', 'W/', '*', '"a"'), (text) => {
        const list = parseTagList(text)
        const one = parseEntityTag(text)
        if (one !== undefined) expect(list).toEqual({ kind: 'tags', tags: [one] })
      }),
    )
  })
})
