import type { Change } from '../subject/change.js'
import type { Subject } from '../subject/subject.js'

/** The changes that are drilled. */
export type FileChange = Exclude<Change, 'restore'>

/** A change in the words of a requirement: "the file was …". */
export const MADE: Readonly<Record<FileChange, string>> = {
  rewrite: 'rewritten in place, with the same size and in the same second',
  rename: 'replaced by renaming another one over it',
  truncate: 'truncated',
  append: 'appended to',
}

/** Changes the file, and restores it whatever the rest of a drill does. */
export async function withChange<T>(
  subject: Subject,
  change: FileChange,
  rest: () => Promise<T>,
): Promise<T> {
  return restoring(subject, async () => {
    await changeOf(subject)(change)
    return rest()
  })
}

/**
 * Restores the file whatever a drill does; also where the run is aborted, and where the change failed halfway. The
 * error of a drill is kept where restoring fails, too: it is the cause.
 */
export async function restoring<T>(subject: Subject, drill: () => Promise<T>): Promise<T> {
  const restore = () => changeOf(subject)('restore')
  let result: T
  try {
    result = await drill()
  } catch (error) {
    await restore().catch(() => {})
    throw error
  }
  await restore()
  return result
}

/** The function that changes the file, for checks that need it. */
export function changeOf({ change, signal }: Subject): (change: Change) => Promise<void> {
  if (change === undefined) throw new Error('The check needs a change.')
  return (each) => (each === 'restore' ? change(each) : change(each, signal))
}
