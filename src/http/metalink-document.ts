/** The media type of Metalink documents (RFC 5854 §8). */
export const METALINK_TYPE = 'application/metalink4+xml'

/** Bytes of the smallest piece: that of aria2's default. */
const SMALLEST = 1024 ** 2
/** A document with so many digests of pieces has about 100 KB. */
const MOST_PIECES = 1024

/** What a Metalink document says of one file. */
export interface DescribedFile {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** The SHA-256 of the whole; undefined: not known. */
  readonly digest: Uint8Array | undefined
  /** The SHA-256 of each piece, one behind the other; undefined: not known, or the file is one piece. */
  readonly pieces: Uint8Array | undefined
  /** The URLs of the file, the preferred first. */
  readonly urls: readonly string[]
}

/**
 * Bytes of the pieces of a file: the smallest power of two from 1 MiB of which there are at most 1,024. undefined for a
 * file of one piece, whose digest is that of the whole.
 */
export function pieceLength(size: number): number | undefined {
  if (size <= SMALLEST) return undefined
  let length = SMALLEST
  while (size / length > MOST_PIECES) length *= 2
  return length
}

/** A Metalink document (RFC 5854), the same for the same file. */
export function formatMetalink({ name, size, digest, pieces, urls }: DescribedFile): string {
  const length = pieceLength(size)
  const lines = [
    `<file name="${escaped(name)}">`,
    `  <size>${size}</size>`,
    ...(digest === undefined ? [] : [`  <hash type="sha-256">${hex(digest)}</hash>`]),
    ...(pieces === undefined || length === undefined ? [] : piecesElement(pieces, length)),
    ...urls.map((url, nth) => `  <url priority="${nth + 1}">${escaped(url)}</url>`),
    '</file>',
  ]
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<metalink xmlns="urn:ietf:params:xml:ns:metalink">',
    ...lines.map((line) => `  ${line}`),
    '</metalink>',
    '',
  ].join('\n')
}

/** Bytes of a SHA-256. */
const DIGEST = 32

function piecesElement(pieces: Uint8Array, length: number): string[] {
  const hashes: string[] = []
  for (let at = 0; at < pieces.length; at += DIGEST) {
    hashes.push(`    <hash>${hex(pieces.subarray(at, at + DIGEST))}</hash>`)
  }
  return [`  <pieces length="${length}" type="sha-256">`, ...hashes, '  </pieces>']
}

function hex(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** Characters that XML 1.0 has no form for. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** A text in an element or an attribute. What XML can't represent is replaced. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (unit) => ENTITIES[unit] as string).replace(NOT_IN_XML, '\ufffd')
}
