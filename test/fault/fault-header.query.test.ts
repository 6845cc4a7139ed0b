import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutFault } from '../../src/fault/fault-header.js'
import { anyText } from '../fixture/any-text.js'

describe('withoutFault removes the parameters for the fault layer from a query', () => {
  it.each([
    { query: '', rest: '' },
    { query: '?', rest: '?' },
    { query: '?a=1&b', rest: '?a=1&b' },
    { query: '?lastbyte-fault=x', rest: '' },
    { query: '?lastbyte-fault', rest: '' },
    { query: '?a=1&lastbyte-fault=x&b=2', rest: '?a=1&b=2' },
    { query: '?lastbyte-fault=x&lastbyte-fault=y&a', rest: '?a' },
    { query: '?lastbyte%2Dfault=x&lastbyte-fault=y&a', rest: '?a' },
    { query: '?v=lastbyte-fault&a', rest: '?v=lastbyte-fault&a' },
    { query: '?my-lastbyte-fault=x', rest: '?my-lastbyte-fault=x' },
    { query: '??lastbyte-fault=x', rest: '??lastbyte-fault=x' },
  ])('$query becomes $rest', ({ query, rest }) => expect(withoutFault(query)).toBe(rest))

  it.each([
    { what: 'no hexadecimal digits', parameter: '%zz=1' },
    { what: 'a percent sign as the name', parameter: '%=1' },
    { what: 'a lone percent sign', parameter: '%' },
    { what: 'a byte that is not UTF-8', parameter: '%ff=1' },
    { what: 'a NUL', parameter: '%00=1' },
    { what: 'the escape form of ECMAScript', parameter: '%u0041=1' },
    { what: 'a lone surrogate', parameter: '%ED%A0%80=1' },
    { what: 'an overlong slash', parameter: '%c0%af=1' },
    { what: 'a cut-off sequence in its value', parameter: 'a=%E0%A4%A' },
    { what: 'no name', parameter: '&==' },
    { what: '8 KiB of percent signs', parameter: `${'%'.repeat(8192)}=1` },
  ])('and keeps a malformed parameter with $what as it is', ({ parameter }) => {
    expect(withoutFault(`?lastbyte-fault=x&${parameter}`)).toBe(`?${parameter}`)
    expect(withoutFault(`?${parameter}&lastbyte-fault=x`)).toBe(`?${parameter}`)
  })

  it('without throwing, whatever the query is', () => {
    const text = anyText('lastbyte-fault', '%', '%zz', '%ff', '&', '=', '+', '?')
    fc.assert(
      fc.property(text, (rest) => {
        const query = withoutFault(`?${rest}`)
        expect(new URLSearchParams(query).has('lastbyte-fault')).toBe(
          !rest.includes('lastbyte-fault') && new URLSearchParams(`?${rest}`).has('lastbyte-fault'),
        )
      }),
    )
  })
})
