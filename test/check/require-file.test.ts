import { describe, expect, it } from 'vitest'
import { requireFile } from '../../src/check/require-file.js'
import type { Exchange } from '../../src/check/subject/exchange.js'
import { exchangeOf, sentRequest } from '../fixture/check-results.js'

const HTML = 'text/html; charset=utf-8'

function response(url: string, status: number, type: string, body: string): Exchange {
  const exchange = exchangeOf(sentRequest({ url }), status)
  return { ...exchange, lines: [['Content-Type', type]], body: Buffer.from(body) }
}

describe('The first response', () => {
  it.each<[string, string, string, string]>([
    ['a film', 'http://h/film.mkv', 'video/matroska', '\u001a'],
    ['a film that is called text/html', 'http://h/film.mkv', HTML, '\u001aE'],
    ['an empty body that is called text/html', 'http://h/film.mkv', HTML, ''],
    ['a page of HTML', 'http://h/page.html', HTML, '<html>'],
    ['a page of a program', 'http://h/a.php', HTML, '<html>'],
    ['a page without extension', 'http://h/docs/v1.2', HTML, '<html>'],
  ])('is that of a file if it is %s', (_, url, type, body) => {
    expect(() => requireFile(response(url, 200, type, body), new URL(url))).not.toThrow()
  })

  it.each<[string, string, string, string]>([
    ['a page for a film', 'http://h/film.mkv', HTML, '\n <!doctype html>'],
    ['a page for an archive', 'http://h/a.7z', HTML, '<html>'],
    ['a page for a model', 'http://h/m.safetensors', 'application/xhtml+xml', '\ufeff<html>'],
    ['a page of a login', 'http://h/sign-in?next=/f', HTML, '<html>'],
  ])('is not that of a file if it is %s', (_, url, type, body) => {
    const check = () => requireFile(response(url, 200, type, body), new URL(url))
    expect(check).toThrow(/expected .*; received .*login.*--header/)
  })
})
