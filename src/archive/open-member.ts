import { LastbyteError } from '../errors.js'
import { printableText } from '../printable-text.js'
import { type ByteSource, closeOpened } from '../source/byte-source.js'
import type { Representation } from '../source/representation.js'
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
  const opened = await source.open(members.key(index), { method: 'GET', keep: 'none' }, signal)
  if (opened.kind === 'representation') {
    const { etag, size } = opened.representation.facts
    if (etag === members.etag(index) && size === members.member(index).size) {
      return opened.representation
    }
  }
  await closeOpened(opened)
  const found = opened.kind === 'representation' ? 'another version' : opened.kind
  const name = printableText(members.name(index))
  const message = `Cannot send archive: its member ${name} has changed (found: ${found})`
  throw new LastbyteError('REPRESENTATION_CHANGED', message, { member: name })
}
