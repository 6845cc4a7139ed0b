import { LastbyteError } from '../errors.js'
import { memberOf } from '../http/chain-tag.js'
import { printableText } from '../printable-text.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'
import type { Facts, Representation } from '../source/representation.js'
import type { MemberIndex } from './member-index.js'

/**
 * Opens a member of an archive, if it is still the version in the index.
 *
 * @throws LastbyteError REPRESENTATION_CHANGED; errors of `ByteSource.open`
 */
export async function openMember(
  source: ByteSource,
  members: MemberIndex,
  index: number,
  signal: AbortSignal,
): Promise<Representation> {
  const tag = members.etag(index)
  // A live file is compared with what it was when the client names its version.
  const fields = tag?.startsWith('"') ? { 'if-match': tag } : {}
  const request = { method: 'GET', keep: 'none', fields } as const
  const opened = await source.open(members.key(index), request, signal)
  if (opened.kind === 'representation') {
    if (isVersion(opened.representation.facts, tag, members.member(index).size)) {
      return opened.representation
    }
  }
  await closeOpened(opened)
  const found = opened.kind === 'representation' ? 'another version' : opened.kind
  const name = printableText(members.name(index))
  const message = `Cannot send archive: its member ${name} has changed (found: ${found})`
  throw new LastbyteError('REPRESENTATION_CHANGED', message, { member: name })
}

/** Whether a file has the bytes of a version, at its beginning if it has grown since. */
function isVersion({ etag, size, chain }: Facts, tag: string | undefined, wanted: number): boolean {
  if (etag === tag) return size === wanted
  if (tag === undefined || chain === undefined || size < wanted) return false
  const member = memberOf(tag.slice(1, -1), chain.tag)
  return member?.kind === 'prefix' && member.size === wanted
}
