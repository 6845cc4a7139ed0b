/**
 * Encodings of text before Unicode, by language: what the HTML standard has browsers assume for pages of a language
 * without an encoding. All others: windows-1252.
 */
const LEGACY = new Map(
  (
    [
      ['windows-1250', 'cs hr hu pl ro sk sl bs'],
      ['windows-1251', 'be bg ky mk mn ru sr tg tt uk'],
      ['windows-1253', 'el'],
      ['windows-1254', 'az ku tr'],
      ['windows-1255', 'he iw'],
      ['windows-1256', 'ar fa ur'],
      ['windows-1257', 'et lt lv'],
      ['windows-1258', 'vi'],
      ['windows-874', 'th'],
      ['shift_jis', 'ja'],
      ['euc-kr', 'ko'],
      ['gb18030', 'zh zh-cn zh-hans'],
      ['big5', 'zh-hk zh-hant zh-mo zh-tw'],
    ] as const
  ).flatMap(([encoding, languages]) =>
    languages.split(' ').map((language) => [language, encoding] as const),
  ),
)

/**
 * The text of a file without a declared encoding: by its byte order mark, else UTF-16 if every other byte is mostly
 * zero, else UTF-8 if it is valid, else the encoding that the language had before.
 *
 * @param language a language tag (BCP 47), such as `de-AT`
 */
export function decodeText(bytes: Uint8Array, language: string | undefined): string {
  const encoding = encodingOf(bytes, language?.toLowerCase())
  const text = new TextDecoder(encoding).decode(bytes)
  return encoding === 'windows-1252' ? withoutControls(text) : text
}

/** Characters of windows-1252 for the bytes 80 to 9F; those without one stay. */
const HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** Some versions of Node read windows-1252 as ISO-8859-1, which has control characters for those bytes. */
function withoutControls(text: string): string {
  return text.replace(/[\u0080-\u009f]/g, (one) => HIGH[one.charCodeAt(0) - 0x80] ?? one)
}

function encodingOf(bytes: Uint8Array, language = ''): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  // Times and digits are ASCII in every language, so the first lines tell.
  const length = Math.min(bytes.length, 512)
  for (let index = 0; index < length; index += 1) {
    if (bytes[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1
  }
  const [even = 0, odd = 0] = zeros
  if (odd > length / 5 && even < odd / 4) return 'utf-16le'
  if (even > length / 5 && odd < even / 4) return 'utf-16be'
  if (isUtf8(bytes)) return 'utf-8'
  return LEGACY.get(language) ?? LEGACY.get(language.split('-')[0] ?? '') ?? 'windows-1252'
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}
