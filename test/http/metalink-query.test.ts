import { describe, expect, it } from 'vitest'
import {
  describedQuery,
  isMetalinkQuery,
  metalinkQuery,
  signatureOnly,
} from '../../src/http/metalink-query.js'

describe('A query', () => {
  it.each([
    ['?metalink', true],
    ['?metalink=', true],
    ['?a=1&metalink', true],
    ['?%6detalink', true],
    ['', false],
    ['?', false],
    ['?metalinks', false],
    ['?a=metalink', false],
  ])('%s requests the document: %s', (query, expected) => {
    expect(isMetalinkQuery(query)).toBe(expected)
  })

  it.each([
    ['', '?metalink'],
    ['?', '?metalink'],
    ['?v=1', '?v=1&metalink'],
    ['?lb-expires=9&lb-signature=x', '?lb-expires=9&lb-signature=x&metalink'],
    ['?a=">; rel=x, <b', '?a=%22%3E;%20rel=x,%20%3Cb&metalink'],
    ['?a=\xe9', '?a=%E9&metalink'],
    ['?a=\u{1f600}', '?a=%F0%9F%98%80&metalink'],
    ['?a=%2', '?a=%2&metalink'],
  ])('%s of a file has a document by the query %s', (query, expected) => {
    expect(metalinkQuery(query)).toBe(expected)
    expect(isMetalinkQuery(expected)).toBe(true)
  })

  it.each([
    ['?metalink', ''],
    ['?v=1&metalink', '?v=1'],
    ['?metalink=1&v=1&metalink', '?v=1'],
    ['?a=<', '?a=%3C'],
    ['', ''],
  ])('%s of a document is that of the file with the query %s', (query, expected) => {
    expect(describedQuery(query)).toBe(expected)
  })

  it.each([
    ['?token=secret&lb-expires=9&v=1&LB-Signature=x', '?lb-expires=9&LB-Signature=x'],
    ['?token=secret', ''],
    ['', ''],
  ])('%s has a signature alone that mirrors learn: %s', (query, expected) => {
    expect(signatureOnly(query)).toBe(expected)
  })
})
