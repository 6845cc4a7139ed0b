import { type Guard, guard, isGuarded } from './guard.js'

export { guard } from './guard.js'

/** Those of this script: an application's own guards are its own to release. */
const guards = new Map<HTMLMediaElement, Guard>()

/** Guards every media element below a node, but for those with `data-lastbyte="off"`. */
function guardAll(node: Node): void {
  if (!(node instanceof Element)) return
  const found = Array.from(node.querySelectorAll<HTMLMediaElement>('video,audio'))
  if (node instanceof HTMLMediaElement) found.push(node)
  for (const media of found) {
    if (media.dataset.lastbyte !== 'off' && !isGuarded(media)) guards.set(media, guard(media))
  }
}

/** Releases what has left the page: its listeners would keep it in memory. One that was only moved stays guarded. */
function releaseRemoved(): void {
  for (const [media, { release }] of guards) {
    if (media.isConnected) continue
    release()
    guards.delete(media)
  }
}

guardAll(document.documentElement)
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) Array.from(addedNodes, guardAll)
  releaseRemoved()
}).observe(document, { childList: true, subtree: true })
