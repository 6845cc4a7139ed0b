import { describe, expect, it } from 'vitest'
import { pictureType } from '../../../src/admin/posters/picture-type.js'

describe('pictureType', () => {
  it.each([
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['GIF89a', 'image/gif'],
    ['RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['\0\0\0\x1cftypavif', 'image/avif'],
    ['<svg xmlns="http://www.w3.org/2000/svg">', undefined],
    ['<html>', undefined],
    ['RIFF\0\0\0\0WAVE', undefined],
    ['', undefined],
  ])('of %j is %s', (head, type) => {
    expect(pictureType(Buffer.from(head, 'latin1'))).toBe(type)
  })
})
