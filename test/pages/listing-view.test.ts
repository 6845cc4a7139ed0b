import { describe, expect, it } from 'vitest'
import { readListingView } from '../../src/pages/listing-view.js'

const DEFAULT = { sort: 'name', order: 'asc', filter: '', form: 'list', formIsNamed: false }

describe('readListingView', () => {
  it.each([
    ['', {}],
    ['?sort=size&order=desc', { sort: 'size', order: 'desc' }],
    ['?sort=date', { sort: 'date' }],
    ['?order=desc', { order: 'desc' }],
    ['?sort=owner&order=up', {}],
    ['?sort=Size', {}],
    ['?sort=', {}],
    ['?sort=__proto__&order=constructor&view=toString', {}],
    ['?sort=size&sort=date', { sort: 'size' }],
    ['?q=a+b%20c', { filter: 'a b c' }],
    ['?q=%20', {}],
    ['?q=%FF', { filter: '\ufffd' }],
    ['?view=grid', { form: 'grid', formIsNamed: true }],
    ['?view=list', { formIsNamed: true }],
    ['?view=tiles', {}],
    ['?format=json&x=1', {}],
  ])('of %s differs from the default by %j', (query, want) => {
    expect(readListingView(query)).toEqual({ ...DEFAULT, ...want })
  })
})
