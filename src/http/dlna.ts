import { type RequestFields, singleValue } from './precondition.js'

/**
 * The fields of a request by which a DLNA renderer asks for those of the response (DLNA Guidelines 7.4.26, 7.4.49). Node
 * has their names in lower case.
 */
export const DLNA_FIELDS = ['getcontentfeatures.dlna.org', 'transfermode.dlna.org'] as const

/** What a response says to a DLNA renderer: only what it has asked. */
export type DlnaAnswer =
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'refused'; readonly status: 400 | 406; readonly reason: string }

/** The content, as far as it decides what a renderer may do. */
export interface DlnaContent {
  readonly contentType: string | undefined
  /** Whether the server sends ranges of it. */
  readonly isRanged: boolean
}

const MODES = ['Streaming', 'Interactive', 'Background'] as const

/**
 * DLNA.ORG_FLAGS: the transfer modes of media (Streaming, Background) or of other content (Interactive, Background), that
 * a connection may stall, and DLNA 1.5; then 24 reserved digits.
 */
const FLAGS = { media: '01700000', other: '00f00000' } as const
const RESERVED = '0'.repeat(24)

/**
 * The fields for a request. Each of the three transfer modes is served alike, and also where a renderer asks for
 * `Interactive` with media, as televisions do; only `Streaming` of a picture is refused.
 */
export function answerDlna(request: RequestFields, content: DlnaContent): DlnaAnswer {
  const [features, wanted] = DLNA_FIELDS.map((name) => singleValue(request[name])?.trim())
  const fields: Record<string, string> = {}
  if (features !== undefined) {
    if (features !== '1') {
      const reason = 'getcontentFeatures.dlna.org: expected 1.'
      return { kind: 'refused', status: 400, reason }
    }
    fields['contentfeatures.dlna.org'] = contentFeatures(content)
  }
  if (wanted !== undefined) {
    const mode = MODES.find((known) => known.toLowerCase() === wanted.toLowerCase())
    if (mode === undefined) {
      const reason = `transferMode.dlna.org: expected ${MODES.slice(0, -1).join(', ')} or ${MODES.at(-1)}.`
      return { kind: 'refused', status: 406, reason }
    }
    if (mode === 'Streaming' && isOf(content, /^image\//i)) {
      const reason = 'transferMode.dlna.org: expected Interactive or Background for a picture.'
      return { kind: 'refused', status: 406, reason }
    }
    fields['transfermode.dlna.org'] = mode
  }
  return { kind: 'fields', fields }
}

/** No profile is named: the bytes would have to be parsed for it. */
function contentFeatures(content: DlnaContent): string {
  const operations = content.isRanged ? '01' : '00'
  const flags = FLAGS[isOf(content, /^(?:audio|video)\//i) ? 'media' : 'other']
  return `DLNA.ORG_OP=${operations};DLNA.ORG_CI=0;DLNA.ORG_FLAGS=${flags}${RESERVED}`
}

function isOf({ contentType }: DlnaContent, type: RegExp): boolean {
  return contentType !== undefined && type.test(contentType)
}
