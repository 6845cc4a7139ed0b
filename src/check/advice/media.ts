import { type Exchange, fieldOf } from '../subject/exchange.js'

/** The media type of a response in lower case, without parameters; empty if it has none. */
export function mediaTypeOf(exchange: Exchange): string {
  const [type = ''] = (fieldOf(exchange, 'content-type') ?? '').split(';')
  return type.trim().toLowerCase()
}

/** Whether a response is audio or video, which a page plays. */
export function isMedia(exchange: Exchange): boolean {
  return /^(audio|video)\//.test(mediaTypeOf(exchange))
}
