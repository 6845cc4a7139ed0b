import { describe, expect, it } from 'vitest'
import {
  isPosterOfFolder,
  picturesAmong,
  posterBeside,
  posterOfFolder,
} from '../../src/companions/poster-names.js'

describe('posterBeside', () => {
  it.each([
    ['film.mp4', ['film.jpg'], 'film.jpg'],
    ['film.mp4', ['film.png', 'film.webp'], 'film.webp'],
    ['film.mp4', ['FILM.JPG'], 'FILM.JPG'],
    ['film.mp4', ['film.mp4.jpg'], 'film.mp4.jpg'],
    ['film.de.mp4', ['film.jpg'], undefined],
    ['film.mp4', ['poster.jpg', 'film.txt', 'film'], undefined],
    ['.mp4', ['.jpg', '.mp4.jpg'], '.mp4.jpg'],
    ['film', ['film.jpg'], 'film.jpg'],
  ])('of %s among %j is %s', (name, names, want) => {
    expect(posterBeside(name, picturesAmong(names))).toBe(want)
  })
})

describe('posterOfFolder', () => {
  it.each([
    [['cover.jpg', 'folder.jpg', 'poster.jpg'], 'poster.jpg'],
    [['cover.jpg', 'folder.png'], 'folder.png'],
    [['Cover.JPEG'], 'Cover.JPEG'],
    [['film.jpg', 'poster.svg', 'poster.txt', 'poster'], undefined],
    [[], undefined],
  ])('among %j is %s', (names, want) => {
    expect(posterOfFolder(picturesAmong(names))).toBe(want)
    expect(names.some(isPosterOfFolder)).toBe(want !== undefined)
  })
})
