import { mediaType } from '../../http/media-type.js'
import type { ResponseHead } from '../../http/response-head.js'
import type { Facts } from '../representation.js'
import type { UpstreamSettings } from './upstream-options.js'

/** The type, as the origin of a site tells it; for a source, by the name if the origin tells none. */
export function typeOf(
  { field }: Pick<ResponseHead, 'field'>,
  key: string,
  { role }: Pick<UpstreamSettings, 'role'>,
): Pick<Facts, 'contentType' | 'sniffing'> {
  const contentType = field('content-type')
  return role === 'site'
    ? { contentType, sniffing: 'untold' }
    : { contentType: contentType ?? mediaType(key) }
}

/** The value of Accept-Ranges. `range`: whether the origin ignored a Range without a condition. */
export function rangesOf(
  { status, field }: ResponseHead,
  range: 'ignored' | 'not ignored',
): Facts['ranges'] {
  if (status === 206) return 'bytes'
  const sent = field('accept-ranges')?.toLowerCase()
  if (sent === 'none' || range === 'ignored') return 'none'
  return sent === 'bytes' ? sent : 'untold'
}
