/** The first bytes of the pictures that browsers show: type, offset, bytes in Latin-1. SVG is none: it has scripts. */
const SIGNATURES = [
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/avif', 4, 'ftypavif'],
] as const

/** The type of a picture by its bytes, whatever the file that contains it says; undefined for anything else. */
export function pictureType(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return SIGNATURES.find(([, offset, signature]) => head.startsWith(signature, offset))?.[0]
}
