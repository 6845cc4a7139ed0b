import { describe, expect, it } from 'vitest'
import { iconOf } from '../../src/pages/entry-icon.js'

describe('iconOf', () => {
  it.each([
    ['film.mp4', 'video'],
    ['film.MKV', 'video'],
    ['segment.ts', 'video'],
    ['song.flac', 'audio'],
    ['cover.jpeg', 'image'],
    ['film.de.srt', 'subtitle'],
    ['film.vtt', 'subtitle'],
    ['film.ass', 'subtitle'],
    ['backup.tar.zst', 'archive'],
    ['disk.iso', 'archive'],
    ['notes.txt', 'text'],
    ['README.md', 'text'],
    ['data.json', 'text'],
    ['manual.pdf', 'text'],
    ['list.m3u8', 'text'],
    ['program.exe', 'other'],
    ['Makefile', 'other'],
    ['.mp4', 'video'],
    ['', 'other'],
  ])('of %s is %s', (name, icon) => {
    expect(iconOf(name)).toBe(icon)
  })
})
