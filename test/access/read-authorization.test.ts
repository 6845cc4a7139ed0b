import { expect, it } from 'vitest'
import { readBasic, readBearer } from '../../src/access/read-authorization.js'

const basic = (text: string) => Buffer.from(text).toString('base64')

it.each([
  [`Basic ${basic('ann:secret')}`, { name: 'ann', password: 'secret' }],
  [`bAsIc  ${basic('ann:a:b')} `, { name: 'ann', password: 'a:b' }],
  [`Basic ${basic('Ü:ß')}`, { name: 'Ü', password: 'ß' }],
  [`Basic ${basic(':')}`, { name: '', password: '' }],
  [`Basic ${basic('ann')}`, undefined],
  ['Basic', undefined],
  ['Basic !', undefined],
  [`Bearer ${basic('ann:secret')}`, undefined],
  [undefined, undefined],
])('readBasic of %j', (field, want) => expect(readBasic(field)).toEqual(want))

it.each([
  ['Bearer abc', 'abc'],
  ['bearer  a-b_c== ', 'a-b_c=='],
  ['Bearer a b', undefined],
  ['Bearer', undefined],
  ['Basic abc', undefined],
  [undefined, undefined],
])('readBearer of %j is %j', (field, want) => expect(readBearer(field)).toBe(want))
